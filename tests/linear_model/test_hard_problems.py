"""Degenerate and badly scaled data: fits end in time, and all results are finite."""

import warnings
from itertools import product

import numpy as np
import pytest
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning

from skfocal import FocalLogisticRegression, focal_loss

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_time")]

GAMMAS = [0.0, 2.0, 10.0]
FORMS = {
    "dense": np.asarray,
    "sparse": sparse.csr_array,
    "float32": lambda X: X.astype(np.float32),
}
MODES = ["posterior", "weighted", "link"]


def noisy(n_classes, n_samples=300, n_features=4):
    rng = np.random.default_rng(n_classes)
    X = rng.standard_normal((n_samples, n_features))
    scores = X @ rng.standard_normal((n_features, n_classes))
    return X, (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)


def separable(n_classes):
    X = np.random.default_rng(0).standard_normal((200, 3))
    return X, np.digitize(X[:, 0], np.linspace(-1, 1, n_classes + 1)[1:-1])


def nearly_separable(n_classes):
    """Return data with a column that is non-zero only in the first class."""
    X, y = noisy(n_classes)
    X[:, 0] = (y == 0) & (np.arange(len(y)) % 2)
    return X, y


def wide(n_classes):
    return np.random.default_rng(0).standard_normal((30, 200)), np.arange(30) % n_classes


def in_units(*units):
    def table(n_classes):
        X, y = noisy(n_classes)
        return X * units, y

    return table


def duplicated(n_classes):
    X, y = noisy(n_classes)
    return np.hstack([X, X, 2 * X, -X, X[:, :2] + X[:, 2:]]), y


def duplicated_and_separable(n_classes):
    X, y = separable(n_classes)
    return np.hstack([X, X, -X]), y


def classes_of_one_sample(n_classes):
    X, _ = noisy(2)
    y = np.zeros(len(X), dtype=int)
    y[1:n_classes] = range(1, n_classes)
    return X, y


def one_sample_each(n_classes):
    return np.eye(n_classes), np.arange(n_classes)


def one_outlier(n_classes):
    X, y = noisy(n_classes)
    X[0] *= 1e30
    return X, y


def contradicting_samples(n_classes):
    X = np.random.default_rng(0).standard_normal((60, 3))
    return np.repeat(X, n_classes, axis=0), np.tile(np.arange(n_classes), 60)


TABLES = {
    "separable": separable,
    "nearly separable": nearly_separable,
    "more features than samples": wide,
    "tiny units": in_units(1e-30, 1e-30, 1e-30, 1e-30),
    "huge units": in_units(1e18, 1e18, 1e18, 1e18),
    "units far apart": in_units(1e18, 1e-30, 1.0, 1e8),
    "duplicated columns": duplicated,
    "duplicated columns, separable": duplicated_and_separable,
    "classes of one sample": classes_of_one_sample,
    "one sample each": one_sample_each,
    "one outlier": one_outlier,
    "constant columns": in_units(0.0, 0.0, 0.0, 0.0),
    "contradicting samples": contradicting_samples,
}


