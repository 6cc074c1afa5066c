"""L1 penalties: agreement with references, zeros, limits, invariances and sparse coefficients."""

from importlib.resources import as_file, files

import numpy as np
import pytest
import sklearn
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.fixes import parse_version

from skfocal import FocalLogisticRegression
from skfocal.linear_model import l1_min_c

ESTIMATORS = [
    FocalLogisticRegression(gamma, alpha, l1_ratio=l1_ratio)
    for gamma, alpha in ((0, None), (2, "balanced"))
    for l1_ratio in (0.5, 1)
]


@parametrize_with_checks(ESTIMATORS)
def test_estimator_checks(estimator, check, monkeypatch):
    # Otherwise the check of array API input is skipped.
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")
    check(estimator)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("l1_ratio", [0.4, 1.0])
@pytest.mark.parametrize("fit_intercept", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_agrees_with_scikit_learn(n_classes, l1_ratio, fit_intercept, weighted, draw_table):
    X, y = draw_table(300, 10, n_classes)
    weight = np.random.default_rng(0).random(300) if weighted else None
    common = {"C": 0.03, "l1_ratio": l1_ratio, "fit_intercept": fit_intercept}

    ours = FocalLogisticRegression(0, tol=1e-9, **common).fit(X, y, weight)

    theirs = LogisticRegression(solver="saga", tol=1e-10, max_iter=100_000, **common)
    if parse_version(sklearn.__version__) < parse_version("1.8"):
        theirs.set_params(penalty="elasticnet")
    theirs.fit(X, y, weight)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=0, atol=1e-6)
    assert ((ours.coef_ == 0) == (theirs.coef_ == 0)).all()
    intercept = theirs.intercept_ - theirs.intercept_.mean() * (n_classes > 2)
    np.testing.assert_allclose(ours.intercept_, intercept, rtol=0, atol=1e-6)
    assert 0 < np.count_nonzero(ours.coef_) < ours.coef_.size


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("index", range(9))
def test_agrees_with_published_figures_of_glmnet(index):
    results = pytest.importorskip("statsmodels.genmod.tests.results.glmnet_r_results")
    l1_ratio, strength, *coef = getattr(results, f"rslt_binomial_{index}")
    with as_file(files("statsmodels.genmod.tests.results") / "enet_binomial.csv") as path:
        # R took the first row for names.
        table = np.loadtxt(path, delimiter=",")[1:]
    X, y = table[:, 1:], table[:, 0].astype(int)
    X = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)

    model = FocalLogisticRegression(
        0, C=1 / (strength * len(y)), l1_ratio=l1_ratio, fit_intercept=False, tol=1e-8
    ).fit(X, y)

    # The default tolerance of glmnet leaves an error of this size.
    np.testing.assert_allclose(model.coef_[0], coef, rtol=0, atol=3e-5)
    assert ((model.coef_[0] == 0) == (np.array(coef) == 0)).all()


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("gamma", [0, 2, "each"])
@pytest.mark.parametrize("alpha", [None, "balanced"])
@pytest.mark.parametrize("l1_ratio", [0.3, 1])
@pytest.mark.parametrize("fit_intercept", [False, True])
def test_smallest_c(n_classes, gamma, alpha, l1_ratio, fit_intercept, draw_table):
    X, y = draw_table(200, 6, n_classes)
    gamma = np.linspace(0.5, 3, n_classes) if gamma == "each" else gamma
    options = {"alpha": alpha, "l1_ratio": l1_ratio, "fit_intercept": fit_intercept}
    weight = np.random.default_rng(0).random(200)

    bound = l1_min_c(X, y, gamma=gamma, sample_weight=weight, **options)

    model = FocalLogisticRegression(gamma, tol=1e-7, **options)
    assert not model.set_params(C=bound * 0.999).fit(X, y, weight).coef_.any()
    coef = model.set_params(C=bound * 1.01).fit(X, y, weight).coef_
    assert 1 <= np.count_nonzero(coef.any(axis=0)) <= 2


def test_smallest_c_of_constant_features_is_infinite():
    assert l1_min_c(np.ones((10, 2)), np.arange(10) % 2) == np.inf


def test_smallest_c_of_sparse_data_is_that_of_dense_data(draw_table):
    X, y = draw_table()
    X[np.abs(X) < 1] = 0

    assert l1_min_c(sparse.csr_array(X), y) == pytest.approx(l1_min_c(X, y), rel=1e-10)


