"""Ensembles of under-samplers of imbalanced-learn, and boosted trees of scikit-learn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from imblearn.ensemble import (
    BalancedBaggingClassifier,
    BalancedRandomForestClassifier,
    EasyEnsembleClassifier,
    RUSBoostClassifier,
)
from sklearn.ensemble import AdaBoostClassifier, HistGradientBoostingClassifier
from sklearn.tree import DecisionTreeClassifier

from skfocal.comparison.methods.grids import Range
from skfocal.comparison.methods.method import Method
from skfocal.comparison.methods.prior_correction import corrected, undo_balance

__all__ = ["FAMILY"]

LEAF_ROWS = (1, 2, 5, 10)
RATES = (0.02, 0.05, 0.1, 0.2)
RANGES = {
    "min_samples_leaf": Range(1, math.inf),
    "estimator__min_samples_leaf": Range(1, math.inf),
    "learning_rate": Range(0.0, math.inf),
    "estimator__learning_rate": Range(0.0, math.inf),
    "estimator__n_estimators": Range(1, math.inf),
    "max_leaf_nodes": Range(2, math.inf),
}


def _ensemble(
    name: str, description: str, classifier: Any, grid: Mapping[str, Sequence[Any]], cost: float
) -> Method:
    ranges = {parameter: RANGES[parameter] for parameter in grid if parameter in RANGES}
    return Method(name, description, classifier, grid, ranges=ranges, cost=cost)


_BALANCED = (
    _ensemble(
        "balanced_random_forest",
        "Random forest of 50 trees, each fitted to as many rows of every class as the smallest "
        "class has.",
        BalancedRandomForestClassifier(
            n_estimators=50, sampling_strategy="all", replacement=True, bootstrap=False
        ),
        {"min_samples_leaf": LEAF_ROWS, "max_features": ("sqrt", 0.3, 0.7)},
        cost=30,
    ),
    _ensemble(
        "balanced_bagging",
        "Mean of 25 trees, each fitted after random undersampling.",
        BalancedBaggingClassifier(DecisionTreeClassifier(), n_estimators=25, bootstrap=False),
        {
            "estimator__min_samples_leaf": LEAF_ROWS,
            "estimator__max_features": (None, "sqrt", 0.5),
        },
        cost=25,
    ),
    _ensemble(
        "easy_ensemble",
        "Mean of 10 AdaBoost classifiers, each fitted after random undersampling.",
        EasyEnsembleClassifier(10, AdaBoostClassifier()),
        {
            "estimator__n_estimators": (5, 10, 20),
            "estimator__learning_rate": (0.03, 0.1, 0.3, 1.0),
        },
        cost=50,
    ),
    _ensemble(
        "rusboost",
        "AdaBoost of 50 trees with random undersampling before each.",
        # It raises an error if its first tree has more errors than a guess, as stumps often have.
        RUSBoostClassifier(DecisionTreeClassifier(max_depth=6), n_estimators=50),
        {"learning_rate": (0.03, 0.1, 0.3, 1.0), "estimator__max_depth": (6, 8, 10)},
        cost=10,
    ),
    _ensemble(
        "hist_gradient_boosting_weighted",
        "Gradient boosted trees of scikit-learn with rows weighted inversely to the size of their "
        "class.",
        HistGradientBoostingClassifier(early_stopping=False, class_weight="balanced"),
        {"learning_rate": RATES, "max_leaf_nodes": (4, 15, 31)},
        cost=40,
    ),
)
FAMILY = (
    *_BALANCED,
    *(corrected(method, undo_balance) for method in _BALANCED),
    replace(
        _BALANCED[-1],
        name="hist_gradient_boosting",
        description="For orientation: gradient boosted trees of scikit-learn.",
        classifier=HistGradientBoostingClassifier(early_stopping=False),
    ),
)
