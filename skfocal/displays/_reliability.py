"""Reliability diagrams of one or several classifiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from skfocal._checks import check_choice
from skfocal._typing import Floats
from skfocal.displays._checks import positive_probabilities
from skfocal.displays._drawing import (
    add_legend,
    make_axes,
    markers,
    round_limit,
    styles,
    to_frame,
)
from skfocal.metrics._checks import Forecast, check_forecast
from skfocal.metrics._corp import Bin, Corp, consistency_bins, corp

__all__ = ["ReliabilityDisplay"]

Part = Literal["bins", "line", "histogram"]
# Height of the histograms above the axis, as a share of it.
_HISTOGRAM = 0.12
# Bins of two percent of the axis.
_N_HISTOGRAM_BINS = 50


_COLUMNS: dict[Part, tuple[str, ...]] = {
    "bins": Bin._fields,
    "line": ("probability", "frequency"),
    "histogram": ("low", "high", "share"),
}


class _Curve(NamedTuple):
    """The reliability of a classifier."""

    name: str
    corp: Corp
    bins: list[Bin]
    edges: Floats
    """Ends of equal intervals of probability, from 0 to the end of the axes."""
    histogram: Floats
    """Share of the weight in each interval."""


class ReliabilityDisplay:
    """Reliability diagram of one or several classifiers, for two classes.

    The line is the frequency of the positive class against its predicted probability, by isotonic
    regression [1]_: it needs no bins. The points are bins with equal weight. Each bar is the range
    in which a point lies with a probability of 95 % if the predictions are calibrated [2]_. The
    histogram at the bottom shows how often each probability is predicted. Both axes end at a round
    number above everything drawn, at most at 1. Use `from_predictions` or `from_estimator` to
    create a display.

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
        NotFittedError
            If a classifier is not fitted.
        TypeError
            If `estimator` is not a classifier with ``predict_proba``, or several of them, or if
            `n_bins` is not an integer.
        ValueError
            If a classifier has more than two classes, or a parameter is invalid.
        """
        probabilities = {}
        for name, each in _by_name("estimator", estimator, type(estimator).__name__).items():
            probabilities[name], pos_label = positive_probabilities(name, each, X, pos_label)
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
        TypeError
            If `n_bins` is not an integer.
        ValueError
            If a parameter is invalid.
        """
        forecasts = {
            name: check_forecast(y_true, each, sample_weight, pos_label)
            for name, each in _by_name("y_prob", y_prob, "classifier").items()
        }
        return cls(curves=_curves(forecasts, n_bins)).plot(ax=ax)

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
        end = self.curves[0].edges[-1]
        ax.plot([0, end], [0, end], color="0.75", linewidth=0.8, zorder=1)
        drawn = [
            _draw(ax, curve, style, marker)
            for curve, style, marker in zip(self.curves, styles(), markers(), strict=False)
        ]
        ax.set(xlabel="predicted probability", ylabel="frequency of the positive class")
        ax.set(xlim=(0, end), ylim=(0, end), aspect="equal")
        add_legend(ax, drawn, [curve.name for curve in self.curves])
        return self

    def frame(self, kind: Part = "bins") -> Any:
        """Return what is drawn.

        Parameters
        ----------
        kind : {"bins", "line", "histogram"}, default="bins"
            The part of the plot: the points with their bars, the line, or the histogram.

        Returns
        -------
        frame : DataFrame
            With the column classifier, and for "bins" probability, frequency, low and high, where
            the last two are the ends of the bars; for "line" probability and frequency; for
            "histogram" low, high and share, where the first two are the ends of the interval.

        Raises
        ------
        ImportError
            If pandas is not installed.
        ValueError
            If `kind` is unknown.
        """
        check_choice("kind", kind, tuple(_COLUMNS))
        rows = [(curve.name, *row) for curve in self.curves for row in _rows(curve, kind)]
        names = ("classifier", *_COLUMNS[kind])
        return to_frame({name: [row[i] for row in rows] for i, name in enumerate(names)})


def _rows(curve: _Curve, kind: Part) -> Iterable[tuple[float, ...]]:
    if kind == "bins":
        return curve.bins
    columns = (
        (curve.corp.probability, curve.corp.recalibrated)
        if kind == "line"
        else (curve.edges[:-1], curve.edges[1:], curve.histogram)
    )
    return zip(*columns, strict=True)


def _by_name(parameter: str, value: Any, name: str) -> Mapping[str, Any]:
    """Return a mapping as it is, and another value under a name."""
    if not isinstance(value, Mapping):
        return {name: value}
    if not value:
        msg = f"{parameter} must hold at least one classifier; got {value!r}."
        raise ValueError(msg)
    return value


def _curves(forecasts: Mapping[str, Forecast], n_bins: int) -> list[_Curve]:
    """Return what is drawn, with the same axes for all classifiers."""
    bins = [consistency_bins(each, n_bins) for each in forecasts.values()]
    corps = [corp(each) for each in forecasts.values()]
    largest = [max(map(max, each)) for each in bins]
    largest += [float(max(each.probability[-1], each.recalibrated[-1])) for each in corps]
    edges = np.linspace(0, round_limit(max(largest)), _N_HISTOGRAM_BINS + 1)
    return [
        _Curve(name, corps[i], bins[i], edges, _shares(forecast, edges))
        for i, (name, forecast) in enumerate(forecasts.items())
    ]


def _shares(forecast: Forecast, edges: Floats) -> Floats:
    counts, _ = np.histogram(forecast.probability, edges, weights=forecast.weight)
    return np.asarray(counts / counts.sum())


def _draw(ax: Any, curve: _Curve, style: Mapping[str, str], marker: str) -> tuple[Any, Any]:
    """Draw a curve and return its line and its points."""
    colour = style["color"]
    (line,) = ax.plot(curve.corp.probability, curve.corp.recalibrated, label=curve.name, **style)
    predicted, frequency, low, high = zip(*curve.bins, strict=True)
    (points,) = ax.plot(predicted, frequency, marker, markersize=4, color=colour)
    ax.vlines(predicted, low, high, color=colour, linewidth=4, alpha=0.25)
    heights = _HISTOGRAM * curve.edges[-1] * curve.histogram / curve.histogram.max()
    ax.stairs(heights, curve.edges, color=colour, linewidth=0.8)
    return line, points
