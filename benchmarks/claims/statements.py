"""The statements of each claim. Every verdict is computed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from benchmarks.claims.evidence import Evidence
from benchmarks.claims.experiment import ALPHAS, NEIGHBORS, SEEDS, STRENGTHS
from benchmarks.quality.shared_fits import BASELINE, FOCAL, GAMMAS
from benchmarks.verdicts import Claim, Statement, exact, median, proportion

CHEAP, NEGLIGIBLE, HIGH = 1.05, 1.1, 1.5
ALIKE = 0.01
"""Differences of average precision, log loss and calibration error that do not matter."""
BY_CHANCE = 0.025
"""Expected fraction of intervals on one given side of zero when there is no difference."""
EXTREME = 25
SAMPLERS = ("oversample", "undersample", "smote")
UNDER_SAMPLERS = ("balanced_random_forest", "balanced_bagging", "easy_ensemble", "rusboost")
USEFUL = [str(gamma) for gamma in GAMMAS if 0.5 <= gamma <= 5]
STEPS = ("gamma=0.5", "gamma=1", "gamma=2", "gamma=3", "gamma=5")
Statements = Iterator[Statement]


def judge(evidence: Evidence) -> list[Claim]:
    """Judge every claim, in the order of the page. The template has their wording."""
    claims = []
    for statements in (
        *(cost, stability, sensitivity, calibration, overhead, gain, gamma, alpha, exactness),
        *(sampling, noise, mining, asymmetry, correction, ensembles, focal_temperature),
    ):
        found = tuple(statements(evidence))
        claims.append(Claim(statements.__name__, tuple(one.verdict for one in found), found))
    return claims


def cost(evidence: Evidence) -> Statements:
    """Time of the loss, and of a fit."""
    loss, fit = evidence.experiment["loss_costs"], evidence.table("fit_cost")
    yield Statement("time of loss and gradient, γ = 2 / γ = 0", median(loss), "<", CHEAP)
    yield Statement("time of a fit, γ = 2 / γ = 0", median(fit), "<", CHEAP)


def stability(evidence: Evidence) -> Statements:
    """Spread of average precision over folds and over seeds."""
    for stable in (FOCAL, "class_weight"):
        base = evidence.tuned(stable, "average_precision", "sd")
        for name in SAMPLERS:
            other = evidence.tuned(name, "average_precision", "sd")
            ratio = (other / base)[(base > 0) & (other > 0)]
            text = f"standard deviation of average precision over folds, {name} / {stable}"
            yield Statement(text, median(ratio), ">", 1)
    for name in SAMPLERS:
        spread = evidence.spread([f"{name} seed={seed}" for seed in SEEDS])
        text = f"range of average precision over five seeds of {name}"
        yield Statement(text, median(spread), ">", ALIKE)


def sensitivity(evidence: Evidence) -> Statements:
    """Range of average precision over hyperparameters."""
    focal = evidence.spread(STEPS)
    weights = evidence.spread([f"weight={strength:g}" for strength in STRENGTHS])
    text = "range of average precision over"
    yield Statement(f"{text} class weights − over γ", median(weights - focal), "<")
    for name, settings in {
        "ratios of oversample": [f"oversample={strength:g}" for strength in STRENGTHS],
        "ratios of undersample": [f"undersample={strength:g}" for strength in STRENGTHS],
        "ratios of smote": [f"smote ratio={strength:g}" for strength in STRENGTHS],
        "neighbours of smote": [f"smote neighbors={count}" for count in NEIGHBORS],
    }.items():
        change = evidence.spread(settings) - focal
        yield Statement(f"{text} {name} − over γ", median(change), ">")


def calibration(evidence: Evidence) -> Statements:
    """Calibration errors relative to plain logistic regression."""
    metric = "calibration_error"
    for method in (FOCAL, "focal (raw)"):
        change = evidence.gain(method, metric).dropna()
        text = f"fraction of data sets with a lower calibration error of {method}"
        yield Statement(text, proportion(int((change < 0).sum()), len(change)), ">", 0.5)
    _, worse = evidence.clear("class_weight", metric)
    fraction = proportion(worse, len(evidence.gain("class_weight", metric)))
    text = "fraction of data sets where class_weight is clearly worse"
    yield Statement(text, fraction, ">", BY_CHANCE)
    for name in SAMPLERS:
        better, worse = evidence.clear(name, metric)
        text = f"{name}: of the clear differences, fraction in the rarer direction"
        yield Statement(text, proportion(min(better, worse), better + worse), ">", 0.2)


def overhead(evidence: Evidence) -> Statements:
    """Time of a fit, with preparation and sampling."""
    plain = evidence.tuned(BASELINE, "fit_seconds")
    ratios = {
        name: median(evidence.tuned(name, "fit_seconds") / plain)
        for name in ("class_weight", "oversample", "smote")
    }
    text = f"time of a fit, {{}} / {BASELINE}".format
    yield Statement(text("class_weight"), ratios["class_weight"], "<", NEGLIGIBLE)
    yield Statement(text("oversample"), ratios["oversample"], ">", HIGH)
    yield Statement(text("smote"), ratios["smote"], ">", HIGH)


def gain(evidence: Evidence) -> Statements:
    """Tuned focal loss on imbalanced data, and γ = 2 on balanced data."""
    for metric in ("average_precision", "log_loss", "f1_default", "f1_tuned"):
        text = f"imbalanced: {metric} of tuned focal loss − tuned cross-entropy"
        better: Any = "<" if metric == "log_loss" else ">"
        yield Statement(text, median(evidence.gain(FOCAL, metric)), better)
    for figure in ("average_precision", "log_loss"):
        change = evidence.change("gamma=2", "gamma=0", figure, part="balanced")
        yield Statement(f"balanced: {figure} at γ = 2 − at γ = 0", median(change), "±", ALIKE)


def gamma(evidence: Evidence) -> Statements:
    """γ = 2, the useful range, and a large γ with wrong labels."""
    text = "average precision at {} − at γ = 2".format
    yield Statement(text("γ = 0"), median(evidence.change("gamma=0", "gamma=2")), "<")
    every = pd.concat([evidence.setting(step) for step in ("gamma=0", *STEPS)], axis=1)
    best = median(every.max(axis=1) - evidence.setting("gamma=2"))
    yield Statement(text("the best γ of each data set"), best, "<", ALIKE)
    chosen = median(evidence.chosen("focal", "gamma", USEFUL))
    chance = len(USEFUL) / len(GAMMAS)
    yield Statement("fraction of folds in which tuning chooses γ from .5 to 5", chosen, ">", chance)
    yield Statement(text("γ = 10"), median(evidence.change("gamma=10", "gamma=2")), "<")
    spread = evidence.change("noise gamma=10", "noise gamma=2", statistic="sd")
    yield Statement(
        "with wrong labels: standard deviation over folds at γ = 10 − at γ = 2", median(spread), ">"
    )
    noisy = evidence.change("noise gamma=10", "noise gamma=2")
    yield Statement("with wrong labels: " + text("γ = 10"), median(noisy), "<")


def alpha(evidence: Evidence) -> Statements:
    """Range over α and over γ."""
    for figure in ("average_precision", "log_loss"):
        over_alpha = evidence.spread([f"alpha={name}" for name in ALPHAS], figure)
        change = over_alpha - evidence.spread(STEPS, figure)
        yield Statement(f"range of {figure} over α − over γ", median(change), "<")


def exactness(evidence: Evidence) -> Statements:
    """Equalities that hold by arithmetic."""
    gaps = evidence.table("coefficient_gap")
    text = "largest relative difference of the coefficients at γ = 0 from scikit-learn's"
    yield Statement(text, exact(float(gaps.max()), len(gaps)), "<", 1e-6)
    for probability, factor in (("0.9", 0.01), ("0.1", 0.81)):
        error = abs(evidence.experiment["factors"][probability] - factor)
        text = f"error of the factor {factor} at γ = 2 and p = {probability}"
        yield Statement(text, exact(error), "<", 1e-9)


def sampling(evidence: Evidence) -> Statements:
    """Focal loss with and without sampling under extreme imbalance."""
    extreme = evidence.table("imbalance") >= EXTREME
    for name in ("oversample", "undersample"):
        change = evidence.change(f"focal and {name}", "gamma=2")[extreme]
        text = f"{EXTREME} or more negative rows per positive: average precision of focal loss"
        yield Statement(f"{text} after {name} − without", median(change), ">")


def noise(evidence: Evidence) -> Statements:
    """Effects of wrong labels on the gradient and on the scores."""
    margin = evidence.setting("wrong gamma=0", "harder")
    text = "median margin of correctly labelled rows − of wrongly labelled ones"
    yield Statement(text, median(margin), ">")
    pull = evidence.change("wrong gamma=2", "wrong gamma=0", "pull")
    text = "fraction of the gradient from wrongly labelled rows, γ = 2 − γ = 0"
    yield Statement(text, median(pull), ">")
    for figure in ("average_precision", "log_loss"):
        focal, plain = (
            evidence.change(f"noise gamma={value}", f"gamma={value}", figure) for value in (2, 0)
        )
        worse: Any = ">" if figure == "log_loss" else "<"
        text = f"change of {figure} by wrong labels, γ = 2 − γ = 0"
        yield Statement(text, median(focal - plain), worse)


def mining(evidence: Evidence) -> Statements:
    """Where the gradient is from, and the rivals for calibration."""
    focal, plain = (evidence.setting("hardest", loss) for loss in ("focal", "cross-entropy"))
    text = "fraction of the gradient from the hardest tenth of the rows, focal − cross-entropy"
    yield Statement(text, median(focal - plain), ">")
    for rival in ("label_smoothing", "temperature", "platt"):
        for metric in ("calibration_error", "log_loss"):
            change = evidence.tuned(rival, metric) - evidence.tuned(FOCAL, metric)
            yield Statement(f"{metric} of {rival} − of {FOCAL}", median(change), "<", ALIKE)


def asymmetry(evidence: Evidence) -> Statements:
    """One γ for both classes, and cross-entropy for the rare one."""
    others = tuple(f"asymmetric {step}" for step in STEPS)
    for figure in ("average_precision", "log_loss"):
        better: Any = "<" if figure == "log_loss" else ">"
        text = f"{figure} with γ = 2 for the frequent class and 0 for the rare one − γ = 2 for both"
        change = evidence.change("asymmetric gamma=2", "gamma=2", figure)
        yield Statement(text, median(change), better)
        asymmetric, symmetric = (
            pd.concat([evidence.setting(step, figure) for step in steps], axis=1)
            for steps in (others, STEPS)
        )
        if figure == "log_loss":
            change = asymmetric.min(axis=1) - symmetric.min(axis=1)
        else:
            change = asymmetric.max(axis=1) - symmetric.max(axis=1)
        yield Statement(f"{figure} at the best of five values each", median(change), better)


def correction(evidence: Evidence) -> Statements:
    """Log loss and calibration after prior correction, relative to plain logistic regression."""
    for metric in ("log_loss", "calibration_error"):
        for name, relation in (("undersample", "<"), ("smote", ">")):
            repaired: Any = relation
            change = evidence.gain(f"{name}_corrected", metric)
            text = f"{metric} of {name}_corrected − of {BASELINE}"
            yield Statement(text, median(change), repaired, ALIKE)
        under, smote = (
            evidence.tuned(f"{name}_corrected", metric) for name in ("undersample", "smote")
        )
        text = f"{metric} of smote_corrected − of undersample_corrected"
        yield Statement(text, median(smote - under), ">")


def ensembles(evidence: Evidence) -> Statements:
    """Each ensemble of under-samplers relative to one under-sampler before logistic regression."""
    for metric in ("average_precision", "f1_default", "f1_tuned", "log_loss"):
        table = evidence.ensemble(metric)
        lower = metric == "log_loss"
        corrected = "_corrected" if lower else ""
        better: Any = "<" if lower else ">"
        single = f"undersample{corrected}"
        for name in UNDER_SAMPLERS:
            method = f"{name}{corrected}"
            text = f"{metric} of {method} − of {single}"
            yield Statement(text, median(table[method] - table[single]), better)


def focal_temperature(evidence: Evidence) -> Statements:
    """Focal temperature scaling relative to temperature scaling."""
    for metric in ("log_loss", "brier_score", "calibration_error"):
        table = evidence.calibrated(metric)
        change = table["focal_temperature"] - table["temperature"]
        text = f"{metric} of focal_temperature − of temperature"
        yield Statement(text, median(change), "<")
