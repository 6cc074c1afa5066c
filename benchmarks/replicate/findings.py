"""What a run shows: each claim with the figures on it, and a verdict computed from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from scipy.stats import binomtest

from benchmarks.replicate.arms import CORRECTIONS, FOCAL, NONE, PENALTIES

__all__ = ["FOCAL_CLAIMS", "PUBLISHED_CLAIMS", "Finding", "beyond_chance", "findings"]

Row = Mapping[str, Any]
Rows = Sequence[Row]

_LEVEL = 0.05
_CELL = ("event_fraction", "n_predictors", "n_samples", "penalty")
_RAW, _RECOVERED = zip(*FOCAL.values(), strict=True)
"""Each with both alphas."""


class Finding(NamedTuple):
    """One claim, judged."""

    claim: str
    measured: str
    """A template of `n_held` and `n_cases`."""
    n_held: int
    n_cases: int

    @property
    def verdict(self) -> str:
        """Say in how many of its cases the claim held: all, some or none."""
        if self.n_cases == 0:
            return "not measured"
        if self.n_held == self.n_cases:
            return "holds"
        return "holds in part" if self.n_held else "does not hold"

    @property
    def figures(self) -> str:
        """What was measured, with its counts filled in."""
        return self.measured.format(held=self.n_held, cases=self.n_cases)


def findings(claims: Mapping[str, Callable[[Rows], Finding]], summary: Rows) -> list[Finding]:
    """Judge claims by the rows of single scenarios that have any figures."""
    rows = [row for row in summary if row["n_samples"] is not None and row["n_used"]]
    return [claim(rows) for claim in claims.values()]


def beyond_chance(row: Row, gain: str, n_comparisons: int, *, below: bool = False) -> bool:
    """Whether a gain is above zero, or below, by a sign test with Bonferroni's correction."""
    n_positive = row[f"n_{gain}_positive"]
    n_favourable = row["n_used"] - n_positive if below else n_positive
    p_value = binomtest(n_favourable, row["n_used"], alternative="greater").pvalue
    return bool(p_value < _LEVEL / n_comparisons)


def _overestimated(rows: Rows) -> Finding:
    cases = _of(rows, CORRECTIONS)
    return Finding(
        "Under-sampling, over-sampling and SMOTE make models overestimate risks.",
        "The intercept's interval lies below 0 in {held} of {cases} cases; medians from "
        f"{_range(cases, 'intercept')}.",
        sum(_high(row, "intercept") < 0 for row in cases),
        len(cases),
    )


def _rarer_is_worse(rows: Rows) -> Finding:
    series: dict[tuple[Any, ...], dict[float, float]] = {}
    for row in _of(rows, CORRECTIONS):
        key = row["n_predictors"], row["n_samples"], row["penalty"], row["arm"]
        series.setdefault(key, {})[row["event_fraction"]] = _median(row, "intercept")
    complete = [each for each in series.values() if len(each) > 1]
    return Finding(
        "They overestimate the more, the rarer the event.",
        "The median intercept falls with every step of the event fraction in {held} of {cases} "
        "series.",
        sum(all(a < b for a, b in pairwise(each[f] for f in sorted(each))) for each in complete),
        len(complete),
    )


def _no_better_auc(rows: Rows) -> Finding:
    cases = _of(rows, CORRECTIONS)
    higher = [row for row in cases if beyond_chance(row, "auc_gain", len(cases))]
    lower = [row for row in cases if beyond_chance(row, "auc_gain", len(cases), below=True)]
    return Finding(
        "None of them raises the AUC.",
        f"It is higher than without correction, beyond chance, in {len(higher)} of {{cases}} "
        f"cases, and lower in {len(lower)}; median differences from {_range(cases, 'auc_gain')}.",
        len(cases) - len(higher),
        len(cases),
    )


def _more_extreme(rows: Rows) -> Finding:
    cases = [
        (row, none)
        for row, none in _beside_none(rows, CORRECTIONS)
        if (row["penalty"], row["arm"]) != ("ridge", "under-sampling")
    ]
    return Finding(
        "All but ridge on under-sampled rows are left with more extreme risks than without "
        "correction.",
        "The median slope is lower in {held} of {cases} cases; medians from "
        f"{_range([row for row, _ in cases], 'slope')}.",
        sum(_median(row, "slope") < _median(none, "slope") for row, none in cases),
        len(cases),
    )


def _threshold_does_it(rows: Rows) -> Finding:
    cases = _of(rows, CORRECTIONS)
    better = [row for row in cases if beyond_chance(row, "balanced_gain", len(cases))]
    return Finding(
        "A threshold at the event fraction, on uncorrected data, separates as well as they do at "
        "one half.",
        f"The mean of sensitivity and specificity is higher after correction, beyond chance, in "
        f"{len(better)} of {{cases}} cases; median differences from "
        f"{_range(cases, 'balanced_gain')}.",
        len(cases) - len(better),
        len(cases),
    )


