"""Decision thresholds, calibration and scikit-learn displays."""

import matplotlib as mpl
import numpy as np
import pytest
import sklearn
from scipy.optimize import minimize
from scipy.special import expit, log_expit
from sklearn.calibration import CalibratedClassifierCV, CalibrationDisplay, calibration_curve
from sklearn.inspection import DecisionBoundaryDisplay
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import (
    FixedThresholdClassifier,
    TunedThresholdClassifierCV,
    cross_val_predict,
)

from skfocal import FocalLogisticRegression

mpl.use("agg")
from matplotlib import pyplot as plt

SKLEARN = tuple(int(part) for part in sklearn.__version__.split(".")[:2])


def test_fixed_threshold_applies_to_the_posterior(rare):
    X, y = rare
    model = FocalLogisticRegression(alpha="balanced")
    fixed = FixedThresholdClassifier(
        model, threshold=0.2, pos_label="rare", response_method="predict_proba"
    ).fit(X, y)

    probability = model.fit(X, y).predict_proba(X)[:, 0]
    np.testing.assert_array_equal(fixed.predict(X) == "rare", probability >= 0.2)
    # `predict_proba` inverts the effect of the class weights.
    assert probability.mean() == pytest.approx(np.mean(y == "rare"), abs=0.02)
    assert (fixed.predict(X) != model.predict(X)).any()


def test_tuned_threshold_maximises_its_score(rare):
    X, y = rare
    f1 = make_scorer(f1_score, pos_label="rare")
    tuned = TunedThresholdClassifierCV(
        FocalLogisticRegression(), scoring=f1, cv=3, store_cv_results=True
    ).fit(X, y)

    # Both the F1 score and the threshold are for the class "rare".
    probability = FocalLogisticRegression().fit(X, y).predict_proba(X)[:, 0]
    np.testing.assert_array_equal(tuned.predict(X) == "rare", probability >= tuned.best_threshold_)
    scores = tuned.cv_results_["scores"]
    assert (
        tuned.best_score_ == scores.max() > np.interp(0.5, tuned.cv_results_["thresholds"], scores)
    )


def isotonic(logits, y, new):
    return IsotonicRegression(out_of_bounds="clip").fit(logits, y).predict(new)


def sigmoid(logits, y, new):
    # Platt scaling with its smoothed targets.
    n_positive, n_negative = y.sum(), (1 - y).sum()
    target = np.where(y == 1, (n_positive + 1) / (n_positive + 2), 1 / (n_negative + 2))
    slope, shift = minimize(lambda p: cross_entropy(p[0] * logits + p[1], target), [1.0, 0.0]).x
    return expit(slope * new + shift)


def temperature(logits, y, new):
    return expit(minimize(lambda p: cross_entropy(p[0] * logits, y), [1.0]).x * new)


def cross_entropy(logits, target):
    return -np.mean(target * log_expit(logits) + (1 - target) * log_expit(-logits))


METHODS = {"sigmoid": sigmoid, "isotonic": isotonic}
# scikit-learn has temperature scaling since 1.8.
if SKLEARN >= (1, 8):
    METHODS["temperature"] = temperature


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("probability", ["posterior", "link"])
def test_calibration_uses_the_logits_for_any_probability(rare, method, probability):
    X, y = rare
    model = FocalLogisticRegression(5.0, "balanced", probability=probability)
    calibrated = CalibratedClassifierCV(model, method=method, cv=3, ensemble=False).fit(X, y)

    held_out = cross_val_predict(model, X, y, cv=3, method="decision_function")
    logits = model.fit(X, y).decision_function(X)
    expected = METHODS[method](held_out, (y == "usual").astype(float), logits)
    assert calibrated.classes_.tolist() == ["rare", "usual"]
    np.testing.assert_allclose(calibrated.predict_proba(X)[:, 1], expected, atol=1e-4)
    assert np.ptp(expected) > 0.5


@pytest.fixture
def axes():
    _, axes = plt.subplots()
    yield axes
    plt.close("all")


@pytest.mark.parametrize("response_method", ["predict_proba", "decision_function", "predict"])
def test_decision_boundary_display_uses_the_predictions(rare, axes, response_method):
    X, y = rare[0][:, :2], rare[1] == "rare"
    model = FocalLogisticRegression(alpha="balanced").fit(X, y)
    display = DecisionBoundaryDisplay.from_estimator(
        model, X, response_method=response_method, grid_resolution=20, ax=axes
    )
    grid = np.column_stack([display.xx0.ravel(), display.xx1.ravel()])
    predictions = getattr(model, response_method)(grid)
    predictions = predictions[:, 1] if predictions.ndim == 2 else predictions
    np.testing.assert_array_equal(display.response.ravel(), predictions)
    assert len(np.unique(predictions)) > 1
    assert axes.collections


def test_calibration_display_uses_the_posterior(rare, axes):
    X, y = rare
    model = FocalLogisticRegression(alpha="balanced").fit(X, y)
    display = CalibrationDisplay.from_estimator(model, X, y, pos_label="rare", n_bins=5, ax=axes)

    frequency, probability = calibration_curve(y == "rare", model.predict_proba(X)[:, 0], n_bins=5)
    np.testing.assert_allclose(display.prob_true, frequency)
    np.testing.assert_allclose(display.prob_pred, probability)
    assert "FocalLogisticRegression" in axes.get_legend().get_texts()[1].get_text()
