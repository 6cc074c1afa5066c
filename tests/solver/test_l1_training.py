"""Minimisation with an L1 penalty: stationarity by independent checks, on all routes."""

from functools import partial

import numpy as np
import pytest
from builders import make_objective
from scipy import sparse

from skfocal._solver import largest_slope, train
from skfocal._solver.penalties import ElasticNet

ROUTES = {
    "all columns": {},
    "sets of columns": {"MAX_COLUMNS_AT_ONCE": 0, "FEWEST_NEW_COLUMNS": 2},
    "sets gathered by block": {"MAX_COLUMNS_AT_ONCE": 0, "MAX_COLUMN_COPY_FLOATS": 0},
    "split variables": {"MAX_METRIC_FLOATS": 0},
}


@pytest.fixture(params=ROUTES)
def route(request, monkeypatch):
    for name, value in ROUTES[request.param].items():
        monkeypatch.setattr(f"skfocal._solver.heuristics.{name}", value)
    return request.param


def draw(n_samples, n_features, n_classes, *, is_sparse=False):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n_samples, n_features))
    if is_sparse:
        X *= rng.random(X.shape) < 0.3
    X *= np.geomspace(0.1, 10, n_features)
    X[:, -1] = 3.0
    scores = X[:, :n_classes] / X[:, :n_classes].std(axis=0)
    codes = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
    return (sparse.csr_array(X) if is_sparse else X), codes


def penalised(X, codes, *, gamma, share=0.1, l1_ratio=1.0, **others):
    """Return an objective whose penalty is a share of the one that gives zeros only."""
    make = partial(make_objective, X, codes, gamma=gamma, **others)
    objective = make(strength=0.0)
    strength = share * largest_slope(objective) / objective.total_weight
    return make(
        strength=strength,
        penalty=lambda each, columns: ElasticNet(each, l1_ratio, columns),
    )


def excess_slopes(objective, parameters):
    """Return how far each parameter is from being stationary, relative to the weight of L1."""
    _, gradient = objective.value_and_gradient(parameters)
    l1 = np.broadcast_to(objective.penalty.l1, gradient.shape)
    at_zero = np.maximum(np.abs(gradient) - l1, 0)
    excess = np.where(parameters == 0, at_zero, np.abs(gradient + l1 * np.sign(parameters)))
    return excess / l1[..., :-1].max()


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 5.0])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("is_sparse", [False, True])
@pytest.mark.parametrize("l1_ratio", [0.3, 1.0])
def test_minimum_is_stationary(gamma, n_classes, is_sparse, l1_ratio, route):
    X, codes = draw(300, 8, n_classes, is_sparse=is_sparse)
    objective = penalised(X, codes, gamma=gamma, l1_ratio=l1_ratio)

    tol = 1e-5 if route == "split variables" else 1e-7
    minimum = train(objective, tol=tol, max_iter=1000)

    assert minimum.is_converged
    assert excess_slopes(objective, minimum.parameters).max() <= 100 * tol
    n_zeros = np.count_nonzero(minimum.parameters[..., :-1] == 0)
    assert 0 < n_zeros < minimum.parameters[..., :-1].size


@pytest.mark.parametrize("gamma", [0.0, 2.0])
@pytest.mark.parametrize("shape", [(20_000, 6), (60, 600), (400, 280)])
@pytest.mark.parametrize("fit_intercept", [False, True])
def test_long_and_wide_tables(gamma, shape, fit_intercept):
    objective = penalised(*draw(*shape, 2), gamma=gamma, fit_intercept=fit_intercept)

    minimum = train(objective, tol=1e-7, max_iter=1000)

    assert minimum.is_converged
    assert excess_slopes(objective, minimum.parameters).max() <= 1e-5


@pytest.mark.parametrize("tol", [1e-2, 1e-4, 1e-6])
@pytest.mark.parametrize("gamma", [0.0, 2.0])
@pytest.mark.parametrize("share", [0.5, 0.01])
def test_value_is_within_tol_of_the_minimum(tol, gamma, share, route):
    objective = penalised(*draw(2_000, 12, 2), gamma=gamma, share=share)
    least = train(objective, tol=1e-8, max_iter=1000).value

    solution = train(objective, tol=tol, max_iter=1000)

    assert solution.is_converged
    assert solution.error <= tol
    factor = 100 if route == "split variables" else 4
    assert solution.value <= least * (1 + factor * tol**2)
    value = objective.value_and_gradient(solution.parameters)[0]
    l1 = np.vdot(objective.penalty.l1, np.abs(solution.parameters))
    np.testing.assert_allclose(solution.value, value + l1, rtol=1e-14)


def test_value_is_lower_than_nearby():
    objective = penalised(*draw(300, 8, 2), gamma=2.0)
    minimum = train(objective, tol=1e-8, max_iter=1000)
    rng = np.random.default_rng(1)

    for scale in (1e-4, 1e-2, 1.0):
        other = minimum.parameters + scale * rng.standard_normal(minimum.parameters.shape)
        value = objective.value_and_gradient(other)[0] + objective.penalty.l1 @ np.abs(other)
        assert value > minimum.value


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_start_does_not_matter(n_classes, route):
    objective = penalised(*draw(400, 8, n_classes), gamma=0.0, l1_ratio=0.5)
    tol = 1e-5 if route == "split variables" else 1e-8
    cold = train(objective, tol=tol, max_iter=1000)
    far = np.random.default_rng(0).standard_normal(objective.parameters_shape)
    # The last column is constant.
    far[..., -2] = 0

    warm = train(objective, tol=tol, max_iter=1000, start=far)

    assert cold.is_converged
    assert warm.is_converged
    np.testing.assert_allclose(warm.parameters, cold.parameters, atol=100 * tol)
    raw = objective.columns.raw_parameters(warm.parameters)
    assert n_classes == 2 or abs(raw[:, -1].sum()) <= 1e-12


def test_few_iterations_do_not_converge():
    objective = penalised(*draw(400, 8, 2), gamma=2.0, share=0.01)

    solution = train(objective, tol=1e-8, max_iter=2)

    assert not solution.is_converged
    assert solution.n_iter == 2
    assert solution.error > 1e-8


def test_long_data_are_read_a_few_times_only():
    objective = penalised(*draw(100_000, 8, 2), gamma=2.0, share=0.05)
    before = objective.blocks.n_passes
    train(objective, tol=1e-5, max_iter=100)

    assert objective.blocks.n_passes - before <= 10
