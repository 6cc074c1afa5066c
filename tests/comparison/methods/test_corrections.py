import numpy as np
import pytest
from scipy.special import log_expit, log_softmax
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from skfocal.comparison.methods.calibration import (
    focal_temperature,
    isotonic,
    platt,
    temperature,
)
from skfocal.comparison.methods.prior_correction import restore_priors, undo_balance

CORRECTIONS = [restore_priors, undo_balance, platt, isotonic, temperature, focal_temperature]
CALIBRATIONS = [platt, isotonic, temperature, focal_temperature]


def sample(n_classes, n_samples=300, seed=0):
    """Return unbalanced classes, and informative but overconfident log-probabilities."""
    rng = np.random.default_rng(seed)
    y = np.sort(rng.integers(0, n_classes, n_samples) * rng.integers(0, 2, n_samples))
    logits = 3 * (rng.normal(size=(n_samples, n_classes)) + np.eye(n_classes)[y])
    return y, log_softmax(logits, axis=1)


def training_counts(y):
    """Return numbers of training rows of each class, with other frequencies than in `y`."""
    return np.arange(1, y.max() + 2)


def log_proba_of(log_odds):
    return np.column_stack([log_expit(-log_odds), log_expit(log_odds)])


@pytest.mark.parametrize("learn", CORRECTIONS)
@pytest.mark.parametrize("n_classes", [2, 4])
def test_corrected_probabilities_are_probabilities(learn, n_classes):
    y, log_proba = sample(n_classes)
    corrected = learn(y, log_proba, training_counts(y))(log_proba[:50])
    assert corrected.shape == (50, n_classes)
    assert np.isfinite(corrected).all()
    np.testing.assert_allclose(np.exp(corrected).sum(axis=1), 1)


@pytest.mark.parametrize("learn", CALIBRATIONS)
@pytest.mark.parametrize("n_classes", [2, 4])
def test_calibration_improves_overconfident_predictions_of_new_rows(learn, n_classes):
    y, log_proba = sample(n_classes, 600)
    y_new, log_proba_new = sample(n_classes, 600, seed=1)
    before = log_loss(y_new, np.exp(log_proba_new))
    assert (
        log_loss(y_new, np.exp(learn(y, log_proba, training_counts(y))(log_proba_new)))
        < 0.9 * before
    )


@pytest.mark.parametrize("learn", CORRECTIONS)
def test_two_classes_keep_the_order_of_the_rows(learn):
    y, log_proba = sample(2)
    rows = np.argsort(log_proba[:, 1])
    assert (np.diff(learn(y, log_proba, training_counts(y))(log_proba)[rows, 1]) >= 0).all()


@pytest.mark.parametrize("priors", [(0.9, 0.1), (0.5, 0.3, 0.2)])
@pytest.mark.parametrize("training_counts", [(7, 7, 7), (400, 200, 100)])
def test_restored_priors_follow_from_bayes(priors, training_counts):
    """The class densities are known, and so is the posterior for any priors."""
    counts = np.array(training_counts[: len(priors)])
    x = np.linspace(-3, 5, 40)[:, np.newaxis]
    log_density = -0.5 * (x - 2 * np.arange(len(priors))) ** 2
    y = np.repeat(np.arange(len(priors)), (1000 * np.array(priors)).astype(int))
    correct = restore_priors(y, np.empty((0, len(priors))), counts)
    truth = np.exp(log_density) * priors
    np.testing.assert_allclose(
        np.exp(correct(log_softmax(log_density + np.log(counts), axis=1))),
        truth / truth.sum(axis=1, keepdims=True),
    )


def test_equal_priors_need_no_correction():
    y, log_proba = sample(3)
    corrected = restore_priors(y, log_proba, 5 * np.bincount(y))(log_proba)
    np.testing.assert_allclose(corrected, log_proba, atol=1e-12)


def test_uninformative_predictions_become_the_class_frequencies():
    y = np.repeat([0, 1, 2], [7, 2, 1])
    correct = undo_balance(y, np.empty((0, 3)), np.array([700, 200, 100]))
    np.testing.assert_allclose(np.exp(correct(np.full((1, 3), -np.log(3)))), [[0.7, 0.2, 0.1]])


@pytest.mark.parametrize("n_classes", [2, 4])
def test_no_temperature_has_a_smaller_loss(n_classes):
    y, log_proba = sample(n_classes)
    found = log_loss(y, np.exp(temperature(y, log_proba, None)(log_proba)))
    for divisor in np.geomspace(0.1, 20, 200):
        other = np.exp(log_softmax(log_proba / divisor, axis=1))
        assert found <= log_loss(y, other) + 1e-9


def test_the_temperature_undoes_any_factor():
    y, log_proba = sample(3)
    stretched = log_softmax(2.5 * log_proba, axis=1)
    np.testing.assert_allclose(
        temperature(y, stretched, None)(stretched),
        temperature(y, log_proba, None)(log_proba),
        atol=1e-4,
    )


@pytest.mark.parametrize(("learn", "method"), [(platt, "sigmoid"), (isotonic, "isotonic")])
def test_two_classes_agree_with_scikit_learn(learn, method):
    y, log_proba = sample(2)
    score = (log_proba[:, 1] - log_proba[:, 0])[:, np.newaxis]
    model = LogisticRegression().fit(score, y)
    theirs = CalibratedClassifierCV(FrozenEstimator(model), method=method, ensemble=False)
    expected = theirs.fit(score, y).predict_proba(score)[:, 1]
    if method == "isotonic":  # theirs reaches 0 and 1
        expected = expected.clip(1 / (len(y) + 2), 1 - 1 / (len(y) + 2))
    held_out = log_proba_of(model.decision_function(score))
    np.testing.assert_allclose(
        np.exp(learn(y, held_out, None)(held_out)[:, 1]), expected, atol=1e-4
    )


def test_platt_scaling_returns_its_targets_for_two_separating_scores():
    y = np.repeat([0, 1], [8, 3])
    log_proba = log_proba_of(np.where(y == 1, 2.0, -1.0))
    probability = np.exp(platt(y, log_proba, None)(log_proba))[:, 1]
    np.testing.assert_allclose(probability, np.where(y == 1, 4 / 5, 1 / 10), rtol=1e-5)


def test_isotonic_steps_are_pooled_and_never_0_or_1():
    y = np.array([0, 0, 1, 0, 1, 1])
    log_proba = log_proba_of(np.arange(6.0))
    probability = np.exp(isotonic(y, log_proba, None)(log_proba))[:, 1]
    np.testing.assert_allclose(probability, [1 / 8, 1 / 8, 1 / 2, 1 / 2, 7 / 8, 7 / 8])
