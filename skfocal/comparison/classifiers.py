"""Logistic regressions that treat their training rows in a way of their own."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from skfocal._typing import Floats

__all__ = ["HardExampleLogisticRegression", "SmoothedLogisticRegression", "plain_logistic"]


def plain_logistic(class_weight: str | None = None) -> LogisticRegression:
    """Make the logistic regression that all methods but focal loss rest on.

    While tuning, a fit starts from that with the penalty before, which takes a third of the time.
    """
    return LogisticRegression(
        class_weight=class_weight, solver="newton-cholesky", tol=1e-6, warm_start=True
    )


class SmoothedLogisticRegression(LogisticRegression):  # type: ignore[misc]  # untyped base
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
        super().__init__(C=C, solver="newton-cholesky", tol=1e-6)
        self.smoothing = smoothing

    def fit(self, X: Floats, y: NDArray[np.intp]) -> Self:
        """Fit to every row once per class, weighted by the class's share of its label."""
        classes, indices = np.unique(y, return_inverse=True)
        share = self.smoothing / len(classes) + (1 - self.smoothing) * np.eye(len(classes))
        super().fit(
            np.tile(X, (len(classes), 1)),
            np.repeat(classes, len(y)),
            sample_weight=share[:, indices].ravel(),
        )
        return self


class HardExampleLogisticRegression(LogisticRegression):  # type: ignore[misc]  # untyped base
    """Logistic regression, fitted again on the rows that it got most wrong.

    Parameters
    ----------
    C : float, default=1.0
        Inverse of the strength of the penalty, in both fits.
    share : float, default=0.5
        Share of the rows, above 0 and up to 1, to keep: those of the largest loss. The hardest
        row of every class is always kept.

    References
    ----------
    A. Shrivastava, A. Gupta, R. Girshick (2016). "Training Region-Based Object Detectors with
    Online Hard Example Mining." CVPR 2016, 761-769. doi:10.1109/CVPR.2016.89
    """

    def __init__(self, *, C: float = 1.0, share: float = 0.5) -> None:
        super().__init__(C=C, solver="newton-cholesky", tol=1e-6)
        self.share = share

    def fit(self, X: Floats, y: NDArray[np.intp]) -> Self:
        """Fit to all rows, then to the hardest."""
        super().fit(X, y)
        indices = np.searchsorted(self.classes_, y)
        surprise = -self.predict_log_proba(X)[np.arange(len(y)), indices]
        hardest = np.argsort(-surprise, kind="stable")
        first_of_class = np.unique(indices[hardest], return_index=True)[1]
        n_kept = int(np.ceil(self.share * len(y)))
        kept = np.sort(hardest[np.union1d(np.arange(n_kept), first_of_class)])
        super().fit(X[kept], y[kept])
        return self
