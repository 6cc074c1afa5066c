"""Plot of what a decision threshold costs and gains."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from skfocal._checks import check_number
from skfocal._typing import Floats
from skfocal.displays._checks import positive_probabilities
from skfocal.displays._drawing import add_legend, make_axes, round_limit, styles, to_frame
from skfocal.metrics._checks import check_forecast

__all__ = ["ThresholdDisplay"]

_LABELS = {
    "precision": "precision",
    "recall": "recall",
    "flagged": "share flagged",
    "f1": "F1",
    "cost": "cost / largest cost",
}
# As a share of an axis, so that a line at its end is seen.
_MARGIN = 0.02
# Above the curves, which end at 1, is the number of the marked threshold.
_TOP = 1.12
# It flags nobody where a probability is 1.
_ABOVE_ONE = float(np.nextafter(1.0, 2.0))


class ThresholdDisplay:
    """Plot of precision, recall, share of flagged samples, F1 and cost for every threshold.

    A sample is flagged if its probability is at least the threshold. The axis ends near the largest
    probability, or beyond it if the marked threshold is larger. Use `from_predictions` or
    `from_estimator` to create a display.

    Parameters
    ----------
    thresholds : ndarray of shape (n_thresholds,)
        Thresholds, ascending. `from_predictions` takes the distinct probabilities, and one above
        them that flags no sample: 1, or the next number if a probability is 1.
    precision, recall, flagged : ndarray of shape (n_thresholds,)
        Precision, recall, and the share of flagged samples. The precision is nan where no sample is
        flagged.
    f1 : ndarray of shape (n_thresholds,)
        F1 score.
    cost : ndarray of shape (n_thresholds,) or None
        Mean cost per sample. It is plotted as a share of the largest. If None, it is left out.
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
    By default the threshold with the lowest cost, or the largest F1, is marked; it may be the one
    that flags no sample. It is the best one for these samples. For an honest estimate of its
    performance use other samples.

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
            The threshold to mark, in [0, 1]. None means the best one.
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
        NotFittedError
            If the classifier is not fitted.
        TypeError
            If `estimator` is not a classifier with ``predict_proba``, or if `threshold` or a cost
            is not a number.
        ValueError
            If the classifier has more than two classes, `threshold` is not in [0, 1], `costs` are
            not two finite numbers >= 0, or another parameter is invalid.
        """
        probability, label = positive_probabilities(
            type(estimator).__name__, estimator, X, pos_label
        )
        return cls.from_predictions(
            y,
            probability,
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
            The threshold to mark, in [0, 1]. None means the best one.
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
        TypeError
            If `threshold` or a cost is not a number.
        ValueError
            If `threshold` is not in [0, 1], `costs` are not two finite numbers >= 0, or another
            parameter is invalid.
        """
        event, probability, weight = check_forecast(y_true, y_prob, sample_weight, pos_label)
        if not event.any():
            msg = "y_true must hold the positive class."
            raise ValueError(msg)
        thresholds, group = np.unique(probability, return_inverse=True)
        # Sums over the samples at and above each threshold.
        total = np.append(np.bincount(group, weights=weight)[::-1].cumsum()[::-1], 0.0)
        hits = np.append(np.bincount(group, weights=weight * event)[::-1].cumsum()[::-1], 0.0)
        nobody = max(1.0, np.nextafter(thresholds[-1], np.inf))
        thresholds = np.append(thresholds, nobody)
        positives, n = float(hits[0]), float(total[0])
        precision = np.append(hits[:-1] / total[:-1], np.nan)
        recall = hits / positives
        f1 = 2 * hits / (total + positives)
        cost = None
        if costs is not None:
            false_positive, false_negative = _check_costs(costs)
            cost = (false_positive * (total - hits) + false_negative * (positives - hits)) / n
        if threshold is None:
            best = f1.argmax() if cost is None else cost.argmin()
            chosen = float(thresholds[best])
        else:
            chosen = _check_threshold(threshold)
        return cls(
            thresholds=thresholds,
            precision=precision,
            recall=recall,
            flagged=total / n,
            f1=f1,
            cost=cost,
            chosen=chosen,
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
            # A threshold flags the same samples as any below it down to the next probability.
            steps = np.append(0.0, self.thresholds), np.append(shown[0], shown)
            ax.step(*steps, where="pre", label=_LABELS[name], **style)
        largest = self.thresholds[self.flagged > 0].max(initial=0)
        end = round_limit(max(largest, self.chosen))
        self._mark_chosen(ax, to_left=self.chosen > end / 2)
        ax.set(xlabel="threshold", ylabel="")
        ax.set(xlim=(-_MARGIN * end, (1 + _MARGIN) * end), ylim=(-_MARGIN, _TOP))
        add_legend(ax, top=1 / _TOP, place_of_many="upper right")
        return self

    def frame(self) -> Any:
        """Return what is drawn.

        Returns
        -------
        frame : DataFrame
            With the columns threshold, precision, recall, flagged, f1 and, if there are costs,
            cost, the mean cost per sample. The values hold from the threshold of the row before,
            excluded, to that of the row, included.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        return to_frame({"threshold": self.thresholds, **self._curves()})

    def _mark_chosen(self, ax: Any, *, to_left: bool) -> None:
        """Draw the line of the chosen threshold, and its number to the left or right of it."""
        ax.axvline(self.chosen, color="0.5", linewidth=0.8)
        ax.annotate(
            f"{self.chosen:.3g}",
            (self.chosen, 1),
            xycoords=("data", "axes fraction"),
            xytext=(-4 if to_left else 4, -4),
            textcoords="offset points",
            ha="right" if to_left else "left",
            va="top",
            color="0.3",
        )

    def _curves(self) -> dict[str, Floats]:
        curves = {
            "precision": self.precision,
            "recall": self.recall,
            "flagged": self.flagged,
            "f1": self.f1,
        }
        return curves if self.cost is None else {**curves, "cost": self.cost}


def _check_costs(costs: Any) -> tuple[float, float]:
    """Return the costs of a false positive and of a false negative."""
    expected = "two finite numbers >= 0"
    try:
        false_positive, false_negative = costs
    except (TypeError, ValueError) as error:
        msg = f"costs must be {expected}; got {costs!r}."
        raise ValueError(msg) from error
    return (
        check_number("costs", false_positive, expected, above=0, closed=True),
        check_number("costs", false_negative, expected, above=0, closed=True),
    )


def _check_threshold(threshold: Any) -> float:
    """Return a threshold, which may be the next number after 1."""
    expected = "a number from 0 to 1"
    number = check_number("threshold", threshold, expected, above=0, closed=True)
    if number > _ABOVE_ONE:
        msg = f"threshold must be {expected}; got {threshold!r}."
        raise ValueError(msg)
    return number
