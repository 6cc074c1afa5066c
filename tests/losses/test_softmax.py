"""Multiclass focal loss and its derivatives."""

import mpmath as mp
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import brentq
from scipy.special import log_softmax
from scipy.special import softmax as probabilities_of

from skfocal import FocalLoss
from skfocal.losses import _softmax as softmax
from skfocal.losses._binary import second_derivative


def _rows():
    """Return logits of many magnitudes, with ties and extremes, and some true classes for each."""
    rng = np.random.default_rng(20240214)
    scales = (1, 5, 20, 80, 300, 1000, 1e4)
    rows = [rng.uniform(-s, s, k) for s in scales for k in (2, 3, 3, 5)]
    rows += [
        [0.0, 0.0, 0.0],
        [1e4, -1e4, 0.0],
        [1e4, 1e4, -1e4],
        [1e4, 1e4 - 1, 1e4 - 2.5, 1e4 - 800],
        [-1e4, -1e4, -1e4],
        [1e4, -1e4],
        [0.0, 0.0, 60.0],
        [0.0, -2.0, 700.0],
        [0.0, 1e-12, -700.0],
        [0.0, 36.7, -36.7],
        [3.0, 0.0, -1e4],
    ]
    return [(np.array(row), true_class) for row in rows for true_class in range(min(len(row), 3))]


ROWS = _rows()


def _apply(method, gamma):
    """Yield the result of a method of the loss for each row."""
    for logits, true_class in ROWS:
        yield getattr(FocalLoss(gamma), method)(np.array([true_class]), logits[np.newaxis])[0]


def test_value_agrees_with_50_digit_arithmetic(gamma, exact_focal, worst_relative_error):
    expected = [exact_focal(*row, gamma).value for row in ROWS]
    assert worst_relative_error(list(_apply("value", gamma)), expected) < 1e-12


def test_gradient_agrees_with_50_digit_arithmetic(gamma, exact_focal, worst_relative_error):
    for row, actual in zip(ROWS, _apply("gradient", gamma), strict=True):
        assert worst_relative_error(actual, exact_focal(*row, gamma).gradient) < 1e-12


def test_hessian_agrees_with_50_digit_arithmetic(
    gamma, exact_focal, hessian_scale, worst_relative_error
):
    for row, actual in zip(ROWS, _apply("hessian", gamma), strict=True):
        expected, scale = exact_focal(*row, gamma).hessian, hessian_scale(*row, gamma).ravel()
        assert worst_relative_error(actual, expected, scale) < 1e-12


@pytest.mark.parametrize("gamma", [0.1, 0.5, 1.0, 2.0, 5.0, 10.0])
@pytest.mark.parametrize("entry", [(0, 0), (0, 1), (1, 2), (1, 1), (2, 2)])
def test_hessian_has_a_small_absolute_error_at_its_roots(gamma, entry, exact_focal):
    logits = np.array([0.0, 0.3, -0.7])

    def entry_at(logit):
        logits[0] = logit
        return FocalLoss(gamma).hessian([0], logits[np.newaxis])[0][entry]

    grid = np.linspace(-30, 30, 601)
    signs = np.sign([entry_at(logit) for logit in grid])
    changes = np.flatnonzero(np.diff(signs))
    assert len(changes) > 0 or entry in {(1, 1), (2, 2)}
    for start in changes:
        entry_at(brentq(entry_at, grid[start], grid[start + 1]))
        expected = float(exact_focal(logits, 0, gamma).hessian[entry[0]][entry[1]])
        assert entry_at(logits[0]) == pytest.approx(expected, rel=0, abs=1e-15)


def test_hessian_diagonal_equals_diagonal_of_hessian(gamma):
    diagonals = _apply("hessian_diagonal", gamma)
    for hessian, diagonal in zip(_apply("hessian", gamma), diagonals, strict=True):
        assert_array_equal(np.diag(hessian), diagonal)
        assert_array_equal(hessian, hessian.T)


