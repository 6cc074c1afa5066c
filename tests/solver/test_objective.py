"""The training objective: definition, finite differences and invariances."""

from dataclasses import replace

import numpy as np
import pytest
from builders import make_objective
from scipy import sparse

from skfocal import focal_loss

GAMMAS = [0.0, 0.5, 2.0, 5.0]
FORMS = [np.asarray, np.asfortranarray, sparse.csr_array, sparse.csr_matrix]


class Data:
    """Data in different units, and the objective on them."""

    def __init__(self, n_classes=2, n_samples=60, n_features=4, seed=0):
        rng = np.random.default_rng(seed)
        self.X = rng.standard_normal((n_samples, n_features)) * [1, 0.1, 30, 2] + [0, 1, -20, 0.3]
        self.codes = np.arange(n_samples) % n_classes
        self.weights = rng.random(n_samples)
        self.alpha = np.array([0.4, 1.5, 3.0])[:n_classes]
        self.n_classes = n_classes
        shape = (n_features + 1,) if n_classes == 2 else (n_classes, n_features + 1)
        self.parameters = rng.standard_normal(shape)

    def objective(self, gamma, form=np.asarray, *, fit_intercept=True, weighted=True, penalty=0.3):
        weights = self.weights if weighted else None
        return make_objective(
            form(self.X),
            self.codes,
            weights,
            gamma=gamma,
            strength=penalty,
            class_weight=self.alpha if weighted else None,
            fit_intercept=fit_intercept,
        )


@pytest.fixture(params=[2, 3])
def data(request):
    return Data(request.param)


def numerical_jacobian(function, parameters, step=1e-4):
    """Return central differences of sixth order."""
    weights = {1: 45, -1: -45, 2: -9, -2: 9, 3: 1, -3: -1}
    columns = []
    for direction in np.eye(parameters.size):
        shift = step * direction.reshape(parameters.shape)
        columns.append(sum(w * function(parameters + k * shift) for k, w in weights.items()))
    return np.stack(columns, axis=-1) / (60 * step)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_value_is_the_documented_formula(data, gamma, weighted, fit_intercept):
    objective = data.objective(gamma, weighted=weighted, fit_intercept=fit_intercept)
    raw = objective.columns.raw_parameters(data.parameters)
    coef, intercept = raw[..., :-1], raw[..., -1]

    loss = focal_loss(
        data.codes,
        data.X @ coef.T + intercept,
        gamma=gamma,
        alpha=data.alpha if weighted else None,
        sample_weight=data.weights if weighted else None,
        reduction="sum",
    )
    mean = loss / objective.total_weight
    value, _ = objective.value_and_gradient(data.parameters)
    np.testing.assert_allclose(value, mean + 0.5 * 0.3 * np.sum(coef**2), rtol=1e-12)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_gradient_matches_finite_differences(data, gamma, form, weighted, fit_intercept):
    objective = data.objective(gamma, form, weighted=weighted, fit_intercept=fit_intercept)
    _, gradient = objective.value_and_gradient(data.parameters)

    expected = numerical_jacobian(
        lambda parameters: objective.value_and_gradient(parameters)[0], data.parameters
    )
    assert gradient.shape == objective.parameters_shape == data.parameters.shape
    np.testing.assert_allclose(gradient.ravel(), expected, rtol=1e-7, atol=1e-9)
    assert gradient[..., -1].any() == fit_intercept


def without_coefficients(parameters):
    """Return parameters of the same constant logits for all rows."""
    constant = np.zeros_like(parameters)
    constant[..., -1] = parameters[..., -1]
    return constant