@pytest.mark.parametrize("l1_ratio", [0, -0.1, 1.1, np.nan])
def test_smallest_c_needs_an_l1_penalty(l1_ratio):
    with pytest.raises(ValueError, match="l1_ratio must be"):
        l1_min_c(np.eye(2), [0, 1], l1_ratio=l1_ratio)


@pytest.mark.parametrize("l1_ratio", [-0.1, 1.1, np.nan, np.inf])
def test_invalid_l1_ratio(l1_ratio, draw_table):
    with pytest.raises(ValueError, match="l1_ratio must be a number from 0 to 1; got"):
        FocalLogisticRegression(l1_ratio=l1_ratio).fit(*draw_table())


@pytest.mark.parametrize("l1_ratio", ["0.5", None, True])
def test_l1_ratio_of_another_type(l1_ratio, draw_table):
    with pytest.raises(TypeError, match="l1_ratio must be a number from 0 to 1; got"):
        FocalLogisticRegression(l1_ratio=l1_ratio).fit(*draw_table())


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("gamma", [0, 2])
@pytest.mark.parametrize("l1_ratio", [0.5, 1])
def test_weights_equal_repetition(n_classes, gamma, l1_ratio, draw_table):
    X, y = draw_table(200, 6, n_classes)
    weight = np.random.default_rng(0).integers(4, size=200)
    model = FocalLogisticRegression(gamma, C=0.3, l1_ratio=l1_ratio, tol=1e-8)

    weighted = clone(model).fit(X, y, weight)
    repeated = clone(model).fit(X.repeat(weight, axis=0), y.repeat(weight))

    np.testing.assert_allclose(weighted.coef_, repeated.coef_, rtol=0, atol=1e-6)
    np.testing.assert_array_equal(weighted.coef_ == 0, repeated.coef_ == 0)


@pytest.mark.parametrize("gamma", [0, 2, (3, 0.5)])
def test_units_of_features_do_not_matter(gamma, draw_table):
    X, y = draw_table(300, 6)
    units = 10.0 ** np.array([-4, 5, 0, 2, -2, 1])
    # The penalty is on the raw coefficients, so a unit of 10 needs a coefficient of a tenth.
    model = FocalLogisticRegression(gamma, C=np.inf, l1_ratio=1, tol=1e-7)
    plain, scaled = clone(model).fit(X, y), clone(model).fit(X * units, y)
    np.testing.assert_allclose(scaled.coef_ * units, plain.coef_, rtol=1e-4)

    model.set_params(C=0.1)
    for column, unit in enumerate(units):
        # A column in tiny units has no coefficient, one in huge units is hardly penalised.
        other = X.copy()
        other[:, column] *= unit
        used = model.fit(other, y).coef_[0, column] != 0
        assert used if unit >= 1e2 else (not used if unit <= 1e-2 else True)


def test_order_of_features_does_not_matter(draw_table):
    X, y = draw_table(300, 8)
    order = np.random.default_rng(0).permutation(8)
    model = FocalLogisticRegression(C=0.1, l1_ratio=1, tol=1e-8)

    np.testing.assert_allclose(
        clone(model).fit(X[:, order], y).coef_, clone(model).fit(X, y).coef_[:, order], atol=1e-7
    )