def test_reference_agrees_with_numerical_differentiation(gamma, exact_focal):
    def definition(*logits):
        p = mp.exp(logits[1]) / mp.fsum(map(mp.exp, logits))
        return -((1 - p) ** mp.mpf(gamma)) * mp.log(p)

    logits = [0.3, -4.0, 1.1]
    exact = exact_focal(logits, 1, gamma)
    with mp.workdps(40):
        for i in range(3):
            orders = np.eye(3, dtype=int)
            gradient = mp.diff(definition, tuple(logits), tuple(orders[i].tolist()))
            assert abs(exact.gradient[i] - gradient) < 1e-20
            for j in range(3):
                order = tuple((orders[i] + orders[j]).tolist())
                assert abs(exact.hessian[i][j] - mp.diff(definition, tuple(logits), order)) < 1e-20


def _random_rows(n_classes=4, n_samples=200, scale=6.0):
    rng = np.random.default_rng(7)
    logits = rng.normal(scale=scale, size=(n_samples, n_classes))
    return rng.integers(n_classes, size=n_samples), logits


def test_two_class_softmax_equals_binary_loss(gamma):
    z = np.concatenate([np.linspace(-40, 40, 161), [-1e4, -700.0, 700.0, 1e4]])
    y_true = np.arange(len(z)) % 2
    loss, logits = FocalLoss(gamma, 0.3), np.column_stack([np.zeros_like(z), z])
    gradient, hessian = loss.gradient(y_true, z), loss.hessian(y_true, z)
    assert_allclose(loss.value(y_true, logits), loss.value(y_true, z), rtol=1e-15)
    assert_allclose(
        loss.gradient(y_true, logits), np.column_stack([-gradient, gradient]), rtol=1e-15
    )
    expected = hessian[:, np.newaxis, np.newaxis] * np.array([[1, -1], [-1, 1]])
    assert_allclose(loss.hessian(y_true, logits), expected, rtol=1e-14, atol=1e-300)


def test_permuting_the_classes_permutes_the_result(gamma):
    y_true, logits = _random_rows()
    order = np.array([2, 0, 3, 1])
    alpha = np.array([0.2, 1.0, 3.0, 0.7])
    loss, renamed = FocalLoss(gamma, alpha), FocalLoss(gamma, alpha[order])
    y_renamed = np.argsort(order)[y_true]
    assert_allclose(
        renamed.value(y_renamed, logits[:, order]), loss.value(y_true, logits), rtol=1e-13
    )
    assert_allclose(
        renamed.gradient(y_renamed, logits[:, order]),
        loss.gradient(y_true, logits)[:, order],
        rtol=1e-13,
    )
    assert_allclose(
        renamed.hessian(y_renamed, logits[:, order]),
        loss.hessian(y_true, logits)[:, order][:, :, order],
        rtol=1e-12,
        atol=1e-14,
    )


def test_adding_a_constant_to_all_logits_has_no_effect(gamma):
    y_true, logits = _random_rows()
    logits = np.round(logits * 1024) / 1024  # makes the sums below exact
    loss = FocalLoss(gamma)
    assert_array_equal(loss.value(y_true, logits + 4096), loss.value(y_true, logits))
    assert_array_equal(loss.gradient(y_true, logits + 4096), loss.gradient(y_true, logits))
    assert_array_equal(loss.hessian(y_true, logits + 4096), loss.hessian(y_true, logits))


def test_rows_of_gradient_and_hessian_sum_to_zero(gamma):
    y_true, logits = _random_rows()
    gradient = FocalLoss(gamma).gradient(y_true, logits)
    assert (np.abs(gradient.sum(axis=1)) <= 1e-15 * np.abs(gradient).sum(axis=1)).all()
    hessian = FocalLoss(gamma).hessian(y_true, logits)
    assert (np.abs(hessian.sum(axis=2)) <= 2e-14 * np.abs(hessian).max(axis=2)).all()


