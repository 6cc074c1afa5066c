"""The cost of focal loss relative to cross-entropy, and their equality at γ = 0."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.harness import prepare
from benchmarks.speed.timing import time_interleaved
from skfocal import FocalLogisticRegression, FocalLoss, focal_loss
from skfocal.comparison import Table

LOSS_ROUNDS, FIT_ROUNDS = 41, 7
N_LOGITS = 100_000


def loss_costs() -> list[float]:
    """Return the ratios of the times of loss and gradient at γ = 2 and at γ = 0."""
    rng = np.random.default_rng(0)
    logits = rng.normal(-3, 2, N_LOGITS)
    y = (rng.random(N_LOGITS) < 0.1).astype(np.intp)
    focal, plain = FocalLoss(2.0), FocalLoss(0.0)
    return _ratios(
        lambda: focal.value_and_gradient(y, logits),
        lambda: plain.value_and_gradient(y, logits),
        LOSS_ROUNDS,
    )


def fit_cost(table: Table) -> float:
    """Return the median ratio of the times of a fit at γ = 2 and at γ = 0 to one table."""
    X, y = prepare(table)
    focal, plain = FocalLogisticRegression(gamma=2), FocalLogisticRegression(gamma=0)
    return float(np.median(_ratios(lambda: focal.fit(X, y), lambda: plain.fit(X, y), FIT_ROUNDS)))


def coefficient_gap(table: Table) -> float:
    """Return the largest difference from scikit-learn's coefficients, relative to the largest."""
    X, y = prepare(table)
    ours = FocalLogisticRegression(gamma=0, tol=1e-10, max_iter=1_000).fit(X, y)
    reference = LogisticRegression(solver="newton-cholesky", tol=1e-12, max_iter=1_000).fit(X, y)
    return float(np.abs(ours.coef_ - reference.coef_).max() / np.abs(reference.coef_).max())


def exact_factors() -> dict[str, float]:
    """Return the ratios of focal loss at γ = 2 to cross-entropy at probabilities .9 and .1."""
    factors = {}
    for probability in (0.9, 0.1):
        logit = [np.log(probability / (1 - probability))]
        focal, plain = (focal_loss([1], logit, gamma=gamma) for gamma in (2.0, 0.0))
        factors[f"{probability:g}"] = float(focal / plain)
    return factors


def _ratios(one: Callable[[], object], other: Callable[[], object], rounds: int) -> list[float]:
    timings = time_interleaved({"one": one, "other": other}, rounds=rounds)
    times = (timings[name].seconds for name in ("one", "other"))
    return [a / b for a, b in zip(*times, strict=True)]
