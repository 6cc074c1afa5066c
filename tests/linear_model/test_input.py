"""Formats and precisions of X, and the memory of a fit."""

import tracemalloc

import numpy as np
import pandas as pd
import polars as pl
import pytest
from joblib import dump, load
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from skfocal import FocalLogisticRegression

MEBIBYTE = 2**20
SPARSE_FORMS = [sparse.csr_array, sparse.csr_matrix, sparse.csc_array, sparse.csc_matrix]
NAMES = ["height", "weight", "age", "dose"]


def peak_memory(function):
    """Return the peak memory of a call with two threads, in bytes."""
    with threadpool_limits(2):
        tracemalloc.start()
        function()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


def strided(X):
    wide = np.zeros((2 * X.shape[0], 3 * X.shape[1]), dtype=X.dtype)
    wide[::2, ::3] = X
    return wide[::2, ::3]


def backwards(X):
    return np.ascontiguousarray(X[::-1])[::-1]


@pytest.mark.parametrize("form", [np.asfortranarray, strided, backwards, np.ndarray.tolist])
def test_dense_layouts_give_the_same_model(table, form):
    X, y = table
    model = FocalLogisticRegression(tol=1e-10).fit(X, y)
    other = FocalLogisticRegression(tol=1e-10).fit(form(X), y)

    np.testing.assert_allclose(other.coef_, model.coef_, atol=1e-9)
    np.testing.assert_allclose(other.predict_proba(form(X)), model.predict_proba(X), atol=1e-9)


@pytest.mark.parametrize("form", SPARSE_FORMS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("index", [np.int32, np.int64])
def test_sparse_formats_give_the_dense_model(table, form, dtype, index):
    X, y = table
    X = np.where(np.abs(X) > 0.5, X, 0).astype(dtype)
    X_sparse = form(X)
    X_sparse.indices, X_sparse.indptr = (
        part.astype(index) for part in (X_sparse.indices, X_sparse.indptr)
    )
    model = FocalLogisticRegression(tol=1e-10).fit(X, y)
    other = FocalLogisticRegression(tol=1e-10).fit(X_sparse, y)

    atol = 1e-8 if dtype == np.float64 else 1e-6
    np.testing.assert_allclose(other.coef_, model.coef_, atol=atol)
    np.testing.assert_allclose(other.predict_proba(X_sparse), model.predict_proba(X), atol=atol)
    assert other.coef_.dtype == dtype


def test_duplicate_entries_of_sparse_data_are_summed(two_classes):
    X, y = two_classes
    n_samples, n_features = X.shape
    # Each entry is stored as two parts that nearly cancel.
    data = np.stack([X + 1e4, np.full_like(X, -1e4)], axis=-1).ravel()
    indices = np.tile(np.repeat(np.arange(n_features), 2), n_samples)
    indptr = np.arange(n_samples + 1) * 2 * n_features
    repeated = sparse.csr_array((data, indices, indptr), shape=X.shape)

    other = FocalLogisticRegression(tol=1e-9).fit(repeated, y)

    np.testing.assert_allclose(
        other.coef_, FocalLogisticRegression(tol=1e-9).fit(X, y).coef_, atol=1e-6
    )
    assert repeated.nnz == 2 * X.size


# The gradient is not precise enough in the direction of a small difference.
@pytest.mark.filterwarnings("ignore:The fit did not converge")
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("offset", [1e1, 1e2, 3e2, 9e2, 1e4, 1e6])
@pytest.mark.parametrize("difference", [1e-7, 1e-3])
def test_sparse_columns_far_from_zero_give_the_dense_model(seed, offset, difference):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((1500, 5)) + offset
    # Products of sparse columns are centred by subtraction, which loses the small differences
    # between these columns to rounding.
    X[:, 1] = X[:, 0] + difference * rng.standard_normal(1500)
    X[:, 2] = X[:, 0]
    y = (X[:, 3] - offset + rng.logistic(size=1500) > 0).astype(int)

    model = FocalLogisticRegression(C=np.inf).fit(X, y)
    other = FocalLogisticRegression(C=np.inf).fit(sparse.csr_array(X), y)

    np.testing.assert_allclose(other.objective_, model.objective_, rtol=2e-3)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("scale", [1e-25, 1e-12, 1e12, 1e20])
def test_float32_columns_may_have_any_unit(two_classes, form, scale):
    X, y = two_classes
    X = X.astype(np.float32)
    model = FocalLogisticRegression(C=np.inf).fit(X, y)

    other = FocalLogisticRegression(C=np.inf).fit(form(X * np.float32(scale)), y)

    np.testing.assert_allclose(other.coef_ * scale, model.coef_, rtol=1e-4)


def test_float32_is_preserved_and_computed_in_float64(table):
    X, y = table
    X = X.astype(np.float32)
    model = FocalLogisticRegression(tol=1e-10).fit(X, y)
    double = FocalLogisticRegression(tol=1e-10).fit(X.astype(np.float64), y)

    for name in ("coef_", "intercept_"):
        assert getattr(model, name).dtype == np.float32
        np.testing.assert_array_equal(
            getattr(model, name), getattr(double, name).astype(np.float32)
        )
    assert double.coef_.dtype == np.float64
    assert model.predict_proba(X).dtype == np.float32
    np.testing.assert_allclose(model.objective_, double.objective_, rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.bool_, np.float16, ">f8"])
