"""Changes of variables in which the training objective has nearly unit curvature."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from builders import make_objective
from scipy import sparse

from skfocal._solver.preconditioning import precondition

# A full factor fits into memory for the first two, and only its diagonal for the last.
NARROW, WIDE, VERY_WIDE = 5, 350, 3300


def cyclic_objective(X, n_classes=2, gamma=2.0, penalty=1e-3):
    """Return an objective with alternating classes."""
    return make_objective(X, np.arange(X.shape[0]) % n_classes, gamma=gamma, strength=penalty)


def draw(n_samples, n_features, seed=0):
    return np.random.default_rng(seed).standard_normal((n_samples, n_features))


def factors_of(change):
    """Return the parameters of each unit variable, of shape (n_rows, n, n), before centring."""
    uncentred = replace(change, centred=slice(0, 0))
    size = change.parameters_shape[-1]
    n_rows = int(np.prod(change.parameters_shape)) // size
    units = [np.tile(unit, n_rows) for unit in np.eye(size)]
    images = [uncentred.forward(unit).reshape(n_rows, size) for unit in units]
    return np.stack(images, axis=1)


def curvature_in_variables(objective, parameters):
    """Return the curvature of the objective in the new variables, of shape (n_rows, n, n)."""
    curvature = objective.curvature(parameters)
    curvature = curvature + np.diag(objective.penalty_curvature(parameters)[0])
    factors = factors_of(precondition(objective, parameters))
    return factors @ curvature @ factors.transpose(0, 2, 1)


def curvature_along(objective, parameters, direction, step=1e-4):
    """Return the second derivative along a direction, from differences of the gradient."""
    _, above = objective.value_and_gradient(parameters + step * direction)
    _, below = objective.value_and_gradient(parameters - step * direction)
    return np.vdot(above - below, direction) / (2 * step)


@pytest.mark.parametrize(
    ("n_features", "rtol"), [(NARROW, 1e-10), (WIDE, 1e-4), (VERY_WIDE, 1e-10)]
)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_forward_and_adjoint_are_transposes(n_features, rtol, n_classes):
    objective = cyclic_objective(draw(300, n_features), n_classes)
    parameters = np.zeros(objective.parameters_shape)
    change = precondition(objective, parameters)
    rng = np.random.default_rng(1)
    step, slope = rng.standard_normal(parameters.size), rng.standard_normal(parameters.shape)

    forward, adjoint = change.forward(step), change.adjoint(slope)

    assert forward.shape == parameters.shape
    assert adjoint.shape == step.shape
    np.testing.assert_allclose(np.vdot(slope, forward), np.vdot(adjoint, step), rtol=rtol)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_curvature_of_narrow_data_is_the_identity(n_classes, gamma):
    mixing = np.array([[1, 0.8, 0, 0, 0], [0, 0.6, 0, 0, 0.1], *np.eye(5)[2:]])
    objective = cyclic_objective(draw(2000, NARROW) @ mixing, n_classes, gamma)
    parameters = 0.1 * draw(3, 6)[: 1 if n_classes == 2 else 3].reshape(objective.parameters_shape)

    curvature = curvature_in_variables(objective, parameters)

    np.testing.assert_allclose(curvature, np.broadcast_to(np.eye(6), curvature.shape), atol=1e-8)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(("order", "dtype"), [("C", np.float64), ("F", np.float32)])
def test_curvature_of_wide_correlated_data_is_near_the_identity(n_classes, order, dtype):
    X = draw(1400, WIDE).cumsum(axis=1) * np.geomspace(1e-4, 1e4, WIDE) + 1.0
    objective = cyclic_objective(X.astype(dtype, order=order), n_classes)
    shape = objective.parameters_shape
    parameters = 0.001 * np.random.default_rng(1).standard_normal(shape)

    curvature = curvature_in_variables(objective, parameters)

    assert np.abs(np.linalg.eigvalsh(curvature - np.eye(WIDE + 1))).max() < 0.1


@pytest.mark.parametrize("n_features", [NARROW, WIDE, VERY_WIDE])
def test_every_variable_has_unit_curvature(n_features):
    spread = np.geomspace(0.1, 10, n_features)
    objective = cyclic_objective(draw(300, n_features) * spread, penalty=1.0)
    parameters = np.zeros(n_features + 1)
    change = precondition(objective, parameters)

    for variable in {0, n_features // 2, n_features - 1, n_features}:
        unit = np.zeros(n_features + 1)
        unit[variable] = 1.0
        curvature = curvature_along(objective, parameters, change.forward(unit))
        assert curvature == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("n_features", [WIDE, pytest.param(1100, marks=pytest.mark.slow)])
def test_duplicated_columns_leave_unit_curvature_in_the_other_directions(n_features):
    X = draw(3 * n_features, n_features)
    X[:, n_features // 2 :] = X[:, : (n_features + 1) // 2]
    X[:, -1] = 7.0
    objective = cyclic_objective(X, penalty=0.0)

    curvature = curvature_in_variables(objective, np.zeros(n_features + 1))[0]

    eigenvalues = np.linalg.eigvalsh(curvature)
    n_different = n_features // 2 + 1
    np.testing.assert_allclose(eigenvalues[-n_different + 1 :], 1, atol=0.05)
    assert eigenvalues.max() < 1.05


def test_nearly_collinear_columns_have_unit_curvature():
    X = draw(1400, WIDE)
    X[:, -1] = X[:, :-1].sum(axis=1) + 0.05 * X[:, -1]
    objective = cyclic_objective(X, penalty=0.0)

    curvature = curvature_in_variables(objective, np.zeros(WIDE + 1))[0]

    np.testing.assert_allclose(np.linalg.eigvalsh(curvature), 1, atol=1e-4)


@pytest.mark.parametrize("n_features", [WIDE, pytest.param(1100, marks=pytest.mark.slow)])
@pytest.mark.parametrize("unit", [1e-150, 1e-40])
def test_columns_in_tiny_units_have_unit_curvature(n_features, unit):
    X = draw(2 * n_features, n_features)
    X[:, ::2] *= unit
    objective = cyclic_objective(X)

    curvature = curvature_in_variables(objective, np.zeros(n_features + 1))[0]

    np.testing.assert_allclose(np.diagonal(curvature), 1, atol=1e-4)


@pytest.mark.parametrize("n_features", [NARROW, WIDE])
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_strongly_penalised_column_leaves_unit_curvature_in_the_others(n_features, form):
    # In so small a unit the penalty on the coefficient of the last column is very large.
    X = draw(200, n_features)
    X[:, -1] *= 1e-4
    objective = cyclic_objective(form(X), penalty=1.0)

    curvature = curvature_in_variables(objective, np.zeros(n_features + 1))[0]

    np.testing.assert_allclose(np.diagonal(curvature), 1, atol=1e-4)


def test_column_that_is_constant_in_a_sample_gets_a_short_step():
    X = draw(2000, NARROW)
    X[:, 2] = np.arange(2000) == 7
    objective = cyclic_objective(X, penalty=0.0)
    sample = cyclic_objective(X[100:], penalty=0.0)
    sample = replace(sample, columns=objective.columns, penalty=objective.penalty)

    factors = factors_of(precondition(sample, np.zeros(6)))[0]

    # A unit step changes its coefficient at most a hundred times as much as the others.
    lengths = np.abs(factors).max(axis=0)
    assert lengths[2] < 100 * np.median(lengths)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_linearly_dependent_columns_give_finite_variables(n_classes):
    X = draw(500, 3)
    X = np.hstack([X, X, X @ np.ones((3, 1)), np.full((500, 1), 7.0)])
    objective = cyclic_objective(X, n_classes, penalty=0.0)

    factors = factors_of(precondition(objective, np.zeros(objective.parameters_shape)))

    assert np.isfinite(factors).all()
    assert (np.linalg.matrix_rank(factors) >= 3).all()


def factors_of_columns_at(offset, form):
    X = draw(2000, NARROW) + offset
    X[:, 1] = X[:, 0] + 0.01 * draw(2000, 1, seed=1)[:, 0]
    return factors_of(precondition(cyclic_objective(form(X)), np.zeros(NARROW + 1)))


@pytest.mark.parametrize("offset", [1.0, 1e3])
def test_sparse_columns_give_the_variables_of_dense_columns(offset):
    factors = factors_of_columns_at(offset, sparse.csr_array)

    # Products of sparse columns lose the square of the offset to rounding.
    rtol = 1e-14 * offset**2 * 1e4 + 1e-9
    expected = factors_of_columns_at(offset, np.asarray)
    np.testing.assert_allclose(factors, expected, rtol=rtol, atol=rtol)


@pytest.mark.parametrize("offset", [1e5, 1e7])
def test_sparse_columns_far_from_zero_give_finite_variables(offset):
    assert np.isfinite(factors_of_columns_at(offset, sparse.csr_array)).all()


def test_zero_curvature_gives_finite_variables():
    # Every sample is badly misclassified: its loss is concave, which counts as linear.
    X = np.where(np.arange(100) % 2, -1.0, 1.0)[:, np.newaxis]
    objective = cyclic_objective(X, penalty=0.0)
    parameters = np.array([50.0, 0.0])
    assert not objective.curvature(parameters).any()

    assert np.isfinite(factors_of(precondition(objective, parameters))).all()


@pytest.mark.parametrize("n_features", [NARROW, WIDE, VERY_WIDE])
def test_steps_sum_to_zero_over_the_classes(n_features):
    objective = cyclic_objective(draw(300, n_features), n_classes=3)
    change = precondition(objective, np.zeros(objective.parameters_shape))

    step = change.forward(np.random.default_rng(1).standard_normal(3 * (n_features + 1)))

    np.testing.assert_allclose(step.sum(axis=0), 0, atol=1e-10)


def test_many_columns_take_bounded_memory():
    X = sparse.random_array((50, 20_000), density=0.01, rng=0, format="csr")
    objective = cyclic_objective(X)

    tracemalloc.start()
    precondition(objective, np.zeros(20_001))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    # A full factor would take 3 GiB.
    assert peak < 64 * 2**20
