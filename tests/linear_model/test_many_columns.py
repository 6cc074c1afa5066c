"""Data with many correlated or badly scaled columns."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from skfocal import FocalLogisticRegression

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_time")]


@pytest.mark.parametrize(
    ("dtype", "n_classes", "gamma"),
    [
        ("float64", 2, 0.0),
        ("float64", 2, 2.0),
        ("float64", 2, 10.0),
        ("float64", 3, 2.0),
        ("float32", 2, 2.0),
    ],
)
def test_a_thousand_correlated_columns_converge(dtype, n_classes, gamma):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((4000, 1200)).cumsum(axis=1)
    scores = X[:, ::100] @ rng.standard_normal((12, n_classes)) / 30
    y = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
    X *= np.geomspace(1e-4, 1e4, 1200)
    X[:, 500], X[:, 600:650] = 3.0, X[:, 550:600]

    with warnings.catch_warnings(action="error"):
        model = FocalLogisticRegression(gamma).fit(X.astype(dtype), y)

    assert model.score(X.astype(dtype), y) > np.bincount(y).max() / len(y)


def columns(kind):
    """Return X, y, sample_weight and parameters of a fit."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((3000, 400))
    y = (X[:, 0] + rng.logistic(size=3000) > 0).astype(int)
    walk = X.cumsum(axis=1) / X.cumsum(axis=1).std(axis=0)
    if kind == "negligible curvature":
        return X, y, None, {"gamma": 200, "C": np.inf}
    if kind == "outlier without weight":
        X[0] *= 1e60
        return X, y, np.where(np.arange(3000) == 0, 0.0, 1.0), {}
    if kind == "tiny units":
        X[:, 1::2] *= 1e-150
        return X, y, None, {}
    if kind == "large offset":
        return walk + 300, y, None, {"fit_intercept": False}
    if kind == "very large offset, no penalty":
        return walk + 1000, y, None, {"fit_intercept": False, "C": np.inf}
    smooth = np.exp(-0.5 * (np.linspace(0, 1, 400) - rng.random((12, 1))) ** 2 / 0.02)
    spectra = rng.standard_normal((3000, 12)) @ smooth + 1e-5 * X
    return spectra, (spectra[:, 100] + rng.logistic(size=3000) > 0).astype(int), None, {"C": np.inf}


@pytest.mark.parametrize(
    "kind",
    [
        "negligible curvature",
        "outlier without weight",
        "tiny units",
        "large offset",
        "very large offset, no penalty",
    ],
)
def test_badly_conditioned_columns_reach_the_minimum(kind):
    X, y, sample_weight, parameters = columns(kind)
    with warnings.catch_warnings(action="error"):
        model = FocalLogisticRegression(**parameters).fit(X, y, sample_weight)
    objective = model.objective_

    model.set_params(warm_start=True, tol=1e-9, max_iter=1000)
    with warnings.catch_warnings():
        # Rounding may prevent such a small gradient.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, y, sample_weight)
    assert objective == pytest.approx(model.objective_, rel=1e-5)


def test_spectra_without_penalty_warn_that_their_minimum_is_not_reached():
    X, y, _, parameters = columns("spectra, no penalty")
    model = FocalLogisticRegression(0, **parameters)
    with pytest.warns(ConvergenceWarning, match="make C finite"):
        model.fit(X, y)

    with warnings.catch_warnings(action="ignore"):
        other = LogisticRegression(C=np.inf, max_iter=10_000).fit(X, y)
    assert log_loss(y, model.predict_proba(X)) < log_loss(y, other.predict_proba(X))
