"""Gradient and curvature of focal loss, as boosting needs them."""

import mpmath
import numpy as np
import pytest

from skfocal import FocalLoss, focal_posterior
from skfocal.boosting._derivatives import (
    CURVATURES,
    FLOOR,
    MAX_STEP,
    binary_derivatives,
    softmax_derivatives,
)
from skfocal.boosting._row_derivatives import row_derivatives

GAMMAS = [0.0, 0.3, 1.0, 2.0, 5.0]
SEVERAL = np.array([0.0, 1.0, 3.0, 0.5])
SCALES = [1.0, 5.0, 20.0]


def binary_rows(scale, seed=0):
    rng = np.random.default_rng(seed)
    return rng.random(200) < 0.5, scale * rng.standard_normal(200)


def softmax_rows(scale, n_classes=4, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(n_classes, size=200), scale * rng.standard_normal((200, n_classes))


def expected_hessian(margins, gamma):
    """Return the expectation of the Hessian of one row under the posterior."""
    n_classes = len(margins)
    every_label = FocalLoss(gamma).hessian(np.arange(n_classes), np.tile(margins, (n_classes, 1)))
    posterior = focal_posterior(margins[np.newaxis], gamma=gamma)[0]
    return np.einsum("y,ykj->kj", posterior, every_label)


def at_least(curvature, gradient, gamma):
    """Return a curvature with the bound for the longest step."""
    bound = np.abs(gradient) / MAX_STEP if np.any(gamma) else 0
    return np.maximum(curvature, np.maximum(bound, FLOOR))


@pytest.mark.parametrize("curvature", CURVATURES)
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("gamma", [*GAMMAS, np.array([0.5, 3.0])], ids=str)
def test_binary_gradient_is_that_of_focal_loss(gamma, scale, curvature):
    is_positive, margins = binary_rows(scale)
    gradient, _ = binary_derivatives(is_positive, margins, gamma, None, curvature)
    expected = FocalLoss(gamma).gradient(is_positive, margins)
    np.testing.assert_allclose(gradient, expected, rtol=1e-13, atol=1e-300)


@pytest.mark.parametrize("curvature", CURVATURES)
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("gamma", [*GAMMAS, SEVERAL], ids=str)
def test_softmax_gradient_is_that_of_focal_loss(gamma, scale, curvature):
    codes, margins = softmax_rows(scale)
    gradient, _ = softmax_derivatives(codes, margins, gamma, None, curvature)
    expected = FocalLoss(gamma).gradient(codes, margins)
    np.testing.assert_allclose(gradient, expected, rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-14)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("margin", [-30.0, -3.0, -0.2, 0.0, 1.5, 25.0])
def test_binary_derivatives_agree_with_high_precision(margin, gamma):
    with mpmath.workdps(60):

        def loss(z, label):
            p = 1 / (1 + mpmath.exp(-z if label else z))
            return -((1 - p) ** gamma) * mpmath.log(p)

        slopes = [float(mpmath.diff(lambda z, y=y: loss(z, y), margin)) for y in (0, 1)]
        bends = [mpmath.diff(lambda z, y=y: loss(z, y), margin, 2) for y in (0, 1)]
        # At the minimum of the expected loss the slopes cancel.
        share = slopes[0] / (slopes[0] - slopes[1])
        expected = float((1 - share) * bends[0] + share * bends[1])
    labels, margins = np.array([False, True]), np.full(2, margin)
    gradient, curvature = binary_derivatives(labels, margins, gamma, None, "expected")
    _, exact = binary_derivatives(labels, margins, gamma, None, "exact")
    np.testing.assert_allclose(gradient, slopes, rtol=1e-12)
    np.testing.assert_allclose(curvature, at_least(expected, gradient, gamma), rtol=1e-9)
    np.testing.assert_allclose(
        exact, at_least(np.array(bends, dtype=float), gradient, gamma), rtol=1e-12
    )


@pytest.mark.parametrize("gamma", [0.0, 1.0, 2.0, SEVERAL], ids=str)
def test_gradients_agree_with_finite_differences(gamma):
    codes, margins = softmax_rows(2.0)
    gradient, _ = softmax_derivatives(codes, margins, gamma, None, "expected")
    loss, step = FocalLoss(gamma), 1e-6
    for k in range(margins.shape[1]):
        shift = step * np.eye(margins.shape[1])[k]
        slope = (loss.value(codes, margins + shift) - loss.value(codes, margins - shift)) / 2 / step
        np.testing.assert_allclose(gradient[:, k], slope, atol=1e-8)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("gamma", [*GAMMAS, SEVERAL], ids=str)
def test_expected_curvature_is_the_expectation_under_the_posterior(gamma, scale):
    codes, margins = softmax_rows(scale)
    gradient, curvature = softmax_derivatives(codes, margins, gamma, None, "expected")
    for one, slopes, label, row in zip(curvature, gradient, codes, margins, strict=True):
        hessian = expected_hessian(row, gamma)
        expected = at_least(np.diag(hessian), slopes, gamma)
        np.testing.assert_allclose(one, expected, rtol=1e-9)
        gammas = np.broadcast_to(gamma, len(row)).tolist()
        _, triangle = row_derivatives(int(label), row.tolist(), gammas, 1.0, "expected")
        above = np.triu_indices(len(row), 1)
        size = np.abs(hessian).max()
        np.testing.assert_allclose(np.array(triangle)[above], hessian[above], atol=1e-7 * size)


@pytest.mark.parametrize("curvature", CURVATURES)
@pytest.mark.parametrize("gamma", [*GAMMAS, SEVERAL], ids=str)
def test_the_derivatives_of_one_row_are_those_of_an_array(gamma, curvature):
    codes, margins = softmax_rows(3.0)
    gradient, diagonal = softmax_derivatives(codes, margins, gamma, None, curvature)
    gammas = np.broadcast_to(gamma, margins.shape[1]).tolist()
    for i in range(50):
        one, triangle = row_derivatives(int(codes[i]), margins[i].tolist(), gammas, 2.0, curvature)
        np.testing.assert_allclose(one, 2 * gradient[i], rtol=1e-12)
        np.testing.assert_allclose(np.diag(triangle), 2 * diagonal[i], rtol=1e-6, atol=1e-12)
        matrix = np.triu(triangle) + np.triu(triangle, 1).T
        assert np.linalg.eigvalsh(matrix)[0] > -1e-12


def test_two_classes_of_a_softmax_are_the_binary_case():
    is_positive, margins = binary_rows(4.0)
    both = np.column_stack([np.zeros_like(margins), margins])
    for curvature in CURVATURES:
        binary = binary_derivatives(is_positive, margins, 2.0, None, curvature)
        softmax = softmax_derivatives(is_positive.astype(int), both, 2.0, None, curvature)
        for one, two in zip(binary, softmax, strict=True):
            np.testing.assert_allclose(two[:, 1], one, rtol=1e-11)


@pytest.mark.parametrize("curvature", CURVATURES)
def test_log_loss_has_its_usual_derivatives(curvature):
    is_positive, margins = binary_rows(2.0)
    p = 1 / (1 + np.exp(-margins))
    gradient, bend = binary_derivatives(is_positive, margins, 0.0, None, curvature)
    np.testing.assert_allclose(gradient, p - is_positive, rtol=1e-12)
    usual = np.abs(p - is_positive) if curvature == "gradient" else p * (1 - p)
    np.testing.assert_allclose(bend, usual, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("curvature", CURVATURES)
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 5.0])
def test_saturated_rows_have_finite_and_right_derivatives(gamma, curvature, dtype):
    margins = np.array([-1e4, -200, 200, 1e4], dtype=dtype)
    for label, is_wrong in ((True, margins < 0), (False, margins > 0)):
        labels = np.full(4, label)
        gradient, bend = binary_derivatives(labels, margins, gamma, None, curvature)
        np.testing.assert_allclose(gradient, np.where(is_wrong, -1 if label else 1, 0), atol=1e-30)
        assert np.isfinite(bend).all()
        assert (bend > 0).all()
        # No step of a single row is longer than the limit, unless the loss is log loss.
        if gamma:
            assert (np.abs(gradient) <= 1.001 * MAX_STEP * bend).all()
        both = np.column_stack([-margins, np.zeros_like(margins), margins])
        gradient, bend = softmax_derivatives(
            np.full(4, 2 if label else 0), both, gamma, None, curvature
        )
        expected = np.where(is_wrong, 1, 0)[:, np.newaxis] * np.array([1, 0, -1])
        np.testing.assert_allclose(gradient, expected if label else -expected, atol=1e-30)
        assert np.isfinite(bend).all()
        assert (bend > 0).all()


