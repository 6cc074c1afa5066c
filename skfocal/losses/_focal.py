"""Focal loss of each sample, with its derivatives with respect to the logits."""

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
    """Focal loss of each sample, with its gradient and Hessian with respect to the logits.

    Logits of shape (n_samples,) are for binary classification: they belong to class 1, and the
    link is the sigmoid. For logits of shape (n_samples, n_classes) the link is the softmax.

    Parameters
    ----------
    gamma : float or array-like of shape (n_classes,), default=2.0
        Focusing parameter, >= 0. 0 gives cross-entropy. An array holds one value per class; the
        loss of a sample uses the value of its true class.
    alpha : float or array-like of shape (n_classes,), default=None
        Class weights. None gives every class the weight 1. A float in (0, 1) is for two classes
        only: class 1 has the weight `alpha`, class 0 the weight ``1 - alpha``.

    Raises
    ------
    TypeError
        If `gamma` or `alpha` is of the wrong type.
    ValueError
        If `gamma` or `alpha` is not as described above.

    See Also
    --------
    focal_loss : The loss only, as a sum or mean over samples.
    focal_posterior : Posterior probabilities from logits that minimise this loss.

    Notes
    -----
    Let ``p_t`` be the sigmoid or softmax of the true class. The loss of a sample is
    ``-alpha_t (1 - p_t)^gamma log p_t`` [1]_. It is computed from ``log p_t`` and ``log(1 - p_t)``,
    so that the result is finite and not clipped for any finite logit. float32 logits give float32
    results.

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
        """Check the parameters as far as possible without knowing the number of classes."""
        # `check_gamma` returns a Python float. A NumPy scalar would turn float32 into float64.
        object.__setattr__(self, "gamma", check_gamma(self.gamma))
        if self.alpha is not None:
            class_weights(self.alpha, max(np.size(self.alpha), 2))

    def value(self, y_true: ArrayLike, logits: ArrayLike) -> Floats:
        """Compute the loss of each sample.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Index of the true class of each sample, from 0 to ``n_classes - 1``.
        logits : array-like of shape (n_samples,) or (n_samples, n_classes)
            Logits of class 1, or of all classes.

        Returns
        -------
        loss : ndarray of shape (n_samples,)
            Focal loss, in nats.

        Raises
        ------
        ValueError
            If `y_true` or `logits` is not as described above.
        """
        y_true, logits = check_targets_and_logits(y_true, logits)
        return self.value_and_gradient(y_true, logits)[0]

    def gradient(self, y_true: ArrayLike, logits: ArrayLike) -> Floats:
        """Compute the gradient of each sample's loss with respect to its logits.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Index of the true class of each sample, from 0 to ``n_classes - 1``.
        logits : array-like of shape (n_samples,) or (n_samples, n_classes)
            Logits of class 1, or of all classes.

        Returns
        -------
        gradient : ndarray of the shape of `logits`
            First derivatives.

        Raises
        ------
        ValueError
            If `y_true` or `logits` is not as described above.
        """
        y_true, logits = check_targets_and_logits(y_true, logits)
        return self.value_and_gradient(y_true, logits)[1]

    def hessian(self, y_true: ArrayLike, logits: ArrayLike) -> Floats:
        """Compute the Hessian of each sample's loss with respect to its logits.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Index of the true class of each sample, from 0 to ``n_classes - 1``.
        logits : array-like of shape (n_samples,) or (n_samples, n_classes)
            Logits of class 1, or of all classes.

        Returns
        -------
        hessian : ndarray of shape (n_samples,) or (n_samples, n_classes, n_classes)
            Second derivatives. Focal loss is not convex: they can be negative for badly
            misclassified samples.

        Raises
        ------
        ValueError
            If `y_true` or `logits` is not as described above.
        """
        y_true, logits = check_targets_and_logits(y_true, logits)
        if logits.ndim == 1:
            return self.hessian_diagonal(y_true, logits)
        hessian = _softmax.hessian(logits, y_true, self._row_gamma(y_true, logits))
        weights = self._row_weights(y_true, logits)
        return hessian if weights is None else hessian * weights[:, np.newaxis, np.newaxis]

    def hessian_diagonal(self, y_true: Integers, logits: Floats) -> Floats:
        """Compute the diagonal of each sample's Hessian, without input validation.

        Parameters
        ----------
        y_true : ndarray of shape (n_samples,)
            Index of the true class of each sample, from 0 to ``n_classes - 1``.
        logits : ndarray of shape (n_samples,) or (n_samples, n_classes)
            Logits of class 1, or of all classes.

        Returns
        -------
        diagonal : ndarray of the shape of `logits`
            Second derivative with respect to each logit.
        """
        weights = self._row_weights(y_true, logits)
        gamma = self._row_gamma(y_true, logits)
        if logits.ndim == 1:
            diagonal = _binary.second_derivative(logits * signs(y_true, logits), gamma)
            return diagonal if weights is None else diagonal * weights
        diagonal = _softmax.hessian_diagonal(logits, y_true, gamma)
        return diagonal if weights is None else diagonal * weights[:, np.newaxis]

    def value_and_gradient(self, y_true: Integers, logits: Floats) -> tuple[Floats, Floats]:
        """Compute loss and gradient of each sample, without input validation.

        Parameters
        ----------
        y_true : ndarray of shape (n_samples,)
            Index of the true class of each sample, from 0 to ``n_classes - 1``.
        logits : ndarray of shape (n_samples,) or (n_samples, n_classes)
            Logits of class 1, or of all classes.

        Returns
        -------
        value : ndarray of shape (n_samples,)
            Focal loss, in nats.
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
    """Return +1 for samples of class 1 and -1 for samples of class 0, in the dtype of `logits`."""
    sign = y_true.astype(logits.dtype)
    sign *= 2
    sign -= 1
    return sign
