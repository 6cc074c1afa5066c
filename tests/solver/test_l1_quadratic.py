"""Quadratic functions with weighted absolute values: stationarity, zeros, and hard matrices."""

import numpy as np
import pytest

from skfocal._solver.l1_quadratic import minimize_l1_quadratic


def lasso(n_samples, n_features, *, correlation=0.0, seed=0):
    """Return the matrix and the slopes of a least-squares problem."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n_samples, n_features))
    for column in range(1, n_features):
        X[:, column] *= np.sqrt(1 - correlation**2)
        X[:, column] += correlation * X[:, column - 1]
    y = X[:, :5].sum(axis=1) + rng.standard_normal(n_samples)
    return X.T @ X / n_samples, -X.T @ y / n_samples


def excess_slopes(matrix, slopes, l1, z):
    """Return how far each parameter is from being stationary."""
    gradient = slopes + matrix @ z
    at_zero = np.maximum(np.abs(gradient) - l1, 0)
    return np.where(z == 0, at_zero, np.abs(gradient + l1 * np.sign(z)))


@pytest.mark.parametrize("shape", [(100, 1), (100, 8), (200, 60), (30, 60)])
@pytest.mark.parametrize("correlation", [0.0, 0.9])
@pytest.mark.parametrize("share", [0.5, 0.05, 0.005])
def test_minimum_is_stationary(shape, correlation, share):
    matrix, slopes = lasso(*shape, correlation=correlation)
    l1 = np.full(len(slopes), share * np.abs(slopes).max())
    l1[0] = 0

    z = minimize_l1_quadratic(matrix, slopes, l1, np.zeros(len(slopes)))

    excess = excess_slopes(matrix, slopes, l1, z)
    # The descent that is left, as each parameter estimates it, against what was gained.
    gained = -0.5 * (slopes @ z + l1 @ np.abs(z))
    assert 0.5 * (excess**2 / np.diag(matrix)).sum() <= 1e-5 * gained


def test_large_weights_give_zeros_only():
    matrix, slopes = lasso(100, 8)
    l1 = np.abs(slopes) * 1.001

    for start in (np.zeros(8), np.linspace(-1, 1, 8)):
        assert not minimize_l1_quadratic(matrix, slopes, l1, start).any()


def test_orthogonal_columns_are_shrunk_by_their_weights():
    slopes, l1 = np.array([-3.0, 2.0, 0.5]), np.array([1.0, 0.5, 0.6])
    diagonal = np.array([1.0, 2.0, 3.0])

    z = minimize_l1_quadratic(np.diag(diagonal), slopes, l1, np.zeros(3))

    np.testing.assert_allclose(z, [2.0, -0.75, 0.0], rtol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_start_does_not_matter(seed):
    matrix, slopes = lasso(80, 30, correlation=0.5, seed=seed)
    l1 = np.full(30, 0.1 * np.abs(slopes).max())
    cold = minimize_l1_quadratic(matrix, slopes, l1, np.zeros(30))

    far = np.random.default_rng(seed).standard_normal(30)
    warm = minimize_l1_quadratic(matrix, slopes, l1, far)

    np.testing.assert_allclose(warm, cold, atol=1e-3)


def test_equal_columns_have_a_minimum():
    matrix, slopes = lasso(80, 10)
    twice = np.tile(matrix, (2, 2))
    l1 = np.full(10, 0.1 * np.abs(slopes).max())
    alone = minimize_l1_quadratic(matrix, slopes, l1, np.zeros(10))

    z = minimize_l1_quadratic(twice, np.tile(slopes, 2), np.tile(l1, 2), np.zeros(20))

    np.testing.assert_allclose(z[:10] + z[10:], alone, atol=1e-6)


def test_a_matrix_that_is_not_quite_definite_has_a_finite_minimum():
    matrix, slopes = lasso(20, 10)
    vectors = np.linalg.eigh(matrix)[1]
    # Rounding may leave an eigenvalue below zero.
    matrix = vectors @ np.diag([-1e-6, *np.linspace(0, 1, 9)]) @ vectors.T

    z = minimize_l1_quadratic(matrix, slopes, np.full(10, 0.01), np.zeros(10))

    assert np.isfinite(z).all()
    assert slopes @ z + 0.5 * z @ matrix @ z + 0.01 * np.abs(z).sum() <= 0
