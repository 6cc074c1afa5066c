"""Scores of forecasts, given the true risk of each row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from skfocal.metrics import calibration_error, calibration_intercept_slope

SCORES = (
    *("intercept", "slope", "auc", "log_loss", "brier", "calibration_error"),
    *("sensitivity_half", "sensitivity_fraction", "specificity_half", "specificity_fraction"),
)
# Nearly separated rows would otherwise have infinite log-odds.
CERTAIN = 1e-12


def score(
    risk: NDArray[np.float64], probability: NDArray[np.float64], event_fraction: float
) -> dict[str, float]:
    """Return all `SCORES` of probabilities, with thresholds at one half and the event fraction.

    Each row counts as an event with the weight of its true risk and as a non-event with the rest.
    The scores are thus the limits over many draws of the outcomes.
    """
    probability = np.clip(probability, CERTAIN, 1 - CERTAIN)
    y_true = np.repeat([1, 0], len(risk))
    y_prob = np.tile(probability, 2)
    weight = np.concatenate([risk, 1 - risk])
    recalibration = calibration_intercept_slope(y_true, y_prob, sample_weight=weight)
    sensitivity, specificity = {}, {}
    for name, threshold in {"half": 0.5, "fraction": event_fraction}.items():
        positive = probability >= threshold
        sensitivity[f"sensitivity_{name}"] = float(np.average(positive, weights=risk))
        specificity[f"specificity_{name}"] = float(np.average(~positive, weights=1 - risk))
    return {
        "intercept": recalibration.intercept,
        "slope": recalibration.slope,
        "auc": float(roc_auc_score(y_true, y_prob, sample_weight=weight)),
        "log_loss": float(log_loss(y_true, y_prob, sample_weight=weight)),
        "brier": float(brier_score_loss(y_true, y_prob, sample_weight=weight)),
        "calibration_error": calibration_error(y_true, y_prob, sample_weight=weight),
        **sensitivity,
        **specificity,
    }
