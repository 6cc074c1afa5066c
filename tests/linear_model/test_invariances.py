"""Transformations of the data that change the solution in a known way, or not at all."""

import numpy as np
import pytest

from skfocal import FocalLogisticRegression

GAMMAS = [0.0, 0.5, 2.0, 5.0]
TOL = 1e-10

pytestmark = pytest.mark.parametrize("gamma", GAMMAS)


def fit(X, y, sample_weight=None, *, tol=TOL, **parameters):
    return FocalLogisticRegression(tol=tol, **parameters).fit(X, y, sample_weight)


def assert_same_model(model, other, *, rtol=1e-6):
    scale = np.abs(other.coef_).max()
    np.testing.assert_allclose(model.coef_, other.coef_, rtol=0, atol=rtol * scale)
    np.testing.assert_allclose(model.intercept_, other.intercept_, rtol=rtol, atol=rtol)
    np.testing.assert_allclose(model.objective_, other.objective_, rtol=1e-9)


@pytest.mark.parametrize("alpha", [None, "balanced"])
def test_weights_equal_repetition(table, gamma, alpha):
    X, y = table
    times = np.random.default_rng(0).integers(0, 4, len(y))

    weighted = fit(X, y, times, gamma=gamma, alpha=alpha)
    repeated = fit(np.repeat(X, times, axis=0), np.repeat(y, times), gamma=gamma, alpha=alpha)

    assert_same_model(weighted, repeated)
    np.testing.assert_allclose(weighted.class_weight_, repeated.class_weight_, rtol=1e-14)


@pytest.mark.parametrize("alpha", [None, "balanced"])
@pytest.mark.parametrize("value", [0.0, 100.0, 1e12])
def test_zero_weight_equals_removal(table, gamma, alpha, value):
    X, y = table
    sample_weight = np.random.default_rng(0).random(len(y))
    junk, n_junk = np.full((7, X.shape[1]), value), 7

    with_junk = fit(
        np.vstack([junk, X]),
        np.append(np.zeros(n_junk, dtype=int), y),
        np.append(np.zeros(n_junk), sample_weight),
        gamma=gamma,
        alpha=alpha,
    )

    assert_same_model(with_junk, fit(X, y, sample_weight, gamma=gamma, alpha=alpha))


def test_zero_weight_equals_removal_for_most_of_a_large_class(draw_table, gamma):
    X, y = draw_table(n_samples=30_000)
    sample_weight = np.where(y == 1, 0.0, 1.0)
    sample_weight[np.flatnonzero(y == 1)[:40]] = 1.0
    kept = sample_weight > 0

    weighted = fit(X, y, sample_weight, gamma=gamma, C=np.inf, tol=1e-11)

    assert_same_model(weighted, fit(X[kept], y[kept], gamma=gamma, C=np.inf, tol=1e-11), rtol=1e-5)


@pytest.mark.parametrize("factor", [1e-3, 7.0])
def test_scaling_sample_weight_is_scaling_the_regularisation(table, gamma, factor):
    X, y = table
    sample_weight = np.random.default_rng(0).random(len(y))

    scaled = fit(X, y, factor * sample_weight, gamma=gamma, C=1 / factor)

    assert_same_model(scaled, fit(X, y, sample_weight, gamma=gamma))


def test_alpha_equals_sample_weights(table, gamma):
    X, y = table
    alpha = np.array([0.3, 1.7, 4.0])[: y.max() + 1]

    by_alpha = fit(X, y, gamma=gamma, alpha=alpha, probability="weighted")
    by_row = fit(X, y, alpha[y], gamma=gamma)

    assert_same_model(by_alpha, by_row)
    np.testing.assert_allclose(by_alpha.predict_proba(X), by_row.predict_proba(X), atol=1e-7)


def test_alpha_one_half_is_half_the_loss(two_classes, gamma):
    X, y = two_classes

    assert_same_model(fit(X, y, gamma=gamma, alpha=0.5, C=3.0), fit(X, y, gamma=gamma, C=1.5))


def test_all_formats_of_alpha_give_the_same_model(two_classes, gamma):
    X, y = two_classes
    labels = np.array(["no", "yes"])[y]
    models = [
        fit(X, labels, gamma=gamma, alpha=alpha)
        for alpha in (0.2, [0.8, 0.2], np.array([0.8, 0.2]), {"yes": 0.2, "no": 0.8})
    ]

    for model in models[1:]:
        np.testing.assert_allclose(model.coef_, models[0].coef_, rtol=1e-12)


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_permuted_rows_give_the_same_model(table, gamma, fit_intercept):
    X, y = table
    order = np.random.default_rng(0).permutation(len(y))

    permuted = fit(X[order], y[order], gamma=gamma, fit_intercept=fit_intercept)

    assert_same_model(permuted, fit(X, y, gamma=gamma, fit_intercept=fit_intercept))


