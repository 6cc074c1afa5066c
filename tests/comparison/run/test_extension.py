"""Grids are extended where the best value is at an edge, by the same budget for all methods."""

import json
import math

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

from skfocal.comparison import METHODS, ON_REQUEST, Method, compare_tables, make_table
from skfocal.comparison.data.splits import make_splits
from skfocal.comparison.methods.grids import N_EXTRA, PENALTY, Range
from skfocal.comparison.run.extension import at_edges, beyond_edges
from skfocal.comparison.run.tuning import fit_method

ALL = {**METHODS, **ON_REQUEST}
FITTED = []


class Peaked(ClassifierMixin, BaseEstimator):
    """Rank rows the better, the closer the logarithms of its parameters are to a peak."""

    def __init__(self, a=1.0, b=1.0, peak_a=1.0, peak_b=1.0):
        self.a = a
        self.b = b
        self.peak_a = peak_a
        self.peak_b = peak_b

    def fit(self, X, y):  # noqa: ARG002  # scikit-learn's signature
        self.classes_ = np.array([0, 1])
        FITTED.append((self.a, self.b))
        return self

    def predict_proba(self, X):
        distance = abs(math.log(self.a / self.peak_a)) + abs(math.log(self.b / self.peak_b))
        signal = np.sign(X[:, 0]) / (0.1 + distance)
        p = 1 / (1 + np.exp(-signal - np.random.default_rng(0).normal(size=len(X))))
        return np.column_stack([1 - p, p])

    def predict(self, X):
        return (self.predict_proba(X)[:, 1] > 0.5).astype(int)


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    y = rng.permutation(np.arange(4000) < 400)
    return make_table(np.column_stack([np.where(y, 1.0, -1.0), rng.normal(size=4000)]), y, name="t")


def tune(table, grid, ranges, **peaks):
    FITTED.clear()
    method = Method("peaked", "Toy.", Peaked(**peaks), grid, ranges=ranges)
    (split, *_) = make_splits(table, cv=2, repeats=1, inner_cv=2, seed=0)
    return fit_method(method, table, split.train, split.inner, split.seed)


WIDE = Range(0.0, math.inf, 2.0)


@pytest.mark.parametrize(
    ("peak", "expected", "n_extra", "edge"),
    [
        (2.0, 2.0, 0, {}),  # inside
        (4.0, 4.0, 1, {}),  # at the edge, and no better beyond
        (8.0, 8.0, 2, {}),
        (0.5, 0.5, 2, {}),
        (32.0, 32.0, 4, {}),
        (1e9, 64.0, 4, {"a": "highest"}),  # beyond what the budget reaches
        (1e-9, 0.06, 4, {"a": "lowest"}),
    ],
)
def test_the_grid_grows_until_the_best_value_is_inside(table, peak, expected, n_extra, edge):
    fitted = tune(table, {"a": (1.0, 2.0, 4.0)}, {"a": WIDE}, peak_a=peak)
    assert fitted.params == {"a": expected}
    assert len(FITTED) == (3 + n_extra) * 2 + 1
    assert fitted.edges == edge


def test_two_parameters_share_the_budget(table):
    ranges = {"a": WIDE, "b": WIDE}
    fitted = tune(table, {"a": (1.0, 2.0), "b": (1.0, 2.0)}, ranges, peak_a=1e9, peak_b=1e-9)
    assert len(FITTED) == (4 + N_EXTRA) * 2 + 1
    assert fitted.params["a"] > 2 or fitted.params["b"] < 1
    assert fitted.edges == {"a": "highest", "b": "lowest"}


def test_a_grid_with_one_value_or_without_a_range_stays(table):
    tune(table, {"a": (4.0,)}, {"a": WIDE}, peak_a=1e9)
    assert len(FITTED) == 2 + 1
    tune(table, {"a": (1.0, 4.0)}, {}, peak_a=1e9)
    assert len(FITTED) == 2 * 2 + 1


def method_with(values, **ranges):
    return Method("m", "Toy.", LogisticRegression(), {"C": values}, ranges=ranges)


def tried(values):
    return [{"C": value} for value in values]


@pytest.mark.parametrize(
    ("limits", "values", "best", "expected"),
    [
        (Range(0.0, 1.0), (1.0, 0.5), 1.0, []),
        (Range(0.0, 1.0), (1.0, 0.5), 0.5, [0.25]),
        (Range(0.0, 1.0), (0.0, 0.3, 0.6), 0.6, [1.0]),
        (Range(0.0, 1.0), (0.0, 0.3), 0.0, []),
        (Range(2, math.inf), (4, 15, 31), 31, [62]),
        (Range(2, math.inf), (2, 15), 2, []),
        (PENALTY, (0.01, 10.0), 0.01, [0.0025]),
    ],
)
def test_the_end_of_a_range_is_no_edge(limits, values, best, expected):
    method = method_with(values, C=limits)
    found = beyond_edges(method, tried(values), {"C": best})
    assert [one["C"] for one in found] == expected
    assert [type(one["C"]) for one in found] == [type(best)] * len(found)
    assert bool(at_edges(method, tried(values), {"C": best})) == bool(expected)


@pytest.mark.parametrize(
    ("values", "best", "expected"),
    [
        ((1, 2, 3), 3, {"C": "highest"}),
        ((3, 2, 1), 1, {"C": "lowest"}),
        ((1, 2, 3), 2, {}),
        ((1, 2), 2, {}),
        ((1, 3, 2), 3, {}),
        ((None, "balanced", 0.5), 0.5, {}),
        ((True, False, True), True, {}),
    ],
)
def test_grids_of_users_are_judged_if_they_are_ordered_numbers(values, best, expected):
    assert at_edges(method_with(values), tried(values), {"C": best}) == expected


@pytest.mark.parametrize("method", ALL.values(), ids=ALL)
def test_every_method_may_try_equally_many_more(method):
    assert method.n_extra_candidates == N_EXTRA
    assert method.ranges.keys() & method.tuned.keys()
    if "C" in method.tuned:
        assert method.ranges["C"] == PENALTY


@pytest.mark.slow
def test_reports_state_what_is_still_at_an_edge(table, tmp_path):
    far = Method("far", "Toy.", Peaked(peak_a=1e9), {"a": (1.0, 2.0, 4.0)}, ranges={"a": WIDE})
    comparison = compare_tables([table], methods=["logistic", far], cv=2, repeats=1)
    found = comparison.edge_shares()
    rows = found[found["method"] == "far"].to_dict("records")
    assert rows == [{"method": "far", "parameter": "a", "edge": "highest", "share": 1.0}]
    comparison.write(tmp_path)
    sentence = "a of far (highest in 100 % of the folds)"
    assert sentence in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "highest in 100 % of the folds" in (tmp_path / "report.md").read_text(encoding="utf-8")
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert rows[0] in summary["edges"]
