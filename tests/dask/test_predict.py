"""Predictions on Dask collections are lazy, and equal those in memory."""

import dask.array as da
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from partitioned import draw, in_partitions, local_fit
from scipy import sparse
from sklearn.exceptions import NotFittedError

from skfocal.dask import FocalLogisticRegression

METHODS = ["predict", "predict_proba", "predict_log_proba", "decision_function"]
LENGTHS = [0, 1000, 2000]


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("method", METHODS)
def test_array(method, n_classes):
    X, y = draw(n_classes=n_classes)
    local = local_fit(X, np.array(["a", "b", "c"])[y])
    expected = getattr(local, method)(X)
    result = getattr(FocalLogisticRegression.from_local(local), method)(in_partitions(X, LENGTHS))

    assert isinstance(result, da.Array)
    assert result.shape == expected.shape
    assert result.dtype == expected.dtype
    np.testing.assert_array_equal(result.compute(), expected)


@pytest.mark.parametrize("method", METHODS)
def test_frame(method):
    X, y = draw()
    frame = pd.DataFrame(X, columns=list("abcdef"))
    local = local_fit(frame, y)
    model = FocalLogisticRegression.from_local(local)
    result = getattr(model, method)(dd.from_pandas(frame, npartitions=3))

    expected = getattr(local, method)(frame)
    if expected.dtype.kind == "f":
        # The logits are of order one, and some are near zero.
        np.testing.assert_allclose(result.compute(), expected, rtol=1e-12, atol=1e-14)
    else:
        np.testing.assert_array_equal(result.compute(), expected)


def test_sparse_chunks():
    X, y = draw()
    local = local_fit(X, y)
    chunks = in_partitions(X, [1000] * 3).map_blocks(sparse.csr_array)
    result = FocalLogisticRegression.from_local(local).predict_proba(chunks)

    np.testing.assert_allclose(result.compute(), local.predict_proba(X))


def test_data_in_memory():
    X, y = draw()
    local = local_fit(X, y)
    model = FocalLogisticRegression.from_local(local)
    for method in METHODS:
        np.testing.assert_array_equal(getattr(model, method)(X), getattr(local, method)(X))


def test_to_local_and_back():
    X, y = draw()
    model = FocalLogisticRegression(alpha=0.7, persist=False, probability="weighted")
    model.fit(in_partitions(X, LENGTHS), in_partitions(y, LENGTHS))
    local = model.to_local()
    back = FocalLogisticRegression.from_local(local)

    assert type(local).__module__.startswith("skfocal.linear_model")
    np.testing.assert_array_equal(local.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(back.predict_proba(X), model.predict_proba(X))
    assert back.get_params() == {**model.get_params(), "persist": "auto"}


def test_nothing_is_computed_before_it_is_asked_for():
    X, y = draw()
    model = FocalLogisticRegression.from_local(local_fit(X, y))

    def fail(_):
        raise RuntimeError

    rows = in_partitions(X, LENGTHS).map_blocks(fail, meta=np.empty((0, 0)))
    probabilities = model.predict_proba(rows)

    with pytest.raises(RuntimeError):
        probabilities.compute()


def test_other_columns_are_refused():
    X, y = draw()
    frame = pd.DataFrame(X, columns=list("abcdef"))
    model = FocalLogisticRegression.from_local(local_fit(frame, y))

    with pytest.raises(ValueError, match="expecting 6 features"):
        model.predict(in_partitions(X[:, :5], LENGTHS))
    with pytest.raises(ValueError, match="feature names"):
        model.predict(dd.from_pandas(frame[list("bacdef")], npartitions=2))


def test_estimator_that_is_not_fitted():
    X, _ = draw()
    with pytest.raises(NotFittedError):
        FocalLogisticRegression().predict(in_partitions(X, LENGTHS))
