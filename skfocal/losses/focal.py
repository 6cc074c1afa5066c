"""Focal loss in the logits: a function for users, an object for estimators and boosting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from skfocal._checks import check_number
from skfocal._typing import Floats, Integers
from skfocal.losses import binary, softmax
from skfocal.losses.alpha import class_weights

__all__ = ["FocalLoss", "check_gamma", "focal_loss"]


def check_gamma(gamma: Any) -> float:
    """Return `gamma` as a float, or raise an error that says what it may be."""
    return check_number("gamma", gamma, "a finite number >= 0", above=0, closed=True)


@dataclass(frozen=True)
class FocalLoss:
    """Pointwise focal loss, its gradient and its Hessian in the logits.

    Logits of shape (n_samples,) are those of class 1 of two, with the sigmoid as the link; logits
    of shape (n_samples, n_classes) have the softmax as theirs.

    Parameters
    ----------
    gamma : float, default=2.0
        Focusing parameter, >= 0. Zero gives cross-entropy.
    alpha : float or array-like of shape (n_classes,), default=None
        Weights of the classes. A float in (0, 1), for two classes, weighs class 1, and one minus
        it weighs class 0. None weighs every class 1.

    Raises
    ------
    TypeError
        If `gamma` or `alpha` is of the wrong type.
    ValueError
        If `gamma` is negative or not finite, or `alpha` is not what is described above.

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

    gamma: float = 2.0
    alpha: ArrayLike | None = None

    def __post_init__(self) -> None:
        """Refuse parameters that no logits could make sense of."""
        check_gamma(self.gamma)
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
        hessian = softmax.hessian(logits, y_true, self.gamma)
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
        if logits.ndim == 1:
            diagonal = binary.second_derivative(logits * signs(y_true, logits), self.gamma)
            return diagonal if weights is None else diagonal * weights
        diagonal = softmax.hessian_diagonal(logits, y_true, self.gamma)
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
        if logits.ndim == 1:
            sign = signs(y_true, logits)
            value, slope = binary.value_and_derivative(logits * sign, self.gamma)
            np.negative(sign, out=sign)
            sign *= slope if weights is None else slope * weights
            gradient = sign
        else:
            margin, shares = softmax.leave_one_out(logits, y_true)
            value, slope = binary.value_and_derivative(margin, self.gamma)
            if weights is not None:
                slope *= weights
            gradient = softmax.gradient_from_shares(shares, y_true, slope)
        if weights is not None:
            value *= weights
        return value, gradient

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


def check_targets_and_logits(y_true: ArrayLike, logits: ArrayLike) -> tuple[Integers, Floats]:
    """Return class indices and logits as arrays that fit each other.

    Raises
    ------
    ValueError
        If a shape, an index or a logit is not what `FocalLoss.value` describes.
    """
    logits = check_logits(logits)
    y_true = np.asarray(y_true)
    n_classes = 2 if logits.ndim == 1 else logits.shape[1]
    if y_true.shape != logits.shape[:1]:
        msg = (
            "y_true must be of shape (n_samples,), one class index for each row of logits; "
            f"got shape {y_true.shape} for logits of shape {logits.shape}."
        )
        raise ValueError(msg)
    if y_true.dtype.kind not in "biu":
        integers = y_true.astype(np.intp) if y_true.dtype.kind == "f" else None
        if integers is None or not np.array_equal(integers, y_true):
            msg = f"y_true must hold class indices, integers from 0; got dtype {y_true.dtype}."
            raise ValueError(msg)
        y_true = integers
    if y_true.dtype.kind == "b":
        y_true = y_true.astype(np.intp)
    if y_true.size and not (y_true.min() >= 0 and y_true.max() < n_classes):
        msg = (
            f"y_true must hold class indices from 0 to {n_classes - 1}, for logits of shape "
            f"{logits.shape}; got {y_true.min()} to {y_true.max()}."
        )
        raise ValueError(msg)
    return y_true, logits


