"""What focal loss costs beside cross-entropy, and that at γ = 0 it is cross-entropy."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from skfocal import FocalLogisticRegression, FocalLoss, focal_loss
from skfocal.comparison import Table
from skfocal.comparison.data.preparation import coder, expander, layout_of

__all__ = ["coefficient_gap", "exact_factors", "fit_cost", "loss_costs"]

ROUNDS = 41
LOGITS = 100_000


def loss_costs() -> list[float]:
    """Ratios, round by round, of loss and gradient at γ = 2 to those at γ = 0, from the logits."""
    rng = np.random.default_rng(0)
    logits = rng.normal(-3, 2, LOGITS)
    y = (rng.random(LOGITS) < 0.1).astype(np.intp)
    losses = {gamma: FocalLoss(gamma) for gamma in (0.0, 2.0)}
    return _ratios(
        lambda: losses[2.0].value_and_gradient(y, logits),
        lambda: losses[0.0].value_and_gradient(y, logits),
    )


def fit_cost(table: Table) -> float:
    """Ratio of the time of a whole fit at γ = 2 to one at γ = 0, on one table: the median."""
    X, y = _prepared(table)
    ratios = _ratios(
        lambda: FocalLogisticRegression(gamma=2).fit(X, y),
        lambda: FocalLogisticRegression(gamma=0).fit(X, y),
        rounds=7,
    )
    return float(np.median(ratios))


def coefficient_gap(table: Table) -> float:
    """Largest difference of a coefficient at γ = 0 from scikit-learn's, beside the largest."""
    X, y = _prepared(table)
    ours = FocalLogisticRegression(gamma=0, tol=1e-10, max_iter=1_000).fit(X, y)
    reference = LogisticRegression(solver="newton-cholesky", tol=1e-12, max_iter=1_000).fit(X, y)
    return float(np.abs(ours.coef_ - reference.coef_).max() / np.abs(reference.coef_).max())


def exact_factors() -> dict[str, float]:
    """Factors by which γ = 2 scales the cross-entropy of rows of probability .9 and .1."""
    factors = {}
    for probability in (0.9, 0.1):
        logit = [np.log(probability / (1 - probability))]
        focal, plain = (focal_loss([1], logit, gamma=gamma) for gamma in (2.0, 0.0))
        factors[f"{probability:g}"] = float(focal / plain)
    return factors


def _prepared(table: Table) -> tuple[Any, Any]:
    """Return a whole table as numbers: nothing is tested on it."""
    layout = layout_of(table, table.X)
    coded = coder(layout).fit_transform(table.X)
    return expander(layout).fit_transform(coded), table.y


def _ratios(
    one: Callable[[], object], other: Callable[[], object], rounds: int = ROUNDS
) -> list[float]:
    one(), other()
    return [_seconds(one) / _seconds(other) for _ in range(rounds)]


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
