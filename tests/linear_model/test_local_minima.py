"""Focal loss is not convex: where the search ends if there are several minima, and if not."""

import warnings
from itertools import pairwise

import mpmath as mp
import numpy as np
import pytest

from benchmarks.data_sets import BINARY, MULTICLASS, load
from benchmarks.harness import prepare
from skfocal import FocalLogisticRegression

pytestmark = pytest.mark.slow

GAMMAS = [0.0, 0.5, 1.0, 2.0, 3.0, 5.0]
FAR = 200.0
# Those left out take a minute.
PUBLIC = sorted({*BINARY, *MULTICLASS} - {"hiva", "kr-vs-k", "sylva"})


class Example:
    """A table of one column under which focal loss of gamma 2 has two minima, and these exactly.

    One far row of class 1 pulls the coefficient to one side, and many near ones to the other. At
    a small coefficient the far row has its full say; at a larger one it is missed so badly that
    its loss has bent into a straight line, and more near rows are needed to hold it. Each row has
    its mirror image in class 0, of the same loss.
    """

    def __init__(self, n_near, exact_focal):
        X = np.append(np.ones(n_near), -FAR)[:, np.newaxis]
        self.table = np.vstack([X, -X]), np.repeat([1, 0], n_near + 1)
        self._rows = [(2 * n_near, 1.0), (2, -FAR)]
        self._exact = exact_focal
        self.minima = self.root(0.001, 0.014), self.root(0.035, 0.2)

    def value(self, coef):
        return float(sum(count * self._exact(x * coef, 1, 2.0).value for count, x in self._rows))

    def sign_of_slope(self, coef):
        slopes = [count * x * self._exact(x * coef, 1, 2.0).gradient[0] for count, x in self._rows]
        return int(mp.sign(sum(slopes)))

    def root(self, low, high):
        """Bisect for the coefficient where the slope goes from falling to rising."""
        assert self.sign_of_slope(low) == -1
        assert self.sign_of_slope(high) == 1
        for _ in range(55):
            middle = (low + high) / 2
            low, high = (middle, high) if self.sign_of_slope(middle) == -1 else (low, middle)
        return low


@pytest.fixture(scope="module", params=[711, 740])
def example(request, exact_focal):
    return Example(request.param, exact_focal)


def without_penalty(gamma=2.0, **parameters):
    return FocalLogisticRegression(gamma, C=np.inf, fit_intercept=False, tol=1e-10, **parameters)


def follow(path, X, y):
    """Fit along values of gamma, each from the solution of the one before."""
    model = without_penalty(warm_start=True)
    for gamma in path:
        model.set_params(gamma=gamma).fit(X, y)
    return model


def test_the_example_has_two_minima_and_either_may_be_the_lower(exact_focal):
    lower = []
    for n_near in (711, 740):
        example = Example(n_near, exact_focal)
        signs = [example.sign_of_slope(coef) for coef in np.linspace(0, 0.3, 151)]
        changes = [sign for before, sign in pairwise(signs) if sign != before]
        assert changes == [1, -1, 1]
        values = [example.value(coef) for coef in example.minima]
        assert abs(values[0] / values[1] - 1) < 0.004
        lower.append(int(np.argmin(values)))

    np.testing.assert_allclose(Example(711, exact_focal).minima, [0.0091788, 0.0401912], rtol=1e-5)
    assert lower == [0, 1]


def in_either_minimum(model, example):
    coef = model.coef_[0, 0]
    return min(abs(coef / minimum - 1) for minimum in example.minima) < 1e-6


@pytest.mark.parametrize("order", [1, -1])
def test_the_default_start_finds_the_minimum_next_to_no_coefficient(example, order):
    """It is the lower one of 711 near rows, and the higher one, by 0.2 percent, of 740."""
    X, y = (part[::order] for part in example.table)
    nearest = example.minima[0]

    model = without_penalty().fit(X, y)

    assert model.coef_[0, 0] == pytest.approx(nearest, rel=1e-6)
    assert model.objective_ == pytest.approx(example.value(nearest), rel=1e-12)


def test_the_default_start_of_a_long_table_finds_either_minimum(example):
    """There the search begins on samples of rows, whose own minima are others."""
    X, y = (np.repeat(part, 30, axis=0) for part in example.table)

    assert in_either_minimum(without_penalty().fit(X, y), example)


def test_small_steps_along_gamma_find_the_other_minimum(example):
    """The only minimum without focus, a coefficient near 1, moves to the farther one.

    So a path along gamma is no cure: of 711 near rows it ends 0.2 percent above the default start.
    """
    assert without_penalty(0).fit(*example.table).coef_[0, 0] == pytest.approx(1, abs=0.1)

    model = follow(np.linspace(0, 2, 41), *example.table)

    assert model.coef_[0, 0] == pytest.approx(example.minima[1], rel=1e-6)
    assert model.objective_ == pytest.approx(example.value(example.minima[1]), rel=1e-12)


@pytest.mark.parametrize("path", [(0, 2), (0, 1, 2), (0, 0.5, 1, 2)])
def test_leaps_along_gamma_end_in_either_minimum(example, path):
    assert in_either_minimum(follow(path, *example.table), example)


def test_a_warm_start_stays_with_the_minimum_that_it_is_next_to(example):
    for minimum in example.minima:
        model = without_penalty(warm_start=True).fit(*example.table)
        model.coef_ = np.array([[1.01 * minimum]])

        assert model.fit(*example.table).coef_[0, 0] == pytest.approx(minimum, rel=1e-6)


def numbers_of(name):
    """Return a public data set as the comparison gives it to a linear model."""
    table = load(name)
    return prepare(table)


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
def test_on_public_data_the_path_along_gamma_and_the_default_start_meet(name, C):
    X, y = numbers_of(name)
    parameters = {"C": C, "tol": 1e-10, "max_iter": 1000}
    along = FocalLogisticRegression(warm_start=True, **parameters)

    for gamma in GAMMAS:
        along.set_params(gamma=gamma).fit(X, y)
        default = FocalLogisticRegression(gamma, **parameters).fit(X, y)
        assert along.objective_ == pytest.approx(default.objective_, rel=1e-8)


def test_many_classes_and_a_large_gamma_do_not_stop_the_search_at_its_start():
    X, y = numbers_of("kr-vs-k")

    with warnings.catch_warnings(action="error"):
        model = FocalLogisticRegression(5.0, C=100.0).fit(X, y)

    less = FocalLogisticRegression(3.0, C=100.0).fit(X, y)
    along = less.set_params(gamma=5.0, warm_start=True).fit(X, y)
    assert model.objective_ == pytest.approx(along.objective_, rel=1e-5)
