"""The logistic regressions that the methods rest on.

All may start from an earlier fit: tuning goes from one candidate to the next, and then takes a
third of the time.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import sklearn
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

from skfocal._typing import Floats

__all__ = [
    "HardExampleLogisticRegression",
    "PlainLogisticRegression",
    "SmoothedLogisticRegression",
]

STARTS_RIGHT = tuple(int(part) for part in sklearn.__version__.split(".")[:2]) >= (1, 9)
"""Whether Newton's method for more than two classes starts where it was: in scikit-learn 1.6 an
earlier fit leads it astray."""
LARGEST_HESSIAN = 100
"""Number of coefficients up to which a Newton step costs less than the steps that it saves."""


class PlainLogisticRegression(LogisticRegression):  # type: ignore[misc]  # untyped base
    """scikit-learn's logistic regression, by the solver that suits the shape of the table.

    The methods with neither focal loss nor a treatment of their own in this module rest on it.

    Parameters
    ----------
    C : float, default=1.0
        Inverse of the strength of the penalty.
    class_weight : {"balanced"} or None, default=None
        Whether rows are weighted inversely to the size of their class.
    """

    def __init__(self, *, C: float = 1.0, class_weight: str | None = None) -> None:
        super().__init__(
            C=C, class_weight=class_weight, tol=1e-6, max_iter=1000, warm_start=STARTS_RIGHT
        )

    def fit(self, X: Floats, y: NDArray[np.intp]) -> Self:
        """Choose the solver, then fit."""
        self.solver = _suitable_solver(X, y)
        super().fit(X, y)
        return self


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
        super().__init__(C=C, tol=1e-6, max_iter=1000, warm_start=STARTS_RIGHT)
        self.smoothing = smoothing

    def fit(self, X: Floats, y: NDArray[np.intp]) -> Self:
        """Fit to every row once per class, weighted by the class's share of its label."""
        self.solver = _suitable_solver(X, y)
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
        super().__init__(C=C, tol=1e-6, max_iter=1000, warm_start=STARTS_RIGHT)
        self.share = share

    def fit(self, X: Floats, y: NDArray[np.intp]) -> Self:
        """Fit to all rows, then to the hardest."""
        self.solver = _suitable_solver(X, y)
        super().fit(X, y)
        indices = np.searchsorted(self.classes_, y)
        logits = self.decision_function(X)  # probabilities may round to 0
        if logits.ndim == 1:
            logits = np.column_stack([np.zeros_like(logits), logits])
        surprise = -log_softmax(logits, axis=1)[np.arange(len(y)), indices]
        hardest = np.argsort(-surprise, kind="stable")
        first_of_class = np.unique(indices[hardest], return_index=True)[1]
        n_kept = int(np.ceil(self.share * len(y)))
        kept = np.sort(hardest[np.union1d(np.arange(n_kept), first_of_class)])
        super().fit(X[kept], y[kept])
        return self


def _suitable_solver(X: Floats, y: NDArray[np.intp]) -> str:
    n_classes = len(np.unique(y))
    n_coefficients = X.shape[1] * (1 if n_classes == 2 else n_classes)
    return "newton-cholesky" if n_coefficients <= LARGEST_HESSIAN else "lbfgs"
