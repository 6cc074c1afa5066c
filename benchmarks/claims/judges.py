"""The statements that each claim is judged by, and the figures that decide them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from benchmarks.claims.estimates import (
    Estimate,
    Verdict,
    above,
    below,
    share,
    typical,
    within,
)
from benchmarks.claims.evidence import Evidence
from benchmarks.claims.experiment import ALPHAS, NEIGHBORS, SEEDS, STRENGTHS
from benchmarks.quality.arms import FOCAL, GAMMAS

__all__ = [
    "Part",
    "judge_alpha",
    "judge_calibration",
    "judge_cost",
    "judge_exactness",
    "judge_gain",
    "judge_gamma",
    "judge_mining",
    "judge_noise",
    "judge_overhead",
    "judge_sampling",
    "judge_sensitivity",
    "judge_stability",
]

CHEAP = 1.05
NEGLIGIBLE, HIGH = 1.1, 1.5
ALIKE = 0.01
"""Differences of average precision, log loss and calibration error that nobody would notice."""
BY_CHANCE = 0.025
"""Share of data sets of which an interval lies on one given side when there is no difference."""
EXTREME = 25
SAMPLERS = ("oversample", "undersample", "smote")
USEFUL = [str(gamma) for gamma in GAMMAS if 0.5 <= gamma <= 5]
STEPS = ("gamma=0.5", "gamma=1", "gamma=2", "gamma=3", "gamma=5")


class Part(NamedTuple):
    """One statement of a claim: what is to be shown, what was measured, and the verdict."""

    what: str
    estimate: Estimate
    verdict: Verdict


def _above(what: str, estimate: Estimate, bound: float = 0.0) -> Part:
    return Part(what, estimate, above(estimate, bound))


def _below(what: str, estimate: Estimate, bound: float = 0.0) -> Part:
    return Part(what, estimate, below(estimate, bound))


def _ratio(one: object, other: object) -> Estimate:
    """Estimate a typical ratio, by the logarithms."""
    found = typical(np.log(np.asarray(one, float) / np.asarray(other, float)))
    return Estimate(
        float(np.exp(found.value)), float(np.exp(found.low)), float(np.exp(found.high)), found.count
    )


def judge_cost(evidence: Evidence) -> Iterator[Part]:
    """Judge what the loss costs, alone and in a whole fit."""
    yield _below(
        f"time for loss and gradient of given logits, γ = 2 to γ = 0, is under {CHEAP}",
        typical(evidence.own["loss_costs"]),
        CHEAP,
    )
    yield _below(
        f"time of a whole fit, γ = 2 to γ = 0, is under {CHEAP}",
        typical(evidence.table("fit_cost")),
        CHEAP,
    )


def judge_stability(evidence: Evidence) -> Iterator[Part]:
    """Judge the spread over folds, by the quality run, and over seeds, by the own run."""
    for steady in (FOCAL, "class_weight"):
        base = evidence.arm(steady, "average_precision", "sd")
        for name in SAMPLERS:
            other = evidence.arm(name, "average_precision", "sd")
            kept = (base > 0) & (other > 0)
            what = f"spread of average precision over the folds, {name} to {steady}, is above 1"
            yield _above(what, _ratio(other[kept], base[kept]), 1)
    for name in SAMPLERS:
        spread = evidence.spread([f"{name} seed={seed}" for seed in SEEDS])
        what = f"average precision of {name} moves with the seed by more than {ALIKE} of five seeds"
        yield _above(what, typical(spread), ALIKE)


def judge_sensitivity(evidence: Evidence) -> Iterator[Part]:
    """Judge how far average precision reaches over the values of each hyperparameter."""
    focal = evidence.spread(STEPS)
    weights = evidence.spread([f"weight={strength:g}" for strength in STRENGTHS])
    yield _below(
        "reach of average precision over the strength of class weights, less that over γ from .5 "
        "to 5, is below 0",
        typical(weights - focal),
    )
    reaches = {
        "ratio of oversample": [f"oversample={strength:g}" for strength in STRENGTHS],
        "ratio of undersample": [f"undersample={strength:g}" for strength in STRENGTHS],
        "ratio of smote": [f"smote ratio={strength:g}" for strength in STRENGTHS],
        "neighbours of smote": [f"smote neighbors={count}" for count in NEIGHBORS],
    }
    for name, settings in reaches.items():
        what = f"reach of average precision over {name}, less that over γ, is above 0"
        yield _above(what, typical(evidence.spread(settings) - focal))


def judge_calibration(evidence: Evidence) -> Iterator[Part]:
    """Judge calibration errors beside those of plain logistic regression."""
    for arm in (FOCAL, "focal (raw)"):
        gain = evidence.gain(arm, "calibration_error").dropna()
        what = f"{arm} has a lower calibration error than cross-entropy on more than half the sets"
        yield _above(what, share(int((gain < 0).sum()), len(gain)), 0.5)
    _, worse = evidence.clear("class_weight", "calibration_error")
    total = len(evidence.gain("class_weight", "calibration_error"))
    yield _above(
        f"class_weight is clearly worse on more sets than by chance, {BY_CHANCE:.1%}",
        share(worse, total),
        BY_CHANCE,
    )
    for name in SAMPLERS:
        better, worse = evidence.clear(name, "calibration_error")
        yield _above(
            f"{name} varies: of the sets with a clear difference more than a fifth go each way",
            share(min(better, worse), better + worse),
            0.2,
        )


def judge_overhead(evidence: Evidence) -> Iterator[Part]:
    """Judge the seconds of the last fit, preparation and sampling included."""
    plain = evidence.arm("logistic", "fit_seconds")
    yield _below(
        f"time to fit class_weight to that of plain logistic regression is under {NEGLIGIBLE}",
        _ratio(evidence.arm("class_weight", "fit_seconds"), plain),
        NEGLIGIBLE,
    )
    for name in ("oversample", "smote"):
        yield _above(
            f"time to fit {name} to that of plain logistic regression is above {HIGH}",
            _ratio(evidence.arm(name, "fit_seconds"), plain),
            HIGH,
        )


def judge_gain(evidence: Evidence) -> Iterator[Part]:
    """Judge tuned focal loss on imbalanced data, and γ = 2 on balanced data."""
    for metric, judge in (
        ("average_precision", _above),
        ("log_loss", _below),
        ("f1_default", _above),
        ("f1_tuned", _above),
    ):
        side = "above" if judge is _above else "below"
        what = f"imbalanced: {metric} of tuned focal less that of tuned cross-entropy is {side} 0"
        yield judge(what, typical(evidence.gain(FOCAL, metric)))
    for figure in ("average_precision", "log_loss"):
        gap = [
            table["balanced"]["gamma=2"][figure]["mean"]
            - table["balanced"]["gamma=0"][figure]["mean"]
            for table in evidence.own["tables"].values()
        ]
        found = typical(gap)
        what = f"balanced: {figure} at γ = 2 less that at γ = 0 is within ±{ALIKE}"
        yield Part(what, found, within(found, ALIKE))


def judge_gamma(evidence: Evidence) -> Iterator[Part]:
    """Judge γ = 2, the useful range, and large values on noisy labels."""
    two = evidence.setting("gamma=2")
    yield _above(
        "average precision at γ = 2 less that at γ = 0 is above 0",
        typical(two - evidence.setting("gamma=0")),
    )
    best = two + 0.0
    for step in ("gamma=0", *STEPS):
        best = best.combine(evidence.setting(step), max)
    yield _below(
        f"the best γ of each set, known only afterwards, gains less than {ALIKE} of average "
        "precision on γ = 2",
        typical(best - two),
        ALIKE,
    )
    yield _above(
        f"tuning chooses γ from .5 to 5 more often than by chance, {len(USEFUL)} of {len(GAMMAS)}",
        typical(evidence.chosen("focal", "gamma", USEFUL)),
        len(USEFUL) / len(GAMMAS),
    )
    yield _below(
        "average precision at γ = 10, beyond the range, less that at γ = 2 is below 0",
        typical(evidence.setting("gamma=10") - two),
    )
    for statistic, what, judge in (
        ("sd", "the spread over the folds at γ = 10 less that at γ = 2 is above 0", _above),
        ("mean", "average precision at γ = 10 less that at γ = 2 is below 0", _below),
    ):
        large, standard = (
            evidence.setting(f"noise gamma={gamma}", statistic=statistic) for gamma in (10, 2)
        )
        yield judge(
            f"where a fifth of the positive labels is wrong, {what}", typical(large - standard)
        )


def judge_alpha(evidence: Evidence) -> Iterator[Part]:
    """Judge the reach over α beside that over γ."""
    for figure in ("average_precision", "log_loss"):
        alpha = evidence.spread([f"alpha={name}" for name in ALPHAS], figure)
        what = f"reach of {figure} over α at γ = 2, less that over γ from .5 to 5, is below 0"
        yield _below(what, typical(alpha - evidence.spread(STEPS, figure)))


def judge_exactness(evidence: Evidence) -> Iterator[Part]:
    """Judge what must hold by arithmetic."""
    gap = float(evidence.table("coefficient_gap").max())
    count = len(evidence.own["tables"])
    yield _below(
        "largest difference of coefficients at γ = 0 from scikit-learn's, beside the largest "
        "coefficient, is below 1e-6 on every set",
        Estimate(gap, gap, gap, count),
        1e-6,
    )
    for probability, factor in (("0.9", 0.01), ("0.1", 0.81)):
        off = abs(evidence.own["factors"][probability] - factor)
        what = f"the factor at γ = 2 and p = {probability} differs from {factor} by less than 1e-9"
        yield _below(what, Estimate(off, off, off, 1), 1e-9)


def judge_sampling(evidence: Evidence) -> Iterator[Part]:
    """Judge focal loss with and without sampling where classes differ most in size."""
    extreme = evidence.table("imbalance") >= EXTREME
    focal = evidence.setting("gamma=2")[extreme]
    for name in ("oversample", "undersample"):
        both = evidence.setting(f"focal and {name}")[extreme]
        yield _above(
            f"{EXTREME} negative rows and more to a positive: average precision of focal loss "
            f"after {name}, less that without, is above 0",
            typical(both - focal),
        )


def judge_noise(evidence: Evidence) -> Iterator[Part]:
    """Judge what wrong labels do to the gradient and to the scores."""
    yield _above(
        "margin of rightly labelled rows less that of wrongly labelled ones is above 0",
        typical(evidence.setting("wrong gamma=0", "harder")),
    )
    pull, plain = (evidence.setting(f"wrong gamma={gamma}", "pull") for gamma in (2, 0))
    yield _above(
        "share of the gradient that wrongly labelled rows have at γ = 2 less that at γ = 0 is "
        "above 0",
        typical(pull - plain),
    )
    for figure, judge in (("average_precision", _below), ("log_loss", _above)):
        harm, harm_plain = (
            evidence.setting(f"noise gamma={gamma}", figure)
            - evidence.setting(f"gamma={gamma}", figure)
            for gamma in (2, 0)
        )
        side = "below" if judge is _below else "above"
        what = f"change of {figure} by wrong labels at γ = 2 less that at γ = 0 is {side} 0"
        yield judge(what, typical(harm - harm_plain))


def judge_mining(evidence: Evidence) -> Iterator[Part]:
    """Judge where the gradient comes from, and the rivals for calibration."""
    yield _above(
        "share of the gradient that the hardest tenth of the rows has by focal loss less that by "
        "cross-entropy is above 0",
        typical(
            evidence.setting("hardest", "focal") - evidence.setting("hardest", "cross-entropy")
        ),
    )
    for rival in ("label_smoothing", "temperature", "platt"):
        for metric in ("calibration_error", "log_loss"):
            gap = evidence.arm(rival, metric) - evidence.arm(FOCAL, metric)
            what = f"{metric} of {rival} less that of focal (recovered) is below {ALIKE}"
            yield _below(what, typical(gap), ALIKE)
