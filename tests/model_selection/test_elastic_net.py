"""Searches over L1 penalties: agreement with independent fits."""

import numpy as np
import pytest
from scipy import sparse

from skfocal import FocalLogisticRegression, FocalLogisticRegressionCV, FocalSearchDisplay


@pytest.mark.slow
@pytest.mark.parametrize(
    "parameters",
    [
        {"l1_ratios": (1,)},
        {"l1_ratios": (0, 0.5, 1)},
        {"l1_ratios": (1, 0), "alphas": (None,), "fit_intercept": False},
        {"l1_ratios": (0.5,), "scoring": "roc_auc_ovr", "Cs": (1.0, 0.1, np.inf)},
    ],
    ids=str,
)
def test_scores_are_those_of_independent_fits(parameters, table, grid_search, assert_same_search):
    settings = {"gammas": (2, 0), "Cs": (1.0, 0.01, 0.1), "cv": 3} | parameters
    search = FocalLogisticRegressionCV(**settings).fit(*table)
    grid = grid_search(search).fit(*table)

    assert_same_search(search, grid)
    assert search.l1_ratio_ == grid.best_params_["l1_ratio"]
    best = FocalLogisticRegression(**search.best_params_, fit_intercept=search.fit_intercept).fit(
        *table
    )
    np.testing.assert_array_equal(search.coef_, best.coef_)


@pytest.mark.slow
@pytest.mark.parametrize("convert", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("copied", [True, False])
def test_many_columns(convert, copied, grid_search, assert_same_search, monkeypatch):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((150, 600)) * (rng.random((150, 600)) < 0.3)
    y = (X[:, :3].sum(axis=1) + 0.3 * rng.standard_normal(150) > 0).astype(int)
    X = convert(X)
    if not copied:
        monkeypatch.setattr("skfocal._solver.heuristics.MAX_FOLD_COPY_FLOATS", 0)
        monkeypatch.setattr("skfocal._solver.heuristics.MAX_COLUMN_COPY_FLOATS", 0)
    search = FocalLogisticRegressionCV((0, 2), (None,), (0.1, 1.0), l1_ratios=(0.5, 1), cv=2).fit(
        X, y
    )

    assert_same_search(search, grid_search(search).fit(X, y))


@pytest.mark.parametrize("gamma", [0, 2])
def test_path_ends_at_the_minima_of_cold_fits(gamma, draw_table):
    X, y = draw_table(n_samples=300)
    Cs = np.geomspace(0.01, 10, 8)
    search = FocalLogisticRegressionCV(
        (gamma,), (None,), Cs, l1_ratios=(1,), cv=[(np.arange(300), np.arange(300))]
    ).fit(X, y)

    for C, score in zip(Cs, search.cv_results_["mean_test_score"], strict=True):
        cold = FocalLogisticRegression(gamma, C=C, l1_ratio=1, tol=1e-8).fit(X, y)
        log_p = cold.predict_log_proba(X)[np.arange(300), np.searchsorted(cold.classes_, y)]
        assert score == pytest.approx(log_p.mean(), abs=1e-6)


def test_l2_alone_has_no_column_of_results(table):
    search = FocalLogisticRegressionCV((0,), (None,), (1.0,), cv=2).fit(*table)

    assert "param_l1_ratio" not in search.cv_results_
    assert search.l1_ratio_ == 0


@pytest.mark.parametrize(
    ("l1_ratios", "error"),
    [((), ValueError), ((0, 1.5), ValueError), (("1",), TypeError), (0.5, TypeError)],
)
def test_invalid_l1_ratios(l1_ratios, error, table):
    with pytest.raises(error, match="l1_ratios"):
        FocalLogisticRegressionCV(l1_ratios=l1_ratios).fit(*table)


def test_display_shows_the_best_l1_ratio(table):
    pytest.importorskip("matplotlib").use("Agg")
    search = FocalLogisticRegressionCV((0, 2), Cs=2, cv=2, l1_ratios=(0, 1)).fit(*table)

    display = FocalSearchDisplay.from_estimator(search)

    assert np.nanmax(display.mean_scores) == search.best_score_
    assert not np.isnan(display.mean_scores).any()


def test_sparse_coefficients_predict_the_same(table):
    X, y = table
    search = FocalLogisticRegressionCV(gammas=(1,), Cs=(0.05,), l1_ratios=(1,), cv=3).fit(X, y)
    coef, expected = search.coef_, search.predict_proba(X)

    assert sparse.issparse(search.sparsify().coef_)
    np.testing.assert_array_equal(search.predict_proba(X), expected)
    np.testing.assert_array_equal(search.densify().coef_, coef)
