"""Binary focal loss and its derivatives."""

from itertools import pairwise

import mpmath as mp
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import brentq
from scipy.special import expit, log_expit

from skfocal import FocalLoss
from skfocal.losses import _binary as binary

MAGNITUDES = [
    *(0, 5e-324, 1e-300, 1e-12, 1e-3, 0.1, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 7, 10, 15, 20, 30),
    *(36.7, 37, 50, 64, 64.4, 70, 88, 104, 118, 150, 236, 236.5, 354, 472, 500, 644, 645, 700, 708),
    *(709.8, 710, 714, 717, 718, 730, 745.2, 746, 800, 1e3, 5e3, 1e4),
]
LOGITS = np.concatenate([MAGNITUDES, np.negative(MAGNITUDES), np.linspace(-745, 750, 27)])
CLASS_1 = np.ones(len(LOGITS), dtype=np.int8)


def test_value_agrees_with_50_digit_arithmetic(gamma, exact_focal, worst_relative_error):
    expected = [exact_focal(logit, 1, gamma).value for logit in LOGITS]
    assert worst_relative_error(FocalLoss(gamma).value(CLASS_1, LOGITS), expected) < 1e-12


def test_gradient_agrees_with_50_digit_arithmetic(gamma, exact_focal, worst_relative_error):
    expected = [exact_focal(logit, 1, gamma).gradient[0] for logit in LOGITS]
    assert worst_relative_error(FocalLoss(gamma).gradient(CLASS_1, LOGITS), expected) < 1e-12


def test_hessian_agrees_with_50_digit_arithmetic(
    gamma, exact_focal, hessian_scale, worst_relative_error
):
    expected = [exact_focal(logit, 1, gamma).hessian[0][0] for logit in LOGITS]
    scale = [hessian_scale(logit, 1, gamma)[0] for logit in LOGITS]
    actual = FocalLoss(gamma).hessian(CLASS_1, LOGITS)
    assert worst_relative_error(actual, expected, scale) < 1e-12


def _root_of_curvature(gamma):
    return brentq(lambda margin: binary.second_derivative(np.array([margin]), gamma)[0], -30, 0)


@pytest.mark.parametrize("gamma", [0.1, 0.5, 1.0, 2.0, 5.0, 10.0])
def test_hessian_has_a_small_absolute_error_at_its_root(gamma, exact_focal):
    logits = _root_of_curvature(gamma) + np.linspace(-1e-6, 1e-6, 11)
    expected = [float(exact_focal(logit, 1, gamma).hessian[0][0]) for logit in logits]
    actual = FocalLoss(gamma).hessian(np.ones(11, int), logits)
    assert_allclose(actual, expected, rtol=0, atol=1e-15)


def test_classes_are_symmetric(gamma):
    loss, class_0 = FocalLoss(gamma), np.zeros_like(CLASS_1)
    assert_array_equal(loss.value(class_0, LOGITS), loss.value(CLASS_1, -LOGITS))
    assert_array_equal(loss.gradient(class_0, LOGITS), -loss.gradient(CLASS_1, -LOGITS))
    assert_array_equal(loss.hessian(class_0, LOGITS), loss.hessian(CLASS_1, -LOGITS))


def test_hessian_diagonal_equals_hessian(gamma):
    loss = FocalLoss(gamma, 0.3)
    expected = loss.hessian(CLASS_1, LOGITS)
    assert_array_equal(loss.hessian_diagonal(CLASS_1, LOGITS), expected)


def test_reference_agrees_with_numerical_differentiation(gamma, exact_focal):
    def definition(logit):
        p = 1 / (1 + mp.exp(-logit))
        return -((1 - p) ** mp.mpf(gamma)) * mp.log(p)

    with mp.workdps(50):
        for logit in (-9.0, -2.79, 0.0, 0.3, 25.0):
            exact = exact_focal(logit, 1, gamma)
            for order, number in enumerate([exact.value, exact.gradient[0], exact.hessian[0][0]]):
                expected = mp.diff(definition, mp.mpf(logit), order)
                assert abs(number - expected) <= mp.mpf("1e-30") * abs(definition(mp.mpf(logit)))


