"""Factors of the focal loss of one prediction."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skfocal import focal_breakdown, focal_loss


@pytest.mark.parametrize(
    ("logits", "probabilities", "cross_entropy", "factor", "loss"),
    [
        ([4, 1, -1], [0.9465, 0.0471, 0.0064], 0.05499, 0.00286, 0.000157387),
        ([0.5, 1.5, 1], [0.1863, 0.5065, 0.3072], 1.68027, 0.66207, 1.11245460),
    ],
)
def test_worked_examples(logits, probabilities, cross_entropy, factor, loss):
    breakdown = focal_breakdown(logits, 0, gamma=2.0)
    assert_allclose(breakdown.probabilities, probabilities, rtol=0, atol=5.1e-5)
    assert breakdown.p_t == pytest.approx(breakdown.probabilities[0], rel=1e-15)
    assert breakdown.cross_entropy == pytest.approx(cross_entropy, rel=0, abs=5.1e-6)
    assert breakdown.modulating_factor == pytest.approx(factor, rel=0, abs=5.1e-6)
    assert breakdown.alpha_t == 1
    assert breakdown.focal_loss == pytest.approx(loss, rel=4e-6)


PREDICTIONS = [
    (0.3, 1, 0.25),
    (0.3, 0, 0.25),
    (-1e4, 1, None),
    (37.0, 1, [0.5, 3.0]),
    (np.float64(-2.0), 0, None),
    ([4.0, 1.0, -1.0], 2, [0.2, 1.0, 7.0]),
    ([1e4, -1e4], 1, 0.9),
    ([0.0, 0.0, 0.0, 30.0], 3, None),
    (np.array([1, 2, 3]), np.int64(1), None),
]


@pytest.mark.parametrize(("logits", "true_class", "alpha"), PREDICTIONS)
def test_product_of_the_factors_is_the_loss(gamma, logits, true_class, alpha):
    breakdown = focal_breakdown(logits, true_class, gamma=gamma, alpha=alpha)
    product = breakdown.alpha_t * breakdown.modulating_factor * breakdown.cross_entropy
    assert breakdown.focal_loss == pytest.approx(product, rel=1e-15, abs=0)
    rows = np.reshape(logits, (1, -1)) if np.ndim(logits) else [logits]
    expected = focal_loss([true_class], rows, gamma=gamma, alpha=alpha)
    assert breakdown.focal_loss == pytest.approx(expected, rel=1e-15, abs=0)


@pytest.mark.parametrize(("logits", "true_class", "alpha"), PREDICTIONS)
def test_each_field_agrees_with_its_definition(gamma, logits, true_class, alpha):
    breakdown = focal_breakdown(logits, true_class, gamma=gamma, alpha=alpha)
    scores = np.array([0.0, logits]) if np.ndim(logits) == 0 else np.asarray(logits, float)
    powers = np.exp(scores - scores.max())
    p = powers / powers.sum()
    rest = np.delete(p, true_class).sum()
    assert_allclose(breakdown.probabilities, p, rtol=1e-13, atol=1e-300)
    assert breakdown.p_t == pytest.approx(p[true_class], rel=1e-13, abs=1e-300)
    assert breakdown.modulating_factor == pytest.approx(rest**gamma, rel=1e-12, abs=1e-300)
    log_total = np.log(powers.sum())
    expected = -np.log1p(-rest) if rest < 0.5 else scores.max() - scores[true_class] + log_total
    assert breakdown.cross_entropy == pytest.approx(expected, rel=1e-13)
    weights = [1 - alpha, alpha] if isinstance(alpha, float) else alpha
    assert breakdown.alpha_t == (1 if alpha is None else weights[true_class])


def test_a_single_logit_belongs_to_class_1():
    for true_class in (0, 1):
        one = focal_breakdown(1.7, true_class, gamma=1.5, alpha=0.3)
        two = focal_breakdown([0.0, 1.7], true_class, gamma=1.5, alpha=0.3)
        assert_allclose(one.probabilities, two.probabilities, rtol=1e-15)
        assert_allclose(one[1:], two[1:], rtol=1e-15)


def test_extreme_losses_are_exact():
    correct = focal_breakdown([40.0, 0.0], 0, gamma=1.0)
    assert correct.p_t == 1
    assert correct.cross_entropy == pytest.approx(np.exp(-40), rel=1e-14, abs=0)
    assert correct.modulating_factor == pytest.approx(np.exp(-40), rel=1e-14, abs=0)
    wrong = focal_breakdown(-100.0, 1, gamma=0.5)
    assert wrong.focal_loss == pytest.approx(100.0, rel=1e-15)
    assert wrong.p_t == pytest.approx(np.exp(-100), rel=1e-14, abs=0)


def test_fields_are_python_floats():
    breakdown = focal_breakdown(np.array([1.0, 2.0], np.float32), 0, alpha=0.25)
    assert [type(field) for field in breakdown[1:]] == [float] * 5
    assert breakdown.probabilities.shape == (2,)


@pytest.mark.parametrize("true_class", [1, np.uint8(1), np.int64(1)], ids=repr)
def test_true_class_can_be_any_integer_type(true_class):
    for logits in (0.3, [0.3, -0.7, 1.1]):
        expected = focal_breakdown(logits, 1, gamma=2.0)
        actual = focal_breakdown(logits, true_class, gamma=2.0)
        assert_allclose(actual.probabilities, expected.probabilities, rtol=0)
        assert actual[1:] == expected[1:]


@pytest.mark.parametrize(
    ("logits", "true_class", "options", "error", "message"),
    [
        (0.3, 2, {}, ValueError, ["true_class", "2", "0 to 1"]),
        (0.3, -1, {}, ValueError, ["true_class", "-1", "0 to 1"]),
        ([1, 2, 3], 3, {}, ValueError, ["true_class", "3", "0 to 2"]),
        ([1, 2, 3], True, {}, (TypeError, ValueError), ["true_class", "True", "integer"]),
        ([1, 2, 3], 1.0, {}, (TypeError, ValueError), ["true_class", "1.0", "integer"]),
        ([1, 2, 3], 0.5, {}, (TypeError, ValueError), ["true_class", "0.5", "integer"]),
        ([1, 2, 3], "1", {}, (TypeError, ValueError), ["true_class", "'1'", "integer"]),
        ([1, 2, 3], [1], {}, (TypeError, ValueError), ["true_class", "[1]", "integer"]),
        ([[1, 2, 3]], 1, {}, ValueError, ["logits", "(1, 3)", "(n_classes,)"]),
        ([1.0], 0, {}, ValueError, ["logits", "(1,)", "(n_classes,)"]),
        ([1.0, np.nan], 0, {}, ValueError, ["logits", "nan", "finite"]),
        (np.inf, 0, {}, ValueError, ["logits", "inf", "finite"]),
        (0.3, 1, {"gamma": -1}, ValueError, ["gamma", "-1", ">= 0"]),
        (0.3, 1, {"gamma": "2"}, TypeError, ["gamma", "'2'", "number"]),
        (0.3, 1, {"alpha": 1.5}, ValueError, ["alpha", "1.5", "(0, 1)"]),
        ([1, 2, 3], 1, {"alpha": 0.5}, ValueError, ["alpha", "0.5", "two classes"]),
    ],
)
def test_invalid_input_is_rejected(logits, true_class, options, error, message):
    with pytest.raises(error) as raised:
        focal_breakdown(logits, true_class, **options)
    for part in message:
        assert part in str(raised.value)
