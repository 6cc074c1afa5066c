"""Encoding of class labels, class totals, and alpha resolved to class weights."""

import mpmath as mp
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.utils.class_weight import compute_class_weight

from skfocal import effective_number_alpha
from skfocal._classes import class_totals, encode, resolve_alpha


@pytest.mark.parametrize(
    "labels",
    [
        *(["b", "a", "c", "a"], ["long label", "s", "s"], [True, False, True], [3, -1, 3, 7]),
        *(np.array([127, -128, 0], np.int8), np.array([2**64 - 1, 2**64 - 3], np.uint64)),
        *([-(2**63), 2**63 - 1, 0, 0], [70_000, 4_463, 70_000], [70_000, 4_465, 70_000]),
        *([0.0, 1.0, 1.0], np.array([200, 3], np.uint8), np.array(["x", "yy", "x"], object)),
    ],
    ids=str,
)
def test_codes_are_indices_of_the_sorted_classes(labels):
    y = np.asarray(labels)
    classes, codes = encode(y)
    assert_array_equal(classes, np.unique(y))
    assert classes.dtype == y.dtype
    assert_array_equal(classes[codes], y)
    assert codes.dtype == np.int8


@pytest.mark.parametrize(
    ("n_classes", "dtype"),
    [(2, np.int8), (128, np.int8), (129, np.int16), (32_768, np.int16), (32_769, np.int32)],
)
def test_codes_have_the_smallest_signed_type(n_classes, dtype):
    y = np.random.default_rng(0).permutation(np.arange(n_classes).repeat(3))
    classes, codes = encode(y)
    assert codes.dtype == dtype
    assert_array_equal(codes, y)
    assert_array_equal(classes, np.arange(n_classes))


@pytest.mark.parametrize("dtype", [np.int64, "<U3"])
def test_a_class_in_the_last_sample_is_found(dtype):
    n_samples = 2**20 + 3
    y = np.full(n_samples, 5).astype(dtype)
    y[[0, -1]] = 7, 1  # the first class occurs in the last sample only
    classes, codes = encode(y)
    assert_array_equal(classes, np.array([1, 5, 7]).astype(dtype))
    assert (codes[0], codes[1], codes[-1], len(codes)) == (2, 1, 0, n_samples)
    assert_array_equal(class_totals(codes, 3), [1, n_samples - 2, 1])
    weights = np.arange(n_samples, dtype=float)
    assert_array_equal(class_totals(codes, 3, weights), [n_samples - 1, weights[:-1].sum(), 0])


@pytest.mark.parametrize("labels", [["a", "a"], [1], [True, True]])
def test_a_single_class_is_rejected(labels):
    with pytest.raises(ValueError, match=r"y must hold at least two classes; got only one class"):
        encode(np.array(labels))


@pytest.mark.parametrize("labels", [[0.5, 1.5, 2.25], [0.0, np.nan]], ids=str)
def test_values_that_are_not_labels_are_rejected(labels):
    with pytest.raises(ValueError, match=r"(label|NaN)"):
        encode(np.array(labels))


def test_totals_are_counts_or_sums_of_weights():
    codes = np.array([0, 2, 2, 0, 2], np.int8)
    assert_array_equal(class_totals(codes, 4), [2, 0, 3, 0])
    assert_array_equal(class_totals(codes, 3, np.array([1, 2, 4, 8, 16.0])), [9, 0, 22])


CLASSES, TOTALS = np.array(["no", "yes"]), np.array([30.0, 10.0])
THREE, TOTALS_OF_THREE = np.array([1, 5, 9]), np.array([6.0, 3.0, 1.5])


@pytest.mark.parametrize(
    ("alpha", "expected"),
    [
        (None, [1, 1]),
        (0.25, [0.75, 0.25]),
        ([3, 5], [3, 5]),
        ({"yes": 5, "no": 3}, [3, 5]),
        ("balanced", [40 / 60, 2]),
    ],
)
def test_every_form_of_alpha_gives_weights_in_class_order(alpha, expected):
    weights = resolve_alpha(alpha, CLASSES, TOTALS)
    assert_allclose(weights, expected, rtol=1e-15)
    assert weights.dtype == np.float64


def test_balanced_agrees_with_scikit_learn():
    y = np.repeat(THREE, [60, 30, 15])
    expected = compute_class_weight("balanced", classes=THREE, y=y)
    totals = class_totals(encode(y)[1], 3)
    assert_allclose(resolve_alpha("balanced", THREE, totals), expected, rtol=1e-15)
    weights = resolve_alpha("balanced", THREE, TOTALS_OF_THREE)
    assert_allclose(weights * TOTALS_OF_THREE, TOTALS_OF_THREE.sum() / 3, rtol=1e-15)


@pytest.mark.parametrize("classes", [np.array([False, True]), np.array([0, 1]), np.array([0.0, 1])])
def test_keys_of_a_mapping_are_compared_by_equality(classes):
    weights = resolve_alpha({np.int64(1): 7.0, 0: 2.0}, classes, TOTALS)
    assert_array_equal(weights, [2.0, 7.0])


