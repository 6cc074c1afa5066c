"""Plot of what a decision threshold costs and gains."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from skfocal._checks import check_number
from skfocal._typing import Floats
from skfocal.displays._drawing import make_axes, styles, to_frame
from skfocal.metrics._checks import check_forecast

__all__ = ["ThresholdDisplay"]

_LABELS = {
    "precision": "precision",
    "recall": "recall",
    "flagged": "share flagged",
    "f1": "F1",
    "cost": "mean cost, as a share of the largest",
}


class ThresholdDisplay:
    """Plot of precision, recall, share of flagged samples, and F1 or cost for every threshold.

    A sample is flagged if its probability is at least the threshold. Use `from_predictions` or
    `from_estimator` to create a display.

    Parameters
    ----------
    thresholds : ndarray of shape (n_thresholds,)
        Thresholds, ascending.
    precision, recall, flagged : ndarray of shape (n_thresholds,)
        Precision, recall, and the share of flagged samples. The precision is nan where no sample is
        flagged.
    f1 : ndarray of shape (n_thresholds,)
        F1 score.
    cost : ndarray of shape (n_thresholds,) or None
        Mean cost per sample. If given, it is plotted in place of F1.
    chosen : float
        The marked threshold.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the plot.
    figure_ : matplotlib Figure
        Figure that contains the plot.

    See Also
    --------
    sklearn.model_selection.TunedThresholdClassifierCV : Selects a threshold by cross-validation.

    Notes
    -----
    By default the threshold with the lowest cost, or the largest F1, is marked. It is the best one
    for these samples. For an honest estimate of its performance use other samples.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from skfocal.displays import ThresholdDisplay
    >>> y_prob = [0.1, 0.2, 0.4, 0.6, 0.7, 0.9]
    >>> ThresholdDisplay.from_predictions([0, 0, 1, 0, 1, 1], y_prob).chosen
    0.4
    """

    def __init__(
        self,
        *,
        thresholds: Floats,
        precision: Floats,
        recall: Floats,
        flagged: Floats,
        f1: Floats,
        cost: Floats | None,
        chosen: float,
    ) -> None:
        self.thresholds = thresholds
        self.precision = precision
        self.recall = recall
        self.flagged = flagged
        self.f1 = f1
        self.cost = cost
        self.chosen = chosen

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: ArrayLike,
        *,
        costs: tuple[float, float] | None = None,
        threshold: float | None = None,
        sample_weight: ArrayLike | None = None,
        pos_label: Any = None,
        ax: Any = None,
    ) -> Self:
        """Plot the thresholds of a fitted classifier.

        Parameters
        ----------
        estimator : object
            Fitted classifier for two classes, with ``predict_proba``.
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Data.
        y : array-like of shape (n_samples,)
            True labels, of two classes.
        costs : tuple of float, default=None
            Costs of a false positive and of a false negative, >= 0.
        threshold : float, default=None
            The threshold to mark. None means the best one.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights, >= 0.
        pos_label : int, float, bool or str, default=None
            Label of the positive class. None means ``classes_[1]``.
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : ThresholdDisplay
            Display with the plot.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If the classifier has more than two classes, or a parameter is invalid.
        """
        classes = list(estimator.classes_)
        if len(classes) != 2:
            msg = f"estimator must have two classes; got {len(classes)}."
            raise ValueError(msg)
        label = classes[1] if pos_label is None else pos_label
        if label not in classes:
            msg = f"pos_label must be one of {classes}; got {pos_label!r}."
            raise ValueError(msg)
        return cls.from_predictions(
            y,
            estimator.predict_proba(X)[:, classes.index(label)],
            costs=costs,
            threshold=threshold,
            sample_weight=sample_weight,
            pos_label=label,
            ax=ax,
        )

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_prob: ArrayLike,
        *,
        costs: tuple[float, float] | None = None,
        threshold: float | None = None,
        sample_weight: ArrayLike | None = None,
        pos_label: Any = None,
        ax: Any = None,
    ) -> Self:
        """Plot the thresholds of predicted probabilities.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            True labels, of two classes.
        y_prob : array-like of shape (n_samples,)
            Predicted probabilities of the positive class.
        costs : tuple of float, default=None
            Costs of a false positive and of a false negative, >= 0.
        threshold : float, default=None
            The threshold to mark. None means the best one.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights, >= 0.
        pos_label : int, float, bool or str, default=None
            Label of the positive class. None means 1 and requires `y_true` to hold only 0 and 1,
            or booleans.
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : ThresholdDisplay
            Display with the plot.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If a parameter is invalid.
        """
        event, probability, weight = check_forecast(y_true, y_prob, sample_weight, pos_label)
        if not event.any():
            msg = "y_true must hold the positive class."
            raise ValueError(msg)
        thresholds, group = np.unique(probability, return_inverse=True)
        # Sums over the samples at and above each threshold.
        total = np.bincount(group, weights=weight)[::-1].cumsum()[::-1]
        hits = np.bincount(group, weights=weight * event)[::-1].cumsum()[::-1]
        positives, n = float(hits[0]), float(total[0])
        precision, recall = hits / total, hits / positives
        f1 = 2 * hits / (total + positives)
        cost = None
        if costs is not None:
            false_positive, false_negative = (
                check_number("costs", each, "two numbers >= 0", above=0, closed=True)
                for each in costs
            )
            cost = (false_positive * (total - hits) + false_negative * (positives - hits)) / n
        if threshold is None:
            best = f1.argmax() if cost is None else cost.argmin()
            threshold = float(thresholds[best])
        return cls(
            thresholds=thresholds,
            precision=precision,
            recall=recall,
            flagged=total / n,
            f1=f1,
            cost=cost,
            chosen=threshold,
        ).plot(ax=ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the plot.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : ThresholdDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        ax = make_axes(self, ax)
        for (name, values), style in zip(self._curves().items(), styles(), strict=False):
            shown = values / values.max() if name == "cost" and values.max() > 0 else values
            ax.step(self.thresholds, shown, where="post", label=_LABELS[name], **style)
        ax.axvline(self.chosen, color="0.5", linewidth=0.8)
        ax.annotate(
            f" {self.chosen:.3g}",
            (self.chosen, 1),
            xycoords=("data", "axes fraction"),
            va="top",
            color="0.3",
        )
        ax.set(xlabel="threshold", ylabel="", xlim=(0, 1), ylim=(0, 1.02))
        ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5))
        return self

    def frame(self) -> Any:
        """Return what is drawn.

        Returns
        -------
        frame : DataFrame
            With the columns threshold, precision, recall, flagged, and cost or f1.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        return to_frame({"threshold": self.thresholds, **self._curves()})

    def _curves(self) -> dict[str, Floats]:
        curves = {"precision": self.precision, "recall": self.recall, "flagged": self.flagged}
        return {**curves, "f1": self.f1} if self.cost is None else {**curves, "cost": self.cost}