def test_hessian_is_positive_semidefinite_iff_second_derivative_is_not_negative(gamma):
    y_true, logits = _random_rows()
    curvature = second_derivative(softmax.leave_one_out(logits, y_true)[0], gamma)
    is_clear = np.abs(curvature) > 1e-9
    smallest = np.linalg.eigvalsh(FocalLoss(gamma).hessian(y_true, logits))[:, 0]
    assert_array_equal((smallest < -1e-14)[is_clear], (curvature < 0)[is_clear])
    assert (curvature[is_clear] < 0).any() == (gamma > 0)


def test_gamma_zero_is_cross_entropy():
    y_true, logits = _random_rows()
    p, loss = probabilities_of(logits, axis=1), FocalLoss(0.0)
    rows, one_hot = np.arange(len(p)), np.eye(4)[y_true]
    expected = -log_softmax(logits, axis=1)[rows, y_true]
    assert_allclose(loss.value(y_true, logits), expected, rtol=1e-13, atol=1e-15)
    assert_allclose(loss.gradient(y_true, logits), p - one_hot, rtol=1e-13, atol=1e-15)
    expected = p[:, :, np.newaxis] * (np.eye(4) - p[:, np.newaxis, :])
    assert_allclose(loss.hessian(y_true, logits), expected, rtol=1e-12, atol=1e-15)


def test_an_impossible_class_has_no_effect_on_the_others(gamma):
    y_true, logits = _random_rows(n_classes=3)
    wider = np.column_stack([logits, np.full(len(logits), -1e4)])
    loss = FocalLoss(gamma)
    assert_array_equal(loss.value(y_true, wider), loss.value(y_true, logits))
    assert_array_equal(loss.gradient(y_true, wider)[:, :3], loss.gradient(y_true, logits))
    assert_array_equal(loss.hessian(y_true, wider)[:, :3, :3], loss.hessian(y_true, logits))
    assert not loss.hessian(y_true, wider)[:, 3].any()


def test_shares_and_their_complements_sum_to_one():
    logits = np.array([[0.0, 50.0, 9.0], [-1e4, 1e4, 0.0], [1.0, 1.0, 1.0]])
    margin, shares = softmax.leave_one_out(logits, np.array([0, 1, 2]))
    assert_allclose(shares.sum(axis=1), 1, rtol=1e-15)
    assert shares[[0, 1, 2], [0, 1, 2]].tolist() == [0, 0, 0]
    assert_allclose(margin, [-50.0, 1e4, -np.log(2)], rtol=1e-15)
    assert softmax.complement(shares)[0, 1] == pytest.approx(np.exp(-41), rel=1e-14, abs=0)
    assert_allclose(softmax.complement(shares)[2], [0.5, 0.5, 1], rtol=1e-15)


@pytest.mark.parametrize("method", ["value", "gradient", "hessian"])
def test_float32_logits_give_float32_results(gamma, method):
    # Exponents reach 87, and their relative rounding error is 6e-8.
    compute = getattr(FocalLoss(gamma, None), method)
    for row, true_class in ROWS:
        logits, y_true = row[np.newaxis].astype(np.float32), np.array([true_class])
        single, double = compute(y_true, logits), compute(y_true, logits.astype(np.float64))
        assert single.dtype == np.float32
        assert double.dtype == np.float64
        # Terms of the Hessian cancel near its roots.
        atol = 1e-6 if method == "hessian" else np.finfo(np.float32).tiny
        assert_allclose(single, double, rtol=2e-5, atol=atol)


def test_arguments_are_not_modified(gamma):
    y_true, logits = _random_rows()
    before, loss = logits.copy(), FocalLoss(gamma, [0.2, 1.0, 3.0, 0.7])
    for method in (loss.value, loss.gradient, loss.hessian, loss.hessian_diagonal):
        method(y_true, logits)
    assert_array_equal(logits, before)
