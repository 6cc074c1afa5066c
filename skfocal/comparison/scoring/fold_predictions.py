"""Predictions for one test fold, in the forms that metrics need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_fscore_support

from skfocal._typing import Floats
from skfocal.comparison.scoring.log_probabilities import log_odds
from skfocal.comparison.scoring.threshold_rules import BEST_F1, ThresholdRule

__all__ = ["Decisions", "FoldPredictions", "event_predictions"]

Codes = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Decisions:
    """Predicted classes beside the true ones.

    Attributes
    ----------
    y_true, y_pred : ndarray of shape (n_samples,)
        Class indices.
    n_classes : int
        Number of classes.
    rule : ThresholdRule
        Rule of the threshold, with the costs if it has any.
    """

    y_true: Codes
    y_pred: Codes
    n_classes: int
    rule: ThresholdRule = BEST_F1

    @cached_property
    def by_class(self) -> tuple[Floats, Floats, Floats]:
        """Precision, recall and F1 of every class; NaN where they are not defined."""
        labels = [0, 1] if self.n_classes == 2 else None
        precision, recall, f1, _ = precision_recall_fscore_support(
            self.y_true, self.y_pred, labels=labels, zero_division=np.nan
        )
        return precision, recall, f1


@dataclass(frozen=True, eq=False)
class FoldPredictions:
    """Predictions of one classifier for one test fold: the argument of a metric's function.

    Attributes
    ----------
    y_true : ndarray of shape (n_samples,)
        Class indices; with two classes, 1 is the positive class.
    log_proba : ndarray of shape (n_samples, n_classes)
        Log-probabilities.
    y_pred : ndarray of shape (n_samples,)
        Class indices by the default decision.
    threshold : float or None
        Tuned threshold as log-odds; None with more than two classes.
    rule : ThresholdRule
        How the threshold was chosen, with the costs if it has any.

    Examples
    --------
    A metric for `skfocal.comparison.compare` is computed from it:

    >>> from skfocal.comparison import Metric
    >>> flagged = Metric(
    ...     "flagged",
    ...     "share of flagged rows",
    ...     lambda fold: fold.y_pred.mean(),
    ...     aspect="decisions",
    ...     greater_is_better=False,
    ... )
    """

    y_true: Codes
    log_proba: Floats
    y_pred: Codes
    threshold: float | None = None
    rule: ThresholdRule = BEST_F1

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return int(self.log_proba.shape[1])

    @cached_property
    def proba(self) -> Floats:
        """Probabilities, of shape (n_samples, n_classes)."""
        return np.asarray(np.exp(self.log_proba))

    @property
    def y_score(self) -> Floats:
        """Scores to rank rows by: the log-odds of class 1 of two, or all probabilities."""
        return log_odds(self.log_proba) if self.n_classes == 2 else self.proba

    @cached_property
    def default(self) -> Decisions:
        """The default decisions."""
        return Decisions(self.y_true, self.y_pred, self.n_classes, self.rule)

    @cached_property
    def tuned(self) -> Decisions | None:
        """The decisions at the tuned threshold, if there is one."""
        if self.threshold is None:
            return None
        positive = (log_odds(self.log_proba) >= self.threshold).astype(np.intp)
        return Decisions(self.y_true, positive, 2, self.rule)

    @cached_property
    def event(self) -> tuple[NDArray[np.bool_], Floats]:
        """The event whose calibration is judged, and its probability."""
        return event_predictions(self.y_true, self.log_proba)


def event_predictions(y_true: NDArray[Any], log_proba: Floats) -> tuple[NDArray[np.bool_], Floats]:
    """Return the event whose calibration is judged, and its predicted probability.

    With two classes the event is the positive class. With more, it is that the most probable
    class is the true one (top-label calibration).
    """
    if log_proba.shape[1] == 2:
        return y_true == 1, np.exp(log_proba[:, 1])
    return y_true == log_proba.argmax(axis=1), np.exp(log_proba.max(axis=1))
