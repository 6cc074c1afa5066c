"""Variables in which the training objective is nearly round."""

from dataclasses import replace

import numpy as np
import pytest
from builders import make_objective
from scipy import sparse

from skfocal._solver.objective import FocalObjective
from skfocal._solver.preconditioning import (
    ChangeOfVariables,
    SingleChangeOfVariables,
    fits_double_factor,
    fits_full_factor,
    precondition,
)

# Dense ones get factors in double and in single precision, and diagonals.
NARROW, WIDE, VERY_WIDE = 5, 800, 3300


def cyclic_objective(X, n_classes=2, gamma=2.0, penalty=1e-3):
    """Return an objective whose classes alternate."""
    return make_objective(X, np.arange(X.shape[0]) % n_classes, gamma=gamma, strength=penalty)


def draw(n_samples, n_features, seed=0):
    return np.random.default_rng(seed).standard_normal((n_samples, n_features))


def curvature_in_the_variables(objective, parameters):
    """Return the objective's curvature after the change of variables, (n_rows, n, n)."""
    curvature = objective.curvature(parameters) + np.diag(
        objective.penalty_curvature(parameters)[0]
    )
    change = precondition(objective, parameters)
    if isinstance(change, SingleChangeOfVariables):
        triangles = np.triu(change.factors).astype(np.float64)
        factors = np.linalg.inv(triangles.transpose(0, 2, 1)) * change.scales[:, np.newaxis]
        return factors @ curvature @ factors.transpose(0, 2, 1)
    factors = change.inverse_factors
    if factors.ndim == 2:
        return factors[:, :, np.newaxis] * curvature * factors[:, np.newaxis]
    return factors @ curvature @ factors.transpose(0, 2, 1)


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
def test_in_narrow_tables_the_curvature_becomes_the_identity(n_classes, gamma):
    mixing = np.array([[1, 0.8, 0, 0, 0], [0, 0.6, 0, 0, 0.1], *np.eye(5)[2:]])
    objective = cyclic_objective(draw(2000, NARROW) @ mixing, n_classes, gamma)
    parameters = 0.1 * draw(3, 6)[: 1 if n_classes == 2 else 3].reshape(objective.parameters_shape)

    curvature = curvature_in_the_variables(objective, parameters)

    np.testing.assert_allclose(curvature, np.broadcast_to(np.eye(6), curvature.shape), atol=1e-8)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_in_single_precision_the_curvature_is_near_the_identity(n_classes, order, dtype):
    X = draw(3000, WIDE).cumsum(axis=1) * np.geomspace(1e-4, 1e4, WIDE) + 1.0
    objective = cyclic_objective(X.astype(dtype, order=order), n_classes)
    shape = objective.parameters_shape
    parameters = 0.001 * np.random.default_rng(1).standard_normal(shape)

    curvature = curvature_in_the_variables(objective, parameters)

    # Without the factors a tenth of the columns would tell as much as all: neighbours are alike.
    deviation = curvature - np.eye(WIDE + 1)
    assert np.abs(np.linalg.eigvalsh(deviation)).max() < 0.1


def test_in_very_wide_tables_every_variable_has_unit_curvature():
    spread = np.geomspace(0.1, 10, VERY_WIDE)
    objective = cyclic_objective(draw(300, VERY_WIDE) * spread, penalty=1.0)
    parameters = np.zeros(VERY_WIDE + 1)

    variables = precondition(objective, parameters)

    diagonal = (
        objective.curvature_diagonal(parameters)[0] + objective.penalty_curvature(parameters)[0]
    )
    np.testing.assert_allclose(variables.inverse_factors[0] ** 2 * diagonal, 1, atol=1e-8)