def check_logits(logits: ArrayLike) -> Floats:
    """Return logits as a float32 or float64 array of one or two dimensions.

    Raises
    ------
    ValueError
        If they are not finite numbers of shape (n_samples,) or (n_samples, n_classes).
    """
    array = np.asarray(logits)
    if array.dtype != np.float32:
        array = array.astype(np.float64)
    if array.ndim not in (1, 2) or (array.ndim == 2 and array.shape[1] < 2):
        msg = (
            "logits must be of shape (n_samples,) for two classes or (n_samples, n_classes) with "
            f"at least two classes; got shape {array.shape}."
        )
        raise ValueError(msg)
    if not np.isfinite(array).all():
        msg = "logits must be finite; got nan or infinite values."
        raise ValueError(msg)
    return array


def focal_loss(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    gamma: float = 2.0,
    alpha: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    reduction: Literal["mean", "sum", "none"] = "mean",
) -> Any:
    """Compute the focal loss of logits.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Index of the true class of each row, from 0.
    logits : array-like of shape (n_samples,) or (n_samples, n_classes)
        Scores: of class 1 of two (sigmoid link), or of all classes (softmax link).
    gamma : float, default=2.0
        Focusing parameter, >= 0. Zero gives cross-entropy.
    alpha : float or array-like of shape (n_classes,), default=None
        Weights of the classes. A float in (0, 1), for two classes, weighs class 1, and one minus
        it weighs class 0. None weighs every class 1.
    sample_weight : array-like of shape (n_samples,), default=None
        Non-negative weights of the rows. None weighs every row 1.
    reduction : {"mean", "sum", "none"}, default="mean"
        "mean" is the average weighted by `sample_weight` (`alpha` does not enter the divisor),
        "sum" the weighted sum, and "none" returns the weighted loss of each row.

    Returns
    -------
    loss : float or ndarray of shape (n_samples,)
        The loss in nats; an array for ``reduction="none"``.

    Raises
    ------
    TypeError
        If `gamma` or `alpha` is of the wrong type.
    ValueError
        If a parameter or a shape is not what is described above.

    See Also
    --------
    FocalLoss : Value, gradient and Hessian.
    focal_posterior : True probabilities from logits that minimise this loss.

    Notes
    -----
    The formula and its computation are those of `FocalLoss` [1]_.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, "Focal loss for dense object
       detection", ICCV 2017, pp. 2999-3007. https://doi.org/10.1109/ICCV.2017.324

    Examples
    --------
    >>> from skfocal import focal_loss
    >>> float(focal_loss([0], [[4.0, 1.0, -1.0]], gamma=2.0).round(9))
    0.000157387
    >>> focal_loss([1, 0], [-1000.0, 0.0], gamma=0.5, reduction="none").round(4)
    array([1.000e+03, 4.901e-01])
    """
    if reduction not in ("mean", "sum", "none"):
        msg = f"reduction must be 'mean', 'sum' or 'none'; got {reduction!r}."
        raise ValueError(msg)
    y_true, logits = check_targets_and_logits(y_true, logits)
    weights = _check_row_weights(sample_weight, logits)
    loss = FocalLoss(gamma, alpha).value(y_true, logits)
    if weights is not None:
        loss *= weights
    if reduction == "none":
        return loss
    total = loss.sum(dtype=np.float64)
    if reduction == "mean":
        total /= len(loss) if weights is None else weights.sum(dtype=np.float64)
    return total.astype(loss.dtype)


def _check_row_weights(sample_weight: ArrayLike | None, logits: Floats) -> Floats | None:
    if sample_weight is None:
        return None
    weights = np.asarray(sample_weight, dtype=logits.dtype)
    if weights.shape != logits.shape[:1] or not (np.isfinite(weights) & (weights >= 0)).all():
        msg = (
            f"sample_weight must hold {len(logits)} finite numbers >= 0, one for each row; got an "
            f"array of shape {weights.shape}."
        )
        raise ValueError(msg)
    if not weights.any():
        msg = "sample_weight must not be all zero."
        raise ValueError(msg)
    return weights
