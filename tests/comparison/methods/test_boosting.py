"""Boosted trees minimise their loss and predict its posterior."""

import lightgbm
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import log_loss

from skfocal import focal_loss
from skfocal.comparison.methods.boosting import BoostedTrees
from skfocal.comparison.scoring.log_probabilities import log_probabilities

RNG = np.random.default_rng(0)


def sample(n_classes, n_samples=3000, seed=0):
    """Return rows of six kinds with different class probabilities. The first class is frequent."""
    rng = np.random.default_rng(seed)
    truth = np.random.default_rng(7).dirichlet([4.0, *[1.0] * (n_classes - 1)], size=6)
    kind = rng.integers(0, 6, n_samples)
    y = (rng.uniform(size=n_samples)[:, np.newaxis] > truth.cumsum(axis=1)[kind]).sum(axis=1)
    return kind[:, np.newaxis].astype(float), y, truth[kind]


def frequencies(X, y, n_classes):
    """Return the frequency of each class among the training rows of the same kind."""
    kinds = X[:, 0].astype(int)
    counts = np.zeros((6, n_classes))
    np.add.at(counts, (kinds, y), 1)
    return (counts / counts.sum(axis=1, keepdims=True))[kinds]


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("gamma", [None, 0.0, 1.0, 3.0])
def test_probabilities_are_the_class_frequencies_for_any_gamma(n_classes, gamma):
    X, y, _ = sample(n_classes)
    model = BoostedTrees(gamma=gamma, n_estimators=300, learning_rate=0.2).fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X), frequencies(X, y, n_classes), atol=0.01)


@pytest.mark.parametrize("n_classes", [2, 4])
def test_the_loss_decreases_with_the_number_of_trees(n_classes):
    X, y, _ = sample(n_classes)
    models = [BoostedTrees(gamma=2.0, n_estimators=n).fit(X, y) for n in (1, 10, 50, 200)]
    losses = [focal_loss(y, model.decision_function(X), gamma=2) for model in models]
    assert losses == sorted(losses, reverse=True)


@pytest.mark.parametrize("n_classes", [2, 4])
def test_without_gamma_it_is_lightgbm(n_classes):
    X, y, _ = sample(n_classes)
    X = np.hstack([X, RNG.normal(size=(len(y), 2))])
    ours = BoostedTrees(n_estimators=20).fit(X, y)
    theirs = lightgbm.LGBMClassifier(
        n_estimators=20, num_leaves=15, verbosity=-1, num_threads=1, force_row_wise=True
    ).fit(X, y)
    raw = theirs.booster_.predict(X, raw_score=True)
    np.testing.assert_allclose(ours.decision_function(X), raw)
    predicted = raw > 0 if n_classes == 2 else raw.argmax(axis=1)
    np.testing.assert_array_equal(ours.predict(X), predicted)


@pytest.mark.parametrize("gamma", [None, 2.0])
def test_balanced_weights_make_classes_equal(gamma):
    X, y, _ = sample(2)
    model = BoostedTrees(
        gamma=gamma, class_weight="balanced", n_estimators=300, learning_rate=0.2
    ).fit(X, y)
    weighted = frequencies(X, y, 2) / np.bincount(y)
    expected = weighted / weighted.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict_proba(X), expected, atol=0.02)


@pytest.mark.parametrize("gamma", [None, 0.0, 0.5, 2.0, 5.0])
@pytest.mark.parametrize("counts", [(27, 3), (15, 9, 6)])
def test_boosting_starts_from_the_class_frequencies(gamma, counts):
    y = np.repeat(np.arange(len(counts)), counts)
    model = BoostedTrees(gamma=gamma, n_estimators=1).fit(np.arange(30.0)[:, np.newaxis], y)
    found = model.predict_proba(np.zeros((1, 1)))
    np.testing.assert_allclose(found, [np.divide(counts, 30)], rtol=1e-5)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_no_log_probability_is_rounded(n_classes):
    model = BoostedTrees(gamma=5.0, n_estimators=1)
    X, y, _ = sample(n_classes)
    model.fit(X, y)
    model.start_ = model.start_ + (20.0 if n_classes == 2 else 20.0 * np.eye(n_classes)[-1])
    log_proba = log_probabilities(model, X)
    assert log_proba[:, 0].max() < np.log(np.finfo(float).eps) - 10
    np.testing.assert_allclose(np.exp(log_proba), model.predict_proba(X))


def test_labels_may_be_strings_and_predictions_have_the_largest_logit():
    X, y, _ = sample(3)
    labels = np.array(["x", "y", "z"])
    model = BoostedTrees(gamma=1.0).fit(X, labels[y])
    predicted = labels[model.decision_function(X).argmax(axis=1)]
    np.testing.assert_array_equal(model.predict(X), predicted)
    assert log_loss(labels[y], model.predict_proba(X)) < 1.1
    two = BoostedTrees(gamma=1.0).fit(X, labels[np.minimum(y, 1)])
    assert set(two.predict(X)) == {"x", "y"}


def test_the_same_seed_gives_the_same_bits():
    X, y, _ = sample(2)
    model = BoostedTrees(gamma=1.0, random_state=1)
    first, second = (clone(model).fit(X, y).predict_proba(X) for _ in range(2))
    np.testing.assert_array_equal(first, second)
