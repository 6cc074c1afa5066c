"""Focal temperature scaling contains temperature scaling and undoes focal loss."""

import numpy as np
import pytest
from scipy.special import log_softmax
from sklearn import config_context
from sklearn.datasets import make_classification
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfocal import FocalLogisticRegression, focal_posterior
from skfocal.calibration import FocalTemperatureClassifier
from skfocal.calibration._temperature import Scaling, fit_focal_temperature, fit_temperature


def sample(n_classes, n_samples=2000, seed=0):
    """Return classes drawn from known probabilities, and the logarithms of these."""
    rng = np.random.default_rng(seed)
    log_proba = log_softmax(2 * rng.normal(size=(n_samples, n_classes)), axis=1)
    uniform = rng.random((n_samples, 1))
    codes = (uniform > np.exp(log_proba).cumsum(axis=1)[:, :-1]).sum(axis=1)
    return codes, log_proba


@parametrize_with_checks(
    [
        FocalTemperatureClassifier(LogisticRegression(), cv=3),
        FocalTemperatureClassifier(DecisionTreeClassifier(random_state=0), cv=3),
    ]
)
def test_estimator_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("gamma", [-0.5, 0.0, 0.5, 2.0, 5.0])
def test_the_map_is_the_posterior_of_focal_loss(gamma):
    _, log_proba = sample(3, 50)
    found = np.exp(Scaling(1.0, gamma).apply(log_proba))
    q = np.exp(log_proba)
    h = q / ((1 - q) ** gamma - gamma * q * (1 - q) ** (gamma - 1) * log_proba)
    np.testing.assert_allclose(found, h / h.sum(axis=1, keepdims=True), rtol=1e-10)
    if gamma >= 0:
        np.testing.assert_allclose(found, focal_posterior(log_proba, gamma=gamma), rtol=1e-10)


@pytest.mark.parametrize("gamma", [-0.5, 0.0, 5.0])
@pytest.mark.parametrize("n_classes", [2, 4])
def test_the_order_of_samples_and_classes_is_kept(gamma, n_classes):
    logits = np.linspace(-60, 60, 241)
    rows = np.column_stack([logits, *np.zeros((n_classes - 1, len(logits)))])
    mapped = Scaling(0.7, gamma).apply(log_softmax(rows, axis=1))
    log_odds = mapped[:, 0] - mapped[:, 1]
    assert (np.diff(log_odds) > 0).all()
    np.testing.assert_array_equal(np.sign(log_odds[logits != 0]), np.sign(logits[logits != 0]))


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("seed", range(3))
def test_the_loss_is_at_most_that_of_temperature_scaling(n_classes, seed):
    codes, log_proba = sample(n_classes, 300, seed)
    distorted = log_softmax(3 * log_proba**3 / (1 + log_proba**2), axis=1)
    plain, focal = (fit(codes, distorted) for fit in (fit_temperature, fit_focal_temperature))
    assert focal.loss(codes, distorted) <= plain.loss(codes, distorted)
    for gamma in (-0.5, 0.0, 1.0, 5.0):
        for temperature in np.geomspace(0.2, 5, 15):
            other = Scaling(temperature, gamma).loss(codes, distorted)
            assert focal.loss(codes, distorted) <= other + 1e-7


def test_probabilities_of_zero_stay_finite():
    codes = np.array([0, 1, 1, 0])
    log_proba = np.array([[0.0, -np.inf], [-np.inf, 0.0], [0.0, -np.inf], [-0.7, -0.7]])
    scaling = fit_focal_temperature(codes, log_proba)
    assert np.isfinite(scaling.apply(log_proba)).all()


def test_focal_loss_without_its_posterior_is_calibrated():
    X, y = make_classification(4000, 8, n_informative=5, weights=[0.8], random_state=0)
    link = FocalLogisticRegression(gamma=2.0, probability="link")
    model = FocalTemperatureClassifier(link).fit(X[:2000], y[:2000])
    raw = link.fit(X[:2000], y[:2000])
    recovered = FocalLogisticRegression(gamma=2.0).fit(X[:2000], y[:2000])
    losses = [log_loss(y[2000:], one.predict_proba(X[2000:])) for one in (raw, recovered, model)]
    assert losses[2] < losses[0] - 0.02
    assert losses[2] < losses[1] + 0.01
    np.testing.assert_array_equal(model.predict(X), raw.predict(X))


def test_it_is_fitted_to_held_out_predictions():
    X, y = make_classification(600, 30, n_informative=5, random_state=0)
    model = FocalTemperatureClassifier(GaussianNB(), cv=3).fit(X, y)
    held_out = cross_val_predict(GaussianNB(), X, y, cv=3, method="predict_log_proba")
    expected = fit_focal_temperature(y, held_out)
    np.testing.assert_allclose([model.temperature_, model.gamma_], expected)


def test_a_frozen_classifier_is_calibrated_with_all_data():
    X, y = make_classification(1000, 30, n_informative=5, random_state=0)
    fitted = GaussianNB().fit(X[:500], y[:500])
    model = FocalTemperatureClassifier(FrozenEstimator(fitted)).fit(X[500:], y[500:])
    expected = fit_focal_temperature(y[500:], fitted.predict_log_proba(X[500:]))
    np.testing.assert_allclose([model.temperature_, model.gamma_], expected)


@pytest.mark.parametrize("is_routed", [True, False])
def test_sample_weights_reach_every_fit(is_routed):
    X, y = make_classification(400, 5, random_state=0)
    sample_weight = np.where(y == 1, 5.0, 1.0)
    with config_context(enable_metadata_routing=is_routed):
        inner = LogisticRegression()
        if is_routed:
            inner.set_fit_request(sample_weight=True)
        model = FocalTemperatureClassifier(inner, cv=3).fit(X, y, sample_weight=sample_weight)
    expected = LogisticRegression().fit(X, y, sample_weight)
    np.testing.assert_array_equal(model.estimator_.coef_, expected.coef_)
    unweighted = FocalTemperatureClassifier(LogisticRegression(), cv=3).fit(X, y)
    assert model.temperature_ != unweighted.temperature_


def test_a_classifier_without_probabilities_is_refused():
    with pytest.raises(TypeError, match="must be a classifier with predict_proba; got RidgeClass"):
        FocalTemperatureClassifier(RidgeClassifier()).fit(*make_classification(random_state=0))
