"""Boosted trees of LightGBM, which is imported when a model is fitted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_expit, log_softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.class_weight import compute_sample_weight

from skfocal._typing import Floats
from skfocal.comparison.methods.focal import GAMMAS
from skfocal.comparison.methods.grids import Range
from skfocal.comparison.methods.method import Method
from skfocal.losses import FocalLoss
from skfocal.posterior import posterior_logits

__all__ = ["FAMILY", "BoostedTrees"]

MAX_STEP = 10.0
"""Largest Newton step of a logit."""


class BoostedTrees(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped bases
    """Trees boosted by LightGBM.

    Parameters
    ----------
    gamma : float, default=None
        Focusing parameter of the focal loss, undone in the probabilities; None for LightGBM's
        cross-entropy.
    class_weight : {"balanced"}, default=None
        Whether rows are weighted inversely to the size of their class. The probabilities are those
        of the weighted classes.
    learning_rate : float, default=0.1
        Shrinkage of every tree.
    num_leaves : int, default=15
        Maximum number of leaves of a tree.
    n_estimators : int, default=100
        Number of trees of each class.
    random_state : int, default=None
        Seed; by default that of LightGBM.
    """

    def __init__(
        self,
        *,
        gamma: float | None = None,
        class_weight: str | None = None,
        learning_rate: float = 0.1,
        num_leaves: int = 15,
        n_estimators: int = 100,
        random_state: int | None = None,
    ) -> None:
        self.gamma = gamma
        self.class_weight = class_weight
        self.learning_rate = learning_rate
        self.num_leaves = num_leaves
        self.n_estimators = n_estimators
        self.random_state = random_state

    def fit(self, X: Floats, y: NDArray[Any]) -> Self:
        """Fit the trees."""
        import lightgbm  # noqa: PLC0415  # an optional dependency

        self.classes_, codes = np.unique(y, return_inverse=True)
        n_classes = len(self.classes_)
        weight = compute_sample_weight(self.class_weight, codes)
        settings: dict[str, Any] = {
            "objective": "binary" if n_classes == 2 else "multiclass",
            "num_class": 1 if n_classes == 2 else n_classes,
            "learning_rate": self.learning_rate,
            "num_leaves": self.num_leaves,
            "seed": self.random_state,
            "deterministic": True,
            "force_row_wise": True,
            "feature_pre_filter": False,  # it would drop every column of a small table
            "num_threads": 1,
            "verbosity": -1,
        }
        data = lightgbm.Dataset(X, codes, weight=weight)
        self.start_: Floats = np.zeros(())
        if self.gamma is not None:
            loss = FocalLoss(self.gamma)
            # LightGBM does not start from the best constant if the loss is a callable.
            self.start_ = _best_constant(loss, np.bincount(codes, weight).astype(np.float64))
            of_row = (len(y),) if n_classes == 2 else (len(y), n_classes)
            data.set_init_score(np.full(of_row, self.start_))
            settings["objective"] = _objective(loss, codes, weight)
        self.booster_ = lightgbm.train(settings, data, num_boost_round=self.n_estimators)
        return self

    def decision_function(self, X: Floats) -> Floats:
        """Logits: of class 1 of two, of shape (n_samples,), or of every class."""
        raw = np.asarray(self.booster_.predict(X, raw_score=True, num_threads=1))
        return raw + self.start_

    def predict_log_proba(self, X: Floats) -> Floats:
        """Log-probabilities of the classes, of shape (n_samples, n_classes), from the logits."""
        logits = posterior_logits(self.decision_function(X), self.gamma or 0.0)
        if logits.ndim == 2:
            return np.asarray(log_softmax(logits, axis=1))
        return np.column_stack([log_expit(-logits), log_expit(logits)])

    def predict_proba(self, X: Floats) -> Floats:
        """Probabilities of the classes, of shape (n_samples, n_classes)."""
        return np.asarray(np.exp(self.predict_log_proba(X)))

    def predict(self, X: Floats) -> NDArray[Any]:
        """Class of the largest logit."""
        logits = self.decision_function(X)
        best = (logits > 0).astype(np.intp) if logits.ndim == 1 else logits.argmax(axis=1)
        return np.asarray(self.classes_[best])


def _best_constant(loss: FocalLoss, class_totals: Floats) -> Floats:
    """Return the constant logits of least risk, of shape () for two classes."""
    classes = np.arange(len(class_totals))
    shares = class_totals / class_totals.sum()
    start = np.log(shares) / (1 + loss.gamma)
    start = start[1:] - start[0] if len(shares) == 2 else start - start.mean()

    def risk(logits: Floats) -> tuple[float, Floats]:
        rows = np.repeat(logits, 2) if len(shares) == 2 else np.tile(logits, (len(shares), 1))
        value, gradient = loss.value_and_gradient(classes, rows)
        return float(shares @ value), np.atleast_1d(shares @ gradient)

    found: Floats = minimize(risk, start, jac=True, options={"gtol": 1e-9}).x
    return found.squeeze() if len(shares) == 2 else found


def _objective(
    loss: FocalLoss, codes: NDArray[np.intp], weight: Floats
) -> Callable[[Floats, Any], tuple[Floats, Floats]]:
    """Return LightGBM's callable for the derivatives of a loss."""

    def derivatives(logits: Floats, _: Any) -> tuple[Floats, Floats]:
        gradient = loss.gradient(codes, logits)
        # The focal loss of a badly misclassified row has a negative or tiny second derivative.
        hessian = np.maximum(loss.hessian_diagonal(codes, logits), np.abs(gradient) / MAX_STEP)
        rows = weight if logits.ndim == 1 else weight[:, np.newaxis]
        return gradient * rows, hessian * rows

    return derivatives


RATES = (0.02, 0.05, 0.1, 0.2)
LEAVES = (4, 15, 31)
RANGES = {
    "learning_rate": Range(0.0, 1.0),
    "num_leaves": Range(2, math.inf),
    "gamma": Range(0.0, math.inf),
}
FAMILY = (
    Method(
        "lightgbm",
        "For orientation: boosted trees of LightGBM.",
        BoostedTrees(),
        {"learning_rate": RATES, "num_leaves": LEAVES},
        ranges=RANGES,
        needs="lightgbm",
    ),
    Method(
        "lightgbm_weighted",
        "For orientation: boosted trees of LightGBM with rows weighted inversely to the size of "
        "their class.",
        BoostedTrees(class_weight="balanced"),
        {"learning_rate": RATES, "num_leaves": LEAVES},
        ranges=RANGES,
        needs="lightgbm",
    ),
    Method(
        "lightgbm_focal",
        "For orientation: boosted trees of LightGBM with focal loss, γ undone in the "
        "probabilities.",
        BoostedTrees(gamma=1.0),
        {"gamma": GAMMAS, "num_leaves": LEAVES},
        ranges=RANGES,
        needs="lightgbm",
        shown_parameters={"gamma": "γ"},
    ),
)
