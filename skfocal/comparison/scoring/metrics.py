"""The metrics that methods are compared by: their names, directions and meanings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from skfocal.comparison.data.tables import near_matches
from skfocal.comparison.scoring.thresholds import ThresholdRule

__all__ = ["COSTS", "DESCRIPTIONS", "METRICS", "N_BINS", "Metric", "resolve_metrics"]

N_BINS = 10
Aspect: TypeAlias = Literal["ranking", "probabilities", "decisions"]


@dataclass(frozen=True)
class Metric:
    """How a score is called and read.

    Attributes
    ----------
    key : str
        Its column among the scores.
    label : str
        What the report calls it.
    aspect : {"ranking", "probabilities", "decisions"}
        What it judges.
    greater_is_better : bool
        Its direction.
    meaning : str
        One sentence for the report.
    binary_only : bool, default=False
        Whether it needs a threshold, and so two classes.
    """

    key: str
    label: str
    aspect: Aspect
    greater_is_better: bool
    meaning: str
    binary_only: bool = False

    def suits(self, n_classes: int) -> bool:
        """Whether the metric is defined for so many classes."""
        return n_classes == 2 or not self.binary_only


def _decided(
    key: str, label: str, meaning: str, *, greater_is_better: bool = True, binary_only: bool = False
) -> tuple[Metric, Metric]:
    """Judge decisions by one figure, at the default and at the chosen threshold."""
    default = Metric(
        f"{key}_default",
        f"{label} at the default decision",
        "decisions",
        greater_is_better,
        meaning=f"{meaning} as the fitted model's predict decides.",
        binary_only=binary_only,
    )
    tuned = Metric(
        f"{key}_tuned",
        f"{label} at the chosen threshold",
        "decisions",
        greater_is_better,
        meaning=f"{meaning} at the threshold chosen by one rule for all methods.",
        binary_only=True,
    )
    return default, tuned


_METRICS = (
    Metric(
        "average_precision",
        "Average precision",
        "ranking",
        greater_is_better=True,
        meaning="How far up the positive rows are ranked; chance gives the prevalence.",
    ),
    Metric(
        "roc_auc",
        "ROC AUC",
        "ranking",
        greater_is_better=True,
        meaning="Chance that a positive row is ranked above a negative one.",
    ),
    Metric(
        "log_loss",
        "Log loss",
        "probabilities",
        greater_is_better=False,
        meaning="Mean of −log of the probability given to what happened, without clipping.",
    ),
    Metric(
        "brier_score",
        "Brier score",
        "probabilities",
        greater_is_better=False,
        meaning="Mean squared distance of the probability from what happened.",
    ),
    Metric(
        "calibration_error",
        "Calibration error",
        "probabilities",
        greater_is_better=False,
        meaning=f"Mean absolute gap between probability and frequency in {N_BINS} bins of equally "
        "many rows; above 0 by chance alone in small folds.",
    ),
    Metric(
        "squared_calibration_error",
        "Debiased squared calibration error",
        "probabilities",
        greater_is_better=False,
        meaning="Mean squared gap less what chance adds to it; it may fall below 0.",
    ),
    *_decided("f1", "F1", "F1 of the positive class"),
    *_decided("balanced_accuracy", "Balanced accuracy", "Mean recall of the classes"),
    *_decided("mcc", "MCC", "Correlation (Matthews) between decided and true class"),
    *_decided("g_mean", "G-mean", "Geometric mean of the recalls of the classes"),
    *_decided(
        "cost",
        "Cost",
        "Mean cost of a row, at the costs given for false positives and false negatives,",
        greater_is_better=False,
        binary_only=True,
    ),
)
METRICS = {metric.key: metric for metric in _METRICS}
COSTS = ("cost_default", "cost_tuned")
"""Metrics that are measured only where costs are given."""
DESCRIPTIONS = {
    "calibration_intercept": "Calibration intercept",
    "calibration_slope": "Calibration slope",
    "precision_default": "Precision at the default decision",
    "precision_tuned": "Precision at the chosen threshold",
    "recall_default": "Recall at the default decision",
    "recall_tuned": "Recall at the chosen threshold",
    "threshold": "Chosen threshold",
}
"""What is measured too, but alone makes no method better or worse, and so ranks none."""


def resolve_metrics(names: Sequence[str] | None, rule: ThresholdRule) -> tuple[str, ...]:
    """Look up metrics by key; by default all, and those of cost where the rule has costs.

    Raises
    ------
    ValueError
        If one is unknown, there twice or not measured.
    """
    measured = [key for key in METRICS if rule.kind == "cost" or key not in COSTS]
    chosen = tuple(measured if names is None else names)
    for name in chosen:
        if name not in METRICS:
            raise ValueError(f"metrics got {name!r}; {near_matches(name, METRICS, 'they may be')}")
        if name not in measured:
            raise ValueError(f"{name!r} needs costs: give a threshold such as 'cost:fp=1,fn=20'")
        if chosen.count(name) > 1:
            raise ValueError(f"metrics must be different; {name!r} is there twice.")
    return chosen
