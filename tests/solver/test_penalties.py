"""Penalties, including one that is defined outside the package."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest
from builders import make_objective

from skfocal._solver import train
from skfocal._solver.penalties import Penalty, Ridge
from skfocal._solver.standardization import Standardization


@dataclass(frozen=True)
class PseudoHuber:
    """``strength sum_j (sqrt(1 + w_j^2) - 1)``: quadratic near zero and linear far from it."""

    strength: float
    columns: Standardization

    is_rotation_invariant: ClassVar[bool] = False
    is_centred: ClassVar[bool] = False
    l1: ClassVar[None] = None

    def value_and_gradient(self, parameters):
        coef = parameters[..., :-1] * self.columns.inverse_scale
        lengths = np.sqrt(1 + coef**2)
        gradient = np.zeros_like(parameters)
        gradient[..., :-1] = self.strength * coef / lengths * self.columns.inverse_scale
        return self.strength * float((lengths - 1).sum()), gradient

    def curvature(self, parameters):
        coef = parameters[..., :-1] * self.columns.inverse_scale
        curvature = np.zeros_like(parameters)
        curvature[..., :-1] = self.strength * self.columns.inverse_scale**2 / (1 + coef**2) ** 1.5
        return curvature

    def with_columns(self, columns):
        return replace(self, columns=columns)


PENALTIES = [Ridge, PseudoHuber]


def draw(n_samples, n_features, n_classes, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n_samples, n_features)) * np.geomspace(0.1, 10, n_features)
    codes = (X[:, :n_classes] + rng.gumbel(size=(n_samples, n_classes))).argmax(axis=1)
    return X, codes


def penalised(penalty, X, codes):
    # With gamma=0 the objective is convex.
    return make_objective(X, codes, gamma=0.0, strength=0.05, penalty=penalty)


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_gradient_matches_finite_differences(penalty, n_classes):
    objective = penalised(penalty, *draw(50, 4, n_classes))
    parameters = np.random.default_rng(1).standard_normal(objective.parameters_shape)

    def value(shift):
        return objective.penalty.value_and_gradient(parameters + shift)[0]

    steps = 1e-5 * np.eye(parameters.size).reshape(-1, *parameters.shape)
    numerical = [(value(step) - value(-step)) / 2e-5 for step in steps]
    gradient = objective.penalty.value_and_gradient(parameters)[1]
    np.testing.assert_allclose(gradient.ravel(), numerical, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(("n_samples", "n_features"), [(300, 4), (20_000, 4), (40, 256)])
def test_any_smooth_penalty_is_minimised(penalty, n_classes, n_samples, n_features):
    objective = penalised(penalty, *draw(n_samples, n_features, n_classes))

    minimum = train(objective, tol=1e-8, max_iter=500)

    # A point where the gradient of a convex function vanishes is a minimum.
    value, gradient = objective.value_and_gradient(minimum.parameters)
    assert np.abs(gradient).max() <= 1e-8
    rng = np.random.default_rng(1)
    for scale in (1e-3, 1e-1, 10.0):
        other = minimum.parameters + scale * rng.standard_normal(minimum.parameters.shape)
        assert objective.value_and_gradient(other)[0] > value


def test_penalties_follow_the_protocol():
    columns = make_objective(*draw(30, 2, 2)).columns
    penalties: list[Penalty] = [penalty(1.0, columns) for penalty in PENALTIES]
    for penalty in penalties:
        zero = np.zeros(3)
        assert penalty.value_and_gradient(zero)[0] == 0
        assert (penalty.curvature(zero) >= 0).all()
        assert penalty.with_columns(columns) == penalty
