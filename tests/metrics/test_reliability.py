"""Reliability curve and its bins."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from skfocal.metrics import reliability_curve


def draw(n_samples, seed=0):
    rng = np.random.default_rng(seed)
    y_prob = rng.uniform(size=n_samples)
    return (rng.uniform(size=n_samples) < y_prob).astype(int), y_prob


def test_quantile_bins_have_equal_sizes_if_probabilities_are_distinct():
    rng = np.random.default_rng(1)
    for n_samples in (10, 11, 99, 100, 101):
        y_prob = rng.permutation(np.linspace(0, 1, n_samples))
        curve = reliability_curve(rng.integers(0, 2, n_samples), y_prob, n_bins=10)
        assert len(curve.n_samples) == 10
        assert np.ptp(curve.n_samples) <= 1
        assert curve.n_samples.sum() == n_samples


def test_quantile_bins_have_equal_weight():
    y_true, y_prob = draw(5000)
    weight = np.random.default_rng(1).uniform(0, 2, 5000)
    curve = reliability_curve(y_true, y_prob, sample_weight=weight, n_bins=20)
    # A sample is never split between bins.
    assert np.abs(curve.weight - 1 / 20).max() <= weight.max() / weight.sum()
    assert np.ptp(curve.n_samples) > 2


def test_order_of_samples_has_no_effect():
    rng = np.random.default_rng(2)
    y_prob = rng.choice([0.0, 0.1, 0.4, 1.0], 200, p=[0.7, 0.1, 0.1, 0.1])
    y_true = rng.integers(0, 2, 200)
    order = rng.permutation(200)
    curve = reliability_curve(y_true, y_prob)
    assert 2 <= len(curve.n_samples) <= 4
    for one, other in zip(curve, reliability_curve(y_true[order], y_prob[order]), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


@pytest.mark.parametrize("strategy", ["quantile", "uniform"])
def test_agreement_with_scikit_learn(strategy):
    y_true, y_prob = draw(1000)
    frequency, probability = calibration_curve(y_true, y_prob, n_bins=10, strategy=strategy)
    curve = reliability_curve(y_true, y_prob, n_bins=10, strategy=strategy)
    np.testing.assert_allclose(curve.probability, probability, rtol=1e-13)
    np.testing.assert_allclose(curve.frequency, frequency, rtol=1e-13)


def test_uniform_bins_include_their_right_edge_and_empty_bins_are_dropped():
    curve = reliability_curve(
        [0, 1, 0, 1, 1], [0.0, 0.25, 0.26, 0.5, 1.0], n_bins=4, strategy="uniform"
    )
    np.testing.assert_array_equal(curve.n_samples, [2, 2, 1])
    np.testing.assert_allclose(curve.probability, [0.125, 0.38, 1.0])
    np.testing.assert_allclose(curve.frequency, [0.5, 0.5, 1.0])
    np.testing.assert_allclose(curve.weight, [0.4, 0.4, 0.2])


@pytest.mark.parametrize("strategy", ["quantile", "uniform"])
def test_sample_weight_equals_repetition(strategy):
    y_true, y_prob = draw(200)
    times = np.random.default_rng(1).integers(0, 4, 200)
    weighted = reliability_curve(y_true, y_prob, sample_weight=times, strategy=strategy)
    repeated = reliability_curve(y_true.repeat(times), y_prob.repeat(times), strategy=strategy)
    for name in ("probability", "frequency", "weight"):
        np.testing.assert_allclose(getattr(weighted, name), getattr(repeated, name), rtol=1e-12)
    assert weighted.n_samples.sum() == np.count_nonzero(times)


@pytest.mark.parametrize("factor", [0.1, 1 / 3, 1e-200, 1e200])
def test_scale_of_sample_weight_has_no_effect(factor):
    # With this number of samples, some midpoints are on the edge between two bins.
    y_true, y_prob = draw(105)
    weight = np.random.default_rng(1).integers(1, 3, 105) * factor
    one = reliability_curve(y_true, y_prob, sample_weight=weight)
    other = reliability_curve(y_true, y_prob, sample_weight=weight / factor)
    for name in one._fields:
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-12)


def test_a_tiny_weight_stays_in_the_last_bin():
    weight = np.r_[np.ones(20), 1e-30]
    y_prob = np.linspace(0, 1, 21)
    curve = reliability_curve(np.zeros(21), y_prob, sample_weight=weight, n_bins=5)
    np.testing.assert_array_equal(curve.n_samples, [4, 4, 4, 4, 5])
