"""The reduction of wide data to their row space is exact."""

import numpy as np
import pytest
from builders import make_objective
from scipy import sparse

from skfocal import FocalLogisticRegression
from skfocal._solver.row_space import row_space

N_SAMPLES, N_FEATURES = 30, 300


def wide_objective(n_classes=2, *, form=np.asarray, fit_intercept=True, weighted=False, seed=0):
    """Return an objective on wide data with columns far from zero and in different units."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((N_SAMPLES, N_FEATURES)) * 10.0 ** rng.uniform(-2, 2, N_FEATURES)
    X += 3 * rng.standard_normal(N_FEATURES)
    X[:, 5] = 7.0
    X = form(X)
    sample_weight = rng.integers(0, 4, N_SAMPLES).astype(float) if weighted else None
    codes = np.arange(N_SAMPLES) % n_classes
    total = N_SAMPLES if sample_weight is None else sample_weight.sum()
    return make_objective(
        X, codes, sample_weight, strength=0.3 / total, fit_intercept=fit_intercept
    )


def random_parameters(objective, seed=1):
    """Return random parameters, with a zero intercept if none is fitted."""
    parameters = np.random.default_rng(seed).standard_normal(objective.parameters_shape)
    parameters[..., -1] *= objective.columns.fit_intercept
    return parameters


forms = pytest.mark.parametrize("form", [np.asarray, np.asfortranarray, sparse.csr_array])


@forms
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_lifted_parameters_have_the_same_objective(form, n_classes, fit_intercept, weighted):
    objective = wide_objective(n_classes, form=form, fit_intercept=fit_intercept, weighted=weighted)
    space = row_space(objective)
    parameters = random_parameters(space.reduced)

    reduced, _ = space.reduced.value_and_gradient(parameters)
    whole, _ = objective.value_and_gradient(space.lift(parameters))

    assert reduced == pytest.approx(whole, rel=1e-9)
    assert space.reduced.blocks.shape[1] <= N_SAMPLES


@forms
@pytest.mark.parametrize("n_classes", [2, 3])
def test_projection_inverts_lifting(form, n_classes):
    space = row_space(wide_objective(n_classes, form=form))
    parameters = random_parameters(space.reduced)

    np.testing.assert_allclose(
        space.project(space.lift(parameters)), parameters, rtol=1e-6, atol=1e-7
    )


@pytest.mark.parametrize("n_classes", [2, 3])
def test_components_outside_the_row_space_only_add_to_the_penalty(n_classes):
    objective = wide_objective(n_classes)
    parameters = random_parameters(objective)
    space = row_space(objective)

    inside = space.lift(space.project(parameters))

    value, _ = objective.value_and_gradient(parameters)
    value_inside, _ = objective.value_and_gradient(inside)
    penalty, _ = objective.penalty.value_and_gradient(parameters)
    penalty_inside, _ = objective.penalty.value_and_gradient(inside)
    assert penalty_inside < penalty
    assert value - penalty == pytest.approx(value_inside - penalty_inside, rel=1e-8)


@forms
@pytest.mark.parametrize("value", [0.0, 3.0])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_identical_rows_give_the_class_frequencies(form, value, n_classes):
    X, y = form(np.full((60, 400), value)), np.arange(60) % n_classes

    model = FocalLogisticRegression().fit(X, y)

    np.testing.assert_array_equal(model.coef_, 0)
    np.testing.assert_allclose(model.predict_proba(X), 1 / n_classes, atol=1e-6)
