"""One gamma per class, in the loss, the posterior and the estimators."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize
from scipy.special import expit, softmax
from sklearn.datasets import make_classification

from skfocal import (
    FocalLogisticRegression,
    FocalLogisticRegressionCV,
    FocalLoss,
    focal_breakdown,
    focal_loss,
    focal_posterior,
)

GAMMAS = [[0.0, 2.0], [4.0, 0.5], [0.0, 0.5, 2.0], [4.0, 1.0, 0.0], [0.5, 0.0, 1.0, 2.0, 4.0]]


def logits_of(n_classes, rng, n_samples=40, scale=3.0):
    shape = (n_samples,) if n_classes == 2 else (n_samples, n_classes)
    return rng.normal(scale=scale, size=shape)


def draw(n_classes, n_samples=600, seed=0):
    return make_classification(
        n_samples,
        6,
        n_informative=5,
        n_redundant=0,
        n_classes=n_classes,
        n_clusters_per_class=1,
        weights=[0.7] + [0.3 / (n_classes - 1)] * (n_classes - 1),
        flip_y=0.1,
        random_state=seed,
    )


@pytest.mark.parametrize("gamma", GAMMAS)
def test_loss_of_a_sample_uses_the_gamma_of_its_class(gamma):
    rng = np.random.default_rng(0)
    logits = logits_of(len(gamma), rng)
    y = rng.integers(len(gamma), size=len(logits))
    loss = FocalLoss(gamma)

    for name in ("value", "gradient", "hessian"):
        result = getattr(loss, name)(y, logits)
        for k, gamma_k in enumerate(gamma):
            expected = getattr(FocalLoss(gamma_k), name)(y[y == k], logits[y == k])
            assert_allclose(result[y == k], expected, rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_loss_and_posterior_agree_with_50_digits(
    gamma, exact_focal, exact_posterior, hessian_scale, worst_relative_error
):
    rng = np.random.default_rng(1)
    for scale in (1.0, 20.0, 300.0):
        row = logits_of(len(gamma), rng, 1, scale)[0]
        for k, gamma_k in enumerate(gamma):
            exact = exact_focal(row, k, gamma_k)
            loss = FocalLoss(gamma)
            value = loss.value([k], np.array([row]))
            gradient = loss.gradient([k], np.array([row]))
            hessian = loss.hessian([k], np.array([row]))
            assert worst_relative_error(value, [exact.value]) < 1e-13
            assert worst_relative_error(gradient, exact.gradient) < 1e-13
            unit = hessian_scale(row, k, gamma_k)
            assert worst_relative_error(hessian, np.ravel(exact.hessian), unit) < 1e-11
        full = [0.0, row] if len(gamma) == 2 else row
        exact = exact_posterior(full, gamma)
        posterior = focal_posterior(np.array([row]), gamma=gamma)
        expected = exact[1:] if len(gamma) == 2 else exact
        assert worst_relative_error(posterior, expected) < 1e-12


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_posterior_of_the_minimum_of_the_expected_loss_is_exact(gamma, weighted, seed):
    rng = np.random.default_rng(seed)
    n_classes = len(gamma)
    probabilities = rng.dirichlet(np.ones(n_classes))
    alpha = rng.uniform(0.2, 3, n_classes) if weighted else None
    loss = FocalLoss(gamma, alpha)

    def expected_loss(free):
        row = free if n_classes == 2 else np.append(free, 0.0)
        rows = np.repeat(row, 2) if n_classes == 2 else np.tile(row, (n_classes, 1))
        value, gradient = loss.value_and_gradient(np.arange(n_classes), rows)
        slope = probabilities @ gradient
        return probabilities @ value, np.atleast_1d(slope) if n_classes == 2 else slope[:-1]

    start = np.zeros(n_classes - 1)
    best = minimize(expected_loss, start, jac=True, options={"gtol": 1e-11}).x
    logits = best if n_classes == 2 else np.append(best, 0.0)[np.newaxis]
    posterior = focal_posterior(logits, gamma=gamma, alpha=alpha)
    assert_allclose(np.ravel(posterior)[-1], probabilities[-1], atol=1e-6)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_tails_are_finite(gamma):
    logits = np.array([-1e4, -745.0, 745.0, 1e4])
    if len(gamma) > 2:
        logits = np.pad(logits[:, np.newaxis], ((0, 0), (0, len(gamma) - 1)))
    loss = FocalLoss(gamma)
    for k in range(len(gamma)):
        y = np.full(len(logits), k)
        for result in (loss.value(y, logits), loss.gradient(y, logits), loss.hessian(y, logits)):
            assert np.isfinite(result).all()
    posterior = focal_posterior(logits, gamma=gamma)
    assert np.isfinite(posterior).all()


def test_equal_gammas_are_one_gamma():
    logits = logits_of(3, np.random.default_rng(0))
    y = np.arange(40) % 3
    assert focal_loss(y, logits, gamma=[2, 2, 2]) == focal_loss(y, logits, gamma=2)
    same = focal_posterior(logits, gamma=[2, 2, 2])
    assert_array_equal(same, focal_posterior(logits, gamma=2.0))


@pytest.mark.parametrize("gamma", GAMMAS)
def test_two_class_softmax_is_the_binary_loss(gamma):
    gamma = gamma[:2]
    z = logits_of(2, np.random.default_rng(0))
    y = np.arange(40) % 2
    both = np.column_stack([np.zeros_like(z), z])
    assert_allclose(FocalLoss(gamma).value(y, both), FocalLoss(gamma).value(y, z), rtol=1e-13)
    assert_allclose(
        focal_posterior(both, gamma=gamma)[:, 1], focal_posterior(z, gamma=gamma), rtol=1e-12
    )


@pytest.mark.parametrize("gamma", GAMMAS)
def test_permuted_classes_permute_the_result(gamma):
    rng = np.random.default_rng(0)
    n_classes = len(gamma)
    logits = rng.normal(scale=3, size=(40, n_classes))
    y, order = rng.integers(n_classes, size=40), rng.permutation(n_classes)
    position = np.argsort(order)
    permuted = np.take(gamma, order)

    value = FocalLoss(permuted).value(position[y], logits[:, order])
    assert_allclose(value, FocalLoss(gamma).value(y, logits), rtol=1e-13)
    posterior = focal_posterior(logits[:, order], gamma=permuted)
    assert_allclose(posterior, focal_posterior(logits, gamma=gamma)[:, order], rtol=1e-12)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("alpha", [None, "balanced"])
def test_saturated_model_recovers_frequencies(gamma, alpha):
    n_classes = len(gamma)
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(3), 200)
    y = rng.integers(n_classes, size=600) * (rng.random(600) < 0.6)
    y[: 3 * n_classes] = np.tile(np.arange(n_classes), 3)
    y[-n_classes:] = np.arange(n_classes)
    y[200 : 200 + n_classes] = np.arange(n_classes)
    model = FocalLogisticRegression(gamma, alpha, C=np.inf, tol=1e-10).fit(np.eye(3)[groups], y)

    for group in range(3):
        frequencies = np.bincount(y[groups == group], minlength=n_classes) / 200
        assert_allclose(model.predict_proba(np.eye(3)[[group]])[0], frequencies, atol=1e-7)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_predictions_minimise_the_weighted_risk(gamma):
    n_classes = len(gamma)
    X, y = draw(n_classes)
    model = FocalLogisticRegression(gamma, "balanced", probability="weighted").fit(X, y)
    weighted = model.predict_proba(X)
    scores = model.decision_function(X)

    assert_array_equal(model.predict(X), weighted.argmax(axis=1))
    recovered = expit(scores) if n_classes == 2 else softmax(scores, axis=1)
    assert_allclose(recovered, weighted[:, 1] if n_classes == 2 else weighted, rtol=1e-9)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_weights_equal_repetition(gamma):
    X, y = draw(len(gamma))
    weights = np.random.default_rng(0).integers(0, 3, len(y))
    weights[np.unique(y, return_index=True)[1]] = 1
    weighted = FocalLogisticRegression(gamma, tol=1e-10).fit(X, y, weights)
    rows = np.repeat(np.arange(len(y)), weights)
    repeated = FocalLogisticRegression(gamma, tol=1e-10).fit(X[rows], y[rows])

    assert_allclose(weighted.coef_, repeated.coef_, atol=1e-7)


def test_mapping_equals_array_in_the_order_of_classes():
    X, y = draw(3)
    labels = np.array(["rare", "usual", "common"])[y]
    by_name = FocalLogisticRegression({"common": 3.0, "rare": 0.0, "usual": 1.0}).fit(X, labels)
    in_order = FocalLogisticRegression([3.0, 0.0, 1.0]).fit(X, labels)

    assert_array_equal(by_name.classes_, ["common", "rare", "usual"])
    assert_array_equal(by_name.coef_, in_order.coef_)


def test_search_over_gammas_per_class():
    X, y = draw(3)
    asymmetric = {0: 3.0, 1: 0.0, 2: 1.0}
    search = FocalLogisticRegressionCV((0, 2, asymmetric), (None,), (0.01, 1.0), cv=3).fit(X, y)
    alone = FocalLogisticRegressionCV((asymmetric,), (None,), (0.01, 1.0), cv=3).fit(X, y)

    is_asymmetric = [params["gamma"] == asymmetric for params in search.cv_results_["params"]]
    assert_allclose(
        search.cv_results_["mean_test_score"][is_asymmetric],
        alone.cv_results_["mean_test_score"],
        atol=1e-6,
    )
    assert alone.gamma_ == asymmetric
    as_arrays = FocalLogisticRegressionCV(
        (np.zeros(3), [3.0, 0.0, 1.0]), (None,), (0.01, 1.0), cv=3
    ).fit(X, y)
    assert_allclose(as_arrays.best_score_, search.best_score_, atol=1e-6)
    assert_array_equal(as_arrays.predict(X), as_arrays.decision_function(X).argmax(axis=1))


@pytest.mark.parametrize("kind", [tuple, np.array, pd.Series])
def test_any_array_of_gammas_is_accepted(kind):
    X, y = draw(2)
    expected = FocalLogisticRegression([0.0, 2.0]).fit(X, y)
    assert_array_equal(FocalLogisticRegression(kind([0.0, 2.0])).fit(X, y).coef_, expected.coef_)


@pytest.mark.parametrize(
    ("gamma", "message"),
    [
        ([1.0, 2.0, 3.0], "each of the 2 classes"),
        ([1.0, -2.0], ">= 0"),
        ([1.0, np.nan], "finite"),
        (["1", "2"], "number"),
        ([[1.0, 2.0]], "number"),
        ([True, 2.0], "number"),
        ({"no": True, "yes": 2.0}, "number"),
        ({"no": 1.0}, "missing"),
        ({"no": 1.0, "yes": 2.0, "maybe": 3.0}, "unknown"),
    ],
)
def test_invalid_gamma_raises(gamma, message):
    X, y = draw(2)
    labels = np.array(["no", "yes"])[y]
    with pytest.raises((TypeError, ValueError), match=message) as error:
        FocalLogisticRegression(gamma).fit(X, labels)
    assert "gamma" in str(error.value)
    with pytest.raises((TypeError, ValueError), match=message):
        FocalLogisticRegressionCV((0, gamma), (None,), (1.0,)).fit(X, labels)


def test_breakdown_uses_the_gamma_of_the_true_class():
    by_class = focal_breakdown([4.0, 1.0, -1.0], true_class=0, gamma=[2.0, 0.0, 1.0])
    assert by_class.modulating_factor == pytest.approx((1 - by_class.p_t) ** 2)
    assert by_class.focal_loss == pytest.approx(0.000157387, abs=1e-9)
