"""Small data, and the grid search that the search is compared with."""

import numpy as np
import pytest
from builders import noisy_data
from sklearn.model_selection import GridSearchCV

from skfocal import FocalLogisticRegression


@pytest.fixture(scope="session")
def draw_table():
    """Return the function `noisy_data`."""
    return noisy_data


@pytest.fixture(params=[2, 3], ids=["two_classes", "three_classes"])
def table(request, draw_table):
    return draw_table(request.param)


@pytest.fixture(scope="session")
def grid_search():
    """Return a function that builds a grid search over the same candidates."""

    def make(search):
        Cs = np.logspace(-4, 4, search.Cs) if isinstance(search.Cs, int) else search.Cs
        grid = {"gamma": list(search.gammas), "alpha": list(search.alphas), "C": list(Cs)}
        if search.l1_ratios is not None:
            grid["l1_ratio"] = list(search.l1_ratios)
        return GridSearchCV(
            FocalLogisticRegression(
                tol=1e-10, fit_intercept=search.fit_intercept, probability=search.probability
            ),
            grid,
            scoring=search.scoring or "neg_log_loss",
            cv=search.cv,
        )

    return make


@pytest.fixture(scope="session")
def assert_same_search():
    """Return a function that compares the results of a search and of a grid search."""

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
