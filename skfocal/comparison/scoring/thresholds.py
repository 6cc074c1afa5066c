"""Rules for the threshold of a decision, the same for every method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit
from sklearn.metrics import roc_curve

from skfocal._typing import Floats
from skfocal.comparison.errors import SettingError

__all__ = ["BEST_F1", "DEFAULT_RULE", "ThresholdRule", "find_threshold", "parse_threshold"]

DEFAULT_RULE = "tune:f1"


@dataclass(frozen=True)
class ThresholdRule:
    """How a threshold is chosen.

    Attributes
    ----------
    kind : {"f1", "mcc", "cost", "fixed"}
        The largest F1 or MCC or the lowest cost on the inner held-out rows, or a fixed
        probability.
    false_positive, false_negative : float, default=1.0
        Costs of a false positive and a false negative.
    probability : float, default=0.5
        The fixed probability.
    """

    kind: Literal["f1", "mcc", "cost", "fixed"]
    false_positive: float = 1.0
    false_negative: float = 1.0
    probability: float = 0.5

    def __str__(self) -> str:
        """Describe the rule."""
        if self.kind == "fixed":
            return f"the fixed probability {self.probability:g}"
        aim = {"f1": "the best F1", "mcc": "the best MCC"}.get(
            self.kind,
            f"the lowest cost with {self.false_positive:g} per false positive and "
            f"{self.false_negative:g} per false negative",
        )
        return f"{aim} on the inner held-out predictions"

    @property
    def score_label(self) -> str:
        """Name of the score that it optimises; F1 for a fixed probability."""
        return {"mcc": "MCC", "cost": "Mean cost per row"}.get(self.kind, "F1")


BEST_F1 = ThresholdRule("f1")
TUNED = {DEFAULT_RULE: BEST_F1, "tune:mcc": ThresholdRule("mcc")}


def parse_threshold(text: str) -> ThresholdRule:
    """Parse a rule: ``tune:f1``, ``tune:mcc``, ``cost:fp=1,fn=20`` or a probability.

    Raises
    ------
    SettingError
        If it is none of these.
    """
    kind, _, rest = text.partition(":")
    try:
        if text in TUNED:
            return TUNED[text]
        if kind == "cost":
            costs = {name.strip(): float(cost) for name, cost in _pairs(rest)}
            if costs.keys() == {"fp", "fn"} and all(0 < cost < np.inf for cost in costs.values()):
                return ThresholdRule("cost", costs["fp"], costs["fn"])
        elif 0 < float(text) < 1:
            return ThresholdRule("fixed", probability=float(text))
    except ValueError:
        pass
    raise SettingError(
        "threshold",
        "must be tune:f1, tune:mcc, cost:fp=1,fn=20 with costs above 0, or a probability between "
        f"0 and 1 such as 0.5; got {text!r}.",
    )


def find_threshold(rule: ThresholdRule, y_true: NDArray[np.intp], score: Floats) -> float:
    """Return the best threshold on the log-odds; the lowest of several that are equally good.

    Parameters
    ----------
    rule : ThresholdRule
        How to choose it.
    y_true : ndarray of shape (n_samples,)
        Class indices, 0 and 1.
    score : ndarray of shape (n_samples,)
        Log-odds of the positive class.

    Returns
    -------
    float
        Rows with at least these log-odds are positive. Infinite if it is best to have none.
    """
    if rule.kind == "fixed":
        return float(logit(rule.probability))
    false_positive_rate, true_positive_rate, thresholds = roc_curve(
        y_true, score, drop_intermediate=False
    )
    n_positive = np.count_nonzero(y_true)
    n_negative = len(y_true) - n_positive
    tp, fp = np.rint(true_positive_rate * n_positive), np.rint(false_positive_rate * n_negative)
    fn, tn = n_positive - tp, n_negative - fp
    if rule.kind == "f1":
        merit = 2 * tp / (2 * tp + fp + fn)
    elif rule.kind == "mcc":
        sides = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
        merit = (tp * tn - fp * fn) / np.sqrt(np.maximum(sides, 1))
    else:
        merit = -(rule.false_positive * fp + rule.false_negative * fn)
    return float(thresholds[np.flatnonzero(merit == merit.max())[-1]])


def _pairs(text: str) -> list[list[str]]:
    """Split ``a=1,b=2``."""
    return [part.split("=", 1) for part in text.split(",")]
