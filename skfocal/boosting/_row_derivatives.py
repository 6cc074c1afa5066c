"""Gradient and curvature matrix of focal loss for one row of several classes.

CatBoost asks for them one row at a time. Plain numbers are then several times faster than arrays.
The formulas are those of `skfocal.boosting._derivatives`.
"""

from __future__ import annotations

from math import exp, log1p

from skfocal.boosting._derivatives import LEAST_ODDS, MAX_STEP, Curvature

__all__ = ["row_derivatives"]


def row_derivatives(
    code: int, margins: list[float], gammas: list[float], weight: float, curvature: Curvature
) -> tuple[list[float], list[list[float]]]:
    """Return gradient and positive semidefinite curvature of one row's loss, times its weight.

    Parameters
    ----------
    code : int
        Index of the row's class.
    margins : list of float of length n_classes
        Margins, whose softmax is the model's probability.
    gammas : list of float of length n_classes
        Focusing parameter of each class.
    weight : float
        Weight of the row, that of its class included.
    curvature : {"expected", "exact", "gradient"}
        Which curvature.

    Returns
    -------
    gradient : list of float
    curvature : list of list of float
        Upper triangle; the entries below the diagonal are zero.
    """
    classes = range(len(margins))
    highest = max(margins)
    largest = margins.index(highest)
    shifted = [margin - highest for margin in margins]
    p = [exp(one) for one in shifted]
    others = max(sum(p[k] for k in classes if k != largest), LEAST_ODDS[8])
    total = others + 1
    p = [one / total for one in p]
    r = [1 - one for one in p]
    r[largest] = others / total
    log_total = log1p(others)
    surprise = [gamma * (log_total - one) for gamma, one in zip(gammas, shifted, strict=True)]
    slope = [r[k] + p[k] * surprise[k] for k in classes]
    power = [one**gamma for one, gamma in zip(r, gammas, strict=True)]

    steep = power[code] * slope[code]
    shares = [one / r[code] for one in p]
    shares[code] = -1.0
    gradient = [steep * one for one in shares]
    if curvature == "gradient":
        matrix = _matrix(steep, steep, shares, code)
    else:
        bend = [
            r[k] * (1 + 2 * gammas[k]) + surprise[k] * ((1 + gammas[k]) * p[k] - 1) for k in classes
        ]
        if curvature == "exact":
            matrix = _matrix(max(power[code] * p[code] * bend[code], 0.0), steep, shares, code)
        else:
            matrix = _expected_matrix(p, r, slope, bend, power, largest)
    if any(gammas):
        for k in classes:
            matrix[k][k] = max(matrix[k][k], abs(gradient[k]) / MAX_STEP)
    return [weight * one for one in gradient], [[weight * one for one in row] for row in matrix]


def _matrix(bend: float, steep: float, shares: list[float], code: int) -> list[list[float]]:
    """Return ``bend u u^T + steep (diag v - v v^T)``, with `u` the shares and `v` without -1."""
    classes = range(len(shares))
    matrix = [[0.0] * len(shares) for _ in classes]
    for k in classes:
        for j in range(k, len(shares)):
            product = shares[k] * shares[j]
            matrix[k][j] = bend * product if code in (k, j) else (bend - steep) * product
        if k != code:
            matrix[k][k] += steep * shares[k]
    return matrix


def _expected_matrix(
    p: list[float],
    r: list[float],
    slope: list[float],
    bend: list[float],
    power: list[float],
    largest: int,
) -> list[list[float]]:
    """Return the expectation of the Hessian under the posterior.

    Its rows sum to zero, since the loss depends on differences of margins only.
    """
    classes = range(len(p))
    share = [p[k] * r[k] / slope[k] for k in classes]
    own = [share[k] * p[k] * bend[k] for k in classes]
    apart = [own[k] / r[k] for k in classes]
    rest = [(own[k] - p[k] * r[k]) / r[k] / r[k] for k in classes]
    sum_of_rest = sum(rest)
    scale = power[largest] / (
        share[largest] + sum(share[k] * power[largest] / power[k] for k in classes if k != largest)
    )
    matrix = [[0.0] * len(p) for _ in classes]
    for k in classes:
        for j in range(k + 1, len(p)):
            entry = p[k] * p[j] * (sum_of_rest - rest[k] - rest[j])
            entry = scale * (entry - apart[k] * p[j] - apart[j] * p[k])
            matrix[k][j] = entry
            matrix[k][k] -= entry
            matrix[j][j] -= entry
    return matrix
