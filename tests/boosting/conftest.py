"""Estimators of all libraries, and data for them."""

from dataclasses import dataclass
from typing import Any

import catboost
import lightgbm
import numpy as np
import pytest
import xgboost
from scipy.special import expit

from skfocal.boosting import FocalCatBoostClassifier, FocalLGBMClassifier, FocalXGBClassifier


@dataclass(frozen=True)
class Library:
    """An estimator with settings for fast tests.

    `repeatable` are settings with which a weight of two is a second copy of a row.
    """

    name: str
    estimator: Any
    plain: Any
    settings: dict[str, Any]
    repeatable: dict[str, Any]

    def make(self, **parameters):
        """Return an estimator."""
        return self.estimator(**{**self.settings, **parameters})

    def make_plain(self, **parameters):
        """Return the library's own classifier."""
        return self.plain(**{**self.settings, **parameters})


LIBRARIES = (
    Library(
        "xgboost",
        FocalXGBClassifier,
        xgboost.XGBClassifier,
        {"n_estimators": 15, "max_depth": 3, "n_jobs": 1, "learning_rate": 0.3},
        {"tree_method": "exact"},
    ),
    Library(
        "lightgbm",
        FocalLGBMClassifier,
        lightgbm.LGBMClassifier,
        {"n_estimators": 15, "num_leaves": 7, "n_jobs": 1, "learning_rate": 0.3, "verbosity": -1},
        # It counts rows, not weights, for the smallest leaf and when it chooses bins.
        {
            "min_child_samples": 1,
            "min_child_weight": 3.0,
            "min_data_in_bin": 1,
            "num_leaves": 2,  # of more splits some are equally good, and rounding chooses
        },
    ),
    Library(
        "catboost",
        FocalCatBoostClassifier,
        catboost.CatBoostClassifier,
        {
            "iterations": 15,
            "depth": 3,
            "learning_rate": 0.3,
            "thread_count": 1,
            "verbose": 0,
            "allow_writing_files": False,
            "random_seed": 0,
        },
        # Without random weights and permutations of the rows, and a penalty for a mean weight of 1.
        {
            "bootstrap_type": "No",
            "boosting_type": "Plain",
            "random_strength": 0,
            "l2_leaf_reg": 0,
        },
    ),
)


@pytest.fixture(params=LIBRARIES, ids=lambda one: one.name)
def library(request):
    """Return the estimator of each library in turn."""
    return request.param


@pytest.fixture(scope="session")
def rare():
    """Return a binary problem with rare positives and string labels."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((600, 3)).round(1)
    is_rare = rng.random(600) < expit(2 * X[:, 0] - X[:, 1] - 2)
    return X, np.where(is_rare, "rare", "common")


@pytest.fixture(scope="session")
def three():
    """Return a problem with three classes of different sizes, labelled by integers."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((300, 3)).round(1)
    score = 1.5 * X[:, 0] + X[:, 1] + rng.logistic(size=300)
    return X, np.digitize(score, [0.5, 2.5]) * 10
