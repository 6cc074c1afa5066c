"""Class weights from the alpha parameter."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skfocal.losses import class_weights


@pytest.mark.parametrize("n_classes", [2, 3, 7])
def test_none_gives_every_class_weight_1(n_classes):
    weights = class_weights(None, n_classes)
    assert_array_equal(weights, np.ones(n_classes))
    assert weights.dtype == np.float64


@pytest.mark.parametrize("alpha", [0.25, np.float64(0.25), np.float32(0.25), 1e-300])
def test_a_float_is_the_weight_of_class_1_and_its_complement_of_class_0(alpha):
    weights = class_weights(alpha, 2)
    assert_array_equal(weights, [1 - float(alpha), float(alpha)])
    assert weights.dtype == np.float64


@pytest.mark.parametrize(
    "alpha", [[1, 2, 3], (1.0, 2.0, 3.0), np.array([1, 2, 3], np.uint8), np.float32([1, 2, 3])]
)
def test_an_array_gives_one_weight_per_class(alpha):
    weights = class_weights(alpha, 3)
    assert_array_equal(weights, [1.0, 2.0, 3.0])
    assert weights.dtype == np.float64


def test_an_array_is_copied():
    alpha = np.array([1.0, 2.0])
    class_weights(alpha, 2)[0] = 99
    assert_array_equal(alpha, [1.0, 2.0])


@pytest.mark.parametrize("alpha", [0, 1, 0.0, 1.0, -0.25, 1.5, np.nan, np.inf])
def test_a_float_outside_0_1_is_rejected(alpha):
    with pytest.raises(ValueError, match=r"^alpha, as a number, must lie in \(0, 1\)") as raised:
        class_weights(alpha, 2)
    assert repr(float(alpha)) in str(raised.value)


def test_a_float_is_rejected_for_three_classes():
    with pytest.raises(ValueError, match=r"alpha must be an array of 3 weights.*0\.3.*two classes"):
        class_weights(0.3, 3)


@pytest.mark.parametrize(
    "alpha", [[1, 2], [1, 2, 3, 4], [], [1, 0, 1], [1, -2, 1], [1, np.nan, 1], [1, np.inf, 1]]
)
def test_an_invalid_array_is_rejected(alpha):
    with pytest.raises(ValueError, match=r"^alpha.*positive finite weight.*3 classes") as raised:
        class_weights(alpha, 3)
    assert repr(alpha) in str(raised.value)


@pytest.mark.parametrize(
    "alpha",
    [
        *("balanced", "0.5", b"0.5", True, np.True_, 0.5j, object, {0: 1.0, 1: 2.0}),
        *(["a", "b"], ["0.3", "0.7"], [1j, 1], [[1, 2], [3, 4]], [[1], [1, 2]], {0.3, 0.7}),
    ],
    ids=repr,
)
def test_another_type_is_rejected(alpha):
    with pytest.raises(TypeError, match=r"^alpha must be None, a float in \(0, 1\)") as raised:
        class_weights(alpha, 2)
    assert repr(alpha) in str(raised.value)
