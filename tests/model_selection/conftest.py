"""Small tables, and the grid search that the search is held against."""

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV

from skfocal import FocalLogisticRegression


@pytest.fixture(scope="session")
def draw_table():
    """Return a function that draws a noisy table of two or three classes."""

    def draw(n_classes=2, n_samples=300, *, seed=0, positives=0.7):
        rest = (1 - positives) / (n_classes - 1)
        X, y = make_classification(
            n_samples,
            5,
            n_informative=4,
            n_redundant=0,
            n_classes=n_classes,
            n_clusters_per_class=1,
            weights=[positives] + [rest] * (n_classes - 1),
            flip_y=0.2,
            class_sep=0.7,
            random_state=seed,
        )
        return X, np.array(["b", "c", "a"])[y]

    return draw


@pytest.fixture(params=[2, 3], ids=["two_classes", "three_classes"])
def table(request, draw_table):
    return draw_table(request.param)


@pytest.fixture(scope="session")
def grid_search():
    """Return a function that makes the grid search over the same candidates."""

    def make(search):
        Cs = np.logspace(-4, 4, search.Cs) if isinstance(search.Cs, int) else search.Cs
        return GridSearchCV(
            FocalLogisticRegression(
                tol=1e-10, fit_intercept=search.fit_intercept, probability=search.probability
            ),
            {"gamma": list(search.gammas), "alpha": list(search.alphas), "C": list(Cs)},
            scoring=search.scoring or "neg_log_loss",
            cv=search.cv,
        )

    return make


@pytest.fixture(scope="session")
def assert_same_search():
    """Return a function that compares a search with a grid search."""

    def compare(search, grid, *, atol=1e-6):
        assert search.cv_results_.keys() == grid.cv_results_.keys()
        assert search.cv_results_["params"] == grid.cv_results_["params"]
        for name in grid.cv_results_:
            if "test_score" in name and "rank" not in name:
                np.testing.assert_allclose(
                    search.cv_results_[name], grid.cv_results_[name], rtol=0, atol=atol
                )
        assert search.best_index_ == grid.best_index_
        assert search.best_params_ == grid.best_params_
        np.testing.assert_allclose(search.best_score_, grid.best_score_, rtol=0, atol=atol)

    return compare