def diagonal_blocks(hessian, n_rows):
    size = len(hessian) // n_rows
    split = hessian.reshape(n_rows, size, n_rows, size)
    return np.stack([split[k, :, k] for k in range(n_rows)])


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("change", [np.copy, without_coefficients])
def test_curvature_is_the_hessian_where_the_loss_is_convex(
    data, gamma, form, fit_intercept, change
):
    objective = data.objective(gamma, form, fit_intercept=fit_intercept)
    parameters = change(0.05 * data.parameters)

    hessian = numerical_jacobian(
        lambda each: objective.value_and_gradient(each)[1].ravel(), parameters
    )
    expected = diagonal_blocks(hessian, 1 if data.n_classes == 2 else 3)
    curvature = objective.curvature(parameters) + np.diag(
        objective.penalty_curvature(parameters)[0]
    )
    np.testing.assert_allclose(curvature, expected, atol=1e-8 * np.abs(expected).max())


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("offset", [0.0, 2000.0])
def test_curvature_of_rows_that_lack_a_class(gamma, form, offset):
    data = Data(3)
    data.X[:, 1] += offset
    parameters = without_coefficients(0.05 * data.parameters)
    lacking = data.codes > 0
    data.weights[~lacking] = 0
    expected = data.objective(gamma, form).curvature(parameters)
    blocks = data.objective(gamma, form).blocks.take(np.flatnonzero(lacking), data.weights[lacking])
    objective = replace(data.objective(gamma, form), blocks=blocks)
    largest = np.abs(expected).max()
    np.testing.assert_allclose(objective.curvature(parameters), expected, atol=1e-9 * largest)


@pytest.mark.parametrize("scale", [1e-42, 1e42])
@pytest.mark.parametrize("gamma", GAMMAS)
def test_curvature_in_single_does_not_depend_on_the_unit_of_weights(gamma, scale):
    data = Data(3)
    parameters = without_coefficients(0.05 * data.parameters)
    expected = data.objective(gamma).curvature_in_single(parameters)
    data.weights *= scale
    curvature = data.objective(gamma).curvature_in_single(parameters)
    np.testing.assert_allclose(curvature, expected, rtol=1e-5, atol=1e-6 * np.abs(expected).max())


@pytest.mark.parametrize("gamma", GAMMAS)
def test_curvature_is_positive_semidefinite_where_the_objective_is_not_convex(data, gamma):
    # Nearly every sample is badly misclassified.
    objective = data.objective(gamma, penalty=0.0)
    curvature = objective.curvature(30 * data.parameters)

    eigenvalues = np.linalg.eigvalsh(curvature)
    assert eigenvalues.min() >= -1e-12 * max(eigenvalues.max(), 1e-12)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("change", [np.copy, without_coefficients])
