"""The claims, and the statements that each consists of; no verdict is written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from benchmarks.claims.evidence import Evidence
from benchmarks.claims.experiment import ALPHAS, NEIGHBORS, SEEDS, STRENGTHS
from benchmarks.quality.shared_fits import FOCAL, GAMMAS
from benchmarks.verdicts import (
    Claim,
    Estimate,
    Statement,
    above,
    below,
    exact,
    median,
    proportion,
    within,
)

__all__ = ["CLAIMS", "judge"]

CHEAP, NEGLIGIBLE, HIGH = 1.05, 1.1, 1.5
ALIKE = 0.01
"""Differences of average precision, log loss and calibration error that do not matter."""
BY_CHANCE = 0.025
"""Expected fraction of intervals on one given side of zero when there is no difference."""
EXTREME = 25
SAMPLERS = ("oversample", "undersample", "smote")
USEFUL = [str(gamma) for gamma in GAMMAS if 0.5 <= gamma <= 5]
STEPS = ("gamma=0.5", "gamma=1", "gamma=2", "gamma=3", "gamma=5")
SIDES = {"above": above, "below": below}
Statements = Iterator[Statement]
CLAIMS: dict[str, Callable[[Evidence], Statements]] = {}
"""By the text of the claim, what yields its statements; in the order of their numbers."""


def judge(evidence: Evidence) -> list[Claim]:
    """Judge every claim."""
    claims = []
    for text, statements in CLAIMS.items():
        found = tuple(statements(evidence))
        claims.append(Claim(text, tuple(one.verdict for one in found), found))
    return claims


def _claim(text: str) -> Callable[[Callable[[Evidence], Statements]], object]:
    return lambda statements: CLAIMS.setdefault(text, statements)


def _ratio(one: pd.Series, other: pd.Series) -> Estimate:
    return median(one / other)


@_claim("Computing focal loss adds under 5 % to the cost of cross-entropy.")
def _cost(evidence: Evidence) -> Statements:
    yield below(
        f"time of loss and gradient, γ = 2 / γ = 0, is below {CHEAP}",
        median(evidence.experiment["loss_costs"]),
        CHEAP,
    )
    yield below(
        f"time of a fit, γ = 2 / γ = 0, is below {CHEAP}",
        median(evidence.table("fit_cost")),
        CHEAP,
    )


@_claim("Training is more stable with focal loss and class weights than with resampling and SMOTE.")
def _stability(evidence: Evidence) -> Statements:
    for stable in (FOCAL, "class_weight"):
        base = evidence.tuned(stable, "average_precision", "sd")
        for name in SAMPLERS:
            other = evidence.tuned(name, "average_precision", "sd")
            positive = (base > 0) & (other > 0)
            text = (
                f"standard deviation of average precision over folds, {name} / {stable}, is above 1"
            )
            yield above(text, _ratio(other[positive], base[positive]), 1)
    for name in SAMPLERS:
        spread = evidence.spread([f"{name} seed={seed}" for seed in SEEDS])
        text = f"range of average precision over five seeds of {name} is above {ALIKE}"
        yield above(text, median(spread), ALIKE)


@_claim(
    "Class weights are the least sensitive to their hyperparameters, focal loss is in the middle, "
    "resampling and SMOTE are the most sensitive."
)
def _sensitivity(evidence: Evidence) -> Statements:
    focal = evidence.spread(STEPS)
    weights = evidence.spread([f"weight={strength:g}" for strength in STRENGTHS])
    start = "range of average precision over"
    yield below(f"{start} class weights − over γ is below 0", median(weights - focal))
    for name, settings in {
        "ratios of oversample": [f"oversample={strength:g}" for strength in STRENGTHS],
        "ratios of undersample": [f"undersample={strength:g}" for strength in STRENGTHS],
        "ratios of smote": [f"smote ratio={strength:g}" for strength in STRENGTHS],
        "neighbours of smote": [f"smote neighbors={count}" for count in NEIGHBORS],
    }.items():
        text = f"{start} {name} − over γ is above 0"
        yield above(text, median(evidence.spread(settings) - focal))


@_claim(
    "Focal loss often improves calibration; class weights can worsen it; resampling and SMOTE vary."
)
def _calibration(evidence: Evidence) -> Statements:
    for method in (FOCAL, "focal (raw)"):
        gain = evidence.gain(method, "calibration_error").dropna()
        text = f"fraction of data sets with a lower calibration error of {method} is above 0.5"
        yield above(text, proportion(int((gain < 0).sum()), len(gain)), 0.5)
    _, worse = evidence.clear("class_weight", "calibration_error")
    total = len(evidence.gain("class_weight", "calibration_error"))
    text = f"fraction of data sets where class_weight is clearly worse is above {BY_CHANCE}"
    yield above(text, proportion(worse, total), BY_CHANCE)
    for name in SAMPLERS:
        better, worse = evidence.clear(name, "calibration_error")
        yield above(
            f"{name}: of the clear differences, the fraction in the rarer direction is above 0.2",
            proportion(min(better, worse), better + worse),
            0.2,
        )


@_claim("Class weights cost next to nothing; random over-sampling and SMOTE cost much.")
def _overhead(evidence: Evidence) -> Statements:
    plain = evidence.tuned("logistic", "fit_seconds")
    for side, name, bound in (
        ("below", "class_weight", NEGLIGIBLE),
        ("above", "oversample", HIGH),
        ("above", "smote", HIGH),
    ):
        ratio = _ratio(evidence.tuned(name, "fit_seconds"), plain)
        yield SIDES[side](f"time of a fit, {name} / logistic, is {side} {bound}", ratio, bound)


@_claim(
    "On imbalanced data focal loss significantly beats cross-entropy; on balanced data they are "
    "alike."
)
def _gain(evidence: Evidence) -> Statements:
    for metric, side in (
        ("average_precision", "above"),
        ("log_loss", "below"),
        ("f1_default", "above"),
        ("f1_tuned", "above"),
    ):
        text = f"imbalanced: {metric} of tuned focal loss − tuned cross-entropy is {side} 0"
        yield SIDES[side](text, median(evidence.gain(FOCAL, metric)))
    for figure in ("average_precision", "log_loss"):
        focal, plain = (
            evidence.setting(f"gamma={gamma}", figure, part="balanced") for gamma in (2, 0)
        )
        text = f"balanced: {figure} at γ = 2 − at γ = 0 is within ±{ALIKE}"
        yield within(text, median(focal - plain), ALIKE)


@_claim(
    "γ = 2 is a good standard and useful values are from .5 to 5; a larger γ is unstable where rows "
    "are ambiguous."
)
def _gamma(evidence: Evidence) -> Statements:
    two = evidence.setting("gamma=2")
    yield above(
        "average precision at γ = 2 − at γ = 0 is above 0",
        median(two - evidence.setting("gamma=0")),
    )
    every = [evidence.setting(step) for step in ("gamma=0", *STEPS)]
    best = pd.concat(every, axis=1).max(axis=1)
    yield below(
        f"average precision at the best γ of each data set − at γ = 2 is below {ALIKE}",
        median(best - two),
        ALIKE,
    )
    chance = len(USEFUL) / len(GAMMAS)
    yield above(
        f"fraction of folds in which tuning chooses γ from .5 to 5 is above {chance:.2g}, by chance",
        median(evidence.chosen("focal", "gamma", USEFUL)),
        chance,
    )
    yield below(
        "average precision at γ = 10 − at γ = 2 is below 0",
        median(evidence.setting("gamma=10") - two),
    )
    for statistic, what, side in (
        ("sd", "standard deviation over folds", "above"),
        ("mean", "average precision", "below"),
    ):
        large, standard = (
            evidence.setting(f"noise gamma={gamma}", statistic=statistic) for gamma in (10, 2)
        )
        text = f"with wrong labels: {what} at γ = 10 − at γ = 2 is {side} 0"
        yield SIDES[side](text, median(large - standard))


@_claim("α matters less than γ.")
def _alpha(evidence: Evidence) -> Statements:
    for figure in ("average_precision", "log_loss"):
        alpha = evidence.spread([f"alpha={name}" for name in ALPHAS], figure)
        text = f"range of {figure} over α − over γ is below 0"
        yield below(text, median(alpha - evidence.spread(STEPS, figure)))


@_claim(
    "At γ = 0 focal loss is cross-entropy exactly; at γ = 2 a row of probability .9 is scaled by "
    ".01 and one of .1 by .81."
)
def _exactness(evidence: Evidence) -> Statements:
    gaps = evidence.table("coefficient_gap")
    yield below(
        "largest relative difference of the coefficients at γ = 0 from scikit-learn's is below 1e-6",
        exact(float(gaps.max()), len(gaps)),
        1e-6,
    )
    for probability, factor in (("0.9", 0.01), ("0.1", 0.81)):
        error = abs(evidence.experiment["factors"][probability] - factor)
        text = f"error of the factor {factor} at γ = 2 and p = {probability} is below 1e-9"
        yield below(text, exact(error), 1e-9)


@_claim("Under extreme imbalance focal loss should be combined with sampling.")
def _sampling(evidence: Evidence) -> Statements:
    extreme = evidence.table("imbalance") >= EXTREME
    focal = evidence.setting("gamma=2")[extreme]
    for name in ("oversample", "undersample"):
        both = evidence.setting(f"focal and {name}")[extreme]
        yield above(
            f"{EXTREME} or more negative rows per positive: average precision of focal loss after "
            f"{name} − without is above 0",
            median(both - focal),
        )


@_claim("Wrongly labelled rows are artificially hard, and focal loss focuses on them too much.")
def _noise(evidence: Evidence) -> Statements:
    yield above(
        "median margin of correctly labelled rows − of wrongly labelled ones is above 0",
        median(evidence.setting("wrong gamma=0", "harder")),
    )
    focal, plain = (evidence.setting(f"wrong gamma={gamma}", "pull") for gamma in (2, 0))
    yield above(
        "fraction of the gradient from wrongly labelled rows, γ = 2 − γ = 0, is above 0",
        median(focal - plain),
    )
    for figure, side in (("average_precision", "below"), ("log_loss", "above")):
        change, change_plain = (
            evidence.setting(f"noise gamma={gamma}", figure)
            - evidence.setting(f"gamma={gamma}", figure)
            for gamma in (2, 0)
        )
        text = f"change of {figure} by wrong labels, γ = 2 − γ = 0, is {side} 0"
        yield SIDES[side](text, median(change - change_plain))


@_claim(
    "Focal loss acts as soft hard-example mining; label smoothing, temperature scaling and Platt "
    "scaling are its rivals for calibration."
)
def _mining(evidence: Evidence) -> Statements:
    focal, plain = (evidence.setting("hardest", loss) for loss in ("focal", "cross-entropy"))
    yield above(
        "fraction of the gradient from the hardest tenth of the rows, focal − cross-entropy, is "
        "above 0",
        median(focal - plain),
    )
    for rival in ("label_smoothing", "temperature", "platt"):
        for metric in ("calibration_error", "log_loss"):
            gap = evidence.tuned(rival, metric) - evidence.tuned(FOCAL, metric)
            text = f"{metric} of {rival} − of {FOCAL} is below {ALIKE}"
            yield below(text, median(gap), ALIKE)
