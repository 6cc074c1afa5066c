"""Tables in memory, and the same rows in partitions."""

import dask.array as da
import numpy as np

from skfocal import FocalLogisticRegression


def draw(n_samples=3000, n_features=6, n_classes=2, seed=0):
    """Draw a table with imbalanced labels."""
    random = np.random.default_rng(seed)
    X = random.standard_normal((n_samples, n_features)) * np.geomspace(0.1, 10, n_features)
    utilities = X[:, :n_classes] / X[:, :n_classes].std(axis=0) + np.log(
        np.geomspace(8, 1, n_classes)
    )
    return X, (utilities + random.gumbel(size=utilities.shape)).argmax(axis=1)


def in_partitions(array, lengths):
    """Return an array in partitions of certain lengths, of which some may be zero."""
    chunks = (tuple(lengths), *((size,) for size in array.shape[1:]))
    return da.from_array(array, chunks=chunks)


def assert_same_fit(model, expected, rtol=1e-8):
    """Check that two estimators have the same solution."""
    np.testing.assert_array_equal(model.classes_, expected.classes_)
    scale = np.abs(expected.coef_).max()
    np.testing.assert_allclose(model.coef_, expected.coef_, rtol=0, atol=rtol * scale)
    np.testing.assert_allclose(model.intercept_, expected.intercept_, rtol=rtol, atol=rtol * scale)
    np.testing.assert_allclose(model.class_weight_, expected.class_weight_)
    np.testing.assert_allclose(model.objective_, expected.objective_)


def local_fit(X, y, sample_weight=None, **parameters):
    """Fit in memory, to a small tolerance."""
    return FocalLogisticRegression(tol=1e-10, **parameters).fit(X, y, sample_weight)
