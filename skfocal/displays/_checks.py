"""Validation of what several displays take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sklearn.utils.validation import check_is_fitted

from skfocal._checks import check_number
from skfocal._typing import Floats

__all__ = ["check_gammas", "positive_probabilities"]


def check_gammas(gammas: Any) -> list[float]:
    """Return focusing parameters, one for each curve.

    Raises
    ------
    TypeError
        If `gammas` is not a sequence of numbers.
    ValueError
        If a value is negative or not finite, or if there is none.
    """
    expected = "finite numbers >= 0, one for each curve"
    if isinstance(gammas, str) or not isinstance(gammas, Iterable):
        msg = f"gammas must be {expected}; got {gammas!r}."
        raise TypeError(msg)
    values = [check_number("gammas", each, expected, above=0, closed=True) for each in gammas]
    if not values:
        msg = f"gammas must be {expected}; got none."
        raise ValueError(msg)
    return values


def positive_probabilities(name: str, estimator: Any, X: Any, pos_label: Any) -> tuple[Floats, Any]:
    """Return the predicted probabilities of the positive class, and the label of the class.

    Parameters
    ----------
    name : str
        Name of the classifier.
    estimator : object
        Fitted classifier for two classes.
    X : {array-like, sparse matrix} of shape (n_samples, n_features)
        Data.
    pos_label : int, float, bool or str
        Label of the positive class. None means ``classes_[1]``.

    Returns
    -------
    probabilities : ndarray of shape (n_samples,)
        Probabilities.
    label : int, float, bool or str
        Label of the positive class.

    Raises
    ------
    NotFittedError
        If the classifier is not fitted.
    TypeError
        If it is not a classifier with ``predict_proba``.
    ValueError
        If it does not have two classes, or `pos_label` is not one of them.
    """
    check_is_fitted(estimator)
    if not (hasattr(estimator, "classes_") and hasattr(estimator, "predict_proba")):
        msg = f"estimator must be a classifier with predict_proba; got {type(estimator).__name__}."
        raise TypeError(msg)
    classes = list(estimator.classes_)
    if len(classes) != 2:
        msg = f"estimator must have two classes; {name} has {len(classes)}."
        raise ValueError(msg)
    label = classes[1] if pos_label is None else pos_label
    if label not in classes:
        msg = f"pos_label must be one of {classes}; got {pos_label!r}."
        raise ValueError(msg)
    return estimator.predict_proba(X)[:, classes.index(label)], label
