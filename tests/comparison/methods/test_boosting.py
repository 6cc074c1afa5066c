"""Boosted trees of all libraries as methods of the comparison."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import log_loss

from skfocal.comparison.methods.boosting import FAMILY, BoostedTrees
from skfocal.comparison.scoring.log_probabilities import log_probabilities

LIBRARIES = ("xgboost", "lightgbm", "catboost")


def sample(n_classes, n_samples=1000):
    """Return rows of four kinds with different class probabilities. The first class is frequent."""
    rng = np.random.default_rng(0)
    truth = np.random.default_rng(7).dirichlet([4.0, *[1.0] * (n_classes - 1)], size=4)
    kind = rng.integers(0, 4, n_samples)
    y = (rng.uniform(size=n_samples)[:, np.newaxis] > truth.cumsum(axis=1)[kind]).sum(axis=1)
    return kind[:, np.newaxis].astype(float), y


def frequencies(X, y, n_classes):
    """Return the frequency of each class among the training rows of the same kind."""
    kinds = X[:, 0].astype(int)
    counts = np.zeros((4, n_classes))
    np.add.at(counts, (kinds, y), 1)
    return (counts / counts.sum(axis=1, keepdims=True))[kinds]


@pytest.mark.parametrize(
    "settings", [{}, {"focal_gamma": 2.0}, {"focal_alpha": "balanced"}], ids=str
)
@pytest.mark.parametrize("library", LIBRARIES)
def test_probabilities_are_the_class_frequencies_for_any_loss(library, settings):
    X, y = sample(2)
    model = BoostedTrees(library, n_estimators=50, learning_rate=0.2, **settings).fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X), frequencies(X, y, 2), atol=0.02)
    log_proba = log_probabilities(model, X)
    np.testing.assert_allclose(np.exp(log_proba), model.predict_proba(X), rtol=1e-9)
    assert set(model.predict(X)) <= {0, 1}
    assert model.decision_function(X).shape == (len(X),)


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_probability_can_be_chosen_after_the_fit(library):
    X, y = sample(2)
    model = BoostedTrees(library, n_estimators=50, learning_rate=0.2, focal_alpha="balanced")
    corrected = model.fit(X, y).predict_proba(X)
    weighted = frequencies(X, y, 2) / np.bincount(y)
    weighted /= weighted.sum(axis=1, keepdims=True)
    found = model.set_params(probability="weighted").predict_proba(X)
    np.testing.assert_allclose(found, weighted, atol=0.03)
    np.testing.assert_array_equal(
        model.set_params(probability="posterior").predict_proba(X), corrected
    )


@pytest.mark.parametrize("library", LIBRARIES)
def test_three_classes_with_labels(library):
    X, y = sample(3, 300)
    labels = np.array(["x", "y", "z"])[y]
    model = BoostedTrees(library, n_estimators=5, focal_gamma=1.0, learning_rate=0.3)
    model.fit(X, labels)
    assert log_loss(labels, model.predict_proba(X)) < 1.05
    assert set(model.predict(X)) <= {"x", "y", "z"}


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_same_seed_gives_the_same_bits(library):
    X, y = sample(2, 200)
    model = BoostedTrees(library, focal_gamma=1.0, n_estimators=10, random_state=1)
    first, second = (clone(model).fit(X, y).predict_proba(X) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_all_methods_have_the_same_budget():
    assert {method.n_candidates for method in FAMILY} == {12}