@pytest.mark.parametrize("n_features", [WIDE, 1100])
def test_of_columns_with_copies_every_other_direction_has_unit_curvature(n_features):
    X = draw(3000, n_features)
    X[:, n_features // 2 :] = X[:, : (n_features + 1) // 2]
    X[:, -1] = 7.0
    objective = cyclic_objective(X, penalty=0.0)

    curvature = curvature_in_the_variables(objective, np.zeros(n_features + 1))[0]

    eigenvalues = np.linalg.eigvalsh(curvature)
    n_different = n_features // 2 + 1
    np.testing.assert_allclose(eigenvalues[-n_different + 1 :], 1, atol=0.05)
    assert eigenvalues.max() < 1.05


@pytest.mark.parametrize("n_features", [WIDE, 1100])
def test_columns_that_are_nearly_sums_of_others_get_double_precision_if_it_fits(n_features):
    X = draw(2000, n_features)
    X[:, -1] = X[:, :-1].sum(axis=1) + 1e-3 * X[:, -1]

    change = precondition(cyclic_objective(X, penalty=0.0), np.zeros(n_features + 1))

    assert isinstance(change, ChangeOfVariables) == (n_features == WIDE)
    assert not change.is_diagonal


@pytest.mark.parametrize("n_features", [WIDE, 1100])
@pytest.mark.parametrize("unit", [1e-150, 1e-40])
def test_what_is_beyond_the_range_of_single_precision_is_not_left_to_it(n_features, unit):
    X = draw(2000, n_features)
    X[:, ::2] *= unit

    change = precondition(cyclic_objective(X), np.zeros(n_features + 1))

    assert isinstance(change, ChangeOfVariables)
    assert change.is_diagonal == (n_features == 1100)


def test_a_curvature_that_rounding_has_spoilt_gives_diagonals(monkeypatch):
    def spoilt(objective, parameters):
        del objective
        size = parameters.size
        return np.where(np.eye(size), 1, -0.5).astype(np.float32).reshape(1, size, size)

    monkeypatch.setattr(FocalObjective, "curvature_in_single", spoilt)

    change = precondition(cyclic_objective(draw(2000, 1100)), np.zeros(1101))

    assert change.is_diagonal
    assert np.isfinite(change.inverse_factors).all()


@pytest.mark.parametrize("n_features", [NARROW, WIDE])
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_a_column_held_by_the_penalty_leaves_the_others_round(n_features, form):
    # In so small a unit the coefficient of the last column costs a great deal.
    X = draw(200, n_features)
    X[:, -1] *= 1e-4
    objective = cyclic_objective(form(X), penalty=1.0)

    curvature = curvature_in_the_variables(objective, np.zeros(n_features + 1))[0]

    np.testing.assert_allclose(np.diagonal(curvature), 1, atol=1e-4)


def test_a_column_that_a_sample_lacks_does_not_run_away():
    X = draw(2000, NARROW)
    X[:, 2] = np.arange(2000) == 7
    objective = cyclic_objective(X, penalty=0.0)
    sample = cyclic_objective(X[100:], penalty=0.0)
    lacking = replace(sample, columns=objective.columns, penalty=objective.penalty)

    change = precondition(lacking, np.zeros(6))

    # A unit step moves the rare column no more than a few times as far as the others.
    lengths = np.abs(np.stack([change.forward(step) for step in np.eye(6)])).max(axis=0)
    assert lengths[2] < 10 * np.median(lengths)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_columns_that_repeat_each_other_give_finite_variables(n_classes):
    X = draw(500, 3)
    X = np.hstack([X, X, X @ np.ones((3, 1)), np.full((500, 1), 7.0)])
    objective = cyclic_objective(X, n_classes, penalty=0.0)
    change = precondition(objective, np.zeros(objective.parameters_shape))

    steps = np.eye(np.prod(objective.parameters_shape))
    moved = np.stack([change.forward(step) for step in steps])
    assert np.isfinite(moved).all()
    assert np.linalg.matrix_rank(moved.reshape(len(steps), -1)) >= 3


@pytest.mark.parametrize("offset", [1.0, 1e3, 1e5, 1e7])
def test_sparse_columns_far_from_zero_give_the_variables_of_dense_ones(offset):
    X = draw(2000, NARROW) + offset
    X[:, 1] = X[:, 0] + 0.01 * draw(2000, 1, seed=1)[:, 0]

    sparse_one = precondition(cyclic_objective(sparse.csr_array(X)), np.zeros(NARROW + 1))
    dense_one = precondition(cyclic_objective(X), np.zeros(NARROW + 1))

    # Where rounding leaves nothing of the spread, variables need only be of use.
    rtol = 1e-14 * offset**2 * 1e4 + 1e-9
    assert np.isfinite(sparse_one.inverse_factors).all()
    if rtol < 0.1:
        np.testing.assert_allclose(
            sparse_one.inverse_factors, dense_one.inverse_factors, rtol=rtol, atol=rtol
        )


def test_parameters_where_every_row_is_missed_give_finite_variables():
    # Every row's loss curves downwards there, and counts as straight.
    objective = cyclic_objective(
        np.where(np.arange(100) % 2, -1.0, 1.0)[:, np.newaxis], penalty=0.0
    )
    parameters = np.array([50.0, 0.0])
    assert not objective.curvature(parameters).any()

    assert np.isfinite(precondition(objective, parameters).inverse_factors).all()


@pytest.mark.parametrize("n_features", [NARROW, WIDE, VERY_WIDE])
def test_what_all_classes_share_does_not_move(n_features):
    objective = cyclic_objective(draw(300, n_features), n_classes=3)
    change = precondition(objective, np.zeros(objective.parameters_shape))

    moved = change.forward(np.random.default_rng(1).standard_normal(3 * (n_features + 1)))

    np.testing.assert_allclose(moved.sum(axis=0), 0, atol=1e-10)


def test_full_factors_are_for_small_parameters_only():
    assert fits_double_factor((31,))
    assert fits_double_factor((301,))
    assert fits_double_factor((10, 101))
    assert not fits_double_factor((100_001,))
    assert not fits_double_factor((1000, 101))


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize(
    ("n_features", "dense", "sparse_"),
    [(NARROW, "double", "double"), (WIDE, "single", "double"), (VERY_WIDE, None, None)],
)
def test_precision_goes_by_the_size_of_the_factors(form, n_features, dense, sparse_):
    objective = cyclic_objective(form(draw(50, n_features)))
    change = precondition(objective, np.zeros(n_features + 1))

    precision = dense if form is np.asarray else sparse_
    assert fits_full_factor(objective) == (precision is not None)
    if precision == "single":
        assert isinstance(change, SingleChangeOfVariables)
        assert change.factors.dtype == np.float32
    else:
        side = () if precision is None else (n_features + 1,)
        assert isinstance(change, ChangeOfVariables)
        assert change.inverse_factors.shape == (1, n_features + 1, *side)
