"""Minimisation of the training objective, from short to long and from narrow to wide data."""

import numpy as np
import pytest
from builders import make_objective

from skfocal._solver.training import train


def make_problem(n_samples, n_features=4, n_classes=2, *, gamma=2.0, offset=-1.0, correlated=False):
    """Return an objective on columns with very different units."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n_samples, n_features))
    if correlated:
        X = X.cumsum(axis=1)
    X *= np.geomspace(0.01, 100, n_features)
    scores = X @ (rng.standard_normal((n_features, n_classes)) / np.abs(X).max(axis=0)[:, None])
    scores[:, 1:] += offset
    codes = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
    return make_objective(X, codes, gamma=gamma, strength=1 / n_samples)


def passes_of(objective, **parameters):
    """Minimise, and return the number of passes over the data."""
    before = objective.blocks.n_passes
    train(objective, max_iter=200, **parameters)
    return objective.blocks.n_passes - before


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 5.0])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("n_samples", [200, 30_000])
@pytest.mark.parametrize("tol", [1e-2, 1e-4, 1e-9])
def test_value_is_within_tol_of_the_minimum(gamma, n_classes, n_samples, tol):
    objective = make_problem(n_samples, 4, n_classes, gamma=gamma)
    least = train(objective, tol=1e-9, max_iter=200).value

    solution = train(objective, tol=tol, max_iter=200)

    value, gradient = objective.value_and_gradient(solution.parameters)
    assert solution.value == value
    assert solution.is_converged
    assert solution.error <= tol
    assert value <= least * (1 + 10 * tol**2 + 1e-14)
    assert np.abs(gradient).max() <= 10 * tol


@pytest.mark.parametrize("offset", [-1.0, -6.0])
def test_long_data_are_read_a_few_times_only(offset):
    assert passes_of(make_problem(300_000, offset=offset), tol=1e-7) <= 10


def test_prior_log_odds_are_the_start():
    codes = np.arange(500) % 7 // 6
    objective = make_objective(np.zeros((500, 1)), codes, gamma=0.0, strength=0.0)

    # Under cross-entropy they are the minimum of a model with an intercept only.
    assert train(objective, tol=1e-12, max_iter=10).n_iter == 0


@pytest.mark.parametrize("n_samples", [500, 30_000])
def test_warm_start_at_a_similar_minimum(n_samples):
    objective = make_problem(n_samples, gamma=2.0)
    cold = train(objective, tol=1e-8, max_iter=200)
    similar = train(make_problem(n_samples, gamma=2.05), tol=1e-8, max_iter=200).parameters

    warm = train(objective, tol=1e-8, max_iter=200, start=similar)

    assert warm.n_iter <= cold.n_iter
    np.testing.assert_allclose(warm.parameters, cold.parameters, atol=1e-6)


@pytest.mark.parametrize("n_samples", [500, 30_000])
def test_warm_start_at_the_minimum_stays_there(n_samples):
    objective = make_problem(n_samples)
    minimum = train(objective, tol=1e-8, max_iter=200)

    again = train(objective, tol=1e-8, max_iter=200, start=minimum.parameters)

    assert again.n_iter == 0
    np.testing.assert_array_equal(again.parameters, minimum.parameters)


def test_warm_start_reads_less_than_a_cold_start():
    objective = make_problem(70_000)
    similar = train(objective, tol=1e-3, max_iter=200).parameters

    assert passes_of(objective, tol=1e-6, start=similar) <= passes_of(objective, tol=1e-6)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("n_samples", [3000, 20_000])
@pytest.mark.parametrize("distance", [0.0, 3.0, 100.0])
def test_minimum_does_not_depend_on_the_start(n_classes, n_samples, distance):
    objective = make_problem(n_samples, n_classes=n_classes)
    expected = train(objective, tol=1e-9, max_iter=200)
    start = distance * np.array([1.0, -1.0, 1.0, -1.0, 1.0])
    start = start if n_classes == 2 else np.stack([start, -start, 0 * start])

    minimum = train(objective, tol=1e-9, max_iter=200, start=start)

    np.testing.assert_allclose(minimum.parameters, expected.parameters, atol=1e-6)


@pytest.mark.parametrize("max_iter", [1, 2])
@pytest.mark.parametrize("n_samples", [500, 30_000])
def test_max_iter_limits_the_iterations_of_all_stages(max_iter, n_samples):
    assert train(make_problem(n_samples), tol=1e-300, max_iter=max_iter).n_iter == max_iter


def test_search_stops_where_rounding_prevents_descent():
    minimum = train(make_problem(2000), tol=1e-300, max_iter=1000)

    assert minimum.n_iter < 1000
    assert minimum.error < 1e-12
    assert not minimum.is_converged


@pytest.mark.parametrize("n_features", [400, pytest.param(900, marks=pytest.mark.slow)])
def test_wide_correlated_data_converge(n_features):
    objective = make_problem(2000, n_features, correlated=True)

    solution = train(objective, tol=1e-4, max_iter=200)

    assert solution.is_converged
    assert solution.value <= train(objective, tol=1e-7, max_iter=500).value * (1 + 1e-7)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_rare_class_is_fitted_although_its_gradient_is_small(n_classes):
    objective = make_problem(20_000, n_classes=n_classes, gamma=2.0, offset=-7.0)
    assert objective.class_totals.min() < 100

    minimum = train(objective, tol=1e-4, max_iter=200)
    exact = train(objective, tol=1e-9, max_iter=200)

    assert minimum.value <= exact.value * (1 + 1e-7)
