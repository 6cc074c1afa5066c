"""The optimum of a constant."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skfocal import FocalLoss, effective_number_alpha, focal_posterior
from skfocal.boosting import constant_start

BINARY = ["no"] * 95 + ["yes"] * 5
THREE = [0] * 80 + [1] * 15 + [5] * 5


def shares(y):
    return np.unique(y, return_counts=True)[1] / len(y)


@pytest.mark.parametrize("alpha", [None, 0.25, "balanced", [1.0, 7.0]])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 20.0, [0.0, 3.0]])
def test_the_posterior_of_a_binary_start_is_the_class_frequency(gamma, alpha):
    start = constant_start(BINARY, gamma, alpha)
    weight = 1 / (2 * shares(BINARY)) if alpha == "balanced" else alpha
    assert isinstance(start, float)
    assert_allclose(focal_posterior([start], gamma=gamma, alpha=weight), 0.05, rtol=1e-12)


@pytest.mark.parametrize(
    "alpha", [None, "balanced", {0: 1, 1: 2, 5: 40}, [1e-6, 1.0, 1e6]], ids=str
)
@pytest.mark.parametrize("gamma", [0.0, 1e-9, 0.5, 2.0, 20.0, [0.0, 1.0, 5.0]], ids=str)
def test_the_posterior_of_a_start_is_the_class_frequencies(gamma, alpha):
    start = constant_start(THREE, gamma, alpha)
    weight = 1 / (3 * shares(THREE)) if alpha == "balanced" else alpha
    weight = list(weight.values()) if isinstance(weight, dict) else weight
    posterior = focal_posterior(start[np.newaxis], gamma=gamma, alpha=weight)[0]
    assert_allclose(posterior, shares(THREE), rtol=1e-9)
    assert_allclose(start.sum(), 0, atol=1e-9)


@pytest.mark.parametrize("y", [BINARY, THREE])
def test_the_gradient_vanishes_at_the_start(y):
    weight = np.random.default_rng(0).uniform(0, 2, len(y))
    alpha = effective_number_alpha(y, 0.99)
    codes = np.unique(y, return_inverse=True)[1]
    start = constant_start(y, 2.0, alpha, weight)
    margins = np.broadcast_to(start, (len(y), *np.shape(start)))
    gradient = FocalLoss(2.0, alpha).gradient(codes, margins)
    assert_allclose(weight @ gradient, 0, atol=1e-11)


def test_without_focus_the_start_is_the_log_odds():
    assert_allclose(constant_start(BINARY, 0.0), np.log(5 / 95))
    logs = np.log(shares(THREE))
    assert_allclose(constant_start(THREE, 0.0), logs - logs.mean())


def test_weights_count_rows():
    weight = np.array([1] * 90 + [3] * 10)
    assert_allclose(
        constant_start(BINARY, sample_weight=weight), constant_start(np.repeat(BINARY, weight))
    )


def test_a_class_without_weight_has_a_finite_start():
    start = constant_start(THREE, sample_weight=[1] * 95 + [0] * 5)
    assert np.isfinite(start).all()
    assert focal_posterior(start[np.newaxis], gamma=2.0)[0, 2] < 1e-15


@pytest.mark.parametrize("n_rows", [10, 10**6])
def test_extreme_imbalance(n_rows):
    y = np.zeros(n_rows, dtype=int)
    y[0] = 1
    posterior = focal_posterior([constant_start(y)], gamma=2.0)
    assert_allclose(posterior, 1 / n_rows, rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 1],), "y must hold at least two classes"),
        ((BINARY, -1.0), "focal_gamma must be"),
        ((BINARY, 2.0, 1.5), "focal_alpha, as a number, must lie in"),
        ((BINARY, 2.0, None, [1.0]), "sample_weight must hold 100"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        constant_start(*arguments)
