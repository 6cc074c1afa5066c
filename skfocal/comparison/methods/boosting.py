"""Boosted trees of XGBoost, LightGBM and CatBoost, which are imported when a model is fitted."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from skfocal import boosting
from skfocal._typing import Floats, ProbabilityMode
from skfocal.boosting import Library
from skfocal.comparison.methods.grids import Range
from skfocal.comparison.methods.method import Method
from skfocal.comparison.methods.prior_correction import corrected, undo_balance

__all__ = ["FAMILY", "BoostedTrees"]


class BoostedTrees(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped bases
    """The classifier of `skfocal.boosting` for a library, under the same names for all of them.

    Parameters
    ----------
    library : {"xgboost", "lightgbm", "catboost"}
        Library.
    focal_gamma : float, default=0.0
        Focusing parameter.
    focal_alpha : None or "balanced", default=None
        Class weights.
    probability : {"posterior", "weighted", "link"}, default="posterior"
        What ``predict_proba`` returns.
    learning_rate : float, default=0.1
        Shrinkage of every tree.
    tree_size : int, default=15
        Maximum number of leaves of a tree. XGBoost and CatBoost grow trees of the depth at which a
        complete tree has about as many.
    n_estimators : int, default=100
        Number of trees of each class.
    random_state : int, default=None
        Seed; by default that of the library.
    """

    def __init__(
        self,
        library: Library,
        *,
        focal_gamma: float = 0.0,
        focal_alpha: str | None = None,
        probability: ProbabilityMode = "posterior",
        learning_rate: float = 0.1,
        tree_size: int = 15,
        n_estimators: int = 100,
        random_state: int | None = None,
    ) -> None:
        self.library = library
        self.focal_gamma = focal_gamma
        self.focal_alpha = focal_alpha
        self.probability = probability
        self.learning_rate = learning_rate
        self.tree_size = tree_size
        self.n_estimators = n_estimators
        self.random_state = random_state

    def fit(self, X: Floats, y: NDArray[Any]) -> Self:
        """Fit the trees."""
        self.model_ = _MAKERS[self.library](self).set_params(
            focal_gamma=self.focal_gamma,
            focal_alpha=self.focal_alpha,
            learning_rate=self.learning_rate,
        )
        self.model_.fit(X, y)
        self.classes_ = self.model_.classes_
        return self

    def decision_function(self, X: Floats) -> Floats:
        """Margins of class 1 of two, of shape (n_samples,), or of every class."""
        margins: Floats = self.model_.decision_function(X)
        return margins

    def predict(self, X: Floats) -> NDArray[Any]:
        """Class labels."""
        labels: NDArray[Any] = self.model_.predict(X)
        return labels

    def predict_proba(self, X: Floats) -> Floats:
        """Probabilities of the classes, of shape (n_samples, n_classes)."""
        self.model_.probability = self.probability
        proba: Floats = self.model_.predict_proba(X)
        return proba

    def predict_log_proba(self, X: Floats) -> Floats:
        """Log-probabilities of the classes, of shape (n_samples, n_classes)."""
        self.model_.probability = self.probability
        log_proba: Floats = self.model_.predict_log_proba(X)
        return log_proba


def _depth(trees: BoostedTrees) -> int:
    return max(round(math.log2(trees.tree_size)), 1)


def _xgboost(trees: BoostedTrees) -> Any:
    return boosting.FocalXGBClassifier(
        n_estimators=trees.n_estimators,
        max_depth=_depth(trees),
        random_state=trees.random_state,
        n_jobs=1,
    )


def _lightgbm(trees: BoostedTrees) -> Any:
    return boosting.FocalLGBMClassifier(
        n_estimators=trees.n_estimators,
        num_leaves=trees.tree_size,
        random_state=trees.random_state,
        n_jobs=1,
        deterministic=True,
        force_row_wise=True,
        feature_pre_filter=False,  # it would drop every column of a small table
        verbosity=-1,
    )


def _catboost(trees: BoostedTrees) -> Any:
    return boosting.FocalCatBoostClassifier(
        iterations=trees.n_estimators,
        depth=_depth(trees),
        random_seed=trees.random_state,
        thread_count=1,
        allow_writing_files=False,
        verbose=0,
    )


_MAKERS: Mapping[Library, Callable[[BoostedTrees], Any]] = {
    "xgboost": _xgboost,
    "lightgbm": _lightgbm,
    "catboost": _catboost,
}
_TITLES = {"xgboost": "XGBoost", "lightgbm": "LightGBM", "catboost": "CatBoost"}
# Twelve candidates of each method. Focal loss tries fewer rates and sizes, so that all have the
# same budget.
_GRID = {"learning_rate": (0.02, 0.05, 0.1, 0.2), "tree_size": (4, 15, 31)}
_FOCAL_GRID = {
    "focal_gamma": (0.0, 1.0, 3.0),
    "learning_rate": (0.03, 0.1),
    "tree_size": (4, 15),
}
_RANGES = {
    "learning_rate": Range(0.0, 1.0),
    "tree_size": Range(2, 1024),
    "focal_gamma": Range(0.0, math.inf),
}


def _boosted(
    trees: BoostedTrees, suffix: str, text: str, grid: Mapping[str, Sequence[Any]], **options: Any
) -> Method:
    return Method(
        f"{trees.library}{suffix}",
        f"For orientation: boosted trees of {_TITLES[trees.library]}{text}.",
        trees,
        grid,
        ranges=_RANGES,
        needs=trees.library,
        **options,
    )


def _family(library: Library) -> tuple[Method, ...]:
    weighted = _boosted(
        BoostedTrees(library, focal_alpha="balanced", probability="weighted"),
        "_weighted",
        " with rows weighted inversely to the size of their class",
        _GRID,
    )
    name = f"{library}_focal"
    focal = _boosted(
        BoostedTrees(library, focal_gamma=1.0),
        "_focal",
        " with focal loss. One fit is reported twice: with γ undone in the probabilities "
        "(recovered), and with the plain sigmoid or softmax of its margins (raw)",
        _FOCAL_GRID,
        views={
            f"{name} (recovered)": {"probability": "posterior"},
            f"{name} (raw)": {"probability": "link"},
        },
        shown_parameters={"focal_gamma": "γ"},
    )
    plain = _boosted(BoostedTrees(library), "", "", _GRID)
    return plain, weighted, corrected(weighted, undo_balance), focal


FAMILY = tuple(method for library in _MAKERS for method in _family(library))
