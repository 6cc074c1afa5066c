"""A classifier adapts to the class shares of unlabelled data."""

import numpy as np
import pytest
from imblearn.pipeline import make_pipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfocal.calibration import PriorShiftClassifier, estimate_prior


def draw(shares, n_samples, seed):
    """Return samples of normal classes with common covariance, as discriminant analysis assumes."""
    rng = np.random.default_rng(seed)
    y = rng.choice(len(shares), n_samples, p=shares)
    return rng.normal(size=(n_samples, len(shares))) + 2 * np.eye(len(shares))[y], y


@parametrize_with_checks(
    [
        PriorShiftClassifier(LogisticRegression()),
        PriorShiftClassifier(DecisionTreeClassifier(random_state=0), effective_prior="balanced"),
    ]
)
def test_estimator_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("shares", [[0.95, 0.05], [0.8, 0.15, 0.05]])
@pytest.mark.parametrize(
    "inner",
    [
        LinearDiscriminantAnalysis(),
        LogisticRegression(class_weight="balanced"),
        make_pipeline(RandomUnderSampler(random_state=0), LogisticRegression()),
    ],
    ids=lambda inner: type(inner).__name__,
)
def test_adapted_probabilities_are_those_of_a_model_for_the_new_shares(inner, shares):
    new_shares = shares[::-1]
    X_new, y_new = draw(new_shares, 4000, seed=1)
    model = PriorShiftClassifier(inner, random_state=0).fit(*draw(shares, 8000, seed=0))
    before = log_loss(y_new, model.predict_proba(X_new))
    model.adapt(X_new)
    np.testing.assert_allclose(model.prior_, new_shares, atol=0.02)
    assert (model.prior_estimate_.low <= model.prior_).all()
    after = log_loss(y_new, model.predict_proba(X_new))
    known = PriorShiftClassifier(inner, new_prior=new_shares).fit(*draw(shares, 8000, seed=0))
    best = log_loss(y_new, known.predict_proba(X_new))
    assert after < best + 0.01 < before


def test_without_adaptation_the_shares_are_those_of_the_training_data():
    X, y = draw([0.9, 0.1], 500, seed=0)
    model = PriorShiftClassifier(LogisticRegression()).fit(X, y)
    inner = LogisticRegression().fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X), inner.predict_proba(X), rtol=1e-12)
    assert not hasattr(model, "prior_estimate_")


def test_fit_forgets_an_earlier_adaptation():
    X, y = draw([0.9, 0.1], 500, seed=0)
    model = PriorShiftClassifier(LogisticRegression()).fit(X, y)
    first = model.predict_proba(X)
    adapted = model.adapt(X[y == 1]).predict_proba(X)
    assert (adapted[:, 1] > first[:, 1]).all()
    np.testing.assert_array_equal(model.fit(X, y).predict_proba(X), first)
    assert not hasattr(model, "prior_estimate_")


def test_the_estimate_is_that_of_the_function():
    X, y = draw([0.9, 0.1], 500, seed=0)
    model = PriorShiftClassifier(LogisticRegression(class_weight="balanced"), random_state=0)
    model.fit(X, y).adapt(X)
    expected = estimate_prior(model.estimator_.predict_proba(X), 0.5, random_state=0)
    np.testing.assert_allclose(model.prior_estimate_.low, expected.low, rtol=1e-12)
    np.testing.assert_allclose(model.prior_, expected.prior, rtol=1e-12)


def test_given_shares_are_not_replaced():
    X, y = draw([0.9, 0.1], 500, seed=0)
    model = PriorShiftClassifier(LogisticRegression(), new_prior={0: 0.2, 1: 0.8})
    with pytest.raises(NotFittedError):
        model.adapt(X)
    model.fit(X, y)
    np.testing.assert_allclose(model.prior_, [0.2, 0.8])
    with pytest.raises(ValueError, match=r"adapt needs new_prior='estimate'; got \{0: 0.2"):
        model.adapt(X)


def test_a_class_that_is_absent_is_never_predicted():
    X, y = draw([0.6, 0.3, 0.1], 500, seed=0)
    model = PriorShiftClassifier(LogisticRegression(), new_prior=[0.5, 0.5, 0.0]).fit(X, y)
    assert (model.predict_proba(X)[:, 2] == 0).all()
    assert set(model.predict(X)) == {0, 1}