def test_weights_scale_both_derivatives():
    codes, margins = softmax_rows(2.0)
    weight = np.linspace(0, 3, len(codes))
    for order in ("C", "F"):
        one = softmax_derivatives(codes, np.asarray(margins, order=order), 2.0, None, "expected")
        two = softmax_derivatives(codes, np.asarray(margins, order=order), 2.0, weight, "expected")
        for plain, weighted in zip(one, two, strict=True):
            np.testing.assert_allclose(weighted, weight[:, np.newaxis] * plain)
            assert weighted.flags[f"{order}_CONTIGUOUS"]
    is_positive, margins = binary_rows(2.0)
    one = binary_derivatives(is_positive, margins, 2.0, None, "expected")
    two = binary_derivatives(is_positive, margins, 2.0, weight, "expected")
    np.testing.assert_allclose(two, np.multiply(weight, one))


def test_blocks_do_not_change_the_result():
    rng = np.random.default_rng(0)
    margins = rng.standard_normal((40_000, 3))
    codes = rng.integers(3, size=len(margins))
    whole = softmax_derivatives(codes, margins, 2.0, None, "expected")
    parts = [
        softmax_derivatives(codes[i : i + 777], margins[i : i + 777], 2.0, None, "expected")
        for i in range(0, len(margins), 777)
    ]
    for one, pieces in zip(whole, zip(*parts, strict=True), strict=True):
        np.testing.assert_array_equal(one, np.concatenate(pieces))
