"""Focal loss and log loss of the posterior as functions of the margins of a booster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skfocal._predictions import log_probabilities
from skfocal._typing import Floats
from skfocal.boosting._derivatives import (
    Curvature,
    Map,
    binary_derivatives,
    softmax_derivatives,
)
from skfocal.boosting._row_derivatives import row_derivatives
from skfocal.losses import class_gammas, class_weights

__all__ = ["BoostedLoss"]


@dataclass(frozen=True, eq=False)
class BoostedLoss:
    """Focal loss of margins of shape (n_samples,) or (n_samples, n_classes).

    Parameters
    ----------
    gamma : float or ndarray of shape (n_classes,)
        Focusing parameter.
    alpha : float or ndarray of shape (n_classes,), default=None
        Class weights, as in `FocalLoss`.
    curvature : {"expected", "exact", "gradient"}, default="expected"
        Curvature of the Newton steps.
    """

    gamma: float | Floats
    alpha: Any = None
    curvature: Curvature = "expected"

    def derivatives(
        self,
        labels: NDArray[Any],
        margins: Floats,
        sample_weight: Floats | None,
        softmax_factor: float = 1.0,
        map_: Map = map,
    ) -> tuple[Floats, Floats]:
        """Return gradient and curvature of each row, times its weight.

        Parameters
        ----------
        labels : ndarray of shape (n_samples,)
            Index of each row's class, of any numeric type.
        margins : ndarray of shape (n_samples,) or (n_samples, n_classes)
            Margins of class 1, or of all classes.
        sample_weight : ndarray of shape (n_samples,) or None
            Weights without those of the classes.
        softmax_factor : float, default=1.0
            Factor by which the library multiplies the curvature of its own softmax.
        map_ : callable, default=map
            Calls a function for each block of rows.

        Returns
        -------
        gradient, curvature : ndarray of the shape of `margins`
        """
        gamma = class_gammas(self.gamma, _n_classes(margins))
        weight = self._row_weight(labels, margins, sample_weight)
        if margins.ndim == 1:
            return binary_derivatives(labels > 0, margins, gamma, weight, self.curvature, map_)
        codes = labels.astype(np.intp, copy=False)
        return softmax_derivatives(
            codes, margins, gamma, weight, self.curvature, softmax_factor, map_
        )

    def row_derivatives(
        self, code: int, margins: list[float], sample_weight: float
    ) -> tuple[list[float], list[list[float]]]:
        """Return gradient and curvature matrix of one row of several classes, times its weight.

        Parameters
        ----------
        code : int
            Index of the row's class.
        margins : list of float of length n_classes
            Margins.
        sample_weight : float
            Weight without that of the class.

        Returns
        -------
        gradient : list of float
        curvature : list of list of float
            Upper triangle; the entries below the diagonal are zero.
        """
        n_classes = len(margins)
        gamma = class_gammas(self.gamma, n_classes)
        gammas = [gamma] * n_classes if isinstance(gamma, float) else gamma.tolist()
        weight = sample_weight
        if self.alpha is not None:
            weight *= float(class_weights(self.alpha, n_classes)[code])
        return row_derivatives(code, margins, gammas, weight, self.curvature)

    def log_losses(self, labels: NDArray[Any], margins: Floats) -> Floats:
        """Return the log loss of each row's posterior, in float64."""
        n_classes = _n_classes(margins)
        log_proba = log_probabilities(
            margins.astype(np.float64, copy=False),
            class_gammas(self.gamma, n_classes),
            class_weights(self.alpha, n_classes),
            "posterior",
        )
        return -log_proba[np.arange(len(labels)), labels.astype(np.intp, copy=False)]

    def mean_log_loss(
        self, labels: NDArray[Any], margins: Floats, sample_weight: Floats | None
    ) -> float:
        """Return the mean log loss of the posterior."""
        return float(np.average(self.log_losses(labels, margins), weights=sample_weight))

    def _row_weight(
        self, labels: NDArray[Any], margins: Floats, sample_weight: Floats | None
    ) -> Floats | None:
        """Return the weight of each row, that of its class included."""
        if self.alpha is None:
            return sample_weight
        by_class = class_weights(self.alpha, _n_classes(margins)).astype(margins.dtype)
        weight: Floats = by_class.take(labels.astype(np.intp, copy=False))
        return weight if sample_weight is None else weight * sample_weight


def _n_classes(margins: Floats) -> int:
    return 2 if margins.ndim == 1 else margins.shape[1]
