"""Models that are fitted together are those that are fitted one by one."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.exceptions import ConvergenceWarning

from skfocal import FocalLogisticRegression
from skfocal.model_selection._grid import Grid
from skfocal.model_selection._together import fit_together

GRID = Grid([2.0, 0.0], [None, "balanced"], [10.0, 0.1, 1.0])


def make_table(n_classes=2):
    weights = [0.6, 0.3] if n_classes == 3 else [0.7]
    X, y = make_classification(
        400, 6, n_informative=4, n_classes=n_classes, weights=weights, random_state=0
    )
    return X, np.array(["a", "b", "c"])[y]


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("form", [np.asarray, np.asfortranarray, sparse.csr_array])
@pytest.mark.parametrize("is_weighted", [False, True])
def test_models_are_those_of_separate_fits(n_classes, form, is_weighted):
    X, y = make_table(n_classes)
    weights = np.random.default_rng(0).integers(0, 4, len(y)) if is_weighted else None
    model = FocalLogisticRegression(tol=1e-8, probability="weighted")
    models = fit_together(model, GRID, form(X), y, weights)

    for fitted, parameters in zip(models, GRID.candidates(), strict=True):
        expected = clone(model).set_params(**parameters).fit(form(X), y, weights)
        assert fitted.get_params() == expected.get_params()
        for name in ("coef_", "intercept_", "class_weight_"):
            np.testing.assert_allclose(
                getattr(fitted, name), getattr(expected, name), rtol=1e-5, atol=1e-7
            )
        np.testing.assert_allclose(
            fitted.predict_proba(X), expected.predict_proba(X), rtol=1e-5, atol=1e-9
        )


def test_models_have_the_precision_of_the_table():
    X, y = make_table()
    models = fit_together(FocalLogisticRegression(), GRID, X.astype(np.float32), y)
    assert {one.coef_.dtype for one in models} == {np.dtype(np.float32)}


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_table_must_be_finite(value):
    X, y = make_table()
    X[3, 1] = value
    with pytest.raises(ValueError, match="X contains"):
        fit_together(FocalLogisticRegression(), GRID, X, y)


def test_candidate_that_cannot_be_fitted_raises():
    X, y = make_table()
    grid = Grid([0.0], [None, {"a": 1.0, "x": 2.0}], [1.0])
    with pytest.raises(ValueError, match="alpha"):
        fit_together(FocalLogisticRegression(), grid, X, y)


def test_the_models_own_l1_ratio_holds():
    X, y = make_table()
    model = FocalLogisticRegression(l1_ratio=0.5, tol=1e-8)
    for fitted in fit_together(model, Grid([0.0], [None], [0.01, 0.1]), X, y):
        expected = clone(fitted).fit(X, y)
        assert (expected.coef_ == 0).any()
        np.testing.assert_allclose(fitted.coef_, expected.coef_, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_tables_too_wide_for_a_factor(form):
    rng = np.random.default_rng(0)
    X = rng.binomial(1, 0.02, (600, 1200)).astype(float)
    y = np.where(X[:, :5].sum(axis=1) + rng.normal(size=600) > 0.5, "a", "b")
    for fitted in fit_together(FocalLogisticRegression(tol=1e-7), GRID, form(X), y):
        expected = clone(fitted).fit(form(X), y)
        np.testing.assert_allclose(fitted.coef_, expected.coef_, rtol=1e-4, atol=1e-6)


def test_warns_of_fits_that_did_not_converge():
    model = FocalLogisticRegression(tol=1e-300, max_iter=3)
    with pytest.warns(ConvergenceWarning, match="2 of 2 fits"):
        fit_together(model, Grid([0.0], [None], [1.0, 2.0]), *make_table())
