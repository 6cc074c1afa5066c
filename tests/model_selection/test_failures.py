"""Folds on which candidates cannot be fitted or scored: results are those of a grid search."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning, FitFailedWarning
from sklearn.model_selection import StratifiedKFold

from skfocal.model_selection import FocalLogisticRegressionCV

# Older versions of scikit-learn do not pass sample weights to scorers as the newest does.
pytestmark = pytest.mark.slow

SMALL = {"gammas": (0, 2), "Cs": (0.01, 1.0)}


def splits_with_one_class(y):
    rows = np.arange(len(y))
    return [*StratifiedKFold(2).split(rows, y), (rows[y == "b"], rows)]


def fit_without_warnings(search, *table):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return search.fit(*table)


def test_fold_with_one_class_has_nan_scores(table, grid_search):
    cv = splits_with_one_class(table[1])
    search = FocalLogisticRegressionCV(**SMALL, cv=cv)
    with (
        pytest.warns(FitFailedWarning, match="8 fits failed out of 24"),
        pytest.warns(UserWarning, match="test scores are non-finite"),
    ):
        search.fit(*table)
    grid = fit_without_warnings(grid_search(search), *table)

    for name in ("split2_test_score", "mean_test_score", "std_test_score", "rank_test_score"):
        np.testing.assert_array_equal(search.cv_results_[name], grid.cv_results_[name])
        assert np.isnan(search.cv_results_[name]).all() or name == "rank_test_score"
    np.testing.assert_allclose(
        search.cv_results_["split0_test_score"], grid.cv_results_["split0_test_score"], atol=1e-6
    )
    assert search.best_index_ == grid.best_index_ == 0


def test_search_fails_if_every_fit_fails(table):
    cv = splits_with_one_class(table[1])[2:]
    with pytest.raises(ValueError, match="All the 8 fits failed"):
        FocalLogisticRegressionCV(**SMALL, cv=cv).fit(*table)


@pytest.mark.parametrize("scoring", ["accuracy", "neg_log_loss"])
def test_fold_without_a_class(scoring, draw_table, grid_search):
    X, y = draw_table(3)
    rows = np.arange(len(y))
    cv = [(rows[y != "a"], rows), (rows[::2], rows[1::2])]
    search = FocalLogisticRegressionCV(**SMALL, cv=cv, scoring=scoring)
    grid = fit_without_warnings(grid_search(search), X, y)
    fit_without_warnings(search, X, y)

    for name in ("split0_test_score", "split1_test_score", "rank_test_score"):
        np.testing.assert_allclose(search.cv_results_[name], grid.cv_results_[name], atol=1e-6)


def test_alpha_that_is_invalid_for_a_fold_fails_alone(draw_table, grid_search):
    X, y = draw_table(3)
    rows = np.arange(len(y))
    cv = [(rows[y != "a"], rows[y != "a"]), (rows[::2], rows[1::2])]
    alphas = (None, {"a": 1.0, "b": 1.0, "c": 2.0})
    search = FocalLogisticRegressionCV((0, 2), alphas, (1.0,), cv=cv, scoring="accuracy")
    grid = fit_without_warnings(grid_search(search), X, y)
    with (
        pytest.warns(FitFailedWarning, match="2 fits failed out of 8"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        search.fit(X, y)

    np.testing.assert_allclose(
        search.cv_results_["split0_test_score"], grid.cv_results_["split0_test_score"]
    )
    assert search.best_index_ == grid.best_index_
    assert search.alpha_ is None


def test_fold_for_which_every_alpha_is_invalid(draw_table, grid_search):
    X, y = draw_table(3)
    rows = np.arange(len(y))
    cv = [(rows[y != "a"], rows), (rows[::2], rows[1::2])]
    alphas = ({"a": 1.0, "b": 1.0, "c": 2.0}, {"a": 3.0, "b": 1.0, "c": 2.0})
    search = FocalLogisticRegressionCV((0, 2), alphas, (1.0,), cv=cv)
    grid = fit_without_warnings(grid_search(search), X, y)
    with (
        pytest.warns(
            FitFailedWarning, match="4 fits failed out of 8.*\n4 fits .*unknown: \\['a'\\]"
        ),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        search.fit(X, y)

    for name in ("split0_test_score", "split1_test_score", "rank_test_score"):
        np.testing.assert_allclose(search.cv_results_[name], grid.cv_results_[name], atol=1e-6)


def test_alpha_out_of_range_fails_alone(draw_table, grid_search):
    search = FocalLogisticRegressionCV((0, 2), ([1e308, 1e308], None), (0.1, 1.0), cv=2)
    grid = fit_without_warnings(grid_search(search), *draw_table())
    fit_without_warnings(search, *draw_table())

    for name in ("split0_test_score", "split1_test_score", "rank_test_score"):
        np.testing.assert_allclose(search.cv_results_[name], grid.cv_results_[name], atol=1e-6)
    assert np.isnan(search.cv_results_["mean_test_score"]).sum() == 4
    assert search.best_index_ == grid.best_index_
    assert search.alpha_ is None


def test_fold_without_weight_in_the_test_set(draw_table, grid_search):
    X, y = draw_table()
    weight = np.ones(len(y))
    weight[:100] = 0
    rows = np.arange(len(y))
    cv = [(rows[100:], rows[:100]), (rows[::2], rows[1::2])]
    search = FocalLogisticRegressionCV(**SMALL, cv=cv)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search.fit(X, y, weight)
        grid = grid_search(search).fit(X, y, sample_weight=weight)

    for name in ("split0_test_score", "split1_test_score"):
        np.testing.assert_allclose(search.cv_results_[name], grid.cv_results_[name], atol=1e-6)


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_scorer_that_raises_gives_nan(n_jobs, table):
    def fails_for_gamma_2(estimator, *_):
        if estimator.gamma == 2:
            msg = "injected"
            raise RuntimeError(msg)
        return 1.0

    search = FocalLogisticRegressionCV(**SMALL, cv=2, scoring=fails_for_gamma_2, n_jobs=n_jobs)
    # There is one warning for all scores, issued in the main process.
    with (
        pytest.warns(UserWarning, match="8 scores failed out of 16.*\n8 scores .*[^$]*injected"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        search.fit(*table)

    failed = np.array([each["gamma"] == 2 for each in search.cv_results_["params"]])
    np.testing.assert_array_equal(np.isnan(search.cv_results_["mean_test_score"]), failed)
    assert search.gamma_ == 0


def test_fits_that_do_not_converge_warn(table):
    X, y = table
    setting = {"cv": 2, "tol": 1e-300, "max_iter": 3, "refit": False}
    search = FocalLogisticRegressionCV((0,), (None,), (1.0,), **setting)
    with pytest.warns(ConvergenceWarning, match="2 out of 2 fits did not converge"):
        search.fit(X, y)


def test_penalty_out_of_range_fails_alone(table):
    weight = np.full(len(table[1]), 1e-200)
    search = FocalLogisticRegressionCV((0,), (None,), (1e-200, 1e200), cv=2)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        search.fit(*table, weight)

    assert any("must have a product" in str(each.message) for each in caught)
    assert search.C_ == 1e200
