"""Scores and the selected candidate agree with a grid search over exact fits."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.metrics import (
    get_scorer,
    log_loss,
    make_scorer,
    matthews_corrcoef,
    roc_auc_score,
)
from sklearn.model_selection import ShuffleSplit, StratifiedKFold

from skfocal import FocalLogisticRegression
from skfocal.model_selection import FocalLogisticRegressionCV

pytestmark = pytest.mark.slow


def test_default_grid(table, grid_search, assert_same_search):
    search = FocalLogisticRegressionCV().fit(*table)

    assert_same_search(search, grid_search(search).fit(*table))


@pytest.mark.parametrize("load", [load_breast_cancer, load_iris])
def test_real_data(load, grid_search, assert_same_search):
    X, y = load(return_X_y=True)
    search = FocalLogisticRegressionCV((0, 2, 5), Cs=np.logspace(-4, 2, 4), cv=3).fit(X, y)

    assert_same_search(search, grid_search(search).fit(X, y))


def test_long_data(draw_table, grid_search, assert_same_search):
    X, y = draw_table(n_samples=20_000)
    search = FocalLogisticRegressionCV((0, 1, 4), Cs=4, cv=3).fit(X, y)

    assert_same_search(search, grid_search(search).fit(X, y))


@pytest.mark.parametrize(
    "parameters",
    [
        {"fit_intercept": False},
        {"alphas": ("balanced",)},
        {"gammas": (3.0, 0.0, 1.5)},
        {"gammas": (2,)},
        {"Cs": [10.0, 0.01, np.inf]},
        {"Cs": 1},
        {"cv": 4},
        {"cv": StratifiedKFold(3, shuffle=True, random_state=1)},
        {"cv": ShuffleSplit(3, test_size=0.4, random_state=2)},
        {"scoring": "neg_log_loss", "probability": "weighted"},
        {"scoring": "neg_log_loss", "probability": "link"},
        # Pairs of rows with almost equal scores change their order by less than a score is exact.
        {"scoring": "roc_auc_ovr", "tol": 1e-7},
        {"scoring": make_scorer(matthews_corrcoef)},
    ],
    ids=str,
)
def test_parameters(parameters, table, grid_search, assert_same_search):
    defaults = {"gammas": (0, 2), "Cs": 3, "cv": 3}
    search = FocalLogisticRegressionCV(**defaults | parameters).fit(*table)

    assert_same_search(search, grid_search(search).fit(*table))


def test_rank_scores_differ_only_by_pairs_with_almost_equal_probabilities(draw_table):
    X, y = draw_table(3)
    codes = np.eye(3)[np.unique(y, return_inverse=True)[1]]
    search = FocalLogisticRegressionCV((0, 2), Cs=3, cv=3, scoring="roc_auc_ovr").fit(X, y)

    for fold, (train, test) in enumerate(StratifiedKFold(3).split(X, y)):
        scores = search.cv_results_[f"split{fold}_test_score"]
        for parameters, score in zip(search.cv_results_["params"], scores, strict=True):
            exact = FocalLogisticRegression(**parameters, tol=1e-10).fit(X[train], y[train])
            towards = 1e-6 * (2 * codes[test] - 1)
            low, high = (
                roc_auc_score(codes[test], exact.predict_proba(X[test]) + shift)
                for shift in (-towards, towards)
            )
            assert low <= score <= high <= low + 2e-3


@pytest.mark.parametrize("n_classes", [2, 3])
def test_collinear_columns_without_a_penalty(
    n_classes, draw_table, grid_search, assert_same_search
):
    X, y = draw_table(n_classes)
    # In the held-out rows of every fold the last column is not the multiple of the first.
    cv = [(np.arange(0, len(y), 2), np.arange(1, len(y), 2))]
    X = np.column_stack([X, np.where(np.arange(len(y)) % 2, 0, 1000 * X[:, 0])])
    search = FocalLogisticRegressionCV((0, 2), (None,), (0.01, np.inf), cv=cv).fit(X, y)

    assert_same_search(search, grid_search(search).fit(X, y))


def test_class_without_weight_in_a_fold(draw_table):
    X, y = draw_table(n_samples=300)
    train, test = np.arange(200), np.arange(200, 300)
    weight = np.where((np.arange(300) < 200) & (y == "b"), 0.0, 1.0)
    search = FocalLogisticRegressionCV(
        (0, 2), (None,), (0.1, np.inf), cv=[(train, test)], refit=False
    ).fit(X, y, weight)

    for parameters, score in zip(
        search.cv_results_["params"], search.cv_results_["mean_test_score"], strict=True
    ):
        model = FocalLogisticRegression(**parameters).fit(X[train], y[train], weight[train])
        expected = -log_loss(y[test], model.predict_proba(X[test]), sample_weight=weight[test])
        # The probability of the absent class is at the rounding error of one.
        assert score == pytest.approx(expected, rel=1e-4)


def test_formats_of_alpha(draw_table, grid_search, assert_same_search):
    X, y = draw_table()
    alphas = (0.25, {"b": 1.0, "c": 3.0}, [2.0, 1.0], "balanced", None)
    search = FocalLogisticRegressionCV((0, 2), alphas, (0.1, 1.0), cv=3).fit(X, y)
    grid = grid_search(search).fit(X, y)

    assert_same_search(search, grid)
    assert search.cv_results_["param_alpha"].tolist() == grid.cv_results_["param_alpha"].tolist()


@pytest.mark.parametrize("convert", [np.asarray, sparse.csr_array])
def test_folds_that_are_not_copied_have_the_same_scores(convert, table, monkeypatch):
    X, y = convert(table[0]), table[1]
    copied = FocalLogisticRegressionCV((0, 2), Cs=3, cv=3).fit(X, y)
    monkeypatch.setattr("skfocal._solver.heuristics.MAX_FOLD_COPY_FLOATS", 0)
    not_copied = FocalLogisticRegressionCV((0, 2), Cs=3, cv=3).fit(X, y)

    for fold in range(3):
        name = f"split{fold}_test_score"
        expected = copied.cv_results_[name]
        np.testing.assert_allclose(not_copied.cv_results_[name], expected, rtol=1e-9)


@pytest.mark.parametrize("convert", [sparse.csr_array, sparse.csr_matrix, sparse.csc_array])
def test_sparse_data(convert, table, grid_search, assert_same_search):
    X, y = table
    X = convert(np.where(np.abs(X) > 0.5, X, 0))
    search = FocalLogisticRegressionCV((0, 2), Cs=3, cv=3).fit(X, y)

    assert_same_search(search, grid_search(search).fit(X, y))


def test_float32_data(table, grid_search, assert_same_search):
    X, y = table
    search = FocalLogisticRegressionCV((0, 2), Cs=(0.01, 1.0), cv=3).fit(X.astype(np.float32), y)

    assert search.coef_.dtype == np.float32
    assert_same_search(search, grid_search(search).fit(X.astype(np.float32), y))


@pytest.mark.parametrize("n_classes", [2, 3])
def test_probabilities_are_clipped_as_in_the_scorer(n_classes, draw_table):
    X, y = draw_table(n_classes)
    # With a few wrong labels and heavy tails, some true classes have a probability below eps.
    y = np.where(np.arange(len(y)) % 60, np.unique(y)[X[:, :n_classes].argmax(axis=1)], y)
    X = np.sinh(3 * X).clip(-500, 500)
    setting = {"gammas": (0, 2), "Cs": (0.1,), "cv": 3}
    together = FocalLogisticRegressionCV(**setting).fit(X, y)
    one_by_one = FocalLogisticRegressionCV(**setting, scoring=get_scorer("neg_log_loss")).fit(X, y)

    for fold in range(3):
        name = f"split{fold}_test_score"
        expected = one_by_one.cv_results_[name]
        np.testing.assert_allclose(together.cv_results_[name], expected, rtol=1e-12)


def test_sample_weight(table, grid_search, assert_same_search):
    X, y = table
    weight = np.random.default_rng(0).random(len(y)) * 5
    search = FocalLogisticRegressionCV((0, 2), Cs=3, cv=3).fit(X, y, weight)

    assert_same_search(search, grid_search(search).fit(X, y, sample_weight=weight))
    alone = FocalLogisticRegressionCV((0, 2), Cs=3, cv=3).fit(X, y)
    assert abs(search.best_score_ - alone.best_score_) > 1e-3


@pytest.mark.parametrize("n_features", [40, 300, 1100])
@pytest.mark.parametrize("n_samples", [60, 400])
def test_wide_data(n_samples, n_features, grid_search, assert_same_search):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n_samples, n_features))
    y = (X[:, 0] + rng.standard_normal(n_samples) > 0).astype(int)
    search = FocalLogisticRegressionCV((0, 2), (None,), (1e-3, 1e-1), cv=2).fit(X, y)

    assert_same_search(search, grid_search(search).fit(X, y))


def test_many_sparse_columns(grid_search, assert_same_search):
    rng = np.random.default_rng(0)
    X = sparse.random_array((3000, 1200), density=0.01, rng=rng, format="csr")
    y = (X @ rng.standard_normal(1200) + 0.3 * rng.logistic(size=3000) > 0).astype(int)
    search = FocalLogisticRegressionCV((0, 2), (None,), (0.1, 1.0), cv=2).fit(X, y)

    assert_same_search(search, grid_search(search).fit(X, y))


def test_types_of_cv_results(table, grid_search):
    search = FocalLogisticRegressionCV((0, 2), Cs=3, cv=3).fit(*table)
    ours, theirs = search.cv_results_, grid_search(search).fit(*table).cv_results_

    assert list(ours) == list(theirs)
    for name, expected in theirs.items():
        assert type(ours[name]) is type(expected)
        if isinstance(expected, np.ndarray):
            assert ours[name].dtype == expected.dtype
            assert ours[name].shape == expected.shape
    for name in ("param_gamma", "param_alpha", "param_C"):
        assert ours[name].tolist() == theirs[name].tolist()
        assert not ours[name].mask.any()
    assert (ours["mean_fit_time"] > 0).all()
