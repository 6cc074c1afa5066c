"""Minimisation of smooth functions by L-BFGS in preconditioned variables."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy import optimize

from skfocal._solver import lbfgs
from skfocal._solver.lbfgs import Minimum, Tolerance

SETTINGS = {"n_pairs": 10, "stop": lambda _point, _lengths: False, "callback": None}


def minimize(function, start, variables, *, tol, **parameters):
    """Minimise a function from parameters, until the gradient in the variables is below `tol`."""
    point = Minimum(start, *function(start), n_iter=0)
    bound = Tolerance(absolute=tol**2 / 2)
    return lbfgs.minimize(function, point, variables, tol=bound, **{**SETTINGS, **parameters})


def gradient_norm(point):
    """Return the largest absolute component of the gradient at a point."""
    return np.abs(point.gradient).max()


@dataclass
class Linear:
    """A change of variables: the parameters are a matrix times the variables."""

    matrix: np.ndarray
    shape: tuple[int, ...]

    def forward(self, variables):
        return (self.matrix @ variables).reshape(self.shape)

    def adjoint(self, gradient):
        return self.matrix.T @ gradient.ravel()


class Quadratic:
    """``value + (x - centre)^T curvature (x - centre) / 2``; records the points of evaluation."""

    def __init__(self, condition, shape=(6,), value=0.0):
        rng = np.random.default_rng(0)
        size = int(np.prod(shape))
        rotation, _ = np.linalg.qr(rng.standard_normal((size, size)))
        scales = np.geomspace(1 / condition, 1, size)
        self.curvature = (rotation * scales) @ rotation.T
        self.roots = rotation / np.sqrt(scales)
        self.centre = rng.standard_normal(shape)
        self.value = value
        self.evaluated = []

    def __call__(self, parameters):
        self.evaluated.append(parameters.copy())
        difference = (parameters - self.centre).ravel()
        slope = self.curvature @ difference
        return self.value + 0.5 * difference @ slope, slope.reshape(parameters.shape)

    def white_variables(self):
        return Linear(self.roots, self.centre.shape)

    def plain_variables(self):
        return Linear(np.eye(self.centre.size), self.centre.shape)


@pytest.mark.parametrize("condition", [1.0, 1e3, 1e6, 1e10])
@pytest.mark.parametrize("shape", [(6,), (3, 4)])
@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
def test_in_whitened_variables_the_condition_number_does_not_matter(condition, shape, scale):
    quadratic = Quadratic(condition, shape)

    def scaled(parameters):
        value, gradient = quadratic(parameters)
        return scale * value, scale * gradient

    variables = Linear(quadratic.roots / np.sqrt(scale), shape)
    tol = 1e-9 * np.sqrt(scale)
    minimum = minimize(scaled, np.zeros(shape), variables, tol=tol, max_iter=50)

    assert minimum.n_iter <= 3
    assert gradient_norm(minimum) <= 1e-9 * scale
    error = quadratic.curvature @ (minimum.parameters - quadratic.centre).ravel()
    assert np.abs(error).max() <= 1e-9
    assert len(quadratic.evaluated) <= 4


def test_in_plain_variables_the_condition_number_costs_iterations():
    quadratic, start = Quadratic(1e6), np.zeros(6)

    whitened = minimize(quadratic, start, quadratic.white_variables(), tol=1e-9, max_iter=200)
    plain = minimize(quadratic, start, quadratic.plain_variables(), tol=1e-9, max_iter=200)

    assert gradient_norm(plain) <= 1e-9
    assert plain.n_iter > whitened.n_iter


def test_result_is_a_point_that_was_evaluated():
    quadratic = Quadratic(1e4, (2, 3))
    for max_iter in (1, 2, 5):
        minimum = minimize(
            quadratic, np.ones((2, 3)), quadratic.plain_variables(), tol=1e-12, max_iter=max_iter
        )
        value, gradient = quadratic(minimum.parameters)

        assert minimum.n_iter == max_iter
        assert minimum.value == value
        np.testing.assert_array_equal(minimum.gradient, gradient)


def test_every_iteration_decreases_the_value():
    values = [
        minimize(
            rosenbrock, np.array([-1.2, 1.0]), Linear(np.eye(2), (2,)), tol=0.0, max_iter=n
        ).value
        for n in range(1, 20)
    ]

    assert (np.diff(values) < 0).all()


def rosenbrock(parameters):
    return optimize.rosen(parameters), optimize.rosen_der(parameters)


def test_rosenbrock_function_is_minimised():
    start = np.array([-1.2, 1.0])

    minimum = minimize(rosenbrock, start, Linear(np.eye(2), (2,)), tol=1e-7, max_iter=100)

    np.testing.assert_allclose(minimum.parameters, 1.0, atol=1e-6)
    np.testing.assert_array_equal(start, [-1.2, 1.0])


def test_no_point_is_evaluated_twice():
    quadratic = Quadratic(1e4)

    minimize(quadratic, np.zeros(6), quadratic.plain_variables(), tol=1e-9, max_iter=50)

    points = {point.tobytes() for point in quadratic.evaluated}
    assert len(points) == len(quadratic.evaluated) > 5


def test_start_at_the_minimum_takes_no_iteration():
    quadratic = Quadratic(10.0)

    minimum = minimize(
        quadratic, quadratic.centre, quadratic.plain_variables(), tol=1e-12, max_iter=9
    )

    assert minimum.n_iter == 0
    assert len(quadratic.evaluated) == 1
    np.testing.assert_array_equal(minimum.parameters, quadratic.centre)


def test_max_iter_zero_evaluates_the_start():
    quadratic = Quadratic(10.0)

    minimum = minimize(quadratic, np.zeros(6), quadratic.plain_variables(), tol=1e-12, max_iter=0)

    assert minimum.n_iter == 0
    assert minimum.value == quadratic(np.zeros(6))[0]


def test_search_ends_if_the_variables_cannot_change_the_parameters():
    quadratic = Quadratic(10.0)

    minimum = minimize(
        quadratic, np.zeros(6), Linear(np.zeros((6, 6)), (6,)), tol=1e-12, max_iter=9
    )

    assert minimum.n_iter == 0
    np.testing.assert_array_equal(minimum.parameters, np.zeros(6))


def test_parameter_outside_the_variables_is_unchanged():
    quadratic = Quadratic(10.0)
    start = np.arange(6.0)
    all_but_first = np.diag([0.0, 1, 1, 1, 1, 1])

    minimum = minimize(quadratic, start, Linear(all_but_first, (6,)), tol=1e-9, max_iter=99)

    assert minimum.parameters[0] == 0.0
    assert np.abs(minimum.gradient[1:]).max() < 1e-6 < np.abs(minimum.gradient[0])


def test_search_converges_where_values_are_rounded():
    # Values are rounded to 1e-8, gradients are not.
    quadratic = Quadratic(100.0, value=1e8)
    near = quadratic.centre + 1e-3

    minimum = minimize(quadratic, near, quadratic.plain_variables(), tol=1e-12, max_iter=200)

    assert gradient_norm(minimum) <= 1e-12


@pytest.mark.parametrize("variables", ["white", "plain"])
@pytest.mark.parametrize("tol", [1e-2, 1e-4, 1e-6])
def test_excess_is_estimated(variables, tol):
    quadratic = Quadratic(1e3, (40,), value=1.0)
    change = quadratic.white_variables() if variables == "white" else quadratic.plain_variables()
    start = Minimum(np.zeros(40), *quadratic(np.zeros(40)), n_iter=0)

    bound = Tolerance(relative=tol**2)
    minimum = lbfgs.minimize(quadratic, start, change, tol=bound, max_iter=500, **SETTINGS)

    # In plain variables the estimate relies on the past steps.
    assert minimum.excess <= tol**2 * minimum.value
    assert minimum.value - 1 <= 30 * tol**2


def test_iterations_of_the_start_count():
    quadratic = Quadratic(1e4)
    first = minimize(quadratic, np.zeros(6), quadratic.plain_variables(), tol=1e-9, max_iter=5)

    last = lbfgs.minimize(
        quadratic,
        first,
        quadratic.plain_variables(),
        tol=Tolerance(absolute=1e-18),
        max_iter=8,
        **SETTINGS,
    )

    assert (first.n_iter, last.n_iter) == (5, 8)


def test_search_stops_when_asked():
    quadratic, seen = Quadratic(1e4), []

    def stop(point, lengths):
        seen.append((gradient_norm(point), len(lengths)))
        return len(seen) == 3

    minimum = minimize(
        quadratic, np.zeros(6), quadratic.plain_variables(), tol=1e-9, max_iter=99, stop=stop
    )

    assert minimum.n_iter == 3
    assert seen[-1] == (gradient_norm(minimum), 4)


def test_search_on_an_unbounded_function_ends():
    def slope(parameters):
        return float(parameters.sum()), np.ones_like(parameters)

    minimum = minimize(slope, np.zeros(2), Linear(np.eye(2), (2,)), tol=1e-6, max_iter=30)

    assert np.isfinite(minimum.parameters).all()
    assert minimum.n_iter <= 30


def test_errors_in_the_function_are_raised():
    calls = []

    def fail(parameters):
        calls.append(parameters)
        if len(calls) == 3:
            msg = "injected"
            raise ArithmeticError(msg)
        return rosenbrock(parameters)

    with pytest.raises(ArithmeticError, match="injected"):
        minimize(fail, np.zeros(2), Linear(np.eye(2), (2,)), tol=1e-9, max_iter=30)
