"""A table with its labels encoded, and the unweighted objective on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skfocal._checks import check_row_weights
from skfocal._classes import class_totals, encode
from skfocal._solver import heuristics
from skfocal._solver.objective import FocalObjective
from skfocal._solver.penalties import make_penalty
from skfocal._solver.row_blocks import ArrayBlocks, RowBlocks
from skfocal._solver.standardization import check_finite, standardize
from skfocal._solver.threads import Map
from skfocal._typing import Floats, Integers
from skfocal.losses import FocalLoss

__all__ = [
    "TrainingData",
    "encode_labels",
    "in_precision",
    "objective_on_blocks",
    "objective_on_fold",
    "objective_on_table",
]


@dataclass(frozen=True)
class TrainingData:
    """A table whose labels are class indices."""

    X: Any
    codes: Integers
    classes: NDArray[Any]
    sample_weight: Floats | None
    class_totals: Floats
    """Total weight of each class."""


def encode_labels(X: Any, y: ArrayLike, sample_weight: ArrayLike | None) -> TrainingData:
    """Return a valid table with its labels encoded.

    Raises
    ------
    TypeError, ValueError
        If `y` does not hold two classes, or `sample_weight` is invalid.
    """
    classes, codes = encode(np.asarray(y))
    weights = check_row_weights(sample_weight, X.shape[0])
    return TrainingData(X, codes, classes, weights, class_totals(codes, len(classes), weights))


def objective_on_table(
    data: TrainingData,
    loss: FocalLoss,
    map_: Map,
    *,
    fit_intercept: bool,
    estimator_name: str,
    n_candidates: int = 1,
) -> FocalObjective:
    """Measure the columns in one pass; return the objective without class weights and penalty.

    Parameters
    ----------
    data : TrainingData
        The table.
    loss : FocalLoss
        The loss.
    map_ : callable
        An ordered map, perhaps in threads.
    fit_intercept : bool
        Whether there is an intercept.
    estimator_name : str
        For the message of an error.
    n_candidates : int, default=1
        How many objectives are evaluated together on these rows.

    Raises
    ------
    ValueError
        If a value in the table, or the square of one, is not a finite number.
    """
    n_classes = len(data.classes)
    blocks = ArrayBlocks(
        data.X,
        data.codes,
        data.sample_weight,
        ordered_map=map_,
        n_outputs=_n_outputs(n_classes, n_candidates),
    )
    return _unweighted(data.X, blocks, data.class_totals, loss, fit_intercept, estimator_name)


def objective_on_fold(
    data: TrainingData,
    rows: NDArray[np.intp],
    map_: Map,
    *,
    n_candidates: int,
    fit_intercept: bool,
    estimator_name: str,
) -> tuple[NDArray[np.intp], FocalObjective]:
    """Return the classes that some rows hold, and the objective on them, as `objective_on_table`.

    Parameters
    ----------
    data : TrainingData
        The whole table.
    rows : ndarray of shape (n_rows,)
        Indices of the rows.
    map_ : callable
        An ordered map, perhaps in threads.
    n_candidates : int
        How many objectives are evaluated together on these rows.
    fit_intercept : bool
        Whether there is an intercept.
    estimator_name : str
        For the message of an error.

    Returns
    -------
    present : ndarray of shape (n_present,)
        Indices of the classes.
    objective : FocalObjective
        The objective without class weights and penalty.

    Raises
    ------
    ValueError
        If the rows hold one class only, or have no weight.
    """
    codes = data.codes[rows]
    weights = None if data.sample_weight is None else data.sample_weight[rows]
    present = np.flatnonzero(class_totals(codes, len(data.classes)))
    if len(present) < 2:
        msg = "y must hold at least two classes; the training rows of a fold hold one class only."
        raise ValueError(msg)
    if len(present) < len(data.classes):
        codes = np.searchsorted(present, codes)
    totals = class_totals(codes, len(present), weights)
    if not totals.any():
        msg = "sample_weight must not be zero for all training rows of a fold."
        raise ValueError(msg)
    n_logits = (1 if len(present) == 2 else len(present)) * n_candidates
    in_threads = len(rows) * n_logits >= heuristics.MIN_LOGITS_FOR_THREADS
    copied = data.X.size <= heuristics.MAX_FOLD_COPY_FLOATS
    blocks = ArrayBlocks(
        data.X[rows] if copied else data.X,
        codes,
        weights,
        ordered_map=map_ if in_threads else map,
        indices=None if copied else rows,
        n_outputs=_n_outputs(len(present), n_candidates),
    )
    return present, _unweighted(data.X, blocks, totals, FocalLoss(), fit_intercept, estimator_name)


def _n_outputs(n_classes: int, n_candidates: int) -> int:
    """Return the number of logits of a row, as `LOGITS_PER_CANDIDATE` counts them."""
    if n_classes > 2 or n_candidates == 1:
        return (1 if n_classes == 2 else n_classes) * n_candidates
    return heuristics.LOGITS_PER_CANDIDATE * n_candidates


def _unweighted(
    X: Any,
    blocks: ArrayBlocks,
    totals: Floats,
    loss: FocalLoss,
    fit_intercept: bool,  # noqa: FBT001 - the callers' own keyword
    estimator_name: str,
) -> FocalObjective:
    objective = objective_on_blocks(blocks, totals, loss, fit_intercept=fit_intercept)
    check_finite(X, objective.columns, estimator_name)
    return objective


def objective_on_blocks(
    blocks: RowBlocks, class_totals: Floats, loss: FocalLoss, *, fit_intercept: bool
) -> FocalObjective:
    """Measure the columns in one pass; return the objective without class weights and penalty.

    The inverse scale of a column is nan if a value in it is not finite, or its square is not.
    """
    columns = standardize(blocks, fit_intercept=fit_intercept)
    penalty = make_penalty(0.0, columns)
    return FocalObjective(blocks, columns, class_totals, loss, penalty, total_weight=1.0)


def in_precision(raw: Floats, dtype: np.dtype[Any]) -> Floats:
    """Return raw parameters of shape (n_rows, n_features + 1) in the precision of the table.

    Raises
    ------
    ValueError
        If one of them is beyond the range of that precision.
    """
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
