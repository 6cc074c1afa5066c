"""Focal loss of two classes, in the logit of class 1."""

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


def test_value_is_that_of_the_definition_in_50_digits(gamma, exact_focal, worst_relative_error):
    expected = [exact_focal(logit, 1, gamma).value for logit in LOGITS]
    assert worst_relative_error(FocalLoss(gamma).value(CLASS_1, LOGITS), expected) < 1e-12


def test_gradient_is_that_of_the_definition_in_50_digits(gamma, exact_focal, worst_relative_error):
    expected = [exact_focal(logit, 1, gamma).gradient[0] for logit in LOGITS]
    assert worst_relative_error(FocalLoss(gamma).gradient(CLASS_1, LOGITS), expected) < 1e-12


def test_hessian_is_that_of_the_definition_in_50_digits(
    gamma, exact_focal, hessian_scale, worst_relative_error
):
    expected = [exact_focal(logit, 1, gamma).hessian[0][0] for logit in LOGITS]
    scale = [hessian_scale(logit, 1, gamma)[0] for logit in LOGITS]
    actual = FocalLoss(gamma).hessian(CLASS_1, LOGITS)
    assert worst_relative_error(actual, expected, scale) < 1e-12


def _root_of_curvature(gamma):
    return brentq(lambda margin: binary.second_derivative(np.array([margin]), gamma)[0], -30, 0)


@pytest.mark.parametrize("gamma", [0.1, 0.5, 1.0, 2.0, 5.0, 10.0])
def test_hessian_is_exact_in_absolute_terms_at_its_root(gamma, exact_focal):
    logits = _root_of_curvature(gamma) + np.linspace(-1e-6, 1e-6, 11)
    expected = [float(exact_focal(logit, 1, gamma).hessian[0][0]) for logit in logits]
    actual = FocalLoss(gamma).hessian(np.ones(11, int), logits)
    assert_allclose(actual, expected, rtol=0, atol=1e-15)


def test_classes_mirror_each_other(gamma):
    loss, class_0 = FocalLoss(gamma), np.zeros_like(CLASS_1)
    assert_array_equal(loss.value(class_0, LOGITS), loss.value(CLASS_1, -LOGITS))
    assert_array_equal(loss.gradient(class_0, LOGITS), -loss.gradient(CLASS_1, -LOGITS))
    assert_array_equal(loss.hessian(class_0, LOGITS), loss.hessian(CLASS_1, -LOGITS))


def test_hessian_diagonal_is_the_hessian(gamma):
    loss = FocalLoss(gamma, 0.3)
    expected = loss.hessian(CLASS_1, LOGITS)
    assert_array_equal(loss.hessian_diagonal(CLASS_1, LOGITS), expected)


def test_the_reference_differentiates_the_definition(gamma, exact_focal):
    def definition(logit):
        p = 1 / (1 + mp.exp(-logit))
        return -((1 - p) ** mp.mpf(gamma)) * mp.log(p)

    with mp.workdps(50):
        for logit in (-9.0, -2.79, 0.0, 0.3, 25.0):
            exact = exact_focal(logit, 1, gamma)
            for order, number in enumerate([exact.value, exact.gradient[0], exact.hessian[0][0]]):
                expected = mp.diff(definition, mp.mpf(logit), order)
                assert abs(number - expected) <= mp.mpf("1e-30") * abs(definition(mp.mpf(logit)))


# Where convexity ends, as p_t and as margin; largest absolute first derivative; largest second one.
@pytest.mark.parametrize(
    ("gamma", "p_root", "margin_root", "steepest", "most_curved"),
    [
        (0.5, 0.01766, -4.02, 1.009, 0.3246),
        (1.0, 0.04320, -3.10, 1.045, 0.3902),
        (2.0, 0.05785, -2.79, 1.129, 0.4962),
        (3.0, 0.05750, -2.80, 1.202, 0.5785),
        (5.0, 0.05024, -2.94, 1.315, 0.7012),
    ],
)
def test_shape_of_the_loss_is_the_known_one(gamma, p_root, margin_root, steepest, most_curved):
    margin = np.linspace(-20, 20, 400_001)
    curvature = binary.second_derivative(margin, gamma)
    assert np.count_nonzero(np.diff(np.sign(curvature))) == 1
    root = _root_of_curvature(gamma)
    assert root == pytest.approx(margin_root, abs=0.005)
    assert expit(root) == pytest.approx(p_root, abs=5.1e-6)
    assert -binary.first_derivative(margin, gamma).min() == pytest.approx(steepest, abs=5e-4)
    assert curvature.max() == pytest.approx(most_curved, abs=5e-5)


def test_cross_entropies_are_minus_the_log_probabilities():
    hit, miss = binary.cross_entropies(LOGITS)
    assert_allclose(hit, -log_expit(LOGITS), rtol=4e-16, atol=0)
    assert_allclose(miss, -log_expit(-LOGITS), rtol=4e-16, atol=0)


def test_without_focusing_the_loss_is_the_logistic_loss():
    value, slope = binary.value_and_derivative(LOGITS, 0.0)
    assert_allclose(value, -log_expit(LOGITS), rtol=4e-16)
    moderate = np.linspace(-30, 30, 601)
    slope = binary.value_and_derivative(moderate, 0.0)[1]
    assert_allclose(slope, expit(-moderate), rtol=1e-14)
    curvature = binary.second_derivative(moderate, 0.0)
    assert_allclose(curvature, expit(moderate) * expit(-moderate), rtol=1e-14)


def test_loss_falls_with_the_margin_and_with_gamma():
    margin = np.linspace(-700, 60, 7601)
    values = [binary.value_and_derivative(margin, g)[0] for g in (0.0, 0.1, 0.5, 2.0, 10.0)]
    assert all((np.diff(value) < 0).all() for value in values)
    visible = margin > -30
    for lower, higher in pairwise(values):
        assert (higher <= lower).all()
        assert (higher[visible] < lower[visible]).all()


def test_badly_missed_rows_cost_their_logit(gamma):
    assert_allclose(FocalLoss(gamma).value([1, 0], [-1e4, 1e4]), 1e4, rtol=1e-15)
    assert_allclose(FocalLoss(gamma).gradient([1, 0], [-1e4, 1e4]), [-1, 1], rtol=1e-15)


@pytest.mark.parametrize("method", ["value", "gradient", "hessian"])
def test_float32_in_float32_out(gamma, method):
    # Exponents up to 87 carry a rounding of 6e-8 each before the exponential is taken.
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


def test_arguments_are_left_as_they_were(gamma):
    logits = LOGITS.copy()
    loss = FocalLoss(gamma, 0.25)
    for method in (loss.value, loss.gradient, loss.hessian, loss.hessian_diagonal):
        method(CLASS_1, logits)
    binary.value_and_derivative(logits, gamma)
    assert_array_equal(logits, LOGITS)
