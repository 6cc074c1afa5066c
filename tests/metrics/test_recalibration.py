"""Calibration intercept and slope: closed forms, another implementation and invariances."""

import mpmath as mp
import numpy as np
import pytest
from scipy.special import expit, logit

from skfocal.metrics import calibration_intercept_slope


def draw(n_samples=2000, intercept=0.0, slope=1.0, seed=0):
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(-1, 1.5, n_samples)
    y_true = rng.uniform(size=n_samples) < expit(intercept + slope * log_odds)
    return y_true.astype(int), expit(log_odds)


def test_slope_for_two_probabilities_has_a_closed_form():
    # 3 and 8 of 10 samples are in the positive class.
    y_true = np.repeat([1, 0, 1, 0], [3, 7, 8, 2])
    y_prob = np.repeat([0.2, 0.6], 10)
    slope = calibration_intercept_slope(y_true, y_prob).slope
    assert slope == pytest.approx((logit(0.8) - logit(0.3)) / (logit(0.6) - logit(0.2)), rel=1e-11)


def test_calibrated_probabilities_have_intercept_0_and_slope_1():
    y_true = np.repeat([1, 0, 1, 0, 1, 0], [1, 9, 5, 5, 7, 3])
    y_prob = np.repeat([0.1, 0.5, 0.7], 10)
    intercept, slope = calibration_intercept_slope(y_true, y_prob)
    assert intercept == pytest.approx(0, abs=1e-14)
    assert slope == pytest.approx(1, rel=1e-12)


def test_intercept_makes_the_mean_probability_equal_the_frequency():
    y_true, y_prob = draw(intercept=0.7, slope=0.5)
    weight = np.random.default_rng(1).uniform(size=len(y_true))
    intercept, _ = calibration_intercept_slope(y_true, y_prob, sample_weight=weight)
    shifted = expit(logit(y_prob) + intercept)
    assert np.average(shifted, weights=weight) == pytest.approx(
        np.average(y_true, weights=weight), rel=1e-13
    )


@pytest.mark.parametrize(
    ("weight", "intercept", "slope"),
    [
        (None, -0.03666801417115101, 1.9723388405447886),
        ([1, 2, 3, 4] * 5, -0.06856417704229242, 2.097849524960783),
    ],
)
def test_agreement_with_statsmodels(weight, intercept, slope):
    # From statsmodels 0.15.0: GLM(y, X, Binomial(), offset=offset, freq_weights=weight), the
    # intercept with X a column of ones and the log-odds as offset, the slope with both in X.
    y_prob = [
        0.14, 0.17, 0.26, 0.44, 0.01, 0.20, 0.02, 0.54, 0.47, 0.10,
        0.20, 0.26, 0.26, 0.03, 0.22, 0.26, 0.38, 0.59, 0.23, 0.34,
    ]  # fmt: skip
    y_true = [0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0]
    got = calibration_intercept_slope(y_true, y_prob, sample_weight=weight)
    assert got.intercept == pytest.approx(intercept, rel=1e-12)
    assert got.slope == pytest.approx(slope, rel=1e-12)


@pytest.mark.parametrize("slope", [-0.5, 0.3, 1.0, 4.0])
def test_known_slope_is_recovered(slope):
    y_true, y_prob = draw(40_000, intercept=0.5, slope=slope)
    found = calibration_intercept_slope(y_true, y_prob).slope
    assert found == pytest.approx(slope, abs=0.1)
    recalibrated = expit(0.5 + slope * logit(y_prob))
    intercept, found = calibration_intercept_slope(y_true, recalibrated)
    assert intercept == pytest.approx(0, abs=0.05)
    assert found == pytest.approx(1, abs=0.1)


def test_likelihood_is_stationary_in_50_digit_arithmetic():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        spread = 10 ** rng.uniform(-4, 2)
        y_prob = expit(rng.normal(rng.normal(), spread, 30).clip(-600, 30))
        y_true = rng.integers(0, 2, 30)
        weight = 10.0 ** rng.uniform(-3, 0, 30)
        got = calibration_intercept_slope(y_true, y_prob, sample_weight=weight)
        # A Newton step in 50-digit arithmetic is negligible.
        step = newton_step(y_true, y_prob, weight, got.slope)
        unit = 1 / np.std(logit(y_prob))
        assert abs(step) < 1e-8 * max(abs(got.slope), unit)


def newton_step(y_true, y_prob, weight, slope):
    """Return the Newton step of the slope, with the best intercept for the given slope."""
    with mp.workdps(50):
        z = [mp.log(p) - mp.log1p(-p) for p in map(mp.mpf, y_prob.tolist())]
        w = [mp.mpf(value) for value in weight.tolist()]
        residuals = list(zip(w, z, y_true.tolist(), strict=True))

        def total_residual(intercept):
            return mp.fsum(
                wi * (1 / (1 + mp.exp(-intercept - slope * zi)) - yi) for wi, zi, yi in residuals
            )

        reach = abs(slope) * max(map(abs, z)) + 30
        intercept = mp.findroot(total_residual, (-reach, reach), solver="anderson", tol=1e-40)
        p = [1 / (1 + mp.exp(-intercept - slope * zi)) for zi in z]
        gradient = mp.fsum(
            wi * (pi - yi) * zi for (wi, zi, yi), pi in zip(residuals, p, strict=True)
        )
        h = [wi * pi * (1 - pi) for wi, pi in zip(w, p, strict=True)]
        center = mp.fdot(h, z) / mp.fsum(h)
        return gradient / mp.fsum(hi * (zi - center) ** 2 for hi, zi in zip(h, z, strict=True))


