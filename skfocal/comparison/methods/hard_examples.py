"""Logistic regression with hard example mining."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from skfocal._typing import Floats
from skfocal.comparison.methods.grids import PENALTY, Range, penalties
from skfocal.comparison.methods.method import Method
from skfocal.comparison.methods.plain import PlainLogisticRegression

__all__ = ["FAMILY", "HardExampleLogisticRegression"]


class HardExampleLogisticRegression(PlainLogisticRegression):
    """Logistic regression, fitted a second time on the rows with the largest loss.

    Parameters
    ----------
    C : float, default=1.0
        Inverse of the strength of the penalty, in both fits.
    share : float, default=0.5
        Share of the rows to keep, above 0 and up to 1: those with the largest loss. The hardest
        row of every class is always kept.

    References
    ----------
    A. Shrivastava, A. Gupta, R. Girshick (2016). "Training Region-Based Object Detectors with
    Online Hard Example Mining." CVPR 2016, 761-769. doi:10.1109/CVPR.2016.89
    """

    def __init__(self, *, C: float = 1.0, share: float = 0.5) -> None:
        super().__init__(C=C)
        self.share = share

    def fit(self, X: Floats, y: NDArray[np.intp]) -> Self:  # type: ignore[override]  # no weights
        """Fit to all rows, then to the hardest ones."""
        super().fit(X, y)
        indices = np.searchsorted(self.classes_, y)
        logits = self.decision_function(X)  # probabilities may round to 0
        if logits.ndim == 1:
            logits = np.column_stack([np.zeros_like(logits), logits])
        loss = -log_softmax(logits, axis=1)[np.arange(len(y)), indices]
        hardest = np.argsort(-loss, kind="stable")
        first_of_class = np.unique(indices[hardest], return_index=True)[1]
        n_hard = int(np.ceil(self.share * len(y)))
        rows = np.sort(hardest[np.union1d(np.arange(n_hard), first_of_class)])
        super().fit(X[rows], y[rows])
        return self


FAMILY = (
    Method(
        "hard_examples",
        "Logistic regression fitted a second time on the share, tuned with C, of the training "
        "rows with the largest loss.",
        HardExampleLogisticRegression(),
        {"share": (1.0, 0.7, 0.4, 0.2), "C": penalties(3)},
        ranges={"C": PENALTY, "share": Range(0.0, 1.0)},
        cost=1.5,
        complexity=1,
    ),
)