def test_curvature_diagonal_is_the_diagonal_of_the_curvature(
    data, gamma, form, fit_intercept, change
):
    objective = data.objective(gamma, form, fit_intercept=fit_intercept)
    parameters = change(data.parameters)

    expected = np.einsum("kii->ki", objective.curvature(parameters))
    diagonal = objective.curvature_diagonal(parameters)
    np.testing.assert_allclose(diagonal, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("form", [np.asarray, np.asfortranarray])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("change", [np.copy, without_coefficients])
def test_curvature_in_single_equals_the_curvature_up_to_rounding(
    data, gamma, form, fit_intercept, change
):
    objective = data.objective(gamma, form, fit_intercept=fit_intercept)
    parameters = change(data.parameters)

    expected = np.tril(objective.curvature(parameters))
    curvature = objective.curvature_in_single(parameters)
    assert curvature.dtype == np.float32
    largest = np.abs(expected).max()
    np.testing.assert_allclose(np.tril(curvature), expected, rtol=1e-5, atol=1e-6 * largest)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_float32_data_are_summed_in_float64(data, form):
    data.X = data.X.astype(np.float32)
    single = data.objective(2.0, form)
    data.X = data.X.astype(np.float64)
    double = data.objective(2.0, form)

    for name in ("value_and_gradient", "curvature", "curvature_diagonal"):
        for got, expected in zip(
            getattr(single, name)(data.parameters),
            getattr(double, name)(data.parameters),
            strict=True,
        ):
            np.testing.assert_allclose(got, expected, rtol=1e-9)
            assert got.dtype == np.float64 if hasattr(got, "dtype") else type(got) is float


@pytest.mark.parametrize("gamma", GAMMAS)
def test_two_class_softmax_is_the_binary_objective(gamma):
    data = Data()
    objective = data.objective(gamma, penalty=0.0)
    binary_value, binary_gradient = objective.value_and_gradient(data.parameters)

    # Two rows of parameters select the softmax, which depends on their difference only.
    base = np.random.default_rng(1).standard_normal(5)
    value, gradient = objective.value_and_gradient(np.stack([base, base + data.parameters]))

    np.testing.assert_allclose(value, binary_value, rtol=1e-12)
    np.testing.assert_allclose(gradient, [-binary_gradient, binary_gradient], rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_ridge_of_a_two_class_softmax_is_half_the_binary_ridge(gamma):
    # Coefficients that are split evenly between two classes have half the sum of squares.
    data = Data()
    halves = np.stack([-0.5 * data.parameters, 0.5 * data.parameters])

    softmax_value, _ = data.objective(gamma, penalty=0.3).value_and_gradient(halves)
    binary_value, _ = data.objective(gamma, penalty=0.15).value_and_gradient(data.parameters)

    np.testing.assert_allclose(softmax_value, binary_value, rtol=1e-12)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_softmax_is_invariant_to_a_shift_of_all_classes(gamma):
    data = Data(3)
    objective = data.objective(gamma, penalty=0.0)
    shared = np.random.default_rng(1).standard_normal(5)
    value, gradient = objective.value_and_gradient(data.parameters)
    moved_value, moved_gradient = objective.value_and_gradient(data.parameters + shared)

    np.testing.assert_allclose(moved_value, value, rtol=1e-11)
    np.testing.assert_allclose(moved_gradient, gradient, rtol=1e-8, atol=1e-13)
    np.testing.assert_allclose(gradient.sum(axis=0), 0, atol=1e-14)


def in_raw_units(objective, raw):
    """Return the value, and the gradient with respect to parameters of the original columns."""
    columns = objective.columns
    value, gradient = objective.value_and_gradient(columns.standardized_parameters(raw))
    by_coef = gradient[..., :-1] / columns.inverse_scale
    by_coef += gradient[..., -1:] * columns.mean
    return value, np.concatenate([by_coef, gradient[..., -1:]], axis=-1)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_stacked_rows_add_their_losses(data, gamma):
    other = Data(data.n_classes, n_samples=90, seed=1)
    both = Data(data.n_classes)
    for name in ("X", "codes", "weights"):
        setattr(both, name, np.concatenate([getattr(data, name), getattr(other, name)]))
    raw = 0.1 * data.parameters

    objectives = [each.objective(gamma) for each in (data, other, both)]
    *parts, (value, gradient) = [in_raw_units(each, raw) for each in objectives]
    shares = np.array([each.total_weight for each in objectives[:2]]) / objectives[2].total_weight
    np.testing.assert_allclose(value, shares @ [part[0] for part in parts], rtol=1e-12)
    expected = sum(share * part[1] for share, part in zip(shares, parts, strict=True))
    np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_stacked_columns_split_their_coefficients(data, gamma):
    narrow = data.objective(gamma, penalty=0.3)
    value, gradient = narrow.value_and_gradient(data.parameters)
    coef, intercept = data.parameters[..., :-1], data.parameters[..., -1:]

    data.X = np.hstack([data.X, data.X])
    wide = data.objective(gamma, penalty=0.6)
    wide_value, wide_gradient = wide.value_and_gradient(
        np.concatenate([coef / 2, coef / 2, intercept], axis=-1)
    )

    # Two halves have half the sum of squares, so the penalty is doubled.
    np.testing.assert_allclose(wide_value, value, rtol=1e-12)
    expected = np.concatenate([gradient[..., :-1]] * 2 + [gradient[..., -1:]], axis=-1)
    np.testing.assert_allclose(wide_gradient, expected, rtol=1e-10, atol=1e-13)
