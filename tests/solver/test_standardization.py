"""Standardisation of columns in one pass, and the conversion of parameters."""

import numpy as np
import pytest
from scipy import sparse

from skfocal._solver.row_blocks import ArrayBlocks
from skfocal._solver.standardization import check_finite, standardize

FORMS = [np.asarray, np.asfortranarray, sparse.csr_array]


def draw(n_samples=9000, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n_samples, 4)) * [1e-4, 1.0, 50.0, 1e4] + [0.0, -3.0, 1.0, 1e4]
    return X, rng.random(n_samples)


def standardised(columns, X):
    return (X - columns.mean) * columns.inverse_scale


def measure(X, sample_weight=None, *, fit_intercept=True):
    return standardize(ArrayBlocks(X, weights=sample_weight), fit_intercept=fit_intercept)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("weighted", [True, False])
def test_standardised_columns_have_zero_mean_and_unit_variance(form, weighted):
    X, weights = draw()
    columns = measure(form(X), weights if weighted else None)
    share = weights / weights.sum() if weighted else np.full(len(X), 1 / len(X))

    np.testing.assert_allclose(share @ standardised(columns, X), 0, atol=1e-10)
    np.testing.assert_allclose(share @ standardised(columns, X) ** 2, 1, rtol=1e-9)


@pytest.mark.parametrize("form", FORMS)
def test_without_an_intercept_columns_are_not_centred(form):
    X, weights = draw()
    columns = measure(form(X), weights, fit_intercept=False)

    assert not columns.mean.any()
    square = weights @ standardised(columns, X) ** 2 / weights.sum()
    np.testing.assert_allclose(square, 1, rtol=1e-9)


@pytest.mark.parametrize("offset", [1e3, 1e6, 1e9, -1e11])
def test_standard_deviation_far_below_the_mean_is_accurate(offset):
    # The only rounding error is that of X itself.
    X = np.random.default_rng(0).standard_normal((9000, 3)) + offset
    columns = measure(X)

    exact = X - np.float64(offset)
    np.testing.assert_allclose(1 / columns.inverse_scale, exact.std(axis=0), rtol=1e-10)
    np.testing.assert_allclose(columns.mean - offset, exact.mean(axis=0), atol=abs(offset) * 1e-15)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("junk", [1.0, 1e6, 1e12])
def test_rows_with_zero_weight_are_ignored(form, junk):
    X, weights = draw()
    expected = measure(form(X), weights)

    columns = measure(form(np.vstack([np.full(4, junk), X])), np.append(0, weights))

    np.testing.assert_allclose(columns.inverse_scale, expected.inverse_scale, rtol=1e-7)
    np.testing.assert_allclose(columns.mean, expected.mean, rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("value", [0.0, 0.1, -1e9, 1 / 3])
@pytest.mark.parametrize("weighted", [True, False])
def test_constant_column_gets_no_coefficient_with_an_intercept(form, value, weighted):
    X, weights = draw()
    X[:, 1] = value
    columns = measure(form(X), weights if weighted else None)

    raw = columns.raw_parameters(np.ones(5))
    assert (columns.inverse_scale > 0).sum() >= 3
    # Rounding of its mean must not affect the logits.
    assert abs(raw[1] * X[:, 1].std()) < 1e-6
    if form is not sparse.csr_array:
        assert raw[1] == 0


def test_constant_column_is_scaled_without_an_intercept():
    X, _ = draw()
    X[:, 1] = -4.0

    assert measure(X, fit_intercept=False).inverse_scale[1] == pytest.approx(0.25)


@pytest.mark.parametrize("shape", [(5,), (3, 5)])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_raw_and_standardised_parameters_give_the_same_logits(shape, fit_intercept):
    X, weights = draw()
    columns = measure(X, weights, fit_intercept=fit_intercept)
    parameters = np.random.default_rng(1).standard_normal(shape)
    raw = columns.raw_parameters(parameters)

    logits = X @ raw[..., :-1].T + raw[..., -1]
    expected = standardised(columns, X) @ parameters[..., :-1].T
    expected += fit_intercept * parameters[..., -1]
    np.testing.assert_allclose(logits, expected, atol=1e-9)
    again = columns.standardized_parameters(raw)
    np.testing.assert_allclose(again[..., :-1], parameters[..., :-1], rtol=1e-12)
    np.testing.assert_allclose(again[..., -1], fit_intercept * parameters[..., -1], atol=1e-11)
    assert fit_intercept or not raw[..., -1].any()


@pytest.mark.parametrize("shape", [(5,), (3, 5)])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_gradient_follows_the_chain_rule(shape, fit_intercept):
    X, weights = draw()
    columns = measure(X, weights, fit_intercept=fit_intercept)
    rng = np.random.default_rng(1)
    parameters, slope = rng.standard_normal(shape), rng.standard_normal(shape)

    # A linear function of the raw parameters is also linear in the standardised ones.
    expected = np.vdot(slope, columns.raw_parameters(parameters))
    gradient = columns.gradient(slope[..., :-1], slope[..., -1])
    np.testing.assert_allclose(np.vdot(gradient, parameters), expected, rtol=1e-11)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_gram_matrix_equals_that_of_the_standardised_columns(form, dtype, fit_intercept):
    X, weights = draw()
    X, curvatures = X.astype(dtype), np.random.default_rng(1).random(len(X))
    columns = measure(form(X), weights, fit_intercept=fit_intercept)
    design = np.column_stack([standardised(columns, X), np.full(len(X), float(fit_intercept))])

    gram = columns.gram(form(X), curvatures)

    assert gram.dtype == np.float64
    np.testing.assert_allclose(gram, design.T @ (design.T * curvatures).T, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("form", FORMS)
def test_float32_columns_are_measured_in_float64(form):
    X = draw()[0].astype(np.float32)
    columns, expected = measure(form(X)), measure(X.astype(np.float64))

    np.testing.assert_allclose(columns.inverse_scale, expected.inverse_scale, rtol=1e-9)
    np.testing.assert_allclose(columns.mean, expected.mean, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e200])
@pytest.mark.parametrize("row", [0, 8999])
def test_values_that_are_not_finite_or_too_large_raise(form, value, row):
    X, weights = draw()
    check_finite(form(X), measure(form(X), weights), "Estimator")
    X[row, 2], weights[row] = value, 0.0

    match = "index 2" if np.isfinite(value) else "Input X contains"
    with pytest.raises(ValueError, match=match):
        check_finite(form(X), measure(form(X)), "Estimator")
    if not np.isfinite(value):
        with pytest.raises(ValueError, match=match):
            check_finite(form(X), measure(form(X), weights), "Estimator")
