"""The curvature is measured again when the present rate of convergence is slow."""

import numpy as np
import pytest
from builders import make_objective

from skfocal._solver import heuristics
from skfocal._solver.lbfgs import Minimum, Tolerance
from skfocal._solver.preconditioning import is_factored_in_single
from skfocal._solver.refresh import Refresh, factor_passes

FAST, SLOW = np.geomspace(1, 1e-4, 20), np.geomspace(1e-4, 0.8e-4, 20)


def is_due(lengths, *, cost=10.0, min_iter=4, tol=1e-12, value=1.0):
    refresh = Refresh(cost, Tolerance(relative=tol), min_iter)
    point = Minimum(np.zeros(1), value, np.zeros(1), n_iter=0)
    return refresh(point, list(lengths))


def largest_cost(lengths, **settings):
    """Return the largest cost at which the curvature is measured again."""
    low, high = 1e-6, 1e6
    while high / low > 1 + 1e-9:
        middle = np.sqrt(low * high)
        if is_due(lengths, cost=middle, **settings):
            low = middle
        else:
            high = middle
    return low


@pytest.mark.parametrize(("n_slow", "due"), [(0, False), (2, False), (20, True)])
def test_present_rate_decides(n_slow, due):
    assert is_due([*FAST, *SLOW[:n_slow]]) == due


def test_a_rate_before_the_present_one_does_not_matter():
    assert is_due([*np.geomspace(1, 0.5, 20), *np.geomspace(0.5, 1e-4, 20)]) == is_due(FAST)


def test_an_expensive_factor_is_not_measured_for_a_few_iterations():
    assert not is_due([*FAST, *SLOW], cost=1e9)
    assert is_due([*FAST, *SLOW], cost=0.1)


def test_nothing_is_judged_before_min_iter():
    assert not is_due(SLOW, min_iter=20)
    assert is_due(SLOW, min_iter=19)
    assert is_due(SLOW, min_iter=18.5)


@pytest.mark.parametrize("rate", [0.95, 0.8, 0.6])
@pytest.mark.parametrize(("tol", "value"), [(1e-12, 1.0), (1e-8, 1e-3), (1e-8, 1e3)])
def test_a_factor_pays_if_it_costs_less_than_the_iterations_that_it_avoids(rate, tol, value):
    lengths = 1e3 * rate ** np.arange(21)
    # Where the value is by 'tol * value' above the minimum of a quadratic function.
    shortest = np.sqrt(2 * tol * value)
    n_left = np.log(lengths[-1] / shortest) / -np.log(rate)
    n_with_factor = np.log(lengths[-1] / shortest) / heuristics.LOG_RATE_OF_NEW_FACTOR
    assert largest_cost(lengths, tol=tol, value=value) == pytest.approx(n_left - n_with_factor)


@pytest.mark.parametrize(("n_iter", "min_iter", "n_last"), [(20, 4, 10), (9, 8, 8), (30, 0, 15)])
def test_single_steps_of_the_later_iterations_do_not_matter(n_iter, min_iter, n_last):
    rng = np.random.default_rng(0)
    steps = -rng.uniform(0.0, 0.2, n_iter)
    permuted = np.append(steps[:-n_last], rng.permutation(steps[-n_last:]))
    costs = [
        largest_cost(np.exp(np.cumsum([0, *each])), min_iter=min_iter) for each in (steps, permuted)
    ]
    assert costs[1] == pytest.approx(costs[0])


@pytest.mark.parametrize("rate", [1.0, 1.01, 1.5])
def test_a_factor_pays_if_there_is_no_progress(rate):
    assert is_due(rate ** np.arange(20), cost=1e3)


def test_a_factor_at_the_minimum_does_not_pay():
    lengths = np.geomspace(1e-3, 1.0001e-6 * np.sqrt(2), 20)
    assert not is_due(lengths, cost=0.1)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(("n_columns", "in_single"), [(20, False), (400, True)])
def test_the_cost_of_a_factor_rises_by_a_pass_for_a_number_of_columns(
    n_classes, n_columns, in_single
):
    more = heuristics.FACTOR_COLUMNS_PER_PASS[n_classes > 2, in_single]
    few, many = (columns_only(number, n_classes) for number in (n_columns, n_columns + more))
    assert is_factored_in_single(few) == is_factored_in_single(many) == in_single
    assert factor_passes(many) - factor_passes(few) == pytest.approx(1)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_cost_of_a_factor_of_one_column_is_hardly_more_than_the_overhead(n_classes):
    cost = factor_passes(columns_only(1, n_classes))
    assert heuristics.FACTOR_OVERHEAD < cost < heuristics.FACTOR_OVERHEAD + 1


def columns_only(n_columns, n_classes):
    X = np.random.default_rng(0).normal(size=(12, n_columns))
    return make_objective(X, np.arange(12) % n_classes)
