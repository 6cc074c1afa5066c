"""Only the proportions of alpha count, whatever the tolerance, and extreme weights are refused."""

import numpy as np
import pytest

from skfocal import FocalLogisticRegression


@pytest.fixture(scope="module")
def rare():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((20_000, 5))
    return X, (X @ [1, 0.5, 0, 0, -1] + rng.logistic(size=20_000) > 6).astype(int)


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1e6])
def test_a_scale_of_alpha_is_one_of_the_penalty_at_the_default_tolerance(rare, scale):
    X, y = rare
    expected = FocalLogisticRegression(alpha=[1.0, 5.0]).fit(X, y)
    model = FocalLogisticRegression(alpha=[scale, 5 * scale], C=1 / scale).fit(X, y)

    np.testing.assert_allclose(model.coef_, expected.coef_, rtol=1e-9)
    assert model.n_iter_ == expected.n_iter_


def test_inverse_counts_as_alpha_are_sample_weights_at_the_default_tolerance(rare):
    X, y = rare
    alpha = 1 / np.bincount(y)
    model = FocalLogisticRegression(alpha=alpha, C=1e4).fit(X, y)
    other = FocalLogisticRegression(C=1e4).fit(X, y, sample_weight=alpha[y])

    np.testing.assert_allclose(model.coef_, other.coef_, atol=1e-4)


def test_a_single_number_weighs_every_row(rare):
    X, y = rare
    model = FocalLogisticRegression().fit(X, y, sample_weight=2.0)
    other = FocalLogisticRegression(C=2.0).fit(X, y)

    np.testing.assert_allclose(model.coef_, other.coef_, atol=1e-4)


@pytest.mark.parametrize(
    "parameters", [{"alpha": [1e300, 1e308]}, {"C": 5e-324}, {"C": 1e-300, "alpha": [1e-20, 1e-20]}]
)
def test_a_product_of_weights_beyond_numbers_is_refused(rare, parameters):
    X, y = rare
    with pytest.raises(ValueError, match="sample_weight, alpha and C"):
        FocalLogisticRegression(**parameters).fit(X, y)


def test_labels_of_mixed_types_are_refused():
    y = np.array(["a", 3, None, "b"], dtype=object)
    with pytest.raises(ValueError, match="y must hold labels of one type; got NoneType, int, str"):
        FocalLogisticRegression().fit(np.eye(4), y)
