"""Candidates that are trained together are those of separate fits."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import ParameterGrid
from sklearn.naive_bayes import GaussianNB

from skfocal import FocalLogisticRegression
from skfocal.comparison import METHODS, ON_REQUEST
from skfocal.comparison.methods.method import with_seed
from skfocal.comparison.run import candidates as module
from skfocal.comparison.run.candidates import Candidates
from skfocal.model_selection._together import fit_together


@pytest.fixture(name="rows", params=[2, 3])
def fixture_rows(request):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((300, 4))
    noise = rng.gumbel(size=(300, request.param))
    return X, np.argmax(noise + X[:, : request.param] + [3, 0, 0][: request.param], axis=1)


@pytest.fixture(name="n_together")
def fixture_n_together(monkeypatch):
    """Return a list with the number of candidates of each call that trains several together."""
    calls = []

    def noted(*args):
        models = fit_together(*args)
        calls.append(len(models))
        return models

    monkeypatch.setattr(module, "fit_together", noted)
    return calls


def check(candidates, classifier, X, y):
    for fitted, counts, setting in zip(
        candidates.models_, candidates.class_counts_, candidates.settings, strict=True
    ):
        own = clone(classifier).set_params(**setting).fit(X, y)
        np.testing.assert_allclose(fitted.predict_proba(X), own.predict_proba(X), rtol=1e-5)
        np.testing.assert_array_equal(counts, getattr(own, "sampled_counts_", np.bincount(y)))


@pytest.mark.parametrize(
    "name", ["logistic", "class_weight", "oversample", "focal", "focal_alpha", "label_smoothing"]
)
@pytest.mark.parametrize("order", [1, -1])
def test_models_are_those_of_separate_fits(name, order, rows, n_together):
    X, y = rows
    method = (METHODS | ON_REQUEST)[name]
    classifier = with_seed(method.classifier, 0)
    settings = list(ParameterGrid(method.grid))[::order]
    check(Candidates(classifier, settings).fit(X, y), classifier, X, y)
    assert sum(n_together) == (len(settings) if name != "label_smoothing" else 0)


@pytest.mark.parametrize(
    ("classifier", "settings"),
    [
        (FocalLogisticRegression(tol=1e-8), [{"C": 1.0}, {"C": 0.1, "gamma": 0.0}]),
        (FocalLogisticRegression(tol=1e-8), [{"C": 1.0, "gamma": 1.0}, {"C": 0.1, "gamma": 0.0}]),
        (FocalLogisticRegression(l1_ratio=0.5, tol=1e-8), [{"C": 1.0}, {"C": 0.1}]),
        (FocalLogisticRegression(tol=1e-8), [{"l1_ratio": 0.0}, {"l1_ratio": 0.5}]),
        (FocalLogisticRegression(tol=1e-8), [{"alpha": "balanced"}]),
        (FocalLogisticRegression(tol=1e-8), [{}]),
        (GaussianNB(), [{"var_smoothing": 1e-9}, {"var_smoothing": 0.1}]),
    ],
)
def test_other_candidates_are_fitted_in_turn(classifier, settings, rows, n_together):
    X, y = rows
    check(Candidates(classifier, settings).fit(X, y), classifier, X, y)
    assert n_together == []


def test_without_a_penalty_the_shortest_coefficients_are_found(rows, n_together):
    X, y = rows
    collinear = np.column_stack([X, X[:, 0] - 2 * X[:, 1]])
    classifier = FocalLogisticRegression(tol=1e-8)
    candidates = Candidates(classifier, [{"C": 1.0}, {"C": np.inf}]).fit(collinear, y)
    other_rows = np.random.default_rng(1).standard_normal((50, 5))
    for fitted, C in zip(candidates.models_, (1.0, np.inf), strict=True):
        own = clone(classifier).set_params(C=C).fit(collinear, y)
        np.testing.assert_allclose(
            fitted.predict_proba(other_rows), own.predict_proba(other_rows), rtol=1e-5
        )
    assert n_together == [2]


def test_other_parameters_have_one_grid_for_each_value(rows, n_together):
    X, y = rows
    settings = list(ParameterGrid({"C": [0.1, 1.0], "fit_intercept": [False, True]}))
    classifier = FocalLogisticRegression(tol=1e-8)
    check(Candidates(classifier, settings).fit(X, y), classifier, X, y)
    assert n_together == [2, 2]


@pytest.mark.parametrize("setting", [{"C": -1.0}, {"gamma": -1.0}, {"alpha": 2.0}])
def test_parameters_are_checked_as_in_a_separate_fit(setting, rows):
    X, y = rows
    ((name, value),) = setting.items()
    valid = {"C": 1.0, "gamma": 1.0, "alpha": None}[name]
    with pytest.raises(ValueError, match=name) as separate:
        FocalLogisticRegression(**setting).fit(X, y)
    with pytest.raises(ValueError, match=name) as together:
        Candidates(FocalLogisticRegression(), [{name: valid}, {name: value}]).fit(X, y)
    assert str(together.value) == str(separate.value)
