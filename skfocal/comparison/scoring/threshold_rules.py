"""Rules for the threshold of a decision, the same for every method."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from skfocal.comparison.errors import SettingError

__all__ = ["BEST_F1", "DEFAULT_RULE", "ThresholdRule", "parse_threshold"]

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
            if costs.keys() == {"fp", "fn"} and all(0 < cost < math.inf for cost in costs.values()):
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


def _pairs(text: str) -> list[list[str]]:
    """Split ``a=1,b=2``."""
    return [part.split("=", 1) for part in text.split(",")]