@pytest.mark.parametrize(
    ("alpha", "error", "message"),
    [
        ("auto", ValueError, ["'balanced'", "'auto'"]),
        (0.3, ValueError, ["0.3", "two classes", "3 weights"]),
        ([1, 2], ValueError, ["[1, 2]", "3 classes"]),
        ([1, 2, 0], ValueError, ["[1, 2, 0]", "positive"]),
        ([1, 2, -3], ValueError, ["[1, 2, -3]", "positive"]),
        ([1, 2, np.nan], ValueError, ["nan", "finite"]),
        ({1: 1, 5: 2}, ValueError, ["[1, 5, 9]", "; missing: [9]."]),
        ({1: 1, 5: 2, 9: 3, 7: 4}, ValueError, ["[1, 5, 9]", "; unknown: [7]."]),
        ({np.int64(5): 1, np.str_("a"): 2}, ValueError, ["missing: [1, 9], unknown: ['a']."]),
        ({"1": 1, "5": 2, "9": 3}, ValueError, ["missing: [1, 5, 9]", "unknown: ['1', '5', '9']"]),
        ({1: 1, 5: 2, 9: 0}, ValueError, ["positive", "0"]),
        ({1: 1, 5: 2, 9: "x"}, TypeError, ["positive", "'x'"]),
        (True, TypeError, ["True", "None"]),
        (object, TypeError, ["object", "None"]),
    ],
    ids=str,
)
def test_invalid_alpha_is_rejected(alpha, error, message):
    with pytest.raises(error, match=r"^alpha") as raised:
        resolve_alpha(alpha, THREE, TOTALS_OF_THREE)
    for part in message:
        assert part in str(raised.value)


COUNTS = [3, 400, 25_000]


def _labels(counts):
    return np.random.default_rng(1).permutation(np.repeat(["a", "b", "c"], counts))


@pytest.mark.parametrize("beta", [5e-324, 1e-5, 0.5, 0.9, 0.999, 0.9999, 1 - 1e-9, 1 - 2**-53])
def test_effective_number_weights_agree_with_50_digit_arithmetic(beta):
    with mp.workdps(50):
        inverse = [(1 - mp.mpf(beta)) / (1 - mp.mpf(beta) ** count) for count in COUNTS]
        expected = [float(3 * weight / mp.fsum(inverse)) for weight in inverse]
    assert_allclose(effective_number_alpha(_labels(COUNTS), beta), expected, rtol=1e-13)


@pytest.mark.parametrize("beta", [0, 0.3, 0.99, 0.999999])
def test_effective_number_weights_have_mean_1_and_decrease_with_class_size(beta):
    alpha = effective_number_alpha(_labels(COUNTS), beta)
    assert alpha.mean() == pytest.approx(1, rel=1e-15)
    assert (np.diff(alpha) < 0).all() if beta > 0.5 else (np.diff(alpha) <= 0).all()
    equal = effective_number_alpha(_labels([50, 50, 50]), beta)
    assert_allclose(equal, 1, rtol=1e-15)


def test_effective_number_weights_are_equal_for_beta_0():
    assert_array_equal(effective_number_alpha(_labels(COUNTS), 0), [1, 1, 1])


def test_effective_number_weights_approach_inverse_class_sizes():
    sizes = np.array(COUNTS)
    expected = 3 / sizes / (1 / sizes).sum()
    assert_allclose(effective_number_alpha(_labels(COUNTS), 1 - 1e-14), expected, rtol=1e-9)


def test_effective_number_weights_accept_any_container_of_labels():
    expected = effective_number_alpha(np.array([1, 0, 0, 0]), 0.9)
    assert expected[1] > expected[0]
    for y in (["y", "n", "n", "n"], (True, False, False, False), [[9], [2], [2], [2]]):
        assert_array_equal(effective_number_alpha(np.array(y), 0.9), expected)
        if np.ndim(y) == 1:
            assert_array_equal(effective_number_alpha(y, 0.9), expected)


@pytest.mark.parametrize(
    ("beta", "error"),
    [
        *((-0.1, ValueError), (1, ValueError), (1.5, ValueError), (np.nan, ValueError)),
        *((np.inf, ValueError), ("0.9", TypeError), (True, TypeError), (None, TypeError)),
    ],
)
def test_invalid_beta_is_rejected(beta, error):
    with pytest.raises(error, match=r"beta must be a number in \[0, 1\); got ") as raised:
        effective_number_alpha([0, 1, 1], beta)
    assert str(beta) in str(raised.value)


@pytest.mark.parametrize("y", [[], [1, 1], [[1, 2], [2, 1]], 3], ids=str)
def test_effective_number_weights_need_two_classes(y):
    with pytest.raises(ValueError, match=r"^y "):
        effective_number_alpha(y, 0.9)