def test_other_dtypes_are_converted_to_float64(two_classes, dtype):
    X, y = two_classes
    X = (10 + 3 * X).astype(dtype)
    model = FocalLogisticRegression().fit(X, y)

    assert model.coef_.dtype == np.float64
    expected = FocalLogisticRegression().fit(X.astype(np.float64), y).coef_
    np.testing.assert_array_equal(model.coef_, expected)


@pytest.mark.slow
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_dense_data_are_neither_copied_nor_changed(order, dtype):
    rng = np.random.default_rng(0)
    X = np.asarray(rng.standard_normal((160_000, 50)), dtype=dtype, order=order)
    y = (X[:, 0] + rng.standard_normal(len(X)) > 1).astype(np.int64)
    before, check_sum = X[::1000].copy(), X.sum(axis=0)
    X.setflags(write=False)

    peak = peak_memory(lambda: FocalLogisticRegression().fit(X, y, np.ones(len(X))))

    # X takes 61 MiB, or half of that in single precision.
    assert peak < 24 * MEBIBYTE
    np.testing.assert_array_equal(X[::1000], before)
    np.testing.assert_array_equal(X.sum(axis=0), check_sum)


@pytest.mark.slow
def test_memory_mapped_data_are_not_loaded(tmp_path):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((160_000, 50))
    y = (X[:, 0] + rng.standard_normal(len(X)) > 1).astype(np.int64)
    dump(X, tmp_path / "table.joblib")
    mapped = load(tmp_path / "table.joblib", mmap_mode="r")
    assert isinstance(mapped, np.memmap)
    model = FocalLogisticRegression()

    assert peak_memory(lambda: model.fit(mapped, y)) < 24 * MEBIBYTE
    np.testing.assert_array_equal(model.coef_, FocalLogisticRegression().fit(X, y).coef_)
    np.testing.assert_array_equal(model.predict(mapped), model.predict(X))


@pytest.mark.slow
@pytest.mark.parametrize(("n_samples", "n_features"), [(100_000, 1000), (20_000, 40_000)])
@pytest.mark.parametrize("form", [sparse.csr_array, sparse.csc_matrix])
def test_sparse_data_are_not_densified(n_samples, n_features, form):
    rng = np.random.default_rng(0)
    per_row = 5
    indices = rng.integers(0, n_features, (n_samples, per_row))
    indptr = np.arange(n_samples + 1) * per_row
    parts = (rng.standard_normal(indices.size), indices.ravel(), indptr)
    X = sparse.csr_array(parts, shape=(n_samples, n_features))
    X.sum_duplicates()
    y = (X[:, [0]].toarray().ravel() + rng.standard_normal(n_samples) > 1).astype(np.int64)
    X = form(X)

    # Dense, X would take 0.75 or 6 GiB.
    assert peak_memory(lambda: FocalLogisticRegression().fit(X, y)) < 64 * MEBIBYTE


def test_wide_data_agree_with_logistic_regression_in_little_memory():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((60, 6000)), np.arange(60) % 2
    reference = LogisticRegression(C=1e-3, solver="newton-cg", tol=1e-10).fit(X, y)
    model = FocalLogisticRegression(gamma=0, C=1e-3, tol=1e-10)

    # The Hessian would take 275 MiB.
    assert peak_memory(lambda: model.fit(X, y)) < 32 * MEBIBYTE
    np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-7)
    np.testing.assert_allclose(model.intercept_, reference.intercept_, atol=1e-7)


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_data_frames_set_feature_names(two_classes, frame):
    X, y = two_classes
    table = frame(dict(zip(NAMES, X.T, strict=True)))
    series = table.assign(y=y)["y"] if frame is pd.DataFrame else pl.Series("y", y)
    model = FocalLogisticRegression().fit(table, series)

    assert model.feature_names_in_.tolist() == NAMES
    expected = FocalLogisticRegression().fit(X, y)
    np.testing.assert_allclose(model.coef_, expected.coef_, rtol=1e-12)
    np.testing.assert_allclose(model.predict_proba(table), expected.predict_proba(X), rtol=1e-12)
    with pytest.raises(ValueError, match="feature names"):
        model.predict(table[["weight", "height", "age", "dose"]])
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        model.predict(X)


def test_data_frames_may_have_mixed_dtypes(two_classes):
    X, y = two_classes
    frame = pd.DataFrame(X, columns=NAMES).assign(
        age=lambda table: (10 * table["age"]).astype("int64"),
        dose=lambda table: table["dose"] > 0,
        weight=lambda table: table["weight"].astype("float32"),
    )
    model = FocalLogisticRegression().fit(frame, y)

    expected = FocalLogisticRegression().fit(frame.to_numpy(dtype=np.float64), y)
    np.testing.assert_allclose(model.coef_, expected.coef_, rtol=1e-12)
