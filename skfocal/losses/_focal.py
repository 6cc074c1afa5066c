"""Focal loss in the logits, pointwise, with its derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from skfocal._typing import Floats, Integers
from skfocal.losses import _binary, _softmax
from skfocal.losses._alpha import class_weights
from skfocal.losses._checks import check_targets_and_logits
from skfocal.losses._gamma import check_gamma, class_gammas

__all__ = ["FocalLoss"]


@dataclass(frozen=True, eq=False)
class FocalLoss:
    """Pointwise focal loss, its gradient and its Hessian in the logits.

    Logits of shape (n_samples,) are those of class 1 of two, with the sigmoid as the link; logits
    of shape (n_samples, n_classes) have the softmax as theirs.

    Parameters
    ----------
    gamma : float or array-like of shape (n_classes,), default=2.0
        Focusing parameter, >= 0; zero gives cross-entropy. An array holds one for each class: a
        row's loss has that of its own class.
    alpha : float or array-like of shape (n_classes,), default=None
        Weights of the classes. A float in (0, 1), for two classes, weighs class 1, and one minus
        it weighs class 0. None weighs every class 1.

    Raises
    ------
    TypeError
        If `gamma` or `alpha` is of the wrong type.
    ValueError
        If `gamma` or `alpha` is not what is described above.

    See Also
    --------
    focal_loss : The loss alone, with a reduction over rows.

    Notes
    -----
    With ``p_t`` the probability that the link gives to the true class, the loss is
    ``-alpha_t (1 - p_t)^gamma log p_t`` [1]_. All of it is computed from ``log p_t`` and
    ``log(1 - p_t)``, so that no logit, however large, gives nan, inf or a clipped value. The input
    type is kept: float32 logits give float32 results.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, "Focal loss for dense object
       detection", ICCV 2017, pp. 2999-3007. https://doi.org/10.1109/ICCV.2017.324

    Examples
    --------
    >>> import numpy as np
    >>> from skfocal import FocalLoss
    >>> loss = FocalLoss(gamma=2.0, alpha=0.25)
    >>> loss.value(np.array([0, 1]), np.array([0.0, 2.0])).round(6)
    array([0.129965, 0.000451])
    >>> loss.gradient(np.array([0, 1]), np.array([0.0, 2.0])).round(6)
    array([ 0.223715, -0.001218])
    """

    gamma: float | Floats = 2.0
    alpha: ArrayLike | None = None

    def __post_init__(self) -> None:
        """Refuse parameters that no logits could make sense of."""
        # A NumPy scalar would turn single precision into double.
        object.__setattr__(self, "gamma", check_gamma(self.gamma))
        if self.alpha is not None:
            class_weights(self.alpha, max(np.size(self.alpha), 2))

    def value(self, y_true: ArrayLike, logits: ArrayLike) -> Floats:
        """Return the loss of each row.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Index of the true class, from 0.
        logits : array-like of shape (n_samples,) or (n_samples, n_classes)
            Scores.

        Returns
        -------
        loss : ndarray of shape (n_samples,)
            Focal loss, in nats.
        """
        y_true, logits = check_targets_and_logits(y_true, logits)
        return self.value_and_gradient(y_true, logits)[0]

    def gradient(self, y_true: ArrayLike, logits: ArrayLike) -> Floats:
        """Return the gradient of each row's loss in its logits, of the logits' shape.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Index of the true class, from 0.
        logits : array-like of shape (n_samples,) or (n_samples, n_classes)
            Scores.

        Returns
        -------
        gradient : ndarray of the shape of `logits`
            First derivatives.
        """
        y_true, logits = check_targets_and_logits(y_true, logits)
        return self.value_and_gradient(y_true, logits)[1]

    def hessian(self, y_true: ArrayLike, logits: ArrayLike) -> Floats:
        """Return the Hessian of each row's loss in its logits.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Index of the true class, from 0.
        logits : array-like of shape (n_samples,) or (n_samples, n_classes)
            Scores.

        Returns
        -------
        hessian : ndarray of shape (n_samples,) or (n_samples, n_classes, n_classes)
            Second derivatives. Focal loss is not convex: rows that are badly missed have a
            negative one.
        """
        y_true, logits = check_targets_and_logits(y_true, logits)
        if logits.ndim == 1:
            return self.hessian_diagonal(y_true, logits)
        hessian = _softmax.hessian(logits, y_true, self._row_gamma(y_true, logits))
        weights = self._row_weights(y_true, logits)
        return hessian if weights is None else hessian * weights[:, np.newaxis, np.newaxis]

    def hessian_diagonal(self, y_true: Integers, logits: Floats) -> Floats:
        """Return each row's second derivatives in its own logits, for input known to be valid.

        Parameters
        ----------
        y_true : ndarray of shape (n_samples,)
            Index of the true class, from 0.
        logits : ndarray of shape (n_samples,) or (n_samples, n_classes)
            Scores.

        Returns
        -------
        diagonal : ndarray of the shape of `logits`
            Diagonals of the Hessians.
        """
        weights = self._row_weights(y_true, logits)
        gamma = self._row_gamma(y_true, logits)
        if logits.ndim == 1:
            diagonal = _binary.second_derivative(logits * signs(y_true, logits), gamma)
            return diagonal if weights is None else diagonal * weights
        diagonal = _softmax.hessian_diagonal(logits, y_true, gamma)
        return diagonal if weights is None else diagonal * weights[:, np.newaxis]

    def value_and_gradient(self, y_true: Integers, logits: Floats) -> tuple[Floats, Floats]:
        """Return value and gradient together, for input that is known to be valid.

        Parameters
        ----------
        y_true : ndarray of shape (n_samples,)
            Index of the true class, from 0.
        logits : ndarray of shape (n_samples,) or (n_samples, n_classes)
            Scores.

        Returns
        -------
        value : ndarray of shape (n_samples,)
            Focal loss.
        gradient : ndarray of the shape of `logits`
            First derivatives.
        """
        weights = self._row_weights(y_true, logits)
        gamma = self._row_gamma(y_true, logits)
        if logits.ndim == 1:
            sign = signs(y_true, logits)
            value, slope = _binary.value_and_derivative(logits * sign, gamma)
            np.negative(sign, out=sign)
            sign *= slope if weights is None else slope * weights
            gradient = sign
        else:
            margin, shares = _softmax.leave_one_out(logits, y_true)
            value, slope = _binary.value_and_derivative(margin, gamma)
            if weights is not None:
                slope *= weights
            gradient = _softmax.gradient_from_shares(shares, y_true, slope)
        if weights is not None:
            value *= weights
        return value, gradient

    def _row_gamma(self, y_true: Integers, logits: Floats) -> float | Floats:
        if isinstance(self.gamma, float):
            return self.gamma
        gamma = class_gammas(self.gamma, 2 if logits.ndim == 1 else logits.shape[1])
        return np.asarray(gamma).astype(logits.dtype).take(y_true)

    def _row_weights(self, y_true: Integers, logits: Floats) -> Floats | None:
        if self.alpha is None:
            return None
        n_classes = 2 if logits.ndim == 1 else logits.shape[1]
        return class_weights(self.alpha, n_classes).astype(logits.dtype).take(y_true)


def signs(y_true: Integers, logits: Floats) -> Floats:
    """Return +1 for rows of class 1 and -1 for rows of class 0, in the logits' precision."""
    sign = y_true.astype(logits.dtype)
    sign *= 2
    sign -= 1
    return sign
