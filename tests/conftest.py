"""Reference implementations of the losses and the posterior in high-precision arithmetic.

The reference follows the definitions. It uses neither margins nor softplus: it computes
probabilities, raises ``1 - p`` to the power ``gamma``, and differentiates by the chain rule. The
precision is such that 50 digits remain if terms of order 1 cancel down to the smallest normal
float64.
"""

import importlib.util
from functools import cache
from typing import NamedTuple

import mpmath as mp
import numpy as np
import pytest
from builders import blas_threads, set_blas_threads

# scikit-learn has callbacks since 1.9.
collect_ignore = (
    [] if importlib.util.find_spec("sklearn.callback") else ["linear_model/test_callbacks.py"]
)

DIGITS = 370
SMALLEST_NORMAL = float(np.finfo(np.float64).tiny)


class Exact(NamedTuple):
    """Focal loss of one sample without alpha, and its derivatives with respect to the logits."""

    value: mp.mpf
    gradient: list[mp.mpf]
    hessian: list[list[mp.mpf]]


@pytest.fixture(scope="module", autouse=True)
def one_blas_thread():
    """Set BLAS to one thread, as during a fit: parallel tests would compete for the cores."""
    before = blas_threads()
    set_blas_threads(1)
    yield
    set_blas_threads(min(before, default=1))


@pytest.fixture
def two_blas_threads():
    """Set BLAS to two threads, so that a limit of one thread is detectable."""
    before = blas_threads()
    if not before:
        pytest.skip("needs a BLAS library that threadpoolctl knows")
    set_blas_threads(2)
    assert set(blas_threads()) == {2}
    yield [2] * len(before)
    set_blas_threads(min(before))


@pytest.fixture(params=[0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0])
def gamma(request):
    return request.param


@pytest.fixture(scope="session")
def exact_focal():
    """Return a function of (logits, true_class, gamma). A single logit belongs to class 1."""
    return _exact_focal


@pytest.fixture(scope="session")
def hessian_scale():
    """Return a function of (logits, true_class, gamma) for the scale of errors in the Hessian.

    The scale of an entry is its absolute value, except near a root. If the entry changes sign
    within 0.05 of the logit of the true class, the scale is the larger of the absolute values at
    these two points.
    """
    return _hessian_scale


@pytest.fixture(scope="session")
def exact_posterior():
    """Return a function of (logits, gamma, alpha) for the posterior probabilities."""
    return _exact_posterior


@pytest.fixture(scope="session")
def worst_relative_error():
    """Return a function of (actual, expected, scale) for the largest error relative to `scale`.

    `scale` is `expected` by default. If a scale is below the smallest normal float64, the result
    may underflow: the absolute error must then be at most that number, and it is not counted.
    """
    return _worst_relative_error


def _exact_focal(logits, true_class, gamma, shift=0.0):
    with mp.workdps(DIGITS):
        if np.ndim(logits) == 0:
            exact = _focal_of_sample((0.0, float(logits)), int(true_class), float(gamma), shift)
            return Exact(exact.value, exact.gradient[1:], [exact.hessian[1][1:]])
        return _focal_of_sample(tuple(map(float, logits)), int(true_class), float(gamma), shift)


def _hessian_scale(logits, true_class, gamma):
    here, below, above = (
        np.ravel(_exact_focal(logits, true_class, gamma, shift).hessian)
        for shift in (0.0, -0.05, 0.05)
    )
    changes_sign = np.sign(below) * np.sign(above) < 0
    return np.where(changes_sign, np.maximum(abs(below), abs(above)), abs(here))


def _exact_posterior(logits, gamma, alpha=None):
    alpha = [1.0] * len(logits) if alpha is None else alpha
    gammas = np.broadcast_to(gamma, len(logits)).tolist()
    with mp.workdps(DIGITS):
        p, others = _probabilities(tuple(map(float, logits)))
        # Let L_k be the loss of class k as a function of its probability. The expected loss is
        # stationary on the simplex if P(k | x) alpha_k L_k'(p_k) is the same for all classes.
        ratios = [
            -1 / (_focal_of_probability(p_k, rest, gamma_k)[1] * mp.mpf(float(weight)))
            for p_k, rest, gamma_k, weight in zip(p, others, gammas, alpha, strict=True)
        ]
        return [ratio / mp.fsum(ratios) for ratio in ratios]


def _worst_relative_error(actual, expected, scale=None):
    actual, expected = np.asarray(actual), np.ravel(expected)
    scale = expected if scale is None else scale
    assert np.isfinite(actual).all()
    worst = mp.mpf(0)
    for value, reference, unit in zip(actual.ravel().tolist(), expected, scale, strict=True):
        error = abs(mp.mpf(value) - reference)
        if abs(unit) >= SMALLEST_NORMAL:
            worst = max(worst, error / abs(unit))
        else:
            assert error <= SMALLEST_NORMAL
    return float(worst)


@cache
def _probabilities(logits, shifted=0, shift=0.0):
    """Return the softmax, and for each entry the sum of the others."""
    powers = [mp.exp(mp.mpf(logit)) for logit in logits]
    powers[shifted] *= mp.exp(mp.mpf(shift))
    total = mp.fsum(powers)
    others = [mp.fsum(powers[:k] + powers[k + 1 :]) / total for k in range(len(powers))]
    return [power / total for power in powers], others


@cache
def _focal_of_probability(p, rest, gamma):
    """Return ``-(1 - p)^gamma log p`` and its first and second derivative with respect to p."""
    log_p = mp.log(p) if p < rest else mp.log1p(-rest)
    power = rest ** mp.mpf(gamma)
    first = gamma * power / rest * log_p - power / p
    second = 2 * gamma * power / rest / p + power / p**2
    second -= gamma * (mp.mpf(gamma) - 1) * power / rest**2 * log_p
    return -power * log_p, first, second


@cache
def _focal_of_sample(logits, true_class, gamma, shift):
    p, others = _probabilities(logits, true_class, shift)
    p_true = p[true_class]
    value, first, second = _focal_of_probability(p_true, others[true_class], gamma)
    classes = range(len(p))
    # d p_y / d z_i = p_y (e_y - p)_i, and d p_i / d z_j = p_i (delta_ij - p_j).
    residual = [others[i] if i == true_class else -p[i] for i in classes]
    covariance = [[p[i] * (others[i] if i == j else -p[j]) for j in classes] for i in classes]
    return Exact(
        value,
        [first * p_true * residual[i] for i in classes],
        [
            [
                second * p_true**2 * residual[i] * residual[j]
                + first * p_true * (residual[i] * residual[j] - covariance[i][j])
                for j in classes
            ]
            for i in classes
        ],
    )