def test_sample_weight_equals_repetition_and_zero_equals_removal():
    y_true, y_prob = draw(300)
    times = np.random.default_rng(1).integers(0, 4, 300)
    weighted = calibration_intercept_slope(y_true, y_prob, sample_weight=times)
    repeated = calibration_intercept_slope(y_true.repeat(times), y_prob.repeat(times))
    np.testing.assert_allclose(weighted, repeated, rtol=1e-9)
    # A sample of zero weight is ignored even if its probability is exactly 0 and wrong.
    y_true, y_prob = np.r_[y_true, 1], np.r_[y_prob, 0.0]
    removed = calibration_intercept_slope(y_true, y_prob, sample_weight=np.r_[times, 0])
    np.testing.assert_allclose(removed, weighted, rtol=1e-12)


@pytest.mark.parametrize("factor", [1e-200, 0.1, 1e200])
def test_scale_of_sample_weight_has_no_effect(factor):
    y_true, y_prob = draw(300)
    weight = np.random.default_rng(1).uniform(size=300)
    np.testing.assert_allclose(
        calibration_intercept_slope(y_true, y_prob, sample_weight=factor * weight),
        calibration_intercept_slope(y_true, y_prob, sample_weight=weight),
        rtol=1e-9,
    )


def test_the_other_class_has_the_negative_intercept_and_the_same_slope():
    y_true, y_prob = draw(500, intercept=0.4, slope=0.7)
    names = np.array(["no", "yes"])[y_true]
    yes = calibration_intercept_slope(names, y_prob, pos_label="yes")
    no = calibration_intercept_slope(names, 1 - y_prob, pos_label="no")
    assert no.intercept == pytest.approx(-yes.intercept, rel=1e-10)
    assert no.slope == pytest.approx(yes.slope, rel=1e-10)


def test_correct_probabilities_of_0_and_1_are_limits():
    y_true, y_prob = draw(300)
    certain = calibration_intercept_slope(np.r_[y_true, 0, 1], np.r_[y_prob, 0.0, 1.0])
    # 1 - 2**-53 is the largest number below 1.
    nearly = calibration_intercept_slope(np.r_[y_true, 0, 1], np.r_[y_prob, 1e-300, 1 - 2**-53])
    np.testing.assert_allclose(certain, nearly, rtol=1e-9)
    np.testing.assert_allclose(certain, calibration_intercept_slope(y_true, y_prob), rtol=1e-12)


def test_slope_is_not_negative_with_correct_probabilities_of_0_and_1():
    y_true, y_prob = draw(300, slope=-1.0)
    assert calibration_intercept_slope(y_true, y_prob).slope < -0.5
    certain = calibration_intercept_slope(np.r_[y_true, 0], np.r_[y_prob, 0.0])
    nearly = calibration_intercept_slope(np.r_[y_true, 0], np.r_[y_prob, 1e-300])
    assert certain.slope == 0
    assert abs(nearly.slope) < 0.05


@pytest.mark.parametrize(
    ("y_true", "y_prob", "message"),
    [
        ([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4], "y_prob must not separate"),
        ([1, 1, 0, 0], [0.1, 0.2, 0.3, 0.4], "y_prob must not separate"),
        # Equal probabilities at the threshold: the slope is still infinite.
        ([0, 0, 1, 1], [0.1, 0.2, 0.2, 0.4], "y_prob must not separate"),
        ([0, 1, 0, 1], [0.3] * 4, "y_prob must hold at least two different values"),
        ([0, 0, 0], [0.1, 0.2, 0.3], "y_true must hold both classes .* got 0 .* 3"),
        ([0, 1, 1], [0.2, 0.3, 1.0], "y_prob must not separate"),
        ([0, 1, 1], [0.0, 0.3, 0.4], "y_true must hold both classes .* got 2 .* 0"),
        ([1, 0, 1], [0.0, 0.3, 0.4], "y_prob must not be exactly 0 .* got 1 such"),
        ([1, 0, 0], [0.2, 0.3, 1.0], "y_prob must not be exactly 0 .* got 1 such"),
        ([0, 1, 2], np.eye(3), r"y_prob must be of shape \(n_samples,\)"),
        (["a", "b"], [0.2, 0.3], "y_true must hold only 0 and 1 if pos_label"),
        ([0, 1], [0.2, 1.3], r"y_prob must lie in \[0, 1\]"),
    ],
)
def test_invalid_input_is_rejected(y_true, y_prob, message):
    with pytest.raises(ValueError, match=message):
        calibration_intercept_slope(y_true, y_prob)


def test_slope_is_finite_for_a_tiny_overlap():
    log_odds = np.r_[np.linspace(-3, -1, 50), 0, 1e-6, np.linspace(1, 3, 50)]
    y_true = np.r_[np.zeros(50), 1, 0, np.ones(50)]
    slope = calibration_intercept_slope(y_true, expit(log_odds)).slope
    # From Newton's method in 80-digit arithmetic.
    assert slope == pytest.approx(15.9809653, rel=1e-7)
