"""Stopping criterion, convergence warnings and warm starts."""

import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from skfocal import FocalLogisticRegression, FocalLoss

GAMMAS = [0.0, 0.5, 2.0, 5.0]


def standardised_gradient(model, X, y, sample_weight):
    """Return the scaled gradient that `tol` refers to, by its definition."""
    total = sample_weight.sum()
    mean = sample_weight @ X / total
    if not model.fit_intercept:
        mean = np.zeros_like(mean)
    scale = np.sqrt(sample_weight @ (X - mean) ** 2 / total)
    slopes = FocalLoss(model.gamma, model.class_weight_).gradient(y, model.decision_function(X))
    slopes = (slopes.T * sample_weight).reshape(-1, len(y))
    by_coef = slopes @ ((X - mean) / scale) / total
    if np.isfinite(model.C):
        by_coef += model.coef_ / scale / (model.C * total)
    by_intercept = slopes.sum(axis=1, keepdims=True) / total
    return np.hstack([by_coef, by_intercept * model.fit_intercept])


def relative_excess(model, X, y, sample_weight=None):
    """Return by how much of its minimum the objective exceeds it."""
    exact = clone(model).set_params(tol=1e-8, max_iter=1000).fit(X, y, sample_weight)
    return model.objective_ / exact.objective_ - 1


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("C", [0.01, 1.0, 100.0, np.inf])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("alpha", [None, "balanced"])
@pytest.mark.parametrize("n_samples", [300, 10_000])
def test_tol_bounds_the_distance_from_the_minimum(
    draw_table, gamma, C, fit_intercept, alpha, n_samples
):
    X, y = draw_table(n_samples=n_samples, n_features=4, n_classes=2 + (n_samples == 300))
    X = X * [1e-3, 1.0, 10.0, 1e4] + [2.0, 0.0, -30.0, 1e5]
    sample_weight = np.random.default_rng(0).random(n_samples)
    settings = {"gamma": gamma, "alpha": alpha, "C": C, "fit_intercept": fit_intercept}

    exact = FocalLogisticRegression(**settings, tol=1e-8, max_iter=1000).fit(X, y, sample_weight)
    assert np.abs(standardised_gradient(exact, X, y, sample_weight)).max() <= 1e-7
    for tol in (1e-1, 1e-2, 1e-4, 1e-6):
        model = FocalLogisticRegression(**settings, tol=tol).fit(X, y, sample_weight)
        # The curvature that enters the estimate was measured some steps before.
        assert model.objective_ <= exact.objective_ * (1 + 10 * tol**2 + 1e-14)


def test_larger_tol_takes_fewer_iterations(two_classes):
    X, y = two_classes
    models = [FocalLogisticRegression(tol=tol).fit(X, y) for tol in (1e-1, 1e-4, 1e-9)]

    assert models[0].n_iter_ < models[1].n_iter_ < models[2].n_iter_


@pytest.mark.parametrize("gamma", GAMMAS)
def test_unscaled_features_converge_where_lbfgs_of_scikit_learn_does_not(draw_table, gamma):
    X, y = draw_table(n_samples=2000, n_features=9)
    scale = np.geomspace(1e-4, 1e4, 9)
    raw = X * scale + scale * np.linspace(-1, 1, 9)
    with pytest.warns(ConvergenceWarning):
        LogisticRegression(C=np.inf).fit(raw, y)

    model = FocalLogisticRegression(gamma, C=np.inf).fit(raw, y)

    assert relative_excess(model, raw, y) <= 1e-7


@pytest.mark.parametrize("C", [1.0, np.inf])
@pytest.mark.parametrize("per_row", [3, 30])
def test_rare_and_frequent_sparse_columns_converge(C, per_row):
    rng = np.random.default_rng(0)
    n_samples, n_features = 4000, 3000
    # Word counts: the first columns are frequent, the last ones are rare.
    indices = (n_features * rng.random((n_samples, per_row)) ** 4).astype(np.int64)
    indptr = np.arange(n_samples + 1) * per_row
    counts = sparse.csr_array((np.ones(indices.size), indices.ravel(), indptr))
    counts.sum_duplicates()
    y = (counts[:, [0]].toarray().ravel() + rng.logistic(size=n_samples) > 0).astype(int)
    if np.isinf(C):
        # With so few columns the classes are not separable.
        counts = counts[:, :20]

    # A warning would be an error.
    model = FocalLogisticRegression(C=C).fit(counts, y)

    assert model.n_iter_ < model.max_iter


@pytest.mark.parametrize("C", [1e-6, 1e-3, 1e3, 1e6, np.inf])
@pytest.mark.parametrize("spread", [1.0, 1e-4, 1e4])
def test_any_penalty_strength_converges(draw_table, C, spread):
    X, y = draw_table(n_samples=3000, n_features=6)
    X[:, :3] *= spread

    model = FocalLogisticRegression(C=C).fit(X, y)

    assert relative_excess(model, X, y) <= 1e-7


