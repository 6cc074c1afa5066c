"""The training objective against its definition, finite differences and itself."""

import numpy as np
import pytest
from builders import make_objective
from scipy import sparse

from skfocal import focal_loss

GAMMAS = [0.0, 0.5, 2.0, 5.0]
FORMS = [np.asarray, np.asfortranarray, sparse.csr_array, sparse.csr_matrix]


class Table:
    """A table in raw units, and its objective."""

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
def table(request):
    return Table(request.param)


def numerical_jacobian(function, parameters, step=1e-4):
    """Differentiate with an error of the sixth order in the step."""
    weights = {1: 45, -1: -45, 2: -9, -2: 9, 3: 1, -3: -1}
    columns = []
    for direction in np.eye(parameters.size):
        shift = step * direction.reshape(parameters.shape)
        columns.append(sum(w * function(parameters + k * shift) for k, w in weights.items()))
    return np.stack(columns, axis=-1) / (60 * step)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_value_is_the_documented_formula(table, gamma, weighted, fit_intercept):
    objective = table.objective(gamma, weighted=weighted, fit_intercept=fit_intercept)
    raw = objective.columns.raw_parameters(table.parameters)
    coef, intercept = raw[..., :-1], raw[..., -1]

    loss = focal_loss(
        table.codes,
        table.X @ coef.T + intercept,
        gamma=gamma,
        alpha=table.alpha if weighted else None,
        sample_weight=table.weights if weighted else None,
        reduction="sum",
    )
    mean = loss / objective.total_weight
    value, _ = objective.value_and_gradient(table.parameters)
    np.testing.assert_allclose(value, mean + 0.5 * 0.3 * np.sum(coef**2), rtol=1e-12)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_gradient_is_that_of_the_value(table, gamma, form, weighted, fit_intercept):
    objective = table.objective(gamma, form, weighted=weighted, fit_intercept=fit_intercept)
    _, gradient = objective.value_and_gradient(table.parameters)

    expected = numerical_jacobian(
        lambda parameters: objective.value_and_gradient(parameters)[0], table.parameters
    )
    assert gradient.shape == objective.parameters_shape == table.parameters.shape
    np.testing.assert_allclose(gradient.ravel(), expected, rtol=1e-7, atol=1e-9)
    assert gradient[..., -1].any() == fit_intercept


def diagonal_blocks(hessian, n_rows):
    size = len(hessian) // n_rows
    split = hessian.reshape(n_rows, size, n_rows, size)
    return np.stack([split[k, :, k] for k in range(n_rows)])


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_curvature_is_the_hessian_where_no_row_is_badly_missed(table, gamma, form, fit_intercept):
    objective = table.objective(gamma, form, fit_intercept=fit_intercept)
    parameters = 0.05 * table.parameters

    hessian = numerical_jacobian(
        lambda each: objective.value_and_gradient(each)[1].ravel(), parameters
    )
    expected = diagonal_blocks(hessian, 1 if table.n_classes == 2 else 3)
    curvature = objective.curvature(parameters) + np.diag(
        objective.penalty_curvature(parameters)[0]
    )
    np.testing.assert_allclose(curvature, expected, atol=1e-8 * np.abs(expected).max())


