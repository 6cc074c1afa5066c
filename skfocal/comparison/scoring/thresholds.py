"""Rules by which the threshold of a decision is set, the same for every method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit
from sklearn.metrics import roc_curve

from skfocal._typing import Floats

__all__ = ["BEST_F1", "DEFAULT_RULE", "ThresholdRule", "find_threshold", "parse_threshold"]

DEFAULT_RULE = "tune:f1"


@dataclass(frozen=True)
class ThresholdRule:
    """How a threshold is set.

    Attributes
    ----------
    kind : {"f1", "mcc", "cost", "fixed"}
        What is best on inner held-out rows: the largest F1 or MCC, or the lowest cost; or a
        probability given beforehand.
    false_positive, false_negative : float, default=1.0
        Costs of a wrong decision of either kind.
    probability : float, default=0.5
        The one given beforehand.
    """

    kind: Literal["f1", "mcc", "cost", "fixed"]
    false_positive: float = 1.0
    false_negative: float = 1.0
    probability: float = 0.5

    def __str__(self) -> str:
        """Say the rule in words."""
        if self.kind == "fixed":
            return f"the probability {self.probability:g}, given beforehand"
        aim = {"f1": "the best F1", "mcc": "the best MCC"}.get(
            self.kind,
            f"the lowest cost, where a false positive costs {self.false_positive:g} "
            f"and a false negative {self.false_negative:g},",
        )
        return f"{aim} on the inner held-out predictions"


BEST_F1 = ThresholdRule("f1")
TUNED = {DEFAULT_RULE: BEST_F1, "tune:mcc": ThresholdRule("mcc")}


def parse_threshold(text: str) -> ThresholdRule:
    """Read a rule: ``tune:f1``, ``tune:mcc``, ``cost:fp=1,fn=20`` or a probability.

    Raises
    ------
    ValueError
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
    raise ValueError(
        "threshold must be tune:f1, tune:mcc, cost:fp=1,fn=20 with costs above 0, or a "
        f"probability between 0 and 1 such as 0.5; got {text!r}."
    )


def find_threshold(rule: ThresholdRule, y_true: NDArray[np.intp], score: Floats) -> float:
    """Return the log-odds from which on rows are called positive; of equally good ones the lowest.

    Parameters
    ----------
    rule : ThresholdRule
        What is best.
    y_true : ndarray of shape (n_samples,)
        Class indices, 0 and 1.
    score : ndarray of shape (n_samples,)
        Log-odds of the positive class.

    Returns
    -------
    float
        Infinite if it is best to call no row positive.
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
