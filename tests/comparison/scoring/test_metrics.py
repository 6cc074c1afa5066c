import numpy as np
import pytest
from scipy.special import logsumexp
from sklearn.metrics import (
    brier_score_loss,
    confusion_matrix,
    f1_score,
    log_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)

from skfocal.comparison.scoring.fold_predictions import FoldPredictions, event_predictions
from skfocal.comparison.scoring.metrics import DESCRIPTIONS, METRICS
from skfocal.comparison.scoring.metrics import score_fold as score_predictions

RNG = np.random.default_rng(0)
Y = RNG.permutation(np.arange(80) < 20).astype(int)
LOGITS = RNG.normal(size=80) + 1.5 * Y
Y3 = RNG.integers(0, 3, 90)
LOGITS3 = RNG.normal(size=(90, 3)) + np.eye(3)[Y3]


COSTS = ("cost_default", "cost_tuned")


def score_fold(y_true, log_proba, y_pred, threshold):
    return score_predictions(FoldPredictions(y_true, log_proba, y_pred, threshold))


def log_proba_of(logits):
    logits = np.column_stack([np.zeros(len(logits)), logits]) if logits.ndim == 1 else logits
    return logits - logsumexp(logits, axis=1, keepdims=True)


def test_two_classes_agree_with_scikit_learn():
    log_proba = log_proba_of(LOGITS)
    probability = np.exp(log_proba[:, 1])
    scores = score_fold(Y, log_proba, (LOGITS > 0).astype(int), threshold=0.7)
    assert scores["log_loss"] == pytest.approx(log_loss(Y, probability))
    assert scores["brier_score"] == pytest.approx(brier_score_loss(Y, probability))
    assert scores["roc_auc"] == pytest.approx(roc_auc_score(Y, LOGITS))
    assert scores["f1_default"] == pytest.approx(f1_score(Y, LOGITS > 0))
    assert scores["f1_tuned"] == pytest.approx(f1_score(Y, LOGITS > 0.7))
    assert scores["threshold"] == pytest.approx(1 / (1 + np.exp(-0.7)))
    assert scores.keys() == {*METRICS, *DESCRIPTIONS}


def test_more_classes_are_averaged_and_have_no_threshold():
    log_proba = log_proba_of(LOGITS3)
    predicted = LOGITS3.argmax(axis=1)
    scores = score_fold(Y3, log_proba, predicted, threshold=None)
    expected = np.mean([roc_auc_score(k == Y3, log_proba[:, k]) for k in range(3)])
    assert scores["roc_auc"] == pytest.approx(expected)
    assert scores["log_loss"] == pytest.approx(log_loss(Y3, np.exp(log_proba)))
    assert scores["f1_default"] == pytest.approx(f1_score(Y3, predicted, average="macro"))
    without = {key for key, value in scores.items() if np.isnan(value)}
    decisions = ["f1", "balanced_accuracy", "mcc", "g_mean", "precision", "recall"]
    assert without == {*(f"{name}_tuned" for name in decisions), "threshold", *COSTS}
    assert {
        key for key in METRICS if not METRICS[key].applies_to(3)
    } == without - DESCRIPTIONS.keys()


def test_decisions_follow_from_the_four_counts():
    scores = score_fold(Y, log_proba_of(LOGITS), (LOGITS > 0).astype(int), threshold=0.7)
    for kind, threshold in (("default", 0), ("tuned", 0.7)):
        tn, fp, fn, tp = confusion_matrix(Y, threshold < LOGITS).ravel()
        recall, specificity, precision = tp / (tp + fn), tn / (tn + fp), tp / (tp + fp)
        assert scores[f"recall_{kind}"] == pytest.approx(recall)
        assert scores[f"precision_{kind}"] == pytest.approx(precision)
        assert scores[f"balanced_accuracy_{kind}"] == pytest.approx((recall + specificity) / 2)
        assert scores[f"g_mean_{kind}"] == pytest.approx((recall * specificity) ** 0.5)
        product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
        assert scores[f"mcc_{kind}"] == pytest.approx((tp * tn - fp * fn) / product**0.5)


def test_multiclass_decisions_weight_all_classes_equally():
    predicted = LOGITS3.argmax(axis=1)
    scores = score_fold(Y3, log_proba_of(LOGITS3), predicted, threshold=None)
    recalls = recall_score(Y3, predicted, average=None)
    assert scores["recall_default"] == pytest.approx(recalls.mean())
    assert scores["g_mean_default"] == pytest.approx(recalls.prod() ** (1 / 3))
    expected = precision_score(Y3, predicted, average="macro")
    assert scores["precision_default"] == pytest.approx(expected)


def test_without_a_positive_decision_there_is_no_precision():
    scores = score_fold(Y, log_proba_of(LOGITS), np.zeros_like(Y), threshold=1e3)
    assert np.isnan([scores["precision_default"], scores["precision_tuned"]]).all()
    assert scores["mcc_default"] == scores["g_mean_tuned"] == 0


def test_the_calibration_intercept_is_the_offset_of_the_log_odds():
    first = score_fold(Y, log_proba_of(LOGITS), Y, None)
    moved = score_fold(Y, log_proba_of(LOGITS + 0.4), Y, None)
    stretched = score_fold(Y, log_proba_of(2 * LOGITS), Y, None)
    difference = moved["calibration_intercept"] - first["calibration_intercept"]
    assert difference == pytest.approx(-0.4)
    assert moved["calibration_slope"] == pytest.approx(first["calibration_slope"])
    assert stretched["calibration_slope"] == pytest.approx(first["calibration_slope"] / 2)


def test_separated_outcomes_have_no_calibration_slope():
    scores = score_fold(Y, log_proba_of(2.0 * Y - 1), Y, None)
    assert np.isnan([scores["calibration_intercept"], scores["calibration_slope"]]).all()
    assert np.isfinite(scores["log_loss"])


def test_multiclass_calibration_uses_the_top_label():
    event, probability = event_predictions(
        np.array([0, 2]), np.log([[0.5, 0.2, 0.3], [0.6, 0.1, 0.3]])
    )
    assert event.tolist() == [True, False]
    np.testing.assert_allclose(probability, [0.5, 0.6])


def test_no_shift_of_the_log_odds_changes_the_ranking():
    scores = [
        score_fold(Y, log_proba_of(LOGITS + shift), Y, None) for shift in (-800, -30, 0, 30, 800)
    ]
    for key in ("average_precision", "roc_auc"):
        assert len({round(one[key], 12) for one in scores}) == 1


def test_losses_are_finite_if_probabilities_round_to_zero():
    scores = score_fold(Y, log_proba_of(1e3 * LOGITS), Y, None)
    assert np.isfinite(scores["log_loss"])
    assert scores["log_loss"] > 10
