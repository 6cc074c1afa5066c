"""Products with dense or sparse blocks of rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse

from skfocal._solver import heuristics
from skfocal._typing import Floats, Integers

__all__ = [
    "Matrix",
    "canonical",
    "csr_of",
    "csr_rows",
    "in_float64",
    "linear_map",
    "parts",
    "weighted_row_sums",
]

Matrix: TypeAlias = Any
"""A dense array, or a SciPy sparse array or matrix in CSR format."""


def canonical(X: Matrix) -> Matrix:
    """Return `X`, or a copy in which duplicate entries are summed if it is sparse and has any."""
    if not sparse.issparse(X) or X.has_canonical_format:
        return X
    X = X.copy()
    X.sum_duplicates()
    return X


def csr_of(data: Floats, indices: Integers, indptr: Integers, n_features: int) -> Matrix:
    """Return a CSR array of these arrays without the copies that SciPy's constructor may make."""
    block = sparse.csr_array((len(indptr) - 1, n_features), dtype=data.dtype)
    block.data, block.indices, block.indptr = data, indices, indptr
    return block


def csr_rows(X: Matrix, rows: slice) -> Matrix:
    """Return rows of a CSR array that share its data, which slicing would copy."""
    begin, end = X.indptr[rows.start], X.indptr[rows.stop]
    indptr = X.indptr[rows.start : rows.stop + 1] - begin
    return csr_of(X.data[begin:end], X.indices[begin:end], indptr, X.shape[1])


def in_float64(block: Matrix) -> Matrix:
    """Return a block in double precision, copied only if it is not."""
    return block if block.dtype == np.float64 else block.astype(np.float64)


def linear_map(coef: Floats, intercept: Floats, *, is_sparse: bool) -> Callable[[Matrix], Floats]:
    """Return a function that maps a block in double precision to its logits.

    Parameters
    ----------
    coef : ndarray of shape (n_features,) or (n_classes, n_features)
        Coefficients of the raw columns.
    intercept : ndarray of shape () or (n_classes,)
        Intercepts.
    is_sparse : bool
        Whether the blocks are sparse.

    Returns
    -------
    logits_of : callable
        Returns logits of shape (n_block,) or (n_block, n_classes). Those of a dense block are in
        Fortran order, which makes the softmax faster.
    """
    used = np.flatnonzero(coef.any(axis=0) if coef.ndim == 2 else coef)
    if not is_sparse and len(used) <= heuristics.MAX_USED_SHARE * coef.shape[-1] > 0:
        of_used = linear_map(coef[..., used], intercept, is_sparse=False)
        return lambda block: of_used(block.take(used, axis=1))
    # SciPy would copy a transposed array for every block.
    by_columns = np.ascontiguousarray(coef.T) if is_sparse else None

    def logits_of(block: Matrix) -> Floats:
        logits: Floats
        if by_columns is not None:
            logits = block @ by_columns
        elif (
            coef.ndim == 1
            and block.flags.c_contiguous
            and heuristics.MIN_SCALAR_PRODUCT <= len(coef) <= heuristics.MAX_SCALAR_PRODUCT
        ):
            logits = np.vecdot(block, coef)
        else:
            logits = (coef @ block.T).T
        logits += intercept
        return logits

    return logits_of


def weighted_row_sums(weights: Floats, block: Matrix) -> Floats:
    """Return weighted sums of a block's rows.

    Parameters
    ----------
    weights : ndarray of shape (n_block,) or (n_sums, n_block)
        The weights of each sum.
    block : ndarray or sparse array of shape (n_block, n_features)
        Rows.

    Returns
    -------
    sums : ndarray of shape (n_features,) or (n_sums, n_features)
        The sums.
    """
    if not sparse.issparse(block) and block.flags.c_contiguous:
        # For a short result `@` holds the interpreter's lock. `dot` does not, but it would copy
        # a block in Fortran order.
        return np.asarray(np.dot(weights, block))
    return np.asarray(weights @ block)


def parts(length: int, size: int = heuristics.PART_SIZE) -> list[slice]:
    """Return consecutive slices of at most `size` that cover `length` items."""
    return [slice(i, min(i + size, length)) for i in range(0, length, size)]
