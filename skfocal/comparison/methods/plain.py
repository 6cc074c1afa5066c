"""Logistic regression with cross-entropy, without and with class weights."""

from __future__ import annotations

from typing import Any, Self

from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from skfocal.comparison.methods.grids import PENALTY, penalties
from skfocal.comparison.methods.method import Method
from skfocal.comparison.names import BASELINE
from skfocal.linear_model import FocalLogisticRegression

__all__ = ["FAMILY", "PlainLogisticRegression"]


class PlainLogisticRegression(FocalLogisticRegression):
    """Logistic regression, with the minimum and the probabilities of scikit-learn's.

    The solver is that of focal loss with gamma 0, so methods that differ in the loss only have the
    same solver.

    Parameters
    ----------
    C : float, default=1.0
        Inverse of the strength of the penalty.
    class_weight : {"balanced"} or None, default=None
        Whether rows are weighted inversely to the size of their class.
    """

    def __init__(self, *, C: float = 1.0, class_weight: str | None = None) -> None:
        super().__init__(0.0, C=C, tol=1e-6, max_iter=1000, warm_start=True, probability="link")
        self.class_weight = class_weight

    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the model."""
        self.alpha = self.class_weight
        return super().fit(X, y, sample_weight)

    def as_focal(self) -> FocalLogisticRegression:
        """Return the model with focal loss that has the same minimum and probabilities."""
        return FocalLogisticRegression(
            self.gamma,
            self.class_weight,
            C=self.C,
            tol=self.tol,
            max_iter=self.max_iter,
            probability=self.probability,
        )

    def as_scikit_learn(self, class_counts: tuple[int, int] | None) -> Any:
        """Return scikit-learn's own class with the same minimum; a copy of any other class."""
        del class_counts
        if type(self) is not PlainLogisticRegression:
            return clone(self)
        return self._as_logistic_regression()

    def _as_logistic_regression(self) -> LogisticRegression:
        return LogisticRegression(
            C=self.C, class_weight=self.class_weight, tol=self.tol, max_iter=self.max_iter
        )


FAMILY = (
    Method(
        BASELINE,
        "Plain logistic regression, without any treatment of imbalance.",
        PlainLogisticRegression(),
        {"C": penalties()},
        ranges={"C": PENALTY},
        complexity=0,
    ),
    Method(
        "class_weight",
        "Logistic regression with rows weighted inversely to the size of their class.",
        PlainLogisticRegression(class_weight="balanced"),
        {"C": penalties()},
        ranges={"C": PENALTY},
        cost=1.2,
        complexity=1,
    ),
)
