"""Logistic regression on smoothed labels."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray

from skfocal._typing import Floats
from skfocal.comparison.methods.grids import PENALTY, Range, penalties
from skfocal.comparison.methods.method import Method
from skfocal.comparison.methods.plain import PlainLogisticRegression

__all__ = ["FAMILY", "SmoothedLogisticRegression"]


class SmoothedLogisticRegression(PlainLogisticRegression):
    """Logistic regression on smoothed labels.

    Parameters
    ----------
    C : float, default=1.0
        Inverse of the strength of the penalty.
    smoothing : float, default=0.1
        Share of every label, from 0 to 1, that is spread evenly over all classes.

    References
    ----------
    C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna (2016). "Rethinking the Inception
    Architecture for Computer Vision." CVPR 2016, 2818-2826. doi:10.1109/CVPR.2016.308
    """

    def __init__(self, *, C: float = 1.0, smoothing: float = 0.1) -> None:
        super().__init__(C=C)
        self.smoothing = smoothing

    def fit(self, X: Floats, y: NDArray[np.intp]) -> Self:  # type: ignore[override]  # the labels are the weights
        """Fit to every row once per class, weighted by the class's share of its label."""
        classes, indices = np.unique(y, return_inverse=True)
        share = self.smoothing / len(classes) + (1 - self.smoothing) * np.eye(len(classes))
        super().fit(
            np.tile(X, (len(classes), 1)),
            np.repeat(classes, len(y)),
            sample_weight=share[:, indices].ravel(),
        )
        return self


FAMILY = (
    Method(
        "label_smoothing",
        "Logistic regression on smoothed labels: a share of each label, tuned with C, is spread "
        "evenly over all classes.",
        SmoothedLogisticRegression(),
        {"smoothing": (0.0, 0.02, 0.1, 0.3), "C": penalties(3)},
        ranges={"C": PENALTY, "smoothing": Range(0.0, 1.0)},
        cost=1.5,
        complexity=1,
    ),
)
