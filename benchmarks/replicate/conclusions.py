"""The claims of the publication and about focal loss; each case of a claim has a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
from scipy.stats import binomtest

from benchmarks.replicate.forecasts import CORRECTIONS, FOCAL, NONE
from benchmarks.replicate.summary import CELL
from benchmarks.verdicts import Claim, Estimate, Verdict, below

__all__ = ["ABOUT_FOCAL_LOSS", "PUBLISHED", "beyond_chance", "conclude"]

LEVEL = 0.05
RAW, RECOVERED = zip(*FOCAL.values(), strict=True)
Rule = Callable[[pd.DataFrame], Iterable[Verdict]]


@dataclass(frozen=True)
class Question:
    """A claim, the cases that it is about, and when it holds in a case.

    Attributes
    ----------
    text : str
        The claim.
    criterion : str
        When it holds in a case.
    cases : callable
        Selects the rows that are cases.
    rule : callable
        Takes the rows of the cases, and returns a verdict for each.
    figures : tuple of str
        Of which the page shows the range of the medians.
    gain : str, default=""
        A gain of which the page shows in how many cases it is beyond chance.
    """

    text: str
    criterion: str
    cases: Callable[[pd.DataFrame], pd.Series]
    rule: Rule
    figures: tuple[str, ...]
    gain: str = ""


def conclude(questions: Mapping[str, Question], summary: pd.DataFrame) -> dict[str, Claim]:
    """Judge claims by the single scenarios of a summary."""
    single = summary[summary["n_samples"].notna() & (summary["n_used"] > 0)]
    return {name: _judge(question, single) for name, question in questions.items()}


def _judge(question: Question, single: pd.DataFrame) -> Claim:
    none = single[single["method"] == NONE].set_index([*CELL, "penalty"])["slope_median"]
    cases = single[question.cases(single)]
    cases = cases.join(none.rename("slope_none"), on=[*CELL, "penalty"])
    gain = question.gain
    details = {
        "criterion": question.criterion,
        "ranges": {
            name: (cases[f"{name}_median"].min(), cases[f"{name}_median"].max())
            for name in question.figures
        },
        "raised": sum(_signs(cases, gain)) if gain else None,
        "lowered": sum(_signs(cases, gain, less=True)) if gain else None,
    }
    return Claim(question.text, tuple(question.rule(cases)), details)


def beyond_chance(n_positive: int, n: int, n_cases: int) -> bool:
    """Whether gains are positive more often than by chance: a sign test with Bonferroni."""
    return bool(binomtest(n_positive, n, alternative="greater").pvalue < LEVEL / n_cases)


def _signs(cases: pd.DataFrame, gain: str, *, less: bool = False) -> list[bool]:
    """Return for each case whether a gain is above zero, or below, beyond chance."""
    positive = cases[f"n_{gain}_positive"]
    counts = cases["n_used"] - positive if less else positive
    pairs = zip(counts, cases["n_used"], strict=True)
    return [beyond_chance(int(count), int(n), len(cases)) for count, n in pairs]


def _if(held: Iterable[bool]) -> list[Verdict]:
    return [Verdict.HOLDS if one else Verdict.FAILS for one in held]


def _raises(gain: str) -> Rule:
    return lambda cases: _if(_signs(cases, gain))


def _does_not_raise(gain: str) -> Rule:
    return lambda cases: _if(not one for one in _signs(cases, gain))


def _below_zero(cases: pd.DataFrame) -> list[Verdict]:
    return [
        below("", Estimate(row.intercept_median, row.intercept_low, row.intercept_high, 1)).verdict
        for row in cases.itertuples()
    ]


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


PUBLISHED: Mapping[str, Question] = {
    "overestimated": Question(
        "Under-sampling, over-sampling and SMOTE make models overestimate risks.",
        "the interval of the intercept is below 0",
        _of(CORRECTIONS),
        _below_zero,
        ("intercept",),
    ),
    "rarer is worse": Question(
        "The rarer the event, the more they overestimate.",
        "the median intercept falls at each step to a rarer event",
        _of(CORRECTIONS),
        _falls_with_rarity,
        ("intercept",),
    ),
    "AUC": Question(
        "None of them increases the AUC.",
        "the AUC is not higher than without correction, beyond chance",
        _of(CORRECTIONS),
        _does_not_raise("auc_gain"),
        ("auc_gain",),
        "auc_gain",
    ),
    "slopes": Question(
        "All but ridge after under-sampling predict more extreme risks than without correction.",
        "the median slope is lower than without correction",
        _all_but_ridge_after_under_sampling,
        lambda cases: _if(cases["slope_median"] < cases["slope_none"]),
        ("slope",),
    ),
    "threshold": Question(
        "Without correction, a threshold at the event fraction classifies as well as they do at "
        "one half.",
        "the mean of sensitivity and specificity is not higher after correction, beyond chance",
        _of(CORRECTIONS),
        _does_not_raise("balanced_gain"),
        ("balanced_gain",),
        "balanced_gain",
    ),
}
ABOUT_FOCAL_LOSS: Mapping[str, Question] = {
    "raw": Question(
        "The plain sigmoid of a focal model (γ = 2) is a calibrated probability.",
        "the intervals contain an intercept of 0 and a slope of 1",
        _of(RAW),
        lambda cases: _if(_contains(cases, "intercept", 0) & _contains(cases, "slope", 1)),
        ("intercept", "slope"),
    ),
    "intercept": Question(
        "Recovered, its risks are neither over- nor underestimated.",
        "the interval contains an intercept of 0",
        _of(RECOVERED),
        lambda cases: _if(_contains(cases, "intercept", 0)),
        ("intercept",),
    ),
    "slope": Question(
        "The recovered slope is not farther from 1 than that of uncorrected cross-entropy.",
        "the distance is not larger, beyond chance",
        _of(RECOVERED),
        _does_not_raise("slope_error_gain"),
        ("slope", "slope_error_gain"),
        "slope_error_gain",
    ),
    "log loss": Question(
        "The log loss of recovered risks is not higher than that of uncorrected cross-entropy.",
        "the log loss is not higher, beyond chance",
        _of(RECOVERED),
        _does_not_raise("log_loss_gain"),
        ("log_loss_gain",),
        "log_loss_gain",
    ),
    "AUC": Question(
        "Focal loss increases the AUC.",
        "the AUC is higher than without correction, beyond chance",
        _of(RECOVERED),
        _raises("auc_gain"),
        ("auc_gain",),
        "auc_gain",
    ),
}
