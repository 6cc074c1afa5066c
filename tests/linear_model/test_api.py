"""Fitted attributes and predictions."""

import numpy as np
import pytest
from scipy.special import expit, log_softmax, logsumexp, softmax
from sklearn.exceptions import NotFittedError
from sklearn.metrics import accuracy_score

from skfocal import FocalLogisticRegression, focal_loss, focal_posterior

GAMMAS = [0.0, 0.5, 2.0, 5.0]
MODES = ["posterior", "weighted", "link"]


def fit_with_logits(logits, **parameters):
    """Return a model, and an X for which its decision function has exactly these logits."""
    rng = np.random.default_rng(0)
    n_classes = 2 if logits.ndim == 1 else logits.shape[1]
    model = FocalLogisticRegression(**parameters)
    model.fit(rng.standard_normal((60, 2)), np.arange(60) % n_classes)
    width = 1 if logits.ndim == 1 else n_classes
    model.coef_, model.intercept_ = np.eye(width), np.zeros(width)
    model.n_features_in_ = width
    return model, logits.reshape(len(logits), width)


def test_attributes_of_two_classes(two_classes):
    model = FocalLogisticRegression().fit(*two_classes)

    assert model.coef_.shape == (1, 4)
    assert model.intercept_.shape == (1,)
    assert model.classes_.tolist() == [0, 1]
    assert model.n_features_in_ == 4
    assert isinstance(model.n_iter_, int)
    assert 1 <= model.n_iter_ <= model.max_iter
    assert not hasattr(model, "feature_names_in_")