# Inflection point (as p_t and as margin), and largest absolute first and second derivative.
@pytest.mark.parametrize(
    ("gamma", "p_root", "margin_root", "max_slope", "max_curvature"),
    [
        (0.5, 0.01766, -4.02, 1.009, 0.3246),
        (1.0, 0.04320, -3.10, 1.045, 0.3902),
        (2.0, 0.05785, -2.79, 1.129, 0.4962),
        (3.0, 0.05750, -2.80, 1.202, 0.5785),
        (5.0, 0.05024, -2.94, 1.315, 0.7012),
    ],
)
def test_derivatives_have_the_known_extremes(gamma, p_root, margin_root, max_slope, max_curvature):
    margin = np.linspace(-20, 20, 400_001)
    curvature = binary.second_derivative(margin, gamma)
    assert np.count_nonzero(np.diff(np.sign(curvature))) == 1
    root = _root_of_curvature(gamma)
    assert root == pytest.approx(margin_root, abs=0.005)
    assert expit(root) == pytest.approx(p_root, abs=5.1e-6)
    assert -binary.first_derivative(margin, gamma).min() == pytest.approx(max_slope, abs=5e-4)
    assert curvature.max() == pytest.approx(max_curvature, abs=5e-5)


def test_cross_entropies_agree_with_scipy():
    neg_log_p, neg_log_1mp = binary.cross_entropies(LOGITS)
    assert_allclose(neg_log_p, -log_expit(LOGITS), rtol=4e-16, atol=0)
    assert_allclose(neg_log_1mp, -log_expit(-LOGITS), rtol=4e-16, atol=0)


def test_gamma_zero_is_the_logistic_loss():
    value, slope = binary.value_and_derivative(LOGITS, 0.0)
    assert_allclose(value, -log_expit(LOGITS), rtol=4e-16)
    moderate = np.linspace(-30, 30, 601)
    slope = binary.value_and_derivative(moderate, 0.0)[1]
    assert_allclose(slope, expit(-moderate), rtol=1e-14)
    curvature = binary.second_derivative(moderate, 0.0)
    assert_allclose(curvature, expit(moderate) * expit(-moderate), rtol=1e-14)


def test_loss_decreases_with_margin_and_gamma():
    margin = np.linspace(-700, 60, 7601)
    values = [binary.value_and_derivative(margin, g)[0] for g in (0.0, 0.1, 0.5, 2.0, 10.0)]
    assert all((np.diff(value) < 0).all() for value in values)
    is_distinct = margin > -30
    for lower, higher in pairwise(values):
        assert (higher <= lower).all()
        assert (higher[is_distinct] < lower[is_distinct]).all()


def test_loss_of_badly_misclassified_samples_equals_the_logit(gamma):
    assert_allclose(FocalLoss(gamma).value([1, 0], [-1e4, 1e4]), 1e4, rtol=1e-15)
    assert_allclose(FocalLoss(gamma).gradient([1, 0], [-1e4, 1e4]), [-1, 1], rtol=1e-15)


@pytest.mark.parametrize("method", ["value", "gradient", "hessian"])
def test_float32_logits_give_float32_results(gamma, method):
    # Exponents reach 87, and their relative rounding error is 6e-8.
    logits = LOGITS[(LOGITS == 0) | (np.abs(LOGITS) > 1e-30)].astype(np.float32)
    y_true = np.ones(len(logits), dtype=np.int8)
    compute = getattr(FocalLoss(gamma, 0.25), method)
    single, double = compute(y_true, logits), compute(y_true, logits.astype(np.float64))
    assert single.dtype == np.float32
    assert double.dtype == np.float64
    near_root = (
        (logits > -5) & (logits < -2) if method == "hessian" else np.zeros(len(logits), bool)
    )
    tolerance = np.where(near_root, 1e-6, 2e-5 * np.abs(double) + np.finfo(np.float32).tiny)
    assert (np.abs(single - double) <= tolerance).all()


def test_arguments_are_not_modified(gamma):
    logits = LOGITS.copy()
    loss = FocalLoss(gamma, 0.25)
    for method in (loss.value, loss.gradient, loss.hessian, loss.hessian_diagonal):
        method(CLASS_1, logits)
    binary.value_and_derivative(logits, gamma)
    assert_array_equal(logits, LOGITS)
