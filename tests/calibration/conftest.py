"""Tables on which trees learn the class frequencies exactly."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

LABELS = np.array(["rare", "usual", "other"])
N_KINDS = 6


def _draw_kinds(n_classes, n_samples=1200, seed=0):
    """Return rows of six kinds, one column, with different class probabilities."""
    rng = np.random.default_rng(seed)
    truth = rng.dirichlet([1.0, *[6.0] * (n_classes - 1)], size=N_KINDS)
    kind = rng.integers(0, N_KINDS, n_samples)
    code = (rng.uniform(size=n_samples)[:, np.newaxis] > truth.cumsum(axis=1)[kind]).sum(axis=1)
    return kind[:, np.newaxis].astype(float), LABELS[code]


def _frequencies(X, y, sample_weight=None):
    """Return the share of each class, in sorted order, among the rows of the same kind."""
    classes, codes = np.unique(y, return_inverse=True)
    kinds = X[:, 0].astype(int)
    counts = np.zeros((N_KINDS, len(classes)))
    np.add.at(counts, (kinds, codes), 1.0 if sample_weight is None else sample_weight)
    return (counts / counts.sum(axis=1, keepdims=True))[kinds]


@pytest.fixture
def draw_kinds():
    return _draw_kinds


@pytest.fixture
def frequencies():
    return _frequencies


@pytest.fixture(autouse=True)
def one_thread():
    """Limit all libraries to one thread, since parallel tests compete for the cores."""
    with threadpool_limits(limits=1):
        yield
