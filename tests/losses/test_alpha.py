"""Weights of the classes, from what users write as alpha."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skfocal.losses import class_weights


@pytest.mark.parametrize("n_classes", [2, 3, 7])
def test_none_weighs_every_class_1(n_classes):
    weights = class_weights(None, n_classes)
    assert_array_equal(weights, np.ones(n_classes))
    assert weights.dtype == np.float64


@pytest.mark.parametrize("alpha", [0.25, np.float64(0.25), np.float32(0.25), 1e-300])
def test_a_number_weighs_class_1_and_its_complement_class_0(alpha):
    weights = class_weights(alpha, 2)
    assert_array_equal(weights, [1 - float(alpha), float(alpha)])
    assert weights.dtype == np.float64


@pytest.mark.parametrize(
    "alpha", [[1, 2, 3], (1.0, 2.0, 3.0), np.array([1, 2, 3], np.uint8), np.float32([1, 2, 3])]
)
def test_an_array_is_taken_class_by_class(alpha):
    weights = class_weights(alpha, 3)
    assert_array_equal(weights, [1.0, 2.0, 3.0])
    assert weights.dtype == np.float64


def test_an_array_is_copied():
    alpha = np.array([1.0, 2.0])
    class_weights(alpha, 2)[0] = 99
    assert_array_equal(alpha, [1.0, 2.0])


@pytest.mark.parametrize("alpha", [0, 1, 0.0, 1.0, -0.25, 1.5, np.nan, np.inf])
def test_a_number_lies_strictly_between_0_and_1(alpha):
    with pytest.raises(ValueError, match=r"^alpha, as a number, must lie in \(0, 1\)") as raised:
        class_weights(alpha, 2)
    assert repr(float(alpha)) in str(raised.value)


def test_a_number_cannot_weigh_three_classes():
    with pytest.raises(ValueError, match=r"alpha must be an array of 3 weights.*0\.3.*two classes"):
        class_weights(0.3, 3)


@pytest.mark.parametrize(
    "alpha", [[1, 2], [1, 2, 3, 4], [], [1, 0, 1], [1, -2, 1], [1, np.nan, 1], [1, np.inf, 1]]
)
def test_an_array_holds_one_positive_finite_weight_for_each_class(alpha):
    with pytest.raises(
        ValueError, match=r"^alpha.*positive finite weight for each.*3 classes"
    ) as err:
        class_weights(alpha, 3)
    assert repr(alpha) in str(err.value)


@pytest.mark.parametrize(
    "alpha",
    [
        *("balanced", "0.5", b"0.5", True, np.True_, 0.5j, object, {0: 1.0, 1: 2.0}),
        *(["a", "b"], ["0.3", "0.7"], [1j, 1], [[1, 2], [3, 4]], [[1], [1, 2]], {0.3, 0.7}),
    ],
    ids=repr,
)
def test_anything_else_is_of_the_wrong_type(alpha):
    with pytest.raises(TypeError, match=r"^alpha must be None, a float in \(0, 1\)") as raised:
        class_weights(alpha, 2)
    assert repr(alpha) in str(raised.value)
