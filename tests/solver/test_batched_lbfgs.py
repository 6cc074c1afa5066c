"""Objectives that are evaluated and minimised together, compared with each one alone."""

from dataclasses import replace

import numpy as np
import pytest
from builders import make_objective, noisy_data
from scipy import sparse

from skfocal._solver.batched_lbfgs import BatchVariables, minimize_batch
from skfocal._solver.batched_objective import linear_scores, values_and_gradients
from skfocal._solver.lbfgs import Tolerance
from skfocal._solver.training import train


@pytest.fixture(params=["dense", "sparse", "single"])
def kind(request):
    return request.param


@pytest.fixture(params=[False, True], ids=["plain", "weighted"])
def objectives(request, kind, n_classes):
    X, y = noisy_data(n_classes, 200)
    codes = np.unique(y, return_inverse=True)[1]
    X = {"dense": X, "sparse": sparse.csr_array(X), "single": X.astype(np.float32)}[kind]
    weight = np.random.default_rng(0).random(len(y)) if request.param else None
    alpha = np.arange(1.0, n_classes + 1)

    def make(strength, class_weight=None):
        return make_objective(
            X, codes, weight, gamma=1.5, strength=strength, class_weight=class_weight
        )

    # They share the blocks, as in a fold of a search.
    base = make(0.1)
    others = [make(0.1, alpha), make(1e-3), make(10.0, alpha)]
    return [base, *(replace(each, blocks=base.blocks) for each in others)]


@pytest.fixture(params=[2, 3])
def n_classes(request):
    return request.param


def penalties(objectives, starts):
    return [each.penalty_curvature(start) for each, start in zip(objectives, starts, strict=True)]


def tolerances(objectives, tol):
    return [Tolerance(relative=tol**2) for _ in objectives]


def test_values_and_gradients_equal_those_of_each_objective(objectives):
    rng = np.random.default_rng(1)
    parameters = rng.standard_normal((len(objectives), *objectives[0].parameters_shape))
    values, gradients = values_and_gradients(objectives, parameters)

    for index, objective in enumerate(objectives):
        value, gradient = objective.value_and_gradient(parameters[index])
        np.testing.assert_allclose(values[index], value, rtol=1e-12)
        np.testing.assert_allclose(gradients[index], gradient, rtol=1e-10, atol=1e-14)


def test_logits_equal_those_of_each_model(n_classes):
    X, _ = noisy_data()
    shape = (4, X.shape[1] + 1) if n_classes == 2 else (4, n_classes, X.shape[1] + 1)
    raw = np.random.default_rng(0).standard_normal(shape)
    logits = linear_scores(X, raw)

    for index, each in enumerate(raw):
        expected = X @ each[..., :-1].T + each[..., -1]
        np.testing.assert_allclose(logits[index], expected, rtol=1e-12, atol=1e-12)


def test_minima_equal_those_of_each_objective(objectives):
    starts = np.zeros((len(objectives), *objectives[0].parameters_shape))
    variables = BatchVariables.of(
        [each.curvature(start) for each, start in zip(objectives, starts, strict=True)],
        penalties(objectives, starts),
        slice(None),
    )
    found, converged = minimize_batch(
        objectives, starts, variables, tols=tolerances(objectives, 1e-9), max_passes=100
    )

    assert converged.all()
    for index, objective in enumerate(objectives):
        expected = train(objective, tol=1e-9, max_iter=200).parameters
        np.testing.assert_allclose(found[index], expected, atol=1e-7)


def test_too_long_steps_are_shortened(objectives):
    starts = np.zeros((len(objectives), *objectives[0].parameters_shape))
    # The curvature is far too small, so the first steps overshoot.
    variables = BatchVariables.of(
        [each.curvature(start) / 30 for each, start in zip(objectives, starts, strict=True)],
        [each / 30 for each in penalties(objectives, starts)],
        slice(None),
    )
    found, converged = minimize_batch(
        objectives, starts, variables, tols=tolerances(objectives, 1e-6), max_passes=200
    )

    assert converged.all()
    _, gradients = values_and_gradients(objectives, found)
    assert np.abs(gradients).max() < 1e-6


def test_objectives_that_reach_max_passes_are_reported(objectives):
    starts = np.zeros((len(objectives), *objectives[0].parameters_shape))
    variables = BatchVariables.of(
        [each.curvature(start) for each, start in zip(objectives, starts, strict=True)],
        penalties(objectives, starts),
        slice(None),
    )
    found, converged = minimize_batch(
        objectives, starts, variables, tols=tolerances(objectives, 1e-9), max_passes=2
    )

    assert not converged.any()
    before, _ = values_and_gradients(objectives, starts)
    after, _ = values_and_gradients(objectives, found)
    assert (after < before).all()