def test_sorted_rows_of_long_data_give_the_same_model(draw_table, gamma):
    X, y = draw_table(n_samples=20_000, offset=-4.0)
    order = np.lexsort([X[:, 0], y])

    assert_same_model(fit(X[order], y[order], gamma=gamma), fit(X, y, gamma=gamma))


def test_permuted_columns_permute_the_coefficients(table, gamma):
    X, y = table
    order = [2, 0, 3, 1]

    permuted = fit(X[:, order], y, gamma=gamma)
    model = fit(X, y, gamma=gamma)

    np.testing.assert_allclose(permuted.coef_, model.coef_[:, order], atol=1e-7)
    np.testing.assert_allclose(permuted.intercept_, model.intercept_, atol=1e-7)


def test_permuted_classes_permute_the_coefficients(three_classes, gamma):
    X, y = three_classes
    order = np.array([2, 0, 1])

    permuted = fit(X, order[y], gamma=gamma, alpha="balanced")
    model = fit(X, y, gamma=gamma, alpha="balanced")

    np.testing.assert_allclose(permuted.coef_[order], model.coef_, atol=1e-7)
    np.testing.assert_allclose(permuted.intercept_[order], model.intercept_, atol=1e-7)
    np.testing.assert_allclose(
        permuted.predict_proba(X)[:, order], model.predict_proba(X), atol=1e-7
    )


def test_swapped_classes_change_the_sign(two_classes, gamma):
    X, y = two_classes

    swapped = fit(X, 1 - y, gamma=gamma, alpha=0.8)
    model = fit(X, y, gamma=gamma, alpha=0.2)

    np.testing.assert_allclose(swapped.coef_, -model.coef_, atol=1e-7)
    np.testing.assert_allclose(swapped.intercept_, -model.intercept_, atol=1e-7)
    np.testing.assert_allclose(swapped.predict_proba(X)[:, ::-1], model.predict_proba(X), atol=1e-7)


def test_constant_columns_get_no_coefficient_with_an_intercept(table, gamma):
    X, y = table
    constants = np.tile([0.0, 0.1, -1e9], (len(X), 1))

    model = fit(np.hstack([constants, X]), y, gamma=gamma)

    assert not model.coef_[:, :3].any()
    np.testing.assert_allclose(model.coef_[:, 3:], fit(X, y, gamma=gamma).coef_, atol=1e-7)


def test_column_of_ones_is_an_intercept(table, gamma):
    X, y = table
    design = np.column_stack([X, np.ones(len(X))])

    by_column = fit(design, y, gamma=gamma, C=np.inf, fit_intercept=False)
    model = fit(X, y, gamma=gamma, C=np.inf)

    np.testing.assert_allclose(by_column.coef_[:, :-1], model.coef_, atol=1e-6)
    np.testing.assert_allclose(by_column.coef_[:, -1], model.intercept_, atol=1e-6)


def test_duplicated_columns_split_their_coefficients(table, gamma):
    X, y = table

    doubled = fit(np.hstack([X, X]), y, gamma=gamma, C=2.0)

    np.testing.assert_allclose(doubled.coef_[:, :4], doubled.coef_[:, 4:], atol=1e-7)
    # Two halves of a coefficient have half the penalty, as if C were twice as large.
    summed = doubled.coef_[:, :4] + doubled.coef_[:, 4:]
    np.testing.assert_allclose(summed, fit(X, y, gamma=gamma, C=4.0).coef_, atol=1e-6)


def test_offset_of_the_columns_changes_the_intercept_only(table, gamma):
    X, y = table
    offset = np.array([1e3, -1e5, 0.0, 1e6])

    moved = fit(X + offset, y, gamma=gamma, tol=1e-9)
    model = fit(X, y, gamma=gamma)

    np.testing.assert_allclose(moved.coef_, model.coef_, atol=1e-6)
    np.testing.assert_allclose(
        moved.decision_function(X + offset), model.decision_function(X), atol=1e-6
    )


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("n_samples", [400, 12_000])
def test_units_do_not_change_the_model(draw_table, gamma, fit_intercept, n_samples):
    X, y = draw_table(n_samples=n_samples, n_features=9, n_classes=3)
    scale = np.geomspace(1e-4, 1e4, 9)
    offset = fit_intercept * 1e4 * scale * np.linspace(-1, 1, 9)
    parameters = {"gamma": gamma, "C": np.inf, "fit_intercept": fit_intercept}

    other = fit(X * scale + offset, y, tol=1e-8, **parameters)
    model = fit(X, y, tol=1e-8, **parameters)

    np.testing.assert_allclose(other.coef_ * scale, model.coef_, atol=1e-5)
    np.testing.assert_allclose(
        other.predict_proba(X * scale + offset), model.predict_proba(X), atol=1e-5
    )
    assert other.n_iter_ <= 2 * model.n_iter_
