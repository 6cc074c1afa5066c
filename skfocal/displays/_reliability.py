"""Reliability diagrams of one or several classifiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from skfocal._typing import Floats
from skfocal.displays._drawing import make_axes, styles, to_frame
from skfocal.metrics._checks import Forecast, check_forecast
from skfocal.metrics._corp import Bin, Corp, consistency_bins, corp

__all__ = ["ReliabilityDisplay"]

# Height of the histograms above the axis, as a share of it.
_HISTOGRAM = 0.12
_N_HISTOGRAM_BINS = 50


class _Curve(NamedTuple):
    """The reliability of a classifier."""

    name: str
    corp: Corp
    bins: list[Bin]
    histogram: Floats
    """Share of the weight in each of the equal intervals of probability."""


class ReliabilityDisplay:
    """Reliability diagram of one or several classifiers, for two classes.

    The line is the frequency of the positive class against its predicted probability, by isotonic
    regression [1]_: it needs no bins. The points are bins with equal weight. Each bar is the range
    in which a point lies with a probability of 95 % if the predictions are calibrated [2]_. The
    histogram at the bottom shows how often each probability is predicted. Use `from_predictions` or
    `from_estimator` to create a display.

    Parameters
    ----------
    curves : sequence of NamedTuple
        What is drawn for each classifier.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the plot.
    figure_ : matplotlib Figure
        Figure that contains the plot.

    See Also
    --------
    skfocal.metrics.reliability_curve : Frequencies in bins.
    skfocal.metrics.calibration_error : Mean difference of probability and frequency.

    References
    ----------
    .. [1] T. Dimitriadis, T. Gneiting and A. I. Jordan, "Stable reliability diagrams for
       probabilistic classifiers", PNAS 118(8), e2016191118, 2021.
       https://doi.org/10.1073/pnas.2016191118
    .. [2] J. Bröcker and L. A. Smith, "Increasing the reliability of reliability diagrams", Weather
       and Forecasting 22(3), pp. 651-661, 2007. https://doi.org/10.1175/WAF993.1

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from sklearn.datasets import make_classification
    >>> from skfocal import FocalLogisticRegression
    >>> from skfocal.displays import ReliabilityDisplay
    >>> X, y = make_classification(2000, weights=[0.9], random_state=0)
    >>> model = FocalLogisticRegression().fit(X, y)
    >>> ReliabilityDisplay.from_estimator({"focal": model}, X, y).ax_.get_xlabel()
    'predicted probability'
    """

    def __init__(self, *, curves: Sequence[_Curve]) -> None:
        self.curves = curves

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        pos_label: Any = None,
        n_bins: int = 10,
        ax: Any = None,
    ) -> Self:
        """Plot the reliability of fitted classifiers.

        Parameters
        ----------
        estimator : object or mapping from str to object
            A fitted classifier, or several of them by name.
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Data that the classifiers have not been trained on.
        y : array-like of shape (n_samples,)
            True labels, of two classes.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights, >= 0.
        pos_label : int, float, bool or str, default=None
            Label of the positive class. None means ``classes_[1]``.
        n_bins : int, default=10
            Maximum number of bins.
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : ReliabilityDisplay
            Display with the plot.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If a classifier has more than two classes, or a parameter is invalid.
        """
        estimators = (
            estimator if isinstance(estimator, Mapping) else {type(estimator).__name__: estimator}
        )
        probabilities = {}
        for name, each in estimators.items():
            classes = list(each.classes_)
            if len(classes) != 2:
                msg = f"estimator must have two classes; {name} has {len(classes)}."
                raise ValueError(msg)
            label = classes[1] if pos_label is None else pos_label
            if label not in classes:
                msg = f"pos_label must be one of {classes}; got {pos_label!r}."
                raise ValueError(msg)
            probabilities[name] = each.predict_proba(X)[:, classes.index(label)]
            pos_label = label
        return cls.from_predictions(
            y,
            probabilities,
            sample_weight=sample_weight,
            pos_label=pos_label,
            n_bins=n_bins,
            ax=ax,
        )

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_prob: ArrayLike | Mapping[str, ArrayLike],
        *,
        sample_weight: ArrayLike | None = None,
        pos_label: Any = None,
        n_bins: int = 10,
        ax: Any = None,
    ) -> Self:
        """Plot the reliability of predicted probabilities.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            True labels, of two classes.
        y_prob : array-like of shape (n_samples,) or mapping from str to array-like
            Predicted probabilities of the positive class, or several of them by name.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights, >= 0.
        pos_label : int, float, bool or str, default=None
            Label of the positive class. None means 1 and requires `y_true` to hold only 0 and 1,
            or booleans.
        n_bins : int, default=10
            Maximum number of bins.
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : ReliabilityDisplay
            Display with the plot.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If a parameter is invalid.
        """
        by_name = y_prob if isinstance(y_prob, Mapping) else {"classifier": y_prob}
        curves = [
            _curve(name, check_forecast(y_true, each, sample_weight, pos_label), n_bins)
            for name, each in by_name.items()
        ]
        return cls(curves=curves).plot(ax=ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the plot.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : ReliabilityDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        ax = make_axes(self, ax, square=True)
        ax.plot([0, 1], [0, 1], color="0.75", linewidth=0.8, zorder=1)
        edges = np.linspace(0, 1, _N_HISTOGRAM_BINS + 1)
        for curve, style in zip(self.curves, styles(), strict=False):
            ax.plot(curve.corp.probability, curve.corp.recalibrated, label=curve.name, **style)
            predicted = [each.probability for each in curve.bins]
            ax.plot(
                predicted,
                [each.frequency for each in curve.bins],
                "o",
                markersize=4,
                color=style["color"],
            )
            ax.vlines(
                predicted,
                [each.low for each in curve.bins],
                [each.high for each in curve.bins],
                color=style["color"],
                linewidth=4,
                alpha=0.25,
            )
            heights = _HISTOGRAM * curve.histogram / curve.histogram.max()
            ax.stairs(heights, edges, color=style["color"], linewidth=0.8)
        ax.set(xlabel="predicted probability", ylabel="frequency of the positive class")
        ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
        ax.legend(frameon=False, loc="upper left")
        return self

    def frame(self) -> Any:
        """Return the bins.

        Returns
        -------
        frame : DataFrame
            With the columns classifier, probability, frequency, low and high; the last two are the
            ends of the bars.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        rows = [(curve.name, *each) for curve in self.curves for each in curve.bins]
        names = ("classifier", *Bin._fields)
        return to_frame({name: [row[i] for row in rows] for i, name in enumerate(names)})


def _curve(name: str, forecast: Forecast, n_bins: int) -> _Curve:
    counts, _ = np.histogram(
        forecast.probability, _N_HISTOGRAM_BINS, (0, 1), weights=forecast.weight
    )
    return _Curve(name, corp(forecast), consistency_bins(forecast, n_bins), counts / counts.sum())