def test_l1_ratio_approaches_its_limit(draw_table):
    X, y = draw_table(300, 6)
    model = FocalLogisticRegression(C=0.5, tol=1e-8)
    ridge = clone(model).fit(X, y).coef_

    nearly = clone(model).set_params(l1_ratio=1e-9).fit(X, y).coef_

    np.testing.assert_allclose(nearly, ridge, atol=1e-6)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_no_penalty_does_not_depend_on_l1_ratio(n_classes, draw_table):
    X, y = draw_table(300, 4, n_classes)
    model = FocalLogisticRegression(C=np.inf, tol=1e-6)

    np.testing.assert_array_equal(
        clone(model).set_params(l1_ratio=1).fit(X, y).coef_, clone(model).fit(X, y).coef_
    )


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kind", ["F", "csr", "csc", "memmap"])
def test_kinds_of_tables_have_the_same_coefficients(kind, dtype, draw_table, tmp_path):
    X, y = draw_table(400, 8)
    X = np.where(np.abs(X) > 0.5, X, 0).astype(dtype)
    expected = FocalLogisticRegression(C=0.1, l1_ratio=1, tol=1e-7).fit(X, y)
    if kind == "memmap":
        np.save(tmp_path / "X.npy", X)
        table = np.load(tmp_path / "X.npy", mmap_mode="r")
    else:
        table = np.asfortranarray(X) if kind == "F" else sparse.csr_array(X).asformat(kind)

    model = FocalLogisticRegression(C=0.1, l1_ratio=1, tol=1e-7).fit(table, y)

    assert model.coef_.dtype == dtype
    np.testing.assert_allclose(model.coef_, expected.coef_, atol=1e-6)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_objective_is_the_documented_one(n_classes, draw_table):
    X, y = draw_table(200, 5, n_classes)
    model = FocalLogisticRegression(2, "balanced", C=0.4, l1_ratio=0.3).fit(X, y)
    logits = X @ model.coef_.T + model.intercept_
    z = logits if n_classes > 2 else np.column_stack([np.zeros(200), logits])
    p = (np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))[np.arange(200), y]
    loss = (model.class_weight_[y] * -((1 - p) ** 2) * np.log(p)).sum()
    penalty = 0.35 * (model.coef_**2).sum() + 0.3 * np.abs(model.coef_).sum()

    assert model.objective_ == pytest.approx(penalty + 0.4 * loss, rel=1e-12)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_warm_start_continues_from_the_solution(n_classes, draw_table):
    X, y = draw_table(500, 8, n_classes)
    model = FocalLogisticRegression(C=0.1, l1_ratio=0.7, warm_start=True).fit(X, y)
    first = model.coef_

    assert model.fit(X, y).n_iter_ == 0
    np.testing.assert_array_equal(model.sparsify().fit(X, y).coef_, first)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_sparse_coefficients_predict_the_same(n_classes, draw_table):
    X, y = draw_table(200, 8, n_classes)
    model = FocalLogisticRegression(C=0.1, l1_ratio=1).fit(X, y)
    coef, expected = model.coef_, model.predict_proba(X)

    assert model.sparsify() is model
    assert sparse.issparse(model.coef_)
    assert model.coef_.nnz == np.count_nonzero(coef)
    np.testing.assert_array_equal(model.predict_proba(X), expected)
    assert model.densify() is model
    np.testing.assert_array_equal(model.coef_, coef)
    np.testing.assert_array_equal(model.densify().predict_proba(X), expected)


@pytest.mark.parametrize("n_classes", [2, 10])
def test_the_scale_of_the_weights_does_not_matter_with_a_gamma_per_class(n_classes):
    X, digit = load_digits(return_X_y=True)
    X, y = X / 16, digit == 8 if n_classes == 2 else digit
    gamma = [5, 0] if n_classes == 2 else np.arange(10) / 2
    models = [
        FocalLogisticRegression(gamma, C=0.5 / scale, l1_ratio=1).fit(
            X, y, sample_weight=np.full(len(y), scale)
        )
        for scale in (1e-3, 1.0, 1e3)
    ]
    for model in models:
        assert np.count_nonzero(model.coef_)
        assert model.objective_ == pytest.approx(models[1].objective_, rel=1e-6)


@pytest.mark.parametrize("intercept", [-20.0, 4.0, 20.0])
def test_a_start_where_the_loss_is_not_convex_leads_to_a_minimum(intercept):
    X, digit = load_digits(return_X_y=True)
    y = digit == 8
    model = FocalLogisticRegression([5, 0], C=0.1, l1_ratio=1, warm_start=True).fit(X, y)
    expected = model.objective_
    model.coef_, model.intercept_ = np.zeros((1, X.shape[1])), np.array([intercept])

    assert model.fit(X, y).objective_ == pytest.approx(expected, rel=1e-6)


def test_smallest_c_is_infinite_if_one_class_has_all_the_weight(draw_table):
    X, y = draw_table(100, 3)
    assert l1_min_c(X, y, sample_weight=(y == y[0]).astype(float)) == np.inf


def test_too_few_iterations_warn(draw_table):
    X, y = draw_table(500, 20)
    model = FocalLogisticRegression(C=10, l1_ratio=1, max_iter=1, tol=1e-8)

    with pytest.warns(ConvergenceWarning, match="reached max_iter"):
        model.fit(X, y)
    assert model.n_iter_ == 1


@pytest.mark.parametrize("gamma", [0, 2])
def test_wide_tables_have_few_coefficients(gamma):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((100, 2_000))
    y = (X[:, :3].sum(axis=1) + rng.standard_normal(100) > 0).astype(int)
    bound = l1_min_c(X, y, gamma=gamma)

    model = FocalLogisticRegression(gamma, C=3 * bound, l1_ratio=1).fit(X, y)

    assert set(np.flatnonzero(model.coef_[0])) >= {0, 1, 2}
    assert np.count_nonzero(model.coef_) <= 60
    assert not model.set_params(C=0.99 * bound).fit(X, y).coef_.any()