@pytest.mark.parametrize("gamma", GAMMAS)
def test_curvature_is_positive_where_the_objective_is_not_convex(table, gamma):
    # Nearly every row is missed badly.
    objective = table.objective(gamma, penalty=0.0)
    curvature = objective.curvature(30 * table.parameters)

    eigenvalues = np.linalg.eigvalsh(curvature)
    assert eigenvalues.min() >= -1e-12 * max(eigenvalues.max(), 1e-12)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_the_diagonal_of_the_curvature_can_be_had_alone(table, gamma, form, fit_intercept):
    objective = table.objective(gamma, form, fit_intercept=fit_intercept)

    expected = np.einsum("kii->ki", objective.curvature(table.parameters))
    diagonal = objective.curvature_diagonal(table.parameters)
    np.testing.assert_allclose(diagonal, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("form", [np.asarray, np.asfortranarray])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_the_curvature_in_single_precision_is_the_other_one_rounded(
    table, gamma, form, fit_intercept
):
    objective = table.objective(gamma, form, fit_intercept=fit_intercept)

    expected = np.tril(objective.curvature(table.parameters))
    curvature = objective.curvature_in_single(table.parameters)
    assert curvature.dtype == np.float32
    largest = np.abs(expected).max()
    np.testing.assert_allclose(np.tril(curvature), expected, rtol=1e-5, atol=1e-6 * largest)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_single_precision_is_summed_in_double(table, form):
    table.X = table.X.astype(np.float32)
    single = table.objective(2.0, form)
    table.X = table.X.astype(np.float64)
    double = table.objective(2.0, form)

    for name in ("value_and_gradient", "curvature", "curvature_diagonal"):
        for got, expected in zip(
            getattr(single, name)(table.parameters),
            getattr(double, name)(table.parameters),
            strict=True,
        ):
            np.testing.assert_allclose(got, expected, rtol=1e-9)
            assert got.dtype == np.float64 if hasattr(got, "dtype") else type(got) is float


@pytest.mark.parametrize("gamma", GAMMAS)
def test_two_class_softmax_is_the_binary_objective(gamma):
    table = Table()
    objective = table.objective(gamma, penalty=0.0)
    binary_value, binary_gradient = objective.value_and_gradient(table.parameters)

    # Two rows of parameters mean softmax; only their difference counts.
    base = np.random.default_rng(1).standard_normal(5)
    value, gradient = objective.value_and_gradient(np.stack([base, base + table.parameters]))

    np.testing.assert_allclose(value, binary_value, rtol=1e-12)
    np.testing.assert_allclose(gradient, [-binary_gradient, binary_gradient], rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_the_ridge_of_a_two_class_softmax_is_half_of_the_binary_one(gamma):
    # Coefficients split evenly between two classes have half the sum of squares.
    table = Table()
    halves = np.stack([-0.5 * table.parameters, 0.5 * table.parameters])

    softmax_value, _ = table.objective(gamma, penalty=0.3).value_and_gradient(halves)
    binary_value, _ = table.objective(gamma, penalty=0.15).value_and_gradient(table.parameters)

    np.testing.assert_allclose(softmax_value, binary_value, rtol=1e-12)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_what_all_classes_share_changes_nothing(gamma):
    table = Table(3)
    objective = table.objective(gamma, penalty=0.0)
    shared = np.random.default_rng(1).standard_normal(5)
    value, gradient = objective.value_and_gradient(table.parameters)
    moved_value, moved_gradient = objective.value_and_gradient(table.parameters + shared)

    np.testing.assert_allclose(moved_value, value, rtol=1e-11)
    np.testing.assert_allclose(moved_gradient, gradient, rtol=1e-8, atol=1e-13)
    np.testing.assert_allclose(gradient.sum(axis=0), 0, atol=1e-14)


def in_raw_units(objective, raw):
    """Return value and gradient at raw parameters, with respect to these."""
    columns = objective.columns
    value, gradient = objective.value_and_gradient(columns.standardized_parameters(raw))
    by_coef = gradient[..., :-1] / columns.inverse_scale
    by_coef += gradient[..., -1:] * columns.mean
    return value, np.concatenate([by_coef, gradient[..., -1:]], axis=-1)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_stacked_rows_add_up(table, gamma):
    other = Table(table.n_classes, n_samples=90, seed=1)
    both = Table(table.n_classes)
    for name in ("X", "codes", "weights"):
        setattr(both, name, np.concatenate([getattr(table, name), getattr(other, name)]))
    raw = 0.1 * table.parameters

    objectives = [each.objective(gamma) for each in (table, other, both)]
    *parts, (value, gradient) = [in_raw_units(each, raw) for each in objectives]
    shares = np.array([each.total_weight for each in objectives[:2]]) / objectives[2].total_weight
    np.testing.assert_allclose(value, shares @ [part[0] for part in parts], rtol=1e-12)
    expected = sum(share * part[1] for share, part in zip(shares, parts, strict=True))
    np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_stacked_columns_share_their_coefficients(table, gamma):
    narrow = table.objective(gamma, penalty=0.3)
    value, gradient = narrow.value_and_gradient(table.parameters)
    coef, intercept = table.parameters[..., :-1], table.parameters[..., -1:]

    table.X = np.hstack([table.X, table.X])
    wide = table.objective(gamma, penalty=0.6)
    wide_value, wide_gradient = wide.value_and_gradient(
        np.concatenate([coef / 2, coef / 2, intercept], axis=-1)
    )

    # Two halves have half the sum of squares, which twice the penalty makes up for.
    np.testing.assert_allclose(wide_value, value, rtol=1e-12)
    expected = np.concatenate([gradient[..., :-1]] * 2 + [gradient[..., -1:]], axis=-1)
    np.testing.assert_allclose(wide_gradient, expected, rtol=1e-10, atol=1e-13)
