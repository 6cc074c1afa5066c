"""Data sets for the tests of composition."""

import numpy as np
import pytest


@pytest.fixture(scope="session")
def rare():
    """Return a binary problem with two informative and two uninformative features."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 4))
    utility = 2 * X[:, 0] - 1.5 * X[:, 1] + rng.logistic(size=400)
    return X, np.where(utility > 2, "rare", "usual")


@pytest.fixture(scope="session")
def three():
    """Return a problem with three classes."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((300, 4))
    scores = 1.5 * X[:, :3] + rng.gumbel(size=(300, 3))
    return X, np.array(["a", "b", "c"])[scores.argmax(axis=1)]


@pytest.fixture(scope="session")
def weight():
    """Return sample weights for the binary problem."""
    return np.random.default_rng(2).uniform(0.1, 2, 400)
