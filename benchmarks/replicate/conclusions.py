"""The claims of the publication and those about focal loss, judged case by case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
from scipy.stats import binomtest

from benchmarks.replicate.forecasts import CORRECTIONS, FOCAL, NONE
from benchmarks.replicate.summary import CELL
from benchmarks.verdicts import Claim, Estimate, Statement, Verdict

LEVEL = 0.05
RAW, RECOVERED = zip(*FOCAL.values(), strict=True)
Rule = Callable[[pd.DataFrame], Iterable[Verdict]]


@dataclass(frozen=True)
class Question:
    """A claim: its cases, the verdict in each, and what the page shows.

    The page shows the ranges of the medians of `figures`, and in how many cases `gain` is above
    and below zero beyond chance. The template has the wording.
    """

    cases: Callable[[pd.DataFrame], pd.Series]
    rule: Rule
    figures: tuple[str, ...]
    gain: str = ""


def conclude(questions: Mapping[str, Question], summary: pd.DataFrame) -> dict[str, Claim]:
    """Judge claims by the single scenarios of a summary."""
    single = summary[summary["n_samples"].notna() & (summary["n_used"] > 0)]
    return {name: _judge(name, question, single) for name, question in questions.items()}


def _judge(name: str, question: Question, single: pd.DataFrame) -> Claim:
    none = single[single["method"] == NONE].set_index([*CELL, "penalty"])["slope_median"]
    cases = single[question.cases(single)]
    cases = cases.join(none.rename("slope_none"), on=[*CELL, "penalty"])
    gain = question.gain
    details = {
        "ranges": {
            figure: (cases[f"{figure}_median"].min(), cases[f"{figure}_median"].max())
            for figure in question.figures
        },
        "raised": sum(_signs(cases, gain)) if gain else None,
        "lowered": sum(_signs(cases, gain, less=True)) if gain else None,
    }
    return Claim(name, tuple(question.rule(cases)), details)


def beyond_chance(n_positive: int, n: int, n_cases: int) -> bool:
    """Return whether gains are positive more often than by chance.

    This is a sign test with Bonferroni's correction.
    """
    return bool(binomtest(n_positive, n, alternative="greater").pvalue < LEVEL / n_cases)


def _signs(cases: pd.DataFrame, gain: str, *, less: bool = False) -> list[bool]:
    """Return for each case whether a gain is above zero, or below, beyond chance."""
    positive = cases[f"n_{gain}_positive"]
    counts = cases["n_used"] - positive if less else positive
    pairs = zip(counts, cases["n_used"], strict=True)
    return [beyond_chance(int(count), int(n), len(cases)) for count, n in pairs]


def _if(held: Iterable[bool]) -> list[Verdict]:
    return [Verdict.HOLDS if one else Verdict.FAILS for one in held]


def _compared(methods: Iterable[str], gain: str, *figures: str, raises: bool) -> Question:
    """Ask whether a gain is above zero beyond chance, or whether it is not."""
    return Question(
        _of(methods),
        lambda cases: _if(one == raises for one in _signs(cases, gain)),
        (*figures, gain),
        gain,
    )


def _below_zero(cases: pd.DataFrame) -> list[Verdict]:
    ends = cases[["intercept_median", "intercept_low", "intercept_high", "n_used"]].to_numpy()
    return [Statement("", Estimate(*one), "<").verdict for one in ends.tolist()]


def _contains(cases: pd.DataFrame, name: str, value: float) -> pd.Series:
    return (cases[f"{name}_low"] <= value) & (value <= cases[f"{name}_high"])


def _falls_with_rarity(cases: pd.DataFrame) -> list[Verdict]:
    keys = ["n_predictors", "n_samples", "penalty", "method"]
    series = [
        list(part.sort_values("event_fraction")["intercept_median"])
        for _, part in cases.groupby(keys)
    ]
    return _if(
        all(rarer < other for rarer, other in pairwise(one)) for one in series if len(one) > 1
    )


def _of(methods: Iterable[str]) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda rows: rows["method"].isin(list(methods))


def _all_but_ridge_after_under_sampling(rows: pd.DataFrame) -> pd.Series:
    excluded = (rows["penalty"] == "ridge") & (rows["method"] == "under-sampling")
    return _of(CORRECTIONS)(rows) & ~excluded


PUBLISHED = {
    "overestimated": Question(_of(CORRECTIONS), _below_zero, ("intercept",)),
    "rarer is worse": Question(_of(CORRECTIONS), _falls_with_rarity, ("intercept",)),
    "AUC": _compared(CORRECTIONS, "auc_gain", raises=False),
    "slopes": Question(
        _all_but_ridge_after_under_sampling,
        lambda cases: _if(cases["slope_median"] < cases["slope_none"]),
        ("slope",),
    ),
    "threshold": _compared(CORRECTIONS, "balanced_gain", raises=False),
}
"""The claims of the publication."""
ABOUT_FOCAL_LOSS = {
    "raw": Question(
        _of(RAW),
        lambda cases: _if(_contains(cases, "intercept", 0) & _contains(cases, "slope", 1)),
        ("intercept", "slope"),
    ),
    "intercept": Question(
        _of(RECOVERED), lambda cases: _if(_contains(cases, "intercept", 0)), ("intercept",)
    ),
    "slope": _compared(RECOVERED, "slope_error_gain", "slope", raises=False),
    "log loss": _compared(RECOVERED, "log_loss_gain", raises=False),
    "higher AUC": _compared(RECOVERED, "auc_gain", raises=True),
}
"""The claims about focal loss."""
