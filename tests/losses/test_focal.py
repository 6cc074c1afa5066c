"""`focal_loss` and `FocalLoss`: published values, weights and errors."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import log_loss

from skfocal import FocalLoss, focal_loss

EXTREME = np.array([-1e4, -720.0, -37.0, -2.8, -1e-3, 0.0, 1e-3, 2.8, 37.0, 720.0, 1e4])
METHODS = ["value", "gradient", "hessian"]


def _binary(n_samples=60):
    rng = np.random.default_rng(11)
    return rng.integers(2, size=n_samples), rng.normal(scale=4, size=n_samples)


def _multiclass(n_samples=60):
    rng = np.random.default_rng(12)
    return rng.integers(3, size=n_samples), rng.normal(scale=4, size=(n_samples, 3))


PROBLEMS = [pytest.param(*_binary(), id="binary"), pytest.param(*_multiclass(), id="softmax")]


# From mmcv, for gamma=2 and alpha=0.25, computed in float32.
@pytest.mark.parametrize(
    ("logits", "y_true", "softmax_loss", "gradient", "sigmoid_loss"),
    [
        (
            [[1, 0], [0, 1]],
            [0, 1],
            0.00566451,
            [[-0.00657264, 0.00657264], [0.00657264, -0.00657264]],
            0.13562961,
        ),
        (
            [[1, 0, -1], [0, 1, 2]],
            [2, 1],
            0.34956908,
            [[0.10165970, 0.03739851, -0.13905823], [0.01227554, -0.10298023, 0.09070466]],
            1.10251057,
        ),
    ],
)
def test_values_and_gradients_agree_with_mmcv(logits, y_true, softmax_loss, gradient, sigmoid_loss):
    n_samples, n_classes = np.shape(logits)
    uniform = [0.25] * n_classes
    value = focal_loss(y_true, logits, gamma=2.0, alpha=uniform)
    assert value == pytest.approx(softmax_loss, rel=3e-7, abs=1e-8)
    mean_gradient = FocalLoss(2.0, uniform).gradient(y_true, logits) / n_samples
    assert_allclose(mean_gradient, gradient, rtol=3e-7, atol=1e-8)

    one_vs_rest = np.eye(n_classes, dtype=int)[y_true].ravel(), np.ravel(logits)
    value = focal_loss(*one_vs_rest, gamma=2.0, alpha=0.25, reduction="sum") / n_samples
    assert value == pytest.approx(sigmoid_loss, rel=3e-7, abs=1e-8)


# From Yggdrasil Decision Forests, for gamma=2 and alpha=0.5.
@pytest.mark.parametrize(
    ("logit", "y_true", "minus_gradient", "hessian"),
    [
        (0.0, 0, -0.149143, 0.199572),
        (2.0, 0, -0.538357, 0.0772814),
        (-1.0, 0, -0.0262906, 0.0553163),
        (0.0, 1, 0.149143, 0.199572),
        (2.0, 1, 0.00243547, 0.00633879),
        (-1.0, 1, 0.384117, 0.226232),
    ],
)
def test_binary_derivatives_agree_with_yggdrasil(logit, y_true, minus_gradient, hessian):
    loss = FocalLoss(2.0, 0.5)
    assert -loss.gradient([y_true], [logit])[0] == pytest.approx(minus_gradient, rel=4e-6)
    assert loss.hessian([y_true], [logit])[0] == pytest.approx(hessian, rel=4e-6)


def test_softmax_gradient_agrees_with_a_published_value():
    gradient = FocalLoss(2.0).gradient([0], [[0.3, -0.7, 1.1]])
    assert_allclose(gradient, [[-0.74673476, 0.10592512, 0.64080964]], rtol=0, atol=6e-9)


@pytest.mark.parametrize(
    ("logits", "expected"), [([4, 1, -1], 0.000157387), ([0.5, 1.5, 1], 1.11245460)]
)
def test_worked_examples(logits, expected):
    assert focal_loss([0], [logits], gamma=2.0) == pytest.approx(expected, rel=4e-6)


@pytest.mark.parametrize(("p_t", "factor"), [(0.9, 0.01), (0.1, 0.81)])
def test_modulating_factor(p_t, factor):
    logit = np.log(p_t / (1 - p_t))
    focal, cross_entropy = (focal_loss([1], [logit], gamma=gamma) for gamma in (2.0, 0.0))
    assert focal / cross_entropy == pytest.approx(factor, rel=1e-14)


def test_gamma_zero_is_cross_entropy():
    sample_weight = np.random.default_rng(0).uniform(size=60)
    y_true, logits = _binary()
    p = 1 / (1 + np.exp(-logits))
    actual = focal_loss(y_true, logits, gamma=0, sample_weight=sample_weight)
    assert actual == pytest.approx(log_loss(y_true, p, sample_weight=sample_weight), rel=1e-13)
    y_true, logits = _multiclass()
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    actual = focal_loss(y_true, logits, gamma=0, sample_weight=sample_weight)
    assert actual == pytest.approx(log_loss(y_true, p, sample_weight=sample_weight), rel=1e-13)


@pytest.mark.parametrize(("y_true", "logits"), PROBLEMS)
def test_reductions(y_true, logits):
    weights = np.random.default_rng(1).uniform(size=len(y_true))
    alpha = [0.3, 2.0, 5.0][: y_true.max() + 1]
    each = FocalLoss(1.5, alpha).value(y_true, logits)

    def reduced(reduction, sample_weight=None):
        options = {"sample_weight": sample_weight, "reduction": reduction}
        return focal_loss(y_true, logits, gamma=1.5, alpha=alpha, **options)

    assert_array_equal(reduced("none"), each)
    assert reduced("sum") == pytest.approx(each.sum(), rel=1e-14)
    assert reduced("mean") == pytest.approx(each.mean(), rel=1e-14)
    assert_array_equal(reduced("none", weights), weights * each)
    assert reduced("sum", weights) == pytest.approx(weights @ each, rel=1e-14)
    assert reduced("mean", weights) == pytest.approx(np.average(each, weights=weights), rel=1e-14)


@pytest.mark.parametrize(("y_true", "logits"), PROBLEMS)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_sample_weight_equals_repetition(y_true, logits, reduction):
    counts = np.random.default_rng(2).integers(4, size=len(y_true))
    weighted = focal_loss(y_true, logits, sample_weight=counts, reduction=reduction)
    repeated = focal_loss(y_true.repeat(counts), logits.repeat(counts, axis=0), reduction=reduction)
    assert weighted == pytest.approx(repeated, rel=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scale", [1e-50, 1e-6, 1e6, 1e50])
def test_mean_does_not_depend_on_the_scale_of_sample_weight(dtype, scale):
    y_true, logits = _multiclass()
    weights = np.random.default_rng(3).uniform(size=len(y_true))
    expected = focal_loss(y_true, logits.astype(dtype), sample_weight=weights)
    actual = focal_loss(y_true, logits.astype(dtype), sample_weight=scale * weights)
    assert actual == pytest.approx(expected, rel=1e-6 if dtype == np.float32 else 1e-14)


@pytest.mark.parametrize("method", METHODS)
def test_alpha_multiplies_by_the_weight_of_the_true_class(gamma, method):
    for y_true, logits in (_binary(), _multiclass(), (np.arange(11) % 2, EXTREME)):
        alpha = np.array([0.3, 2.0, 5.0])[: y_true.max() + 1]
        plain = getattr(FocalLoss(gamma), method)(y_true, logits)
        weighted = getattr(FocalLoss(gamma, alpha), method)(y_true, logits)
        weights = alpha[y_true].reshape(-1, *[1] * (plain.ndim - 1))
        assert_allclose(weighted, weights * plain, rtol=1e-15)


@pytest.mark.parametrize("method", METHODS)
def test_a_float_alpha_is_the_weight_of_class_1_and_its_complement_of_class_0(method):
    y_true, logits = _binary()
    expected = getattr(FocalLoss(2.0, [0.75, 0.25]), method)(y_true, logits)
    assert_array_equal(getattr(FocalLoss(2.0, 0.25), method)(y_true, logits), expected)
    two_columns = np.column_stack([-logits, logits])
    expected = getattr(FocalLoss(2.0, [0.75, 0.25]), method)(y_true, two_columns)
    assert_array_equal(getattr(FocalLoss(2.0, 0.25), method)(y_true, two_columns), expected)


@pytest.mark.parametrize("y_true", [[1, 0], [True, False], [1.0, 0.0], np.array([1, 0], np.uint8)])
@pytest.mark.parametrize("logits", [[3.0, -2.0], [3, -2], np.array([3, -2], np.float16)])
def test_indices_and_logits_can_be_of_any_numeric_type(y_true, logits):
    expected = focal_loss(np.array([1, 0]), np.array([3.0, -2.0]), reduction="none")
    assert_array_equal(focal_loss(y_true, logits, reduction="none"), expected)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "gamma",
    [2, np.int64(2), np.float64(2), np.float32(2), Fraction(2)],
    ids=lambda g: type(g).__name__,
)
def test_gamma_can_be_of_any_numeric_type(gamma, dtype, method):
    for y_true, logits in (_binary(), _multiclass()):
        expected = getattr(FocalLoss(2.0), method)(y_true, logits.astype(dtype))
        actual = getattr(FocalLoss(gamma), method)(y_true, logits.astype(dtype))
        assert actual.dtype == dtype
        assert_array_equal(actual, expected)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_float32_logits_give_float32_results(reduction):
    for y_true, logits in (_binary(), _multiclass()):
        options = {"alpha": [0.2, 0.8, 1.5][: y_true.max() + 1], "reduction": reduction}
        options["sample_weight"] = np.arange(1.0, 61.0)
        single = focal_loss(y_true, logits.astype(np.float32), **options)
        assert single.dtype == np.float32
        assert_allclose(single, focal_loss(y_true, logits, **options), rtol=5e-6)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"gamma": -0.5}, ValueError, ["gamma", "-0.5", ">= 0"]),
        ({"gamma": np.nan}, ValueError, ["gamma", "nan", "finite"]),
        ({"gamma": np.inf}, ValueError, ["gamma", "inf", "finite"]),
        ({"gamma": "2"}, TypeError, ["gamma", "'2'", "number"]),
        ({"gamma": True}, TypeError, ["gamma", "True", "number"]),
        ({"gamma": None}, TypeError, ["gamma", "None", "number"]),
        ({"alpha": 1.0}, ValueError, ["alpha", "1.0", "(0, 1)"]),
        ({"alpha": [1, 2, 3]}, ValueError, ["alpha", "[1, 2, 3]", "2 classes"]),
        ({"alpha": 0.3, "logits": np.eye(2, 3)}, ValueError, ["alpha", "0.3", "two classes"]),
        ({"alpha": [1, 2], "logits": np.eye(2, 3)}, ValueError, ["alpha", "[1, 2]", "3 classes"]),
        ({"alpha": "balanced"}, TypeError, ["alpha", "'balanced'", "(0, 1)"]),
        ({"y_true": [0, 2]}, ValueError, ["y_true", "2", "from 0 to 1"]),
        ({"y_true": [-1, 0]}, ValueError, ["y_true", "-1", "from 0 to 1"]),
        ({"y_true": [0, 3], "logits": np.eye(2, 3)}, ValueError, ["y_true", "3", "from 0 to 2"]),
        ({"y_true": [0, 0.5]}, ValueError, ["y_true", "0.5", "integers"]),
        ({"y_true": [0, np.nan]}, ValueError, ["y_true", "nan", "integers"]),
        ({"y_true": ["0", "1"]}, ValueError, ["y_true", "<U1", "integers"]),
        ({"y_true": [0, 1, 1]}, ValueError, ["y_true", "(3,)", "(n_samples,)"]),
        ({"y_true": [[0], [1]]}, ValueError, ["y_true", "(2, 1)", "(n_samples,)"]),
        ({"logits": [0.0, np.nan]}, ValueError, ["logits", "nan", "finite"]),
        ({"logits": [0.0, -np.inf]}, ValueError, ["logits", "inf", "finite"]),
        ({"logits": np.zeros((2, 2, 2))}, ValueError, ["logits", "(2, 2, 2)", "(n_samples,)"]),
        ({"logits": np.zeros((2, 1))}, ValueError, ["logits", "(2, 1)", "two classes"]),
        ({"logits": 0.5, "y_true": 1}, ValueError, ["logits", "()", "(n_samples,)"]),
        ({"logits": [], "y_true": []}, ValueError, ["logits", "(0,)", "(n_samples,)"]),
        (
            {"logits": np.zeros((0, 3)), "y_true": []},
            ValueError,
            ["logits", "(0, 3)", "(n_samples, n_classes)"],
        ),
        ({"logits": ["a", "b"]}, (TypeError, ValueError), ["logits", "number"]),
        ({"sample_weight": [1, -3]}, ValueError, ["sample_weight", "-3", ">= 0"]),
        ({"sample_weight": [1, np.nan]}, ValueError, ["sample_weight", "nan", "finite"]),
        ({"sample_weight": [np.inf, 1]}, ValueError, ["sample_weight", "inf", "finite"]),
        ({"sample_weight": [0, 0]}, ValueError, ["sample_weight", "> 0", "zeros"]),
        ({"sample_weight": [1, 1, 1]}, ValueError, ["sample_weight", "(3,)", "2 finite numbers"]),
        ({"sample_weight": ["a", "b"]}, (TypeError, ValueError), ["sample_weight", "number"]),
        ({"reduction": "average"}, ValueError, ["reduction", "'average'", "'mean'", "'none'"]),
        ({"reduction": None}, ValueError, ["reduction", "None", "'mean'", "'none'"]),
    ],
    ids=str,
)
def test_invalid_input_is_rejected(arguments, error, message):
    with pytest.raises(error) as raised:
        focal_loss(**{"y_true": [0, 1], "logits": [0.5, -0.5], **arguments})
    for part in message:
        assert part.lower() in str(raised.value).lower()


@pytest.mark.parametrize("method", METHODS)
def test_every_method_validates_its_input(method):
    compute = getattr(FocalLoss(), method)
    with pytest.raises(ValueError, match="y_true must hold class indices"):
        compute([0, 2], [0.5, 0.5])
    with pytest.raises(ValueError, match="logits must be finite"):
        compute([0, 1], [0.5, np.nan])


@pytest.mark.parametrize(
    ("arguments", "error", "name"),
    [
        ({"gamma": -1}, ValueError, "gamma"),
        ({"gamma": "2"}, TypeError, "gamma"),
        ({"alpha": 1.5}, ValueError, "alpha"),
        ({"alpha": [1, -1]}, ValueError, "alpha"),
        ({"alpha": [1]}, ValueError, "alpha"),
        ({"alpha": "balanced"}, TypeError, "alpha"),
    ],
)
def test_invalid_parameters_are_rejected_at_construction(arguments, error, name):
    with pytest.raises(error, match=f"^{name}"):
        FocalLoss(**arguments)
