"""Without a penalty, the shortest of all coefficients that minimise the loss."""

import numpy as np
import pytest
from scipy import linalg, sparse
from sklearn.linear_model import LogisticRegression

from skfocal import FocalLogisticRegression

# Rows, columns and rank: wide tables, and long ones with collinear columns.
SHAPES = {"wide": (40, 60, 20), "very wide": (40, 400, 20), "long": (400, 12, 8)}


def make_table(shape, n_classes, *, fit_intercept, seed=0):
    """Return a table of low rank whose classes overlap, so that there is a minimum."""
    n_samples, n_features, rank = SHAPES[shape]
    rng = np.random.default_rng(seed)
    half = rng.standard_normal((n_samples // 4, rank)) @ rng.standard_normal((rank, n_features))
    half += 3.0 * fit_intercept
    # Every row occurs with every class.
    X = np.tile(half, (n_classes, 1))
    y = np.repeat(np.arange(n_classes), len(half))
    sample_weight = rng.uniform(0.2, 1, len(y))
    return X, y, sample_weight


def in_row_space(coef, X, *, fit_intercept):
    """Project coefficients on the rows of a table, centred if there is an intercept."""
    basis = linalg.orth((X - X.mean(axis=0) if fit_intercept else X).T)
    return coef @ basis @ basis.T


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("gamma", [0.0, 2.0])
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_coefficients_are_a_combination_of_the_rows(shape, n_classes, fit_intercept, gamma, form):
    X, y, sample_weight = make_table(shape, n_classes, fit_intercept=fit_intercept)
    model = FocalLogisticRegression(gamma, C=np.inf, fit_intercept=fit_intercept)
    model.fit(form(X), y, sample_weight)

    inside = in_row_space(model.coef_, X, fit_intercept=fit_intercept)
    np.testing.assert_allclose(model.coef_, inside, atol=1e-6 * np.abs(inside).max())


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_limit_of_a_vanishing_penalty(shape, fit_intercept):
    X, y, sample_weight = make_table(shape, 2, fit_intercept=fit_intercept)
    settings = {"fit_intercept": fit_intercept, "tol": 1e-8, "max_iter": 2000}
    without = FocalLogisticRegression(0, C=np.inf, **settings).fit(X, y, sample_weight)
    almost = FocalLogisticRegression(0, C=1e6, **settings).fit(X, y, sample_weight)

    scale = np.abs(without.coef_).max()
    np.testing.assert_allclose(without.coef_, almost.coef_, atol=1e-3 * scale)


@pytest.mark.parametrize("shape", SHAPES)
def test_agreement_with_scikit_learn_without_an_intercept(shape):
    X, y, sample_weight = make_table(shape, 2, fit_intercept=False)
    ours = FocalLogisticRegression(0, C=np.inf, fit_intercept=False, tol=1e-8)
    theirs = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-10, max_iter=10_000)
    ours.fit(X, y, sample_weight)
    theirs.fit(X, y, sample_weight)

    scale = np.abs(theirs.coef_).max()
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-4 * scale)


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_rank_does_not_depend_on_units(fit_intercept):
    X, y, sample_weight = make_table("long", 2, fit_intercept=fit_intercept)
    independent = X[:, :8] * np.geomspace(1e-3, 1e3, 8)
    twice = np.column_stack([independent, independent[:, 3]])
    model = FocalLogisticRegression(0, C=np.inf, fit_intercept=fit_intercept, tol=1e-10)
    once = model.fit(independent, y, sample_weight).coef_[0]
    coef = model.fit(twice, y, sample_weight).coef_[0]

    # The two copies share the coefficient, the others keep theirs.
    np.testing.assert_allclose(coef[[3, 8]], once[3] / 2, rtol=1e-5)
    np.testing.assert_allclose(np.delete(coef, [3, 8]), np.delete(once, 3), rtol=1e-5)


@pytest.mark.parametrize("mean", [0.0, 1.0, 25.0, 1000.0])
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_few_columns_of_any_mean(mean, form):
    for seed in range(10):
        rng = np.random.default_rng(seed)
        X = rng.standard_normal((200, 4)) + mean
        y = (X[:, 0] - mean + rng.logistic(size=200) > 1).astype(int)
        collinear = np.column_stack([X, X[:, 0] - 2 * X[:, 1]])
        coef = FocalLogisticRegression(C=np.inf).fit(form(collinear), y).coef_[0]
        null_space = np.array([1, -2, 0, 0, -1])
        assert abs(coef @ null_space) < 1e-6 * np.abs(coef).max()