def fit_and_check(model, X, y, sample_weight=None):
    """Fit, and check that results are finite and that only `fit` warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, y, sample_weight)

    for attribute in (model.coef_, model.intercept_, model.objective_, model.class_weight_):
        assert np.isfinite(attribute).all()
    assert np.isfinite(model.decision_function(X)).all()
    for mode in MODES:
        model.set_params(probability=mode)
        probabilities = model.predict_proba(X)
        assert np.isfinite(model.predict_log_proba(X)).all()
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
        assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert model.n_iter_ <= model.max_iter
    return model


def objective_of_uniform_model(model, X, y, sample_weight=None):
    """Return the objective of a model with zero coefficients and uniform probabilities."""
    n_classes = len(model.classes_)
    logits = np.zeros(X.shape[0] if n_classes == 2 else (X.shape[0], n_classes))
    loss = focal_loss(
        y,
        logits,
        gamma=model.gamma,
        sample_weight=sample_weight,
        reduction="sum",
        alpha=model.class_weight_,
    )
    return loss * (1 if np.isinf(model.C) else model.C)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("weighted", [False, True])
def test_objective_is_below_that_of_the_uniform_model(table, form, n_classes, weighted):
    X, y = TABLES[table](n_classes)
    X = FORMS[form](X)
    # Sample weights over twelve orders of magnitude.
    weights = 10 ** np.random.default_rng(0).uniform(-6, 6, len(y))
    sample_weight = weights if weighted else None

    for gamma, C, fit_intercept in product(GAMMAS, (1.0, np.inf), (True, False)):
        model = FocalLogisticRegression(gamma, C=C, fit_intercept=fit_intercept)
        fit_and_check(model, X, y, sample_weight)
        limit = objective_of_uniform_model(model, X, y, sample_weight)
        assert model.objective_ <= limit * (1 + 1e-12)


@pytest.mark.parametrize("unit", [1e-155, 1e-150, 1e150])
@pytest.mark.parametrize("n_columns", [1, 4])
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("gamma", GAMMAS)
def test_units_do_not_change_probabilities(unit, n_columns, form, n_classes, gamma):
    X, y = noisy(n_classes)
    units = np.where(np.arange(X.shape[1]) < n_columns, unit, 1.0)
    model = FocalLogisticRegression(gamma, C=np.inf).fit(X, y)

    other = FocalLogisticRegression(gamma, C=np.inf).fit(form(X * units), y)

    np.testing.assert_allclose(
        other.predict_proba(form(X * units)), model.predict_proba(X), atol=1e-9
    )
    for C, smaller in product((1e-12, 1e-3, 1.0, 1e12, np.inf), (1.0, 1e-5, 1e-10)):
        fit_and_check(FocalLogisticRegression(gamma, C=C), form(X * units * smaller), y)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("gamma", GAMMAS)
def test_duplicated_columns_do_not_change_probabilities(form, n_classes, gamma):
    X, y = noisy(n_classes)
    model = FocalLogisticRegression(gamma, C=np.inf, tol=1e-8).fit(X, y)
    copies = np.hstack([X, 1e150 * X, 1e-150 * X, -X])

    other = FocalLogisticRegression(gamma, C=np.inf, tol=1e-8).fit(form(copies), y)

    np.testing.assert_allclose(other.predict_proba(form(copies)), model.predict_proba(X), atol=1e-9)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("table", [separable, wide, duplicated_and_separable])
def test_separable_classes_are_separated_without_penalty(n_classes, gamma, table):
    X, y = table(n_classes)

    model = fit_and_check(FocalLogisticRegression(gamma, C=np.inf), X, y)

    assert model.score(X, y) > 0.97
    assert model.objective_ < 0.01 * objective_of_uniform_model(model, X, y)


@pytest.mark.parametrize(
    ("form", "gamma"), [("dense", 0.0), ("dense", 2.0), ("dense", 10.0), ("sparse", 2.0)]
)
@pytest.mark.parametrize("apart", [3.0, 30.0])
def test_five_positives_in_half_a_million_samples_rank_first(form, gamma, apart):
    n_samples, n_positives = 500_000, 5
    X = np.random.default_rng(0).standard_normal((n_samples, 3))
    y = np.zeros(n_samples, dtype=int)
    y[:: n_samples // n_positives] = 1
    X[y == 1] += apart
    X = FORMS[form](X)

    for C, alpha in product((1.0, np.inf), (None, "balanced")):
        model = FocalLogisticRegression(gamma, alpha, C=C)
        fit_and_check(model, X, y)
        logits = model.decision_function(X)
        assert (logits > logits[y == 1].min()).sum() < 1000
        if apart == 30:
            assert model.predict(X).sum() == n_positives


@pytest.mark.parametrize("form", ["dense", "sparse"])
def test_a_thousand_classes_of_three_samples(form):
    rng = np.random.default_rng(0)
    y = np.arange(3000) % 1000
    X = FORMS[form](3 * rng.standard_normal((1000, 8))[y] + rng.standard_normal((3000, 8)))

    model = fit_and_check(FocalLogisticRegression(max_iter=5), X, y)

    assert model.objective_ < objective_of_uniform_model(model, X, y)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("gamma", [1e-3, 10.0, 50.0, 1000.0])
@pytest.mark.parametrize("C", [1.0, np.inf])
@pytest.mark.parametrize("table", [noisy, separable, classes_of_one_sample])
def test_extreme_gamma(n_classes, gamma, C, table):
    X, y = table(n_classes)
    model = fit_and_check(FocalLogisticRegression(gamma, C=C), X, y)
    assert model.objective_ <= objective_of_uniform_model(model, X, y)


@pytest.mark.parametrize(
    "alpha", ["balanced", {0: 1e-12, 1: 1e12}, {0: 1e12, 1: 1e-12}, [1e-150, 1e150]]
)
@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("C", [1.0, np.inf])
@pytest.mark.parametrize("table", [noisy, separable, classes_of_one_sample])
def test_extreme_alpha(alpha, gamma, C, table):
    X, y = table(2)
    model = fit_and_check(FocalLogisticRegression(gamma, alpha, C=C), X, y)
    assert model.objective_ <= objective_of_uniform_model(model, X, y)


@pytest.mark.parametrize("table", [noisy, separable, duplicated, wide, one_sample_each])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("C", [1.0, np.inf])
def test_fit_ends_without_an_effective_max_iter(table, n_classes, C):
    X, y = table(n_classes)
    model = FocalLogisticRegression(C=C, tol=1e-300, max_iter=10**9)

    fit_and_check(model, X, y)

    assert model.n_iter_ < 10_000


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("factor", [1e20, 1e100, 1e300])
def test_outliers_have_finite_probabilities(n_classes, mode, factor):
    X, y = noisy(n_classes)
    model = FocalLogisticRegression(probability=mode).fit(X, y)

    for method in ("decision_function", "predict_proba", "predict_log_proba"):
        assert np.isfinite(getattr(model, method)(X * factor)).all()


@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_infinite_logits_have_log_probabilities(gamma):
    X = 1e-3 * np.random.default_rng(0).standard_normal((500, 2))
    model = FocalLogisticRegression(gamma, C=1e6).fit(X, X[:, 0] > 0)
    far = np.array([[1.7e308, 0.0], [-1.7e308, 0.0]])

    np.testing.assert_array_equal(model.predict_proba(far), [[0, 1], [1, 0]])
    log_probabilities = model.predict_log_proba(far)
    np.testing.assert_array_equal(np.exp(log_probabilities), [[0, 1], [1, 0]])
    np.testing.assert_array_equal(log_probabilities.max(axis=1), 0)


def test_empty_sparse_matrix_gives_the_class_frequencies():
    y = np.repeat([0, 1, 2], [50, 30, 20])
    for fit_intercept, expected in ((True, [0.5, 0.3, 0.2]), (False, [1 / 3] * 3)):
        X = sparse.csr_array((100, 40))
        model = FocalLogisticRegression(C=np.inf, fit_intercept=fit_intercept, tol=1e-9).fit(X, y)
        np.testing.assert_allclose(model.predict_proba(X)[0], expected, atol=1e-7)
