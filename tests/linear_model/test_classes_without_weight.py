"""Classes in which all sample weights are zero, as in bagging and boosting."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_iris
from sklearn.ensemble import AdaBoostClassifier, BaggingClassifier
from sklearn.linear_model import LogisticRegression

from skfocal import FocalLogisticRegression, FocalLogisticRegressionCV

GAMMAS = [0.0, 0.5, 2.0, [2.0, 1.0, 0.0]]


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=600)
    X = rng.standard_normal((600, 3))
    X[:, 0] += y
    return X, y


def weights_without(y, *classes):
    return np.where(np.isin(y, classes), 0.0, 1.0)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("alpha", [None, "balanced"])
def test_class_without_weight_has_negligible_probability(table, gamma, alpha):
    X, y = table
    model = FocalLogisticRegression(gamma, alpha).fit(X, y, weights_without(y, 2))

    assert_array_equal(model.classes_, [0, 1, 2])
    probabilities = model.predict_proba(X)
    assert probabilities.shape == (600, 3)
    assert probabilities[:, 2].max() < 1e-5
    assert np.isfinite(model.predict_log_proba(X)).all()
    assert_allclose(model.coef_[2], 0, atol=1e-5)
    assert set(model.predict(X)) == {0, 1}


def test_gamma_zero_agrees_with_logistic_regression(table):
    X, y = table
    weight = weights_without(y, 2)
    ours = FocalLogisticRegression(gamma=0, tol=1e-9).fit(X, y, weight)
    theirs = LogisticRegression(tol=1e-9, max_iter=1000).fit(X, y, weight)

    assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-6)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_only_class_with_weight_is_always_predicted(table, gamma, fit_intercept):
    X, y = table
    model = FocalLogisticRegression(gamma, fit_intercept=fit_intercept)
    model.fit(X, y, weights_without(y, 0, 2))

    assert np.isfinite(model.coef_).all()
    if fit_intercept:
        assert_array_equal(model.predict(X), 1)
        assert_allclose(model.predict_proba(X)[:, 1], 1, atol=1e-9)


@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_one_of_two_classes_without_weight_is_never_predicted(table, gamma):
    X, y = table
    model = FocalLogisticRegression(gamma).fit(X, y == 1, weights_without(y, 1))
    assert not model.predict(X).any()
    assert_allclose(model.predict_proba(X), [[1, 0]] * 600, atol=1e-9)


def test_zero_total_weight_raises(table):
    X, y = table
    with pytest.raises(ValueError, match="sample_weight"):
        FocalLogisticRegression().fit(X, y, np.zeros(600))


def test_search_has_finite_scores(table):
    X, y = table
    search = FocalLogisticRegressionCV((0, 2), (None, "balanced"), (0.1, 1.0), cv=3)
    search.fit(X, y, weights_without(y, 2))
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


@pytest.mark.parametrize("seed", range(5))
def test_bagging_with_a_rare_class(seed):
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((1000, 4)), np.zeros(1000, dtype=int)
    y[:4] = 1
    ensemble = BaggingClassifier(FocalLogisticRegression(), n_estimators=20, random_state=seed)
    probabilities = ensemble.fit(X, y).predict_proba(X)
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)


def test_bagging_with_few_features():
    X = np.array([[1, 2], [3, 4]])
    ensemble = BaggingClassifier(FocalLogisticRegression(), max_features=0.3, random_state=1)
    ensemble.fit(X, np.array([1, 0]))
    assert ensemble.predict_proba(X).shape == (2, 2)


def test_bagging_with_missing_classes():
    X, y = load_iris(return_X_y=True)
    ensemble = BaggingClassifier(FocalLogisticRegression(), max_samples=5, random_state=0)
    probabilities = ensemble.fit(X, y).predict_proba(X)
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)
    assert_allclose(np.exp(ensemble.predict_log_proba(X)), probabilities, atol=1e-12)


def test_boosting(table):
    X, y = table
    ensemble = AdaBoostClassifier(FocalLogisticRegression(), n_estimators=5, random_state=0)
    assert ensemble.fit(X, y).score(X, y) > 0.4