def test_reaching_max_iter_warns(draw_table):
    X, y = draw_table(n_samples=300)
    model = FocalLogisticRegression(gamma=0.5, max_iter=1)

    with pytest.warns(ConvergenceWarning) as caught:
        model.fit(X, y)

    (warning,) = caught
    message = str(warning.message)
    assert "1 iteration" in message
    for part in ("max_iter=1", "tol=0.0001", "Increase max_iter"):
        assert part in message
    assert warning.filename == __file__
    assert model.n_iter_ == 1
    assert np.isfinite(model.coef_).all()


def test_unreachable_tol_warns(two_classes):
    X, y = two_classes
    with pytest.warns(ConvergenceWarning, match="Increase tol"):
        model = FocalLogisticRegression(tol=1e-300).fit(X, y)

    assert model.n_iter_ < model.max_iter
    gradient = standardised_gradient(model, X, y, np.ones(len(y)))
    assert np.abs(gradient).max() < 1e-13


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("tol", [1e-6, 1e-300])
def test_separable_classes_without_penalty_give_finite_coefficients(gamma, n_classes, tol):
    X = np.random.default_rng(0).standard_normal((200, 2))
    y = np.digitize(X[:, 0], [0.0, 0.8][: n_classes - 1])
    model = FocalLogisticRegression(gamma, C=np.inf, tol=tol)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(X, y)

    assert np.isfinite(model.coef_).all()
    assert np.isfinite(model.predict_log_proba(X)).all()
    assert model.score(X, y) > 0.97
    assert model.n_iter_ <= model.max_iter
    assert {warning.category for warning in caught} <= {ConvergenceWarning}
    for warning in caught:
        assert "make C finite" in str(warning.message)


def test_warm_start_takes_fewer_iterations(table):
    X, y = table
    cold = FocalLogisticRegression(2.1, tol=1e-9).fit(X, y)
    warm = FocalLogisticRegression(2.0, tol=1e-9, warm_start=True).fit(X, y)
    first = warm.n_iter_

    warm.set_params(gamma=2.1).fit(X, y)

    assert warm.n_iter_ < min(first, cold.n_iter_)
    np.testing.assert_allclose(warm.coef_, cold.coef_, atol=1e-7)
    np.testing.assert_allclose(warm.intercept_, cold.intercept_, atol=1e-7)


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_warm_start_at_the_solution_takes_no_iteration(draw_table, fit_intercept):
    X, y = draw_table(n_samples=10_000)
    X = X * [1e-2, 1.0, 1.0, 1e3] + 5.0
    model = FocalLogisticRegression(warm_start=True, tol=1e-7, fit_intercept=fit_intercept)
    coef = model.fit(X, y).coef_

    model.set_params(tol=1e-6).fit(X, y)

    assert model.n_iter_ == 0
    np.testing.assert_allclose(model.coef_, coef, rtol=1e-12)


@pytest.mark.parametrize("alpha", [None, 0.2, "balanced"])
def test_start_is_the_solution_of_an_intercept_only_model(alpha):
    y = np.repeat([0, 1], [90, 10])
    sample_weight = np.linspace(0.1, 3, 100)

    model = FocalLogisticRegression(0, alpha, tol=1e-12).fit(np.zeros((100, 1)), y, sample_weight)

    # With gamma=0 the solution is the weighted prior log-odds.
    assert model.n_iter_ == 0


def test_cold_start_ignores_the_previous_solution(two_classes):
    model = FocalLogisticRegression().fit(*two_classes)
    first = model.n_iter_

    assert model.fit(*two_classes).n_iter_ == first > 0


def test_warm_start_is_ignored_if_the_shape_or_the_labels_changed(two_classes, three_classes):
    X, y = two_classes
    model = FocalLogisticRegression(warm_start=True)
    for other in ((X[:, :3], y), (X[:, :3], np.array(["a", "b"])[y]), three_classes, (X, y)):
        model.fit(*other)
        fresh = FocalLogisticRegression().fit(*other)
        np.testing.assert_array_equal(model.coef_, fresh.coef_)
        assert model.n_iter_ == fresh.n_iter_


def test_warm_start_ignores_the_intercept_without_fit_intercept(two_classes):
    model = FocalLogisticRegression(warm_start=True, tol=1e-9).fit(*two_classes)
    model.set_params(fit_intercept=False).fit(*two_classes)
    fresh = FocalLogisticRegression(fit_intercept=False, tol=1e-9).fit(*two_classes)

    assert model.intercept_.tolist() == [0.0]
    np.testing.assert_allclose(model.coef_, fresh.coef_, atol=1e-7)


@pytest.mark.parametrize("name", ["coef_", "intercept_"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_warm_start_from_coefficients_that_are_not_finite(two_classes, name, value):
    model = FocalLogisticRegression(warm_start=True).fit(*two_classes)
    getattr(model, name)[:] = value

    with pytest.raises(ValueError, match="warm_start"):
        model.fit(*two_classes)
