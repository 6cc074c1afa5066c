"""Data from a logistic model, in which the classes overlap."""

import signal

import numpy as np
import pytest

SECONDS = 60


@pytest.fixture
def in_time():
    """Raise TimeoutError in a test that takes too long, where the system has alarms."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(*_):
        raise TimeoutError(f"no result after {SECONDS} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def draw_table():
    """Return a function that draws X and class indices from a logistic model."""

    def draw(n_samples=400, n_features=4, n_classes=2, *, seed=0, offset=-0.7):
        rng = np.random.default_rng(seed)
        X = rng.standard_normal((n_samples, n_features))
        scores = X @ rng.standard_normal((n_features, n_classes))
        scores[:, 1:] += offset
        # The argmax of scores with Gumbel noise has the softmax of the scores as its distribution.
        y = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
        return X, y

    return draw


@pytest.fixture(scope="session")
def two_classes(draw_table):
    return draw_table()


@pytest.fixture(scope="session")
def three_classes(draw_table):
    return draw_table(n_classes=3, seed=1)


@pytest.fixture(params=["two_classes", "three_classes"])
def table(request):
    return request.getfixturevalue(request.param)
