"""Probabilities for other class shares than those of the training data."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_softmax

from skfocal._checks import check_probabilities, check_row_sums
from skfocal._classes import values_by_class
from skfocal._typing import Floats

__all__ = [
    "adjust_log_probabilities",
    "adjust_prior",
    "adjust_probabilities",
    "check_prior",
    "check_two_dimensional",
]


def adjust_prior(probabilities: ArrayLike, old_prior: ArrayLike, new_prior: ArrayLike) -> Floats:
    r"""Adjust class probabilities to another prior.

    A classifier learns the class probabilities for the class shares of its training data. If the
    classes have other shares where it is used, but the samples of each class are distributed as
    before, this function returns the probabilities for the new shares [1]_. Class weights and
    resampling have the same effect as other shares, so it undoes them, too.

    Parameters
    ----------
    probabilities : array-like of shape (n_samples,) or (n_samples, n_classes)
        Predicted probabilities of class 1 for binary classification, or of all classes.
    old_prior : float or array-like of shape (n_classes,)
        Class shares, > 0, for which `probabilities` hold. A number is the share of class 1 of two.
        An array is divided by its sum, so that it may hold counts.
    new_prior : float or array-like of shape (n_classes,)
        Class shares, >= 0, for which the result shall hold, in the same form.

    Returns
    -------
    adjusted : ndarray of the shape of `probabilities`
        Adjusted probabilities, of dtype float64.

    Raises
    ------
    TypeError
        If a prior is neither a number nor an array of numbers.
    ValueError
        If a parameter is not as described above, or if a sample has probability 0 for every class
        with a positive `new_prior`, so that no adjusted probability is defined.

    See Also
    --------
    estimate_prior : Estimate the class shares of unlabelled data.
    PriorCorrectedClassifier : Classifier that undoes class weights and resampling.
    PriorShiftClassifier : Classifier for data with other class shares.

    Notes
    -----
    With old shares :math:`\pi_k` and new shares :math:`\pi'_k`, Bayes' rule gives

    .. math::
        P'(k \mid x) \propto P(k \mid x) \, \pi'_k / \pi_k.

    References
    ----------
    .. [1] M. Saerens, P. Latinne and C. Decaestecker, "Adjusting the outputs of a classifier to new
       a priori probabilities: a simple procedure", Neural Computation 14 (2002), pp. 21-41.
       https://doi.org/10.1162/089976602753284446

    Examples
    --------
    A model was fitted to balanced classes. One sample in ten is positive:

    >>> from skfocal.calibration import adjust_prior
    >>> adjust_prior([0.1, 0.5, 0.9], old_prior=0.5, new_prior=0.1).round(4)
    array([0.0122, 0.1   , 0.5   ])
    """
    given = check_probabilities("probabilities", probabilities)
    if given.ndim == 1:
        given = np.column_stack([1 - given, given])
        return _adjust(given, old_prior, new_prior)[:, 1]
    check_two_dimensional(given)
    return _adjust(given, old_prior, new_prior)


def _adjust(probabilities: Floats, old_prior: ArrayLike, new_prior: ArrayLike) -> Floats:
    n_classes = probabilities.shape[1]
    return adjust_probabilities(
        probabilities,
        check_prior("old_prior", old_prior, n_classes, positive=True),
        check_prior("new_prior", new_prior, n_classes),
    )


def check_two_dimensional(probabilities: Floats) -> None:
    """Raise ValueError if probabilities are not of shape (n_samples, n_classes), summing to 1."""
    if probabilities.ndim != 2 or probabilities.shape[1] < 2:
        msg = (
            "probabilities must be of shape (n_samples,) for two classes, or (n_samples, "
            f"n_classes) with at least two classes; got shape {probabilities.shape}."
        )
        raise ValueError(msg)
    check_row_sums("probabilities", probabilities)


def adjust_probabilities(probabilities: Floats, old_prior: Floats, new_prior: Floats) -> Floats:
    """Return adjusted probabilities of shape (n_samples, n_classes), without input validation."""
    log_ratio = _log_ratio(old_prior, new_prior)
    adjusted = probabilities * np.exp(log_ratio - log_ratio.max())
    total = adjusted.sum(axis=1, keepdims=True)
    _check_defined(total > 0)
    adjusted /= total
    return np.asarray(adjusted)


def adjust_log_probabilities(
    log_probabilities: Floats, old_prior: Floats, new_prior: Floats
) -> Floats:
    """Return adjusted log-probabilities of shape (n_samples, n_classes), without validation."""
    adjusted = log_probabilities + _log_ratio(old_prior, new_prior)
    _check_defined(adjusted.max(axis=1) > -np.inf)
    return np.asarray(log_softmax(adjusted, axis=1))


def _log_ratio(old_prior: Floats, new_prior: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(new_prior) - np.log(old_prior))


def _check_defined(is_defined: NDArray[np.bool_]) -> None:
    if not is_defined.all():
        msg = (
            "probabilities must be positive for at least one class whose new prior is positive; "
            f"{np.count_nonzero(~is_defined)} samples have none. Give every class that can occur "
            "a positive prior."
        )
        raise ValueError(msg)


def check_prior(
    name: str,
    prior: Any,
    n_classes: int,
    *,
    classes: NDArray[Any] | None = None,
    positive: bool = False,
) -> Floats:
    """Return one share per class, with a sum of 1.

    Parameters
    ----------
    name : str
        Name of the parameter.
    prior : float, array-like of shape (n_classes,) or mapping
        Share of class 1 of two, or shares or counts of all classes. A mapping from label to share
        needs `classes`.
    n_classes : int
        Number of classes.
    classes : ndarray of shape (n_classes,), default=None
        Class labels.
    positive : bool, default=False
        Whether every share must be positive.

    Returns
    -------
    shares : ndarray of shape (n_classes,)
        Shares, of dtype float64.

    Raises
    ------
    TypeError
        If `prior` is not as described above.
    ValueError
        If a share is negative, infinite or nan, or 0 although `positive` is true, or if `prior`
        does not match the number of classes.
    """
    if isinstance(prior, Mapping) and classes is not None:
        prior = values_by_class(name, prior, classes)
    if isinstance(prior, Real) and not isinstance(prior, bool | np.bool):
        prior = _binary_prior(name, float(prior), n_classes)
    try:
        shares = np.asarray(prior)
    except ValueError:
        shares = np.asarray("ragged")
    sign = ">" if positive else ">="
    expected = f"one finite number {sign} 0 for each of the {n_classes} classes"
    if shares.dtype.kind not in "iuf" or shares.ndim != 1:
        msg = f"{name} must be a number for two classes, or {expected}; got {prior!r}."
        raise TypeError(msg)
    is_valid = np.isfinite(shares) & ((shares > 0) if positive else (shares >= 0))
    if shares.shape != (n_classes,) or not is_valid.all() or not shares.any():
        msg = f"{name} must hold {expected}, not all 0; got {prior!r}."
        raise ValueError(msg)
    # Scaled first, so that the sum cannot overflow.
    scaled = shares / shares.max()
    return np.asarray(scaled / scaled.sum())


def _binary_prior(name: str, prior: float, n_classes: int) -> list[float]:
    if n_classes != 2:
        msg = (
            f"{name} must hold one share for each of the {n_classes} classes; got the number "
            f"{prior!r}, which is only allowed for two classes."
        )
        raise ValueError(msg)
    if not 0 <= prior <= 1:
        msg = f"{name}, as a number, must be the share of class 1, in [0, 1]; got {prior!r}."
        raise ValueError(msg)
    return [1 - prior, prior]