def _raw_calibrated(rows: Rows) -> Finding:
    cases = _of(rows, _RAW)
    return Finding(
        "The plain sigmoid of a focal model (γ = 2) is a calibrated probability.",
        "The intervals hold an intercept of 0 and a slope of 1 in {held} of {cases} cases; median "
        f"intercepts from {_range(cases, 'intercept')}, slopes from {_range(cases, 'slope')}.",
        sum(_holds(row, "intercept", 0) and _holds(row, "slope", 1) for row in cases),
        len(cases),
    )


def _recovered_intercept(rows: Rows) -> Finding:
    cases, none = _of(rows, _RECOVERED), _of(rows, [NONE])
    return Finding(
        "Recovered, its risks are neither over- nor underestimated.",
        "The interval holds an intercept of 0 in {held} of {cases} cases, and without correction "
        f"in {sum(_holds(row, 'intercept', 0) for row in none)} of {len(none)}; medians from "
        f"{_range(cases, 'intercept')}.",
        sum(_holds(row, "intercept", 0) for row in cases),
        len(cases),
    )


def _recovered_slope(rows: Rows) -> Finding:
    cases = _of(rows, _RECOVERED)
    gain = "slope_error_gain"
    farther = [row for row in cases if beyond_chance(row, gain, len(cases))]
    nearer = [row for row in cases if beyond_chance(row, gain, len(cases), below=True)]
    return Finding(
        "The recovered slope is no farther from 1 than that of uncorrected cross-entropy.",
        f"Farther, beyond chance, in {len(farther)} of {{cases}} cases and nearer in "
        f"{len(nearer)}; median slopes from {_range(cases, 'slope')}, differences of the distance "
        f"from {_range(cases, gain)}.",
        len(cases) - len(farther),
        len(cases),
    )


def _recovered_log_loss(rows: Rows) -> Finding:
    cases = _of(rows, _RECOVERED)
    worse = [row for row in cases if beyond_chance(row, "log_loss_gain", len(cases))]
    better = [row for row in cases if beyond_chance(row, "log_loss_gain", len(cases), below=True)]
    return Finding(
        "By log loss recovered risks are no worse than those of uncorrected cross-entropy.",
        f"Worse, beyond chance, in {len(worse)} of {{cases}} cases and better in {len(better)}; "
        f"median differences from {_range(cases, 'log_loss_gain')}.",
        len(cases) - len(worse),
        len(cases),
    )


def _focal_auc(rows: Rows) -> Finding:
    cases = _of(rows, _RECOVERED)
    higher = [row for row in cases if beyond_chance(row, "auc_gain", len(cases))]
    lower = [row for row in cases if beyond_chance(row, "auc_gain", len(cases), below=True)]
    return Finding(
        "Focal loss raises the AUC.",
        f"Higher, beyond chance, in {{held}} of {{cases}} cases and lower in {len(lower)}; median "
        f"differences from {_range(cases, 'auc_gain')}.",
        len(higher),
        len(cases),
    )


PUBLISHED_CLAIMS = {
    "overestimated": _overestimated,
    "rarer is worse": _rarer_is_worse,
    "AUC": _no_better_auc,
    "slopes": _more_extreme,
    "threshold": _threshold_does_it,
}
FOCAL_CLAIMS = {
    "raw": _raw_calibrated,
    "intercept": _recovered_intercept,
    "slope": _recovered_slope,
    "log loss": _recovered_log_loss,
    "AUC": _focal_auc,
}


def _of(rows: Rows, arms: Iterable[str]) -> list[Row]:
    names = set(arms)
    return [row for row in rows if row["arm"] in names and row["penalty"] in PENALTIES]


def _beside_none(rows: Rows, arms: Iterable[str]) -> list[tuple[Row, Row]]:
    """Return the rows of arms, each with that of no correction in its scenario."""
    none = {tuple(row[name] for name in _CELL): row for row in _of(rows, [NONE])}
    return [(row, none[tuple(row[name] for name in _CELL)]) for row in _of(rows, arms)]


def _median(row: Row, measure: str) -> float:
    return float(row[measure][1])


def _high(row: Row, measure: str) -> float:
    return float(row[measure][2])


def _holds(row: Row, measure: str, value: float) -> bool:
    low, _, high = row[measure]
    return bool(low <= value <= high)


def _range(rows: Sequence[Row], measure: str) -> str:
    medians = [_median(row, measure) for row in rows]
    return f"{min(medians):.3g} to {max(medians):.3g}" if medians else "nothing"
