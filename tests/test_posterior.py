"""Posterior probabilities from logits that minimise focal loss."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, softmax

from skfocal import FocalLoss, focal_loss, focal_posterior
from skfocal.posterior import posterior_logits

MAGNITUDES = [
    *(0, 5e-324, 1e-300, 1e-9, 0.1, 0.5, 1, 2, 3.5, 5, 10, 20, 36.7, 37, 50, 60, 63.8, 64.4, 64.8),
    *(70, 100, 118, 118.5, 150, 236, 237, 300, 354, 355, 472, 473, 500, 643, 645, 700, 708, 709.8),
    *(720, 745, 800, 1e3, 5e3, 1e4),
]
LOGITS = np.concatenate([MAGNITUDES, np.negative(MAGNITUDES), np.linspace(-745, 745, 40)])


def _rows():
    """Return logits of many magnitudes, with ties and extremes."""
    rng = np.random.default_rng(20240215)
    scales = (1, 5, 20, 80, 300, 1000, 1e4)
    rows = [rng.uniform(-s, s, k) for s in scales for k in (2, 3, 3, 5)]
    rows += [[0.0, 0.0, 0.0], [1e4, 1e4, -1e4], [1e4, 1e4 - 1, 1e4 - 2.5, 1e4 - 60], [-1e4, -1e4]]
    rows += [[1e4, -1e4, 0.0], [0.0, 0.0, 60.0], [0.0, -2.0, 700.0], [0.0, 1e-12, -700.0]]
    rows += [[0.0, 36.7, -20.0], [60.0, 0.0, 0.0, 0.0, 0.0], [3.0, 0.0, -1e4], [0.0, 1e-9]]
    return [np.array(row) for row in rows]


ROWS = _rows()


@pytest.mark.parametrize("alpha", [None, 0.25, 1e-6])
def test_binary_posterior_agrees_with_50_digit_arithmetic(
    gamma, alpha, exact_posterior, worst_relative_error
):
    weights = None if alpha is None else [1 - alpha, alpha]
    expected = [exact_posterior([0.0, logit], gamma, weights)[1] for logit in LOGITS]
    actual = focal_posterior(LOGITS, gamma=gamma, alpha=alpha)
    assert worst_relative_error(actual, expected) < 1e-12


@pytest.mark.parametrize("weighted", [False, True])
def test_multiclass_posterior_agrees_with_50_digit_arithmetic(
    gamma, weighted, exact_posterior, worst_relative_error
):
    for row in ROWS:
        alpha = np.geomspace(0.02, 30, len(row)) if weighted else None
        actual = focal_posterior(row[np.newaxis], gamma=gamma, alpha=alpha)
        assert worst_relative_error(actual, exact_posterior(row, gamma, alpha)) < 1e-12


@pytest.mark.parametrize("seed", range(5))
def test_posterior_inverts_the_minimum_of_the_expected_binary_loss(gamma, seed):
    rng = np.random.default_rng(seed)
    probability, alpha = rng.uniform(0.02, 0.98), rng.uniform(0.05, 0.95)

    def expected_loss(logit, alpha=None):
        options = {"sample_weight": [1 - probability, probability], "reduction": "sum"}
        return focal_loss([0, 1], [logit, logit], gamma=gamma, alpha=alpha, **options)

    # A minimiser that only uses values is accurate to the square root of the rounding error.
    for weight in (None, alpha):
        logit = minimize_scalar(expected_loss, (-1, 1), args=(weight,), tol=1e-12).x
        assert focal_posterior([logit], gamma=gamma, alpha=weight)[0] == pytest.approx(
            probability, abs=1e-6
        )


@pytest.mark.parametrize("seed", range(5))
def test_posterior_inverts_the_minimum_of_the_expected_multiclass_loss(gamma, seed):
    rng = np.random.default_rng(seed)
    n_classes = 3 + seed % 3
    probabilities, alpha = rng.dirichlet(np.ones(n_classes)), rng.uniform(0.2, 5, n_classes)
    loss, classes = FocalLoss(gamma, alpha), np.arange(n_classes)

    def expected_loss(logits):
        rows = np.tile(logits, (n_classes, 1))
        return probabilities @ loss.value(classes, rows), probabilities @ loss.gradient(
            classes, rows
        )

    optimum = minimize(expected_loss, np.zeros(n_classes), jac=True, tol=1e-10).x
    recovered = focal_posterior([optimum], gamma=gamma, alpha=alpha)[0]
    assert_allclose(recovered, probabilities, rtol=0, atol=1e-7)
    weighted = probabilities * alpha / (probabilities @ alpha)
    assert_allclose(focal_posterior([optimum], gamma=gamma)[0], weighted, rtol=0, atol=1e-7)


def test_binary_scores_are_odd_and_strictly_increasing(gamma):
    grid = np.concatenate([np.linspace(0, 60, 6001), np.linspace(61, 1e4, 500)])
    scores = posterior_logits(grid, gamma)
    assert scores[0] == 0
    assert (np.diff(scores) > 0).all()
    assert_allclose(posterior_logits(-grid, gamma), -scores, rtol=1e-14, atol=1e-15)


def test_binary_posterior_is_symmetric_and_strictly_increasing(gamma):
    grid = np.linspace(-2, 2, 1001)
    posterior = focal_posterior(grid, gamma=gamma)
    assert (np.diff(posterior) > 0).all()
    assert_allclose(posterior + posterior[::-1], 1, rtol=1e-15)
    assert focal_posterior([0.0], gamma=gamma)[0] == 0.5


def test_link_is_underconfident(gamma):
    logits = np.linspace(0.05, 8, 160)
    difference = focal_posterior(logits, gamma=gamma) - expit(logits)
    assert (difference > 0).all() if gamma > 0 else not difference.any()
    largest = softmax(np.outer(logits, [1.0, 0.5, 0.0]), axis=1)[:, 0]
    recovered = focal_posterior(np.outer(logits, [1.0, 0.5, 0.0]), gamma=gamma)[:, 0]
    assert (recovered > largest).all() if gamma > 0 else (recovered == largest).all()


def test_scores_are_asymptotically_linear(gamma):
    tail = np.array([80.0, 500.0, 1e4])
    assert_allclose(posterior_logits(tail, gamma), (1 + gamma) * tail - np.log1p(gamma), rtol=1e-15)


def test_gamma_zero_without_alpha_gives_the_link():
    # SciPy returns 0 where the sigmoid is subnormal.
    tiny = np.finfo(np.float64).tiny
    assert_allclose(focal_posterior(LOGITS, gamma=0), expit(LOGITS), rtol=1e-15, atol=tiny)
    for row in ROWS:
        assert_allclose(focal_posterior([row], gamma=0), softmax([row], axis=1), rtol=1e-15)


@pytest.mark.parametrize("alpha", [0.25, 0.9])
def test_alpha_divides_the_weighted_binary_posterior(gamma, alpha):
    logits = np.linspace(-3, 3, 61)
    probabilities = focal_posterior(logits, gamma=gamma)
    true = focal_posterior(logits, gamma=gamma, alpha=alpha)
    expected = probabilities / alpha / (probabilities / alpha + (1 - probabilities) / (1 - alpha))
    assert_allclose(true, expected, rtol=1e-13)


def test_alpha_divides_the_weighted_multiclass_posterior(gamma):
    logits = np.random.default_rng(3).normal(scale=3, size=(50, 4))
    alpha = np.array([0.1, 1.0, 4.0, 9.0])
    probabilities = focal_posterior(logits, gamma=gamma) / alpha
    expected = probabilities / probabilities.sum(axis=1, keepdims=True)
    assert_allclose(focal_posterior(logits, gamma=gamma, alpha=alpha), expected, rtol=1e-13)
    scaled = focal_posterior(logits, gamma=gamma, alpha=alpha * 1e3)
    assert_allclose(scaled, expected, rtol=1e-13)
    equal = focal_posterior(logits, gamma=gamma, alpha=[2.0] * 4)
    assert_allclose(equal, focal_posterior(logits, gamma=gamma), rtol=1e-13)


def test_probabilities_sum_to_one(gamma):
    for row in ROWS:
        posterior = focal_posterior([row], gamma=gamma, alpha=np.geomspace(0.1, 7, len(row)))
        assert posterior.shape == (1, len(row))
        assert (posterior >= 0).all()
        assert posterior.sum() == pytest.approx(1, rel=1e-15)


def test_two_class_softmax_equals_binary_posterior(gamma):
    for alpha in (None, 0.2):
        binary = focal_posterior(LOGITS, gamma=gamma, alpha=alpha)
        columns = np.column_stack([np.zeros_like(LOGITS), LOGITS])
        posterior = focal_posterior(columns, gamma=gamma, alpha=alpha)
        assert_allclose(posterior[:, 1], binary, rtol=5e-13, atol=1e-300)


def test_permuting_the_classes_permutes_the_result(gamma):
    logits = np.random.default_rng(4).normal(scale=5, size=(50, 4))
    order, alpha = np.array([2, 0, 3, 1]), np.array([0.1, 1.0, 4.0, 9.0])
    renamed = focal_posterior(logits[:, order], gamma=gamma, alpha=alpha[order])
    expected = focal_posterior(logits, gamma=gamma, alpha=alpha)[:, order]
    assert_allclose(renamed, expected, rtol=1e-13)


def test_float32_logits_give_float32_results(gamma):
    # Exponents reach 87, and their relative rounding error is 6e-8.
    tolerance = {"rtol": 3e-5, "atol": float(np.finfo(np.float32).tiny)}
    for logits in (LOGITS, *(row[np.newaxis] for row in ROWS)):
        alpha = np.linspace(0.2, 3, 2 if logits.ndim == 1 else logits.shape[1])
        for weights in (None, alpha):
            single = logits.astype(np.float32)
            posterior = focal_posterior(single, gamma=gamma, alpha=weights)
            double = focal_posterior(single.astype(np.float64), gamma=gamma, alpha=weights)
            assert (posterior.dtype, double.dtype) == (np.float32, np.float64)
            assert_allclose(posterior, double, **tolerance)


@pytest.mark.parametrize("kind", [int, np.int64, np.float64, np.float32, Fraction])
def test_gamma_can_be_of_any_numeric_type(kind):
    for logits in (np.float32([-1, 2]), np.float32([[-1, 2, 0.5]])):
        posterior = focal_posterior(logits, gamma=kind(2))
        assert posterior.dtype == np.float32
        assert_array_equal(posterior, focal_posterior(logits, gamma=2.0))


def test_arguments_are_not_modified(gamma):
    for logits in (LOGITS, np.random.default_rng(5).normal(size=(9, 3))):
        before, alpha = logits.copy(), np.ones(2 if logits.ndim == 1 else 3)
        focal_posterior(logits, gamma=gamma, alpha=alpha)
        posterior_logits(logits, gamma, 2 * alpha)
        assert_array_equal(logits, before)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"gamma": -1}, ValueError, ["gamma", "-1", ">= 0"]),
        ({"gamma": np.nan}, ValueError, ["gamma", "nan", "finite"]),
        ({"gamma": np.inf}, ValueError, ["gamma", "inf", "finite"]),
        ({"gamma": "2"}, TypeError, ["gamma", "'2'", "number"]),
        ({"gamma": False}, TypeError, ["gamma", "False", "number"]),
        ({"alpha": 0.0}, ValueError, ["alpha", "0.0", "(0, 1)"]),
        ({"alpha": [1, 2, 3]}, ValueError, ["alpha", "[1, 2, 3]", "2 classes"]),
        ({"alpha": [1, 0]}, ValueError, ["alpha", "[1, 0]", "positive"]),
        ({"alpha": 0.3, "logits": np.eye(3)}, ValueError, ["alpha", "0.3", "two classes"]),
        ({"alpha": "balanced"}, TypeError, ["alpha", "'balanced'", "(0, 1)"]),
        ({"logits": [0.0, np.nan]}, ValueError, ["logits", "nan", "finite"]),
        ({"logits": [[0.0, np.inf]]}, ValueError, ["logits", "inf", "finite"]),
        ({"logits": np.zeros((2, 2, 2))}, ValueError, ["logits", "(2, 2, 2)", "(n_samples,)"]),
        ({"logits": np.zeros((2, 1))}, ValueError, ["logits", "(2, 1)", "two classes"]),
        ({"logits": 0.5}, ValueError, ["logits", "()", "(n_samples,)"]),
        ({"logits": []}, ValueError, ["logits", "(0,)", "(n_samples,)"]),
        ({"logits": np.zeros((0, 3))}, ValueError, ["logits", "(0, 3)", "(n_samples, n_classes)"]),
    ],
    ids=str,
)
def test_invalid_input_is_rejected(arguments, error, message):
    with pytest.raises(error) as raised:
        focal_posterior(**{"logits": [0.5, -0.5], "gamma": 2.0, **arguments})
    for part in message:
        assert part in str(raised.value)
