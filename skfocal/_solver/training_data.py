"""What is to be learned: a table with its labels encoded, and an objective's weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skfocal._checks import check_row_weights
from skfocal._classes import class_totals, encode
from skfocal._solver.objective import FocalObjective
from skfocal._typing import Floats, Integers

__all__ = ["Table", "check_class_totals", "encoded", "in_precision", "weighed"]


@dataclass(frozen=True)
class Table:
    """A table whose labels are indices of classes."""

    X: Any
    codes: Integers
    classes: NDArray[Any]
    sample_weight: Floats | None

    @cached_property
    def class_totals(self) -> Floats:
        """Return the total weight of each class."""
        return class_totals(self.codes, len(self.classes), self.sample_weight)


def encoded(X: Any, y: ArrayLike, sample_weight: ArrayLike | None) -> Table:
    """Return a valid table with its labels encoded.

    Raises
    ------
    TypeError, ValueError
        If `y` holds no two classes, or `sample_weight` is no weights or leaves a class none.
    """
    classes, codes = encode(np.asarray(y))
    table = Table(X, codes, classes, check_row_weights(sample_weight, X.shape[0]))
    check_class_totals(table.class_totals, classes)
    return table


def check_class_totals(totals: Floats, classes: NDArray[Any]) -> None:
    """Raise ValueError if a class has no weight."""
    if not totals.all():
        empty = classes[totals == 0].tolist()
        msg = f"sample_weight must leave every class some weight; got none for {empty!r}."
        raise ValueError(msg)


def weighed(
    objective: FocalObjective, totals: Floats, class_weight: Floats, C: float
) -> FocalObjective:
    """Return an objective with the weights of classes and with a penalty.

    Parameters
    ----------
    objective : FocalObjective
        One of the same table.
    totals, class_weight : ndarray of shape (n_classes,)
        Total weight of the rows of each class, and what `alpha` came to.
    C : float
        Inverse strength of the penalty.

    Raises
    ------
    ValueError
        If the total weight or the penalty is beyond the range of numbers.
    """
    with np.errstate(over="ignore", divide="ignore"):
        total_weight = class_weight @ totals
        penalty = 1 / (C * total_weight)
    if not (np.isfinite(total_weight) and np.isfinite(penalty)):
        msg = (
            "sample_weight, alpha and C must have a product that is a finite number and not "
            f"zero; got a total weight of {total_weight} and C={C!r}."
        )
        raise ValueError(msg)
    return replace(
        objective,
        penalty=float(penalty),
        total_weight=float(total_weight),
        class_weight=None if (class_weight == 1).all() else class_weight,
    )


def in_precision(raw: Floats, dtype: np.dtype[Any]) -> Floats:
    """Return parameters in the precision of the table, unless that cannot hold them."""
    with np.errstate(over="ignore"):
        rounded: Floats = raw.astype(dtype)
    if not np.isfinite(rounded).all():
        column = np.flatnonzero(~np.isfinite(rounded).all(axis=0))[0]
        msg = (
            f"X must be in double precision, or its columns larger; got a coefficient of "
            f"{raw[0, column]:.2g} for its column of index {column}, beyond {dtype}."
        )
        raise ValueError(msg)
    return rounded
