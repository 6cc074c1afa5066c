"""Agreement with other solvers and with exact solutions."""

import numpy as np
import pytest
from scipy import optimize, sparse
from sklearn.linear_model import LogisticRegression

from skfocal import FocalLogisticRegression, FocalLoss, focal_loss

GAMMAS = [0.0, 0.1, 0.5, 1.0, 2.0, 5.0]
ALPHAS = [None, "balanced", "uneven"]


def uneven(n_classes):
    return np.geomspace(0.2, 3.0, n_classes)


def fit_both(X, y, sample_weight=None, **parameters):
    reference = LogisticRegression(
        solver="newton-cholesky", tol=1e-11, max_iter=1000, **parameters
    ).fit(X, y, sample_weight)
    model = FocalLogisticRegression(gamma=0, tol=1e-11, **parameters).fit(X, y, sample_weight)
    return model, reference


def assert_same_coefficients(model, reference):
    np.testing.assert_allclose(model.coef_, reference.coef_, rtol=0, atol=1e-7)
    np.testing.assert_allclose(model.intercept_, reference.intercept_, rtol=0, atol=1e-7)


@pytest.mark.parametrize("C", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_gamma_zero_is_logistic_regression(table, C, fit_intercept, weighted, container):
    X, y = table
    sample_weight = np.random.default_rng(0).random(len(y)) if weighted else None

    model, reference = fit_both(container(X), y, sample_weight, C=C, fit_intercept=fit_intercept)

    assert_same_coefficients(model, reference)
    assert np.abs(reference.coef_).max() > 1e-3
    np.testing.assert_allclose(model.predict_proba(X), reference.predict_proba(X), atol=1e-7)


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_gamma_zero_without_penalty_is_maximum_likelihood(two_classes, fit_intercept, weighted):
    X, y = two_classes
    sample_weight = np.random.default_rng(0).random(len(y)) if weighted else None

    model, reference = fit_both(X, y, sample_weight, C=np.inf, fit_intercept=fit_intercept)

    assert_same_coefficients(model, reference)


def test_gamma_zero_without_penalty_is_maximum_likelihood_for_three_classes(three_classes):
    X, y = three_classes
    model = FocalLogisticRegression(gamma=0, C=np.inf, tol=1e-11).fit(X, y)
    # Only the differences to one class are identifiable.
    design = np.column_stack([X, np.ones(len(X))])

    def negative_log_likelihood(parameters):
        parameters = np.vstack([np.zeros(5), parameters.reshape(2, 5)])
        loss, logits = FocalLoss(0), design @ parameters.T
        return loss.value(y, logits).mean(), (loss.gradient(y, logits).T @ design)[1:] / len(y)

    def flat(parameters):
        value, gradient = negative_log_likelihood(parameters)
        return value, gradient.ravel()

    reference = optimize.minimize(
        flat, np.zeros(10), jac=True, method="BFGS", options={"gtol": 1e-9}
    )
    parameters = np.column_stack([model.coef_, model.intercept_])
    np.testing.assert_allclose((parameters - parameters[0])[1:].ravel(), reference.x, atol=1e-7)


def test_gamma_zero_with_alpha_is_logistic_regression_with_class_weight(table):
    X, y = table
    sample_weight = np.random.default_rng(0).random(len(y))
    class_weight = dict(enumerate(uneven(len(np.unique(y)))))
    reference = LogisticRegression(
        solver="newton-cholesky", tol=1e-11, class_weight=class_weight
    ).fit(X, y, sample_weight)
    model = FocalLogisticRegression(0, class_weight, tol=1e-11, probability="weighted")

    assert_same_coefficients(model.fit(X, y, sample_weight), reference)
    np.testing.assert_allclose(model.predict_proba(X), reference.predict_proba(X), atol=1e-7)


def test_balanced_alpha_equals_balanced_class_weight(table):
    X, y = table
    reference = LogisticRegression(solver="newton-cholesky", tol=1e-11, class_weight="balanced")
    model = FocalLogisticRegression(0, "balanced", tol=1e-11)

    assert_same_coefficients(model.fit(X, y), reference.fit(X, y))


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("C", [0.1, np.inf])
def test_a_general_purpose_solver_finds_the_same_minimum(table, gamma, C):
    X, y = table
    n_classes = len(np.unique(y))
    rows = 1 if n_classes == 2 else n_classes
    alpha = uneven(n_classes)
    sample_weight = np.random.default_rng(0).random(len(y))
    model = FocalLogisticRegression(gamma, alpha, C=C, tol=1e-10).fit(X, y, sample_weight)

    def objective(flat):
        parameters = flat.reshape(rows, -1)
        logits = np.squeeze(X @ parameters[:, :-1].T + parameters[:, -1])
        loss = focal_loss(
            y, logits, gamma=gamma, alpha=alpha, sample_weight=sample_weight, reduction="sum"
        )
        return loss + 0.5 / C * np.sum(parameters[:, :-1] ** 2)

    # The reference uses numerical gradients, so it is independent of ours.
    start = np.zeros(rows * 5)
    reference = optimize.minimize(objective, start, method="BFGS", options={"gtol": 1e-4})
    found = np.column_stack([model.coef_, model.intercept_])
    np.testing.assert_allclose(objective(found.ravel()), reference.fun, rtol=1e-8)
    assert objective(found.ravel()) <= reference.fun * (1 + 1e-14)
    best = reference.x.reshape(rows, -1)
    np.testing.assert_allclose(found, best - (rows > 1) * best.mean(axis=0), atol=2e-3)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("counts", [(70, 30), (9990, 10), (50, 30, 20), (3000, 900, 90, 9, 1)])
@pytest.mark.parametrize("C", [1.0, np.inf])
def test_intercept_only_model_recovers_the_class_frequencies(gamma, alpha, counts, C):
    y = np.repeat(np.arange(len(counts)), counts)
    X = np.zeros((len(y), 2))
    alpha = uneven(len(counts)) if alpha == "uneven" else alpha

    model = FocalLogisticRegression(gamma, alpha, C=C, tol=1e-12).fit(X, y)

    frequencies = np.array(counts) / len(y)
    np.testing.assert_allclose(model.predict_proba(X[:1])[0], frequencies, rtol=1e-6, atol=1e-9)
    assert not model.coef_.any()


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("alpha", ALPHAS)
def test_intercept_only_model_recovers_weighted_frequencies(gamma, alpha):
    y = np.array([0, 1, 2, 1, 0, 2])
    sample_weight = np.array([5.0, 0.2, 1.0, 0.1, 0.0, 3.7])
    alpha = uneven(3) if alpha == "uneven" else alpha

    model = FocalLogisticRegression(gamma, alpha, tol=1e-12).fit(np.zeros((6, 1)), y, sample_weight)

    np.testing.assert_allclose(model.predict_proba([[0.0]])[0], [0.5, 0.03, 0.47], rtol=1e-8)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize(
    "counts", [[[90, 10], [50, 50], [3, 997]], [[60, 30, 10], [5, 5, 90], [200, 600, 1]]]
)
def test_saturated_model_recovers_the_frequencies_of_every_group(
    gamma, alpha, fit_intercept, container, counts
):
    counts = np.array(counts)
    groups, classes = np.indices(counts.shape)
    X = np.eye(len(counts))[np.repeat(groups, counts.ravel())]
    y = np.repeat(classes, counts.ravel())
    alpha = uneven(counts.shape[1]) if alpha == "uneven" else alpha
    model = FocalLogisticRegression(
        gamma, alpha, C=np.inf, tol=1e-9, fit_intercept=fit_intercept
    ).fit(container(X), y)

    frequencies = counts / counts.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict_proba(np.eye(len(counts))), frequencies, atol=1e-8)


@pytest.mark.parametrize("gamma", [0.5, 2.0, 5.0])
def test_posterior_agrees_with_logistic_regression_on_logistic_data(draw_table, gamma):
    X, y = draw_table(n_samples=40_000, n_features=2)
    expected = FocalLogisticRegression(0, C=np.inf).fit(X, y).predict_proba(X)[:, 1]
    focal = FocalLogisticRegression(gamma, "balanced", C=np.inf).fit(X, y)
    link = focal.set_params(probability="link").predict_proba(X)[:, 1]
    posterior = focal.set_params(probability="posterior").predict_proba(X)[:, 1]

    # The log-odds of the posterior are not exactly linear, so agreement is not exact.
    assert np.abs(posterior - expected).mean() < 0.01
    assert np.abs(link - expected).mean() > 0.05
