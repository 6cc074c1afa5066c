"""Square figures, one for each method: ROC, precision and recall, reliability, thresholds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from skfocal.comparison.report.curves import LOG_ODDS, Curve, place_of_threshold
from skfocal.comparison.report.figures.axes import Point, Tick, nice_ticks, path_of, thinned
from skfocal.comparison.statistics.corp import Corp, consistency_bins, corp

if TYPE_CHECKING:
    from skfocal.comparison.run.cell import Predictions

__all__ = ["SquarePanel", "reliability_panels", "share_panels", "threshold_panels"]

SIDE = 150
SHARES = ((0.0, "0"), (0.5, ".5"), (1.0, "1"))
THRESHOLDS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
N_BINS = 10


@dataclass(frozen=True)
class SquarePanel:
    """A method's curve in a square, in pixels and in words."""

    method: str
    curve: str
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    words: str
    other: str = ""
    """The curve of the baseline."""
    band: str = ""
    """How far the curve spreads."""
    bars: str = ""
    """Where the dots lie by chance."""
    dots: list[Point] = field(default_factory=list)
    diagonal: bool = False


def share_panels(curves: Sequence[Curve], baseline: str, x: str, y: str) -> Iterator[SquarePanel]:
    """Lay out curves of one share against another, with that of the baseline.

    Parameters
    ----------
    curves : sequence of Curve
        One per method.
    baseline : str
        The method whose curve is drawn in every square.
    x, y : str
        What the shares are called.
    """
    others = {curve.method: _line(curve.x, curve.y) for curve in curves}
    for curve in curves:
        shown = np.searchsorted(curve.x, [0.05, 0.1, 0.25, 0.5, 0.75, 1.0]).clip(
            max=len(curve.x) - 1
        )
        words = "; ".join(f"{y} {curve.y[at]:.2f} at {x} {curve.x[at]:.2f}" for at in shown)
        yield SquarePanel(
            method=curve.method,
            curve=others[curve.method],
            other=others.get(baseline, "") if curve.method != baseline else "",
            band=_band(curve.x, curve.low, curve.high),
            words=words,
            diagonal=x == "false positive rate",
            x_ticks=_ticks(SHARES, _across),
            y_ticks=_ticks(SHARES, _upwards),
        )


def threshold_panels(
    curves: Sequence[Curve], baseline: str, chosen: Mapping[str, float]
) -> Iterator[SquarePanel]:
    """Lay out a score against the threshold, on the scale of log-odds.

    Parameters
    ----------
    curves : sequence of Curve
        One per method, x the log-odds.
    baseline : str
        The method whose curve is drawn in every square.
    chosen : mapping of str to float
        The threshold of each method as a probability, in the middle of all folds.
    """
    left, right = LOG_ODDS[0], LOG_ODDS[-1]
    top = max([1.0, *(float(curve.high.max()) for curve in curves)])

    across = (LOG_ODDS - left) / (right - left)

    def scaled(y: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.clip(y, 0, None) / top)

    ticks = [(float(logit(value) - left) / (right - left), value) for value in THRESHOLDS]
    x_ticks = _ticks([(share, f"{value:g}".lstrip("0")) for share, value in ticks[::2]], _across)
    y_ticks = _ticks([(value / top, f"{value:g}") for value in nice_ticks(0, top, 2)], _upwards)
    others = {curve.method: _line(across, scaled(curve.y)) for curve in curves}
    for curve in curves:
        at = place_of_threshold(chosen[curve.method])
        reached = float(np.interp(at, curve.x, curve.y))
        best = int(curve.y.argmax())
        yield SquarePanel(
            method=curve.method,
            curve=others[curve.method],
            other=others.get(baseline, "") if curve.method != baseline else "",
            band=_band(across, scaled(curve.low), scaled(curve.high)),
            dots=[_place((at - left) / (right - left), max(reached, 0) / top)],
            words=f"{reached:.2f} at the chosen threshold {chosen[curve.method]:.3f}; "
            f"{float(np.interp(0, curve.x, curve.y)):.2f} at .5; "
            f"highest {curve.y[best]:.2f} at {expit(curve.x[best]):.3f}",
            x_ticks=x_ticks,
            y_ticks=y_ticks,
        )


def reliability_panels(
    predictions: Sequence[Predictions], methods: Iterable[str]
) -> Iterator[tuple[SquarePanel, Corp]]:
    """Pool each method's predictions and set frequency against probability.

    Parameters
    ----------
    predictions : sequence of Predictions
        Of which each row counts once.
    methods : iterable of str
        In which order.

    Yields
    ------
    SquarePanel
        The curve is CORP's, the dots are bins of equal mass, and the bars say where these lie by
        chance if the probabilities are right.
    Corp
        What the curve rests on.
    """
    for method in methods:
        own = [one for one in predictions if one.method == method]
        if not own:
            continue
        event = np.concatenate([one.event for one in own])
        probability = np.concatenate([one.probability for one in own])
        found = corp(event, probability)
        bins = consistency_bins(event, probability, N_BINS)
        n_beyond = sum(not one.low <= one.frequency <= one.high for one in bins)
        told = "; ".join(
            f"predicted {one.probability:.2f}, seen {one.frequency:.2f}" for one in bins
        )
        panel = SquarePanel(
            method=method,
            curve=_line(found.probability, found.recalibrated),
            bars="".join(
                path_of([_place(one.probability, one.low), _place(one.probability, one.high)])
                for one in bins
            ),
            dots=[_place(one.probability, one.frequency) for one in bins],
            words=f"{told}; {n_beyond} of {len(bins)} bins off the bars that hold 95 % by chance",
            diagonal=True,
            x_ticks=_ticks(SHARES, _across),
            y_ticks=_ticks(SHARES, _upwards),
        )
        yield panel, found


def _place(x: float, y: float) -> Point:
    return round(SIDE * float(x), 1), round(SIDE * (1 - float(y)), 1)


def _line(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    return path_of(thinned(zip(SIDE * x, SIDE * (1 - y), strict=True)))


def _band(x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> str:
    there = thinned(zip(SIDE * x, SIDE * (1 - high), strict=True))
    back = thinned(zip(SIDE * x[::-1], SIDE * (1 - low[::-1]), strict=True))
    return path_of(there + back) + "Z"


def _ticks(marks: Iterable[tuple[float, str]], place: Callable[[float], float]) -> list[Tick]:
    return [Tick(place(value), label) for value, label in marks]


def _across(share: float) -> float:
    return round(SIDE * share, 1)


def _upwards(share: float) -> float:
    return round(SIDE * (1 - share), 1)
