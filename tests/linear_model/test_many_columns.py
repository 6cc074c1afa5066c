"""Tables of many columns, whose curvature is measured in single precision where that suffices."""

import warnings

import numpy as np
import pytest

from skfocal import FocalLogisticRegression

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_time")]


@pytest.mark.parametrize(
    ("form", "n_classes", "gamma"),
    [
        ("float64", 2, 0.0),
        ("float64", 2, 2.0),
        ("float64", 2, 10.0),
        ("float64", 3, 2.0),
        ("float32", 2, 2.0),
    ],
)
def test_a_thousand_columns_that_say_nearly_the_same_converge(form, n_classes, gamma):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((4000, 1200)).cumsum(axis=1)
    scores = X[:, ::100] @ rng.standard_normal((12, n_classes)) / 30
    y = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
    X *= np.geomspace(1e-4, 1e4, 1200)
    X[:, 500], X[:, 600:650] = 3.0, X[:, 550:600]

    with warnings.catch_warnings(action="error"):
        model = FocalLogisticRegression(gamma).fit(X.astype(form), y)

    # The diagonal alone takes more than 200.
    assert model.n_iter_ <= 150
    assert model.score(X.astype(form), y) > np.bincount(y).max() / len(y)


def columns(kind):
    """Return a table whose curvature single precision holds only in part, and how to fit it."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((3000, 400))
    y = (X[:, 0] + rng.logistic(size=3000) > 0).astype(int)
    walk = X.cumsum(axis=1) / X.cumsum(axis=1).std(axis=0)
    if kind == "so large a gamma that the curvature is next to nothing":
        return X, y, None, {"gamma": 200, "C": np.inf}
    if kind == "a row without weight, far out":
        X[0] *= 1e60
        return X, y, np.where(np.arange(3000) == 0, 0.0, 1.0), {}
    if kind == "tiny units":
        X[:, 1::2] *= 1e-150
        return X, y, None, {}
    if kind == "far from zero, without an intercept":
        return walk + 300, y, None, {"fit_intercept": False}
    if kind == "very far from zero, without an intercept and a penalty":
        return walk + 1000, y, None, {"fit_intercept": False, "C": np.inf}
    smooth = np.exp(-0.5 * (np.linspace(0, 1, 400) - rng.random((12, 1))) ** 2 / 0.02)
    spectra = rng.standard_normal((3000, 12)) @ smooth + 1e-5 * X
    return spectra, (spectra[:, 100] + rng.logistic(size=3000) > 0).astype(int), None, {"C": np.inf}


@pytest.mark.parametrize(
    "kind",
    [
        "so large a gamma that the curvature is next to nothing",
        "a row without weight, far out",
        "tiny units",
        "far from zero, without an intercept",
        "very far from zero, without an intercept and a penalty",
        "spectra, without a penalty",
    ],
)
def test_where_single_precision_would_not_do_the_minimum_is_found_as_in_double(monkeypatch, kind):
    X, y, sample_weight, parameters = columns(kind)
    with warnings.catch_warnings(action="error"):
        model = FocalLogisticRegression(**parameters).fit(X, y, sample_weight)

    monkeypatch.setattr("skfocal._solver.heuristics.MIN_SINGLE_FLOATS", 10**9)
    in_double = FocalLogisticRegression(**parameters).fit(X, y, sample_weight)
    assert model.objective_ == pytest.approx(in_double.objective_, rel=1e-5)
    assert model.n_iter_ <= in_double.n_iter_ + 10