def test_attributes_of_three_classes(three_classes):
    model = FocalLogisticRegression().fit(*three_classes)

    assert model.coef_.shape == (3, 4)
    assert model.intercept_.shape == (3,)
    np.testing.assert_allclose(model.coef_.sum(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(model.intercept_.sum(), 0, atol=1e-14)


def test_intercept_is_zero_without_fit_intercept(table):
    model = FocalLogisticRegression(fit_intercept=False).fit(*table)

    assert model.intercept_.shape == model.coef_.shape[:1]
    assert not model.intercept_.any()


@pytest.mark.parametrize(
    ("alpha", "expected"),
    [
        (None, [1, 1]),
        (0.25, [0.75, 0.25]),
        ("balanced", [10 / 14, 10 / 6]),
        ({"yes": 3, "no": 2}, [2, 3]),
        ([0.1, 7.0], [0.1, 7.0]),
        (np.array([4, 5]), [4, 5]),
    ],
)
def test_class_weight_is_the_resolved_alpha(alpha, expected):
    X = np.arange(10.0)[:, np.newaxis]
    y = np.array(["no"] * 7 + ["yes"] * 3)

    model = FocalLogisticRegression(alpha=alpha).fit(X, y)

    np.testing.assert_allclose(model.class_weight_, expected, rtol=1e-15)
    assert model.class_weight_.dtype == np.float64


def test_balanced_alpha_uses_sample_weight():
    X, y = np.arange(4.0)[:, np.newaxis], [0, 0, 1, 2]

    model = FocalLogisticRegression(alpha="balanced").fit(X, y, [1, 2, 6, 3])

    np.testing.assert_allclose(model.class_weight_, [12 / 9, 12 / 18, 12 / 9], rtol=1e-15)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("alpha", [None, "balanced"])
@pytest.mark.parametrize("C", [0.02, 1.0, 50.0, np.inf])
def test_objective_is_the_documented_formula(table, gamma, alpha, C):
    X, y = table
    sample_weight = np.random.default_rng(0).random(len(y))
    model = FocalLogisticRegression(gamma, alpha, C=C).fit(X, y, sample_weight)

    loss = focal_loss(
        y,
        model.decision_function(X),
        gamma=gamma,
        alpha=model.class_weight_,
        sample_weight=sample_weight,
        reduction="sum",
    )
    expected = loss if np.isinf(C) else 0.5 * np.sum(model.coef_**2) + C * loss
    np.testing.assert_allclose(model.objective_, expected, rtol=1e-12)
    assert isinstance(model.objective_, float)


def test_decision_function_is_the_logits(table):
    X, y = table
    model = FocalLogisticRegression().fit(X, y)
    logits = X @ model.coef_.T + model.intercept_

    expected = logits[:, 0] if len(model.classes_) == 2 else logits
    np.testing.assert_allclose(model.decision_function(X), expected, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("alpha", [None, "balanced"])
@pytest.mark.parametrize("probability", MODES)
def test_predict_is_the_class_of_the_largest_logit(table, alpha, probability):
    X, y = table
    labels = np.array(["b", "c", "a"])[y]
    model = FocalLogisticRegression(alpha=alpha, probability=probability).fit(X, labels)
    logits = model.decision_function(X)
    if logits.ndim == 1:
        logits = np.column_stack([np.zeros(len(X)), logits])

    np.testing.assert_array_equal(model.predict(X), model.classes_[logits.argmax(axis=1)])
    assert len(np.unique(model.predict(X))) == len(model.classes_)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("alpha", [None, "balanced"])
def test_predict_proba_follows_the_probability_parameter(table, gamma, alpha):
    X, y = table
    model = FocalLogisticRegression(gamma, alpha).fit(X, y)
    logits, weights = model.decision_function(X), model.class_weight_

    def both(p):
        return np.column_stack([1 - p, p]) if p.ndim == 1 else p

    expected = {
        "posterior": both(focal_posterior(logits, gamma=gamma, alpha=weights)),
        "weighted": both(focal_posterior(logits, gamma=gamma)),
        "link": both(expit(logits) if logits.ndim == 1 else softmax(logits, axis=1)),
    }
    for mode, probabilities in expected.items():
        model.set_params(probability=mode)
        np.testing.assert_allclose(model.predict_proba(X), probabilities, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1, rtol=1e-14)
        np.testing.assert_allclose(
            model.predict_log_proba(X), np.log(probabilities), rtol=1e-11, atol=1e-14
        )


@pytest.mark.parametrize("gamma", GAMMAS)
def test_log_probabilities_are_accurate_where_probabilities_underflow(gamma):
    logits = np.array([-1e4, -900.0, 900.0, 1e4])
    model, X = fit_with_logits(logits, gamma=gamma, alpha=0.2)
    # For large |z| the log-odds are (1 + gamma) z - log(1 + gamma), with the sign of z.
    log_odds = np.sign(logits) * ((1 + gamma) * np.abs(logits) - np.log1p(gamma))
    by_mode = {"posterior": log_odds - np.log(0.2 / 0.8), "weighted": log_odds, "link": logits}

    for mode, expected in by_mode.items():
        model.set_params(probability=mode)
        got = model.predict_log_proba(X)
        assert (model.predict_proba(X) == 0).any(axis=1).all()
        np.testing.assert_allclose(got[:, 1] - got[:, 0], expected, rtol=1e-14)
        np.testing.assert_allclose(got.max(axis=1), 0, atol=1e-300)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_log_probabilities_of_three_classes_are_accurate_where_they_underflow(gamma):
    logits = np.array([[3000.0, -1000.0, -2000.0], [-400.0, 1e4, -9600.0]])
    model, X = fit_with_logits(logits, gamma=gamma, alpha=[1.0, 2.0, 5.0])
    rows, best = np.arange(2), logits.argmax(axis=1)
    # If q is nearly 1, log h(q) is gamma times its margin - log(1 + gamma); else h(q) = q.
    others = logits.copy()
    others[rows, best] = -np.inf
    weighted = logits.copy()
    margin = logits[rows, best] - logsumexp(others, axis=1)
    weighted[rows, best] += gamma * margin - np.log1p(gamma)
    by_mode = {
        "posterior": log_softmax(weighted - np.log([1.0, 2.0, 5.0]), axis=1),
        "weighted": log_softmax(weighted, axis=1),
        "link": log_softmax(logits, axis=1),
    }

    for mode, expected in by_mode.items():
        model.set_params(probability=mode)
        assert (model.predict_proba(X) == 0).any(axis=1).all()
        np.testing.assert_allclose(model.predict_log_proba(X), expected, rtol=1e-13, atol=1e-300)


def test_link_is_underconfident_and_has_the_same_ranking(draw_table):
    X, y = draw_table(n_samples=1000)
    model = FocalLogisticRegression(gamma=2.0).fit(X, y)
    posterior = model.predict_proba(X)[:, 1]
    link = model.set_params(probability="link").predict_proba(X)[:, 1]

    assert (np.abs(link - 0.5) <= np.abs(posterior - 0.5)).all()
    np.testing.assert_array_equal(np.argsort(link), np.argsort(posterior))


def test_score_is_the_weighted_accuracy(table):
    X, y = table
    sample_weight = np.random.default_rng(0).random(len(y))
    model = FocalLogisticRegression().fit(X, y)

    assert model.score(X, y) == accuracy_score(y, model.predict(X))
    expected = accuracy_score(y, model.predict(X), sample_weight=sample_weight)
    assert model.score(X, y, sample_weight) == expected


@pytest.mark.parametrize(
    "method", ["predict", "predict_proba", "predict_log_proba", "decision_function"]
)
def test_unfitted_estimator_raises(method):
    with pytest.raises(NotFittedError, match="FocalLogisticRegression"):
        getattr(FocalLogisticRegression(), method)([[0.0]])


def test_refit_does_not_depend_on_the_first_fit(two_classes, three_classes):
    again = FocalLogisticRegression().fit(*three_classes).fit(*two_classes)
    fresh = FocalLogisticRegression().fit(*two_classes)

    np.testing.assert_array_equal(again.coef_, fresh.coef_)
    assert again.n_iter_ == fresh.n_iter_
