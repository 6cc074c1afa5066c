"""Hyperparameter search, learning and validation curves, and feature selection."""

import numpy as np
import pytest
from scipy.stats import uniform
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - enables the import below
from sklearn.feature_selection import RFECV, SelectFromModel
from sklearn.inspection import permutation_importance
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    StratifiedKFold,
    cross_val_score,
    learning_curve,
    validation_curve,
)

from skfocal import FocalLogisticRegression

FOLDS = StratifiedKFold(3)
ALPHAS = [None, 0.3, "balanced", [5.0, 1.0], {"rare": 2.0, "usual": 1.0}]


def mean_score(X, y, **parameters):
    model = FocalLogisticRegression(**parameters)
    return cross_val_score(model, X, y, cv=FOLDS, scoring="neg_log_loss").mean()


@pytest.mark.parametrize("kind", ["grid", "randomized"])
def test_search_scores_agree_with_cross_val_score(rare, kind):
    if kind == "grid":
        search = GridSearchCV(
            FocalLogisticRegression(),
            {"gamma": [0, 2.0], "alpha": ALPHAS},
            scoring="neg_log_loss",
            cv=FOLDS,
        )
    else:
        search = RandomizedSearchCV(
            FocalLogisticRegression(),
            {"gamma": uniform(0, 5), "alpha": ALPHAS},
            n_iter=6,
            scoring="neg_log_loss",
            cv=FOLDS,
            random_state=0,
        )
    search.fit(*rare)

    candidates = search.cv_results_["params"]
    expected = [mean_score(*rare, **candidate) for candidate in candidates]
    np.testing.assert_allclose(search.cv_results_["mean_test_score"], expected, rtol=1e-12)
    assert len(np.unique(expected)) >= len(candidates) - 2
    assert search.best_params_ == candidates[np.argmax(expected)]
    best = FocalLogisticRegression(**search.best_params_).fit(*rare)
    np.testing.assert_array_equal(search.predict_proba(rare[0]), best.predict_proba(rare[0]))


def test_halving_search_refits_the_best_candidate(rare):
    search = HalvingGridSearchCV(
        FocalLogisticRegression(),
        {"gamma": [0, 1.0, 2.0], "alpha": [None, "balanced", {"rare": 2.0, "usual": 1.0}]},
        scoring="neg_log_loss",
        cv=FOLDS,
        min_resources=40,
        random_state=0,
    ).fit(*rare)

    assert search.n_candidates_ == [9, 3, 1]
    assert search.n_resources_ == [40, 120, 360]
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    best = FocalLogisticRegression(**search.best_params_).fit(*rare)
    np.testing.assert_array_equal(search.best_estimator_.coef_, best.coef_)


def test_validation_curve_over_gamma_agrees_with_cross_val_score(rare):
    gammas = [0.0, 1.0, 5.0]
    train, test = validation_curve(
        FocalLogisticRegression(),
        *rare,
        param_name="gamma",
        param_range=gammas,
        scoring="neg_log_loss",
        cv=FOLDS,
    )
    assert train.shape == (3, 3)
    expected = [mean_score(*rare, gamma=gamma) for gamma in gammas]
    np.testing.assert_allclose(test.mean(axis=1), expected, rtol=1e-12)


def test_learning_curve_ends_near_cross_val_score(rare):
    sizes, train, test = learning_curve(
        FocalLogisticRegression(),
        *rare,
        train_sizes=[0.2, 1.0],
        scoring="neg_log_loss",
        cv=FOLDS,
        shuffle=True,
        random_state=0,
    )
    assert sizes.tolist() == [53, 266]
    assert test[1].mean() == pytest.approx(mean_score(*rare), rel=0.05)
    # With more samples the training score decreases and the test score increases.
    assert train[0].mean() > train[1].mean()
    assert test[0].mean() < test[1].mean()


def test_recursive_elimination_keeps_informative_features(rare):
    selector = RFECV(
        FocalLogisticRegression(alpha="balanced"), cv=FOLDS, scoring="balanced_accuracy"
    ).fit(*rare)
    assert set(np.flatnonzero(selector.ranking_ == 1)) >= {0, 1}
    assert len(selector.cv_results_["mean_test_score"]) == 4
    refitted = FocalLogisticRegression(alpha="balanced").fit(rare[0][:, selector.support_], rare[1])
    np.testing.assert_array_equal(selector.estimator_.coef_, refitted.coef_)


def test_features_are_selected_by_the_size_of_their_coefficients(rare, three):
    for X, y in (rare, three):
        selector = SelectFromModel(FocalLogisticRegression()).fit(X, y)
        size = np.abs(FocalLogisticRegression().fit(X, y).coef_).sum(axis=0)
        np.testing.assert_array_equal(selector.get_support(), size >= size.mean())
        assert selector.transform(X).shape == (len(X), selector.get_support().sum())
    selected = SelectFromModel(FocalLogisticRegression()).fit(*rare).get_support()
    assert selected.tolist() == [True, True, False, False]


def test_permutation_importance_is_high_for_informative_features(rare):
    model = FocalLogisticRegression().fit(*rare)
    result = permutation_importance(
        model, *rare, scoring="neg_log_loss", n_repeats=5, random_state=0
    )
    assert result.importances.shape == (4, 5)
    assert result.importances_mean[:2].min() > 0.1
    assert np.abs(result.importances_mean[2:]).max() < 0.02
