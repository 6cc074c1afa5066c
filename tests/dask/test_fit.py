"""A fit on partitions is the fit on the same rows in memory."""

import dask.array as da
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from partitioned import assert_same_fit, draw, in_partitions, local_fit
from scipy import sparse
from sklearn.base import clone

from skfocal.dask import FocalLogisticRegression
from skfocal.dask._partitions import read_features, read_table

PARTITIONS = {
    "one": [3000],
    "equal": [1000] * 3,
    "many": [100] * 30,
    "uneven": [1, 2, 2000, 997],
    "empty": [0, 1500, 0, 0, 1500, 0],
}


def fit(X, y, sample_weight=None, **parameters):
    return FocalLogisticRegression(tol=1e-10, **parameters).fit(X, y, sample_weight)


@pytest.mark.parametrize("lengths", PARTITIONS.values(), ids=PARTITIONS)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_any_partitions(lengths, n_classes):
    X, y = draw(n_classes=n_classes)
    model = fit(in_partitions(X, lengths), in_partitions(y, lengths))

    assert_same_fit(model, local_fit(X, y))
    assert model.n_features_in_ == 6


@pytest.mark.parametrize(
    "parameters",
    [
        {"gamma": 0.0},
        {"gamma": {0: 0.5, 1: 3.0}},
        {"alpha": "balanced"},
        {"alpha": 0.8, "C": 0.01},
        {"fit_intercept": False},
        {"C": np.inf},
        {"l1_ratio": 0.5, "C": 0.1},
    ],
    ids=str,
)
def test_parameters(parameters):
    X, y = draw()
    model = fit(in_partitions(X, [1000] * 3), in_partitions(y, [1000] * 3), **parameters)

    assert_same_fit(model, local_fit(X, y, **parameters))


def test_long_table_starts_from_a_sample():
    X, y = draw(n_samples=40_000)
    lengths = [9000] * 4 + [4000]
    model = fit(in_partitions(X, lengths), in_partitions(y, lengths))
    expected = local_fit(X, y)

    assert_same_fit(model, expected)
    assert model.n_iter_ == expected.n_iter_
    assert model.n_passes_ == pytest.approx(expected.n_passes_)


def test_large_sample_stays_in_partitions(monkeypatch):
    monkeypatch.setattr("skfocal.dask._blocks._MAX_GATHERED_FLOATS", 0)
    X, y = draw(n_samples=40_000)
    lengths = [9000] * 4 + [4000]
    model = fit(in_partitions(X, lengths), in_partitions(y, lengths))

    assert_same_fit(model, local_fit(X, y))


@pytest.mark.parametrize("is_persisted", [True, False])
def test_weights(is_persisted):
    X, y = draw()
    weights = np.random.default_rng(1).integers(0, 3, len(y))
    weights[:1000] = 0
    lengths = [1000] * 3
    model = fit(
        in_partitions(X, lengths),
        in_partitions(y, lengths),
        in_partitions(weights, lengths),
        persist=is_persisted,
    )

    assert_same_fit(model, local_fit(np.repeat(X, weights, axis=0), np.repeat(y, weights)))
    assert model.is_persisted_ is is_persisted


def test_order_of_the_rows_does_not_matter():
    X, y = draw()
    order = np.random.default_rng(1).permutation(len(y))
    lengths = [1000] * 3
    model = fit(in_partitions(X[order], lengths), in_partitions(y[order], lengths))

    assert_same_fit(model, local_fit(X, y))


def test_class_that_partitions_lack():
    X, y = draw(n_classes=4)
    order = np.argsort(y, kind="stable")
    names = np.array(["ant", "bee", "cat", "dog"], dtype=object)
    lengths = [500] * 6
    model = fit(in_partitions(X[order], lengths), in_partitions(names[y[order]], lengths))

    assert_same_fit(model, local_fit(X[order], names[y[order]]))


def test_unknown_lengths():
    X, y = draw()
    rows = in_partitions(np.column_stack([X, y]), [1000] * 3)
    rows = rows[rows[:, 0] > -10]  # all of them, but Dask does not know
    assert np.isnan(rows.shape[0])
    model = fit(rows[:, :-1], rows[:, -1].astype(int))

    assert_same_fit(model, local_fit(X, y))


def test_sparse_chunks():
    X, y = draw()
    X[np.abs(X) < 0.5] = 0
    dense = in_partitions(X, [1000] * 3)
    model = fit(dense.map_blocks(sparse.csr_array), in_partitions(y, [1000] * 3))

    assert_same_fit(model, local_fit(sparse.csr_array(X), y))


def test_chunks_of_columns_are_joined():
    X, y = draw()
    model = fit(da.from_array(X, chunks=(1000, 2)), in_partitions(y, [1000] * 3))

    assert_same_fit(model, local_fit(X, y))


def test_frame():
    X, y = draw()
    frame = pd.DataFrame(X, columns=list("abcdef")).assign(label=np.array(["no", "yes"])[y])
    ddf = dd.from_pandas(frame, npartitions=4)
    model = fit(ddf.drop(columns="label"), ddf["label"])

    assert_same_fit(model, local_fit(frame.drop(columns="label"), frame["label"]))
    assert model.feature_names_in_.tolist() == list("abcdef")


def test_single_precision():
    X, y = draw()
    X = X.astype(np.float32)
    model = fit(in_partitions(X, [1000] * 3), in_partitions(y, [1000] * 3))

    assert model.coef_.dtype == np.float32
    assert_same_fit(model, local_fit(X, y), rtol=1e-6)


def test_a_fit_repeats_bit_for_bit():
    X, y = draw()
    X, y = in_partitions(X, [100] * 30), in_partitions(y, [100] * 30)

    np.testing.assert_array_equal(fit(X, y).coef_, fit(X, y).coef_)


def test_warm_start():
    X, y = draw()
    X, y = in_partitions(X, [1000] * 3), in_partitions(y, [1000] * 3)
    model = fit(X, y, warm_start=True)
    first = clone(model).fit(X, y)

    assert model.fit(X, y).n_iter_ < first.n_iter_
    assert_same_fit(model, first)


def test_table_in_memory():
    X, y = draw()

    assert_same_fit(fit(X, y), local_fit(X, y))


def test_labels_in_memory():
    X, y = draw()

    assert_same_fit(fit(in_partitions(X, [1000] * 3), y), local_fit(X, y))


def test_a_pass_makes_every_chunk_once():
    calls = []

    def chunk(block):
        calls.append(block)
        rng = np.random.default_rng(int(block[0]))
        return np.column_stack([rng.normal(size=(40, 3)), np.arange(40) % 4 == 0])

    seeds = da.arange(5, chunks=1)
    made = seeds.map_blocks(chunk, chunks=((40,) * 5, (4,)), new_axis=1, meta=np.empty((0, 0)))
    X, y = made[:, :-1], made[:, -1].astype(int)
    table = read_table(X, read_features(X), y, None, persist_=False)
    calls.clear()
    (total,) = table.blocks.sum(lambda block: (np.array([len(block.X)]),))
    assert total.tolist() == [200]
    assert len(calls) == 5
