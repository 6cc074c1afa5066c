"""The scale of alpha, sample_weight and C at the default tolerance."""

import numpy as np
import pytest

from skfocal import FocalLogisticRegression


@pytest.fixture(scope="module")
def rare():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((20_000, 5))
    return X, (X @ [1, 0.5, 0, 0, -1] + rng.logistic(size=20_000) > 6).astype(int)


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1e6])
def test_scaling_alpha_is_scaling_the_regularisation(rare, scale):
    X, y = rare
    expected = FocalLogisticRegression(alpha=[1.0, 5.0]).fit(X, y)
    model = FocalLogisticRegression(alpha=[scale, 5 * scale], C=1 / scale).fit(X, y)

    np.testing.assert_allclose(model.coef_, expected.coef_, rtol=1e-9)
    assert model.n_iter_ == expected.n_iter_


def test_alpha_is_a_sample_weight(rare):
    X, y = rare
    alpha = 1 / np.bincount(y)
    model = FocalLogisticRegression(alpha=alpha, C=1e4).fit(X, y)
    other = FocalLogisticRegression(C=1e4).fit(X, y, sample_weight=alpha[y])

    np.testing.assert_allclose(model.coef_, other.coef_, atol=1e-4)


def test_scalar_sample_weight_applies_to_every_sample(rare):
    X, y = rare
    model = FocalLogisticRegression().fit(X, y, sample_weight=2.0)
    other = FocalLogisticRegression(C=2.0).fit(X, y)

    np.testing.assert_allclose(model.coef_, other.coef_, atol=1e-4)


@pytest.mark.parametrize(
    "parameters", [{"alpha": [1e300, 1e308]}, {"C": 5e-324}, {"C": 1e-300, "alpha": [1e-20, 1e-20]}]
)
def test_product_of_weights_out_of_range_raises(rare, parameters):
    X, y = rare
    with pytest.raises(ValueError, match="sample_weight, alpha and C"):
        FocalLogisticRegression(**parameters).fit(X, y)
