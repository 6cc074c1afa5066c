"""Newton's method near the minimum of a small table."""

import numpy as np
import pytest
from builders import make_objective, noisy_data
from scipy import sparse

from skfocal._solver.lbfgs import Minimum
from skfocal._solver.newton import descend_by_newton, is_small
from skfocal._solver.training import train


def small_problem(n_classes, *, gamma=2.0, form=np.asarray, strength=1e-3):
    X, y = noisy_data(n_classes, 60)
    codes = np.unique(y, return_inverse=True)[1]
    weight = np.random.default_rng(0).random(60)
    alpha = np.arange(1.0, n_classes + 1)
    return make_objective(
        form(X + 3), codes, weight, gamma=gamma, strength=strength, class_weight=alpha
    )


def point_at(objective, parameters):
    return Minimum(parameters, *objective.value_and_gradient(parameters), n_iter=0)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_hessian_equals_differences_of_the_gradient(n_classes, form, gamma):
    objective = small_problem(n_classes, form=form, gamma=gamma)
    parameters = np.random.default_rng(1).standard_normal(objective.parameters_shape)
    step = 1e-6
    differences = []
    for index in range(parameters.size):
        shift = np.zeros(parameters.size)
        shift[index] = step
        shift = shift.reshape(parameters.shape)
        above, below = (
            objective.value_and_gradient(parameters + sign * shift)[1].ravel() for sign in (1, -1)
        )
        differences.append((above - below) / (2 * step))

    np.testing.assert_allclose(objective.hessian(parameters), differences, atol=1e-8)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("gamma", [0.0, 2.0])
@pytest.mark.parametrize("strength", [1e-3, 0.0])
def test_minimum_is_reached_up_to_rounding(n_classes, gamma, strength):
    objective = small_problem(n_classes, gamma=gamma, strength=strength)
    exact = train(objective, tol=1e-9, max_iter=500)
    rng = np.random.default_rng(2)
    disturbed = exact.parameters + 1e-3 * rng.standard_normal(objective.parameters_shape)
    disturbed -= disturbed.mean(axis=0) if n_classes > 2 else 0

    found = descend_by_newton(objective, point_at(objective, disturbed), 20, None)

    assert 0 < found.n_iter < 10
    np.testing.assert_allclose(found.parameters, exact.parameters, atol=1e-9)
    assert np.abs(found.gradient).max() < 1e-12


def test_far_from_the_minimum_no_step_is_taken_where_the_hessian_is_not_positive():
    objective = small_problem(2, gamma=5.0, strength=0.0)
    misclassified = point_at(objective, np.array([-50.0, 0, 0, 0, 0, 0]))

    assert np.linalg.eigvalsh(objective.hessian(misclassified.parameters))[0] < 0
    assert descend_by_newton(objective, misclassified, 20, None) is misclassified


@pytest.mark.parametrize("max_iter", [0, 1])
def test_max_iter_limits_the_steps(max_iter):
    objective = small_problem(2)
    start = point_at(objective, np.full(objective.parameters_shape, 0.1))
    steps = []

    found = descend_by_newton(objective, start, max_iter, steps.append)

    assert found.n_iter == len(steps) <= max_iter


@pytest.mark.parametrize(("tol", "is_exact"), [(1e-4, True), (1e-2, False)])
def test_a_loose_tolerance_takes_no_steps(tol, is_exact, monkeypatch):
    calls = []

    def noted(objective, point, *rest):
        calls.append(point)
        return descend_by_newton(objective, point, *rest)

    monkeypatch.setattr("skfocal._solver.training.descend_by_newton", noted)
    solution = train(small_problem(3), tol=tol, max_iter=500)

    assert solution.is_converged
    assert len(calls) == is_exact


def test_only_tables_with_few_rows_are_small():
    assert is_small(small_problem(3))
    assert not is_small(small_problem(2))
