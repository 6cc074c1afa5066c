"""The parameters `focal_gamma` and `focal_alpha`, which are `gamma` and `alpha` elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numpy.typing import NDArray

from skfocal._classes import resolve_alpha, resolve_gamma
from skfocal._typing import Floats
from skfocal.losses import FocalLoss, check_gamma

__all__ = ["check_native_parameters", "resolve_parameters"]


def resolve_parameters(
    focal_gamma: Any, focal_alpha: Any, classes: NDArray[Any], totals: Floats
) -> tuple[float | Floats, Floats]:
    """Return the focusing parameter and the weight of each class.

    Parameters
    ----------
    focal_gamma, focal_alpha : object
        The parameters, as in `FocalXGBClassifier`.
    classes : ndarray of shape (n_classes,)
        Class labels, sorted.
    totals : ndarray of shape (n_classes,)
        Total sample weight of each class.

    Returns
    -------
    gamma : float or ndarray of shape (n_classes,)
    class_weight : ndarray of shape (n_classes,)

    Raises
    ------
    TypeError
        If a parameter is of the wrong type.
    ValueError
        If a parameter is not valid, or does not match the classes.
    """
    with _own_names():
        return resolve_gamma(focal_gamma, classes), resolve_alpha(focal_alpha, classes, totals)


def check_native_parameters(focal_gamma: Any, focal_alpha: Any) -> float | Floats:
    """Check parameters without knowing the classes, and return the focusing parameter.

    Raises
    ------
    TypeError
        If a parameter is of the wrong type.
    ValueError
        If a parameter is not valid.
    """
    with _own_names():
        FocalLoss(focal_gamma, focal_alpha)
        return check_gamma(focal_gamma)


@contextmanager
def _own_names() -> Iterator[None]:
    """Let errors speak of `focal_gamma` and `focal_alpha`: the libraries have other `gamma`s."""
    try:
        yield
    except (TypeError, ValueError) as error:
        message = re.sub(r"\b(alpha|gamma)\b", r"focal_\1", str(error))
        raise type(error)(message) from None
