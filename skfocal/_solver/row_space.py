"""Exact reduction of a wide table to the space that its rows span."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import linalg

from skfocal._solver import heuristics
from skfocal._solver.objective import FocalObjective
from skfocal._solver.row_blocks import ArrayBlocks, Block, Terms
from skfocal._solver.standardization import standardize
from skfocal._typing import Floats

__all__ = ["RowSpace", "is_wide", "row_space"]


@dataclass(frozen=True)
class RowSpace:
    """A training objective on no more columns than its table has rows.

    Notes
    -----
    The best coefficients are a combination of the centred rows: a component orthogonal to them
    changes the penalty only. With ``U S V^T`` the centred table, the coefficients are ``V v``, the
    table for ``v`` is ``U S``, and the penalty on ``v`` equals that on ``V v``.
    """

    whole: FocalObjective
    reduced: FocalObjective
    """The objective on the table ``U S``."""
    combinations: Floats
    """``U / S``; its product with the centred rows gives the columns of ``V``."""

    def reduce(self, objective: FocalObjective) -> FocalObjective:
        """Return an objective on the whole table as one on the reduced table."""
        columns = self.reduced.columns
        penalty = objective.penalty.with_columns(columns)
        return replace(objective, blocks=self.reduced.blocks, columns=columns, penalty=penalty)

    def lift(self, parameters: Floats) -> Floats:
        """Return the parameters of the whole objective for those of the reduced one."""
        raw = self.reduced.columns.raw_parameters(parameters)
        parts = raw[..., :-1] @ self.combinations.T

        def terms(block: Block) -> Terms:
            return ((block.X.T @ parts[..., block.rows].T).T,)

        columns = self.whole.columns
        lifted = np.empty(self.whole.parameters_shape)
        (by_rows,) = self.whole.blocks.sum(terms, lifted.size)
        lifted[..., :-1] = by_rows - parts.sum(axis=-1)[..., np.newaxis] * columns.mean
        lifted[..., -1] = raw[..., -1] - lifted[..., :-1] @ columns.mean
        return columns.standardized_parameters(lifted)

    def project(self, parameters: Floats) -> Floats:
        """Return the nearest parameters of the reduced objective for those of the whole."""
        raw = self.whole.columns.raw_parameters(parameters)
        by_mean = raw[..., :-1] @ self.whole.columns.mean

        def terms(block: Block) -> Terms:
            centred = block.X @ raw[..., :-1].T - by_mean
            return (centred.T @ self.combinations[block.rows],)

        projected = np.empty(self.reduced.parameters_shape)
        (projected[..., :-1],) = self.whole.blocks.sum(terms, projected.size)
        projected[..., -1] = raw[..., -1] + by_mean
        return self.reduced.columns.standardized_parameters(projected)


def is_wide(objective: FocalObjective) -> bool:
    """Return whether a table has so many more columns than rows that the reduction pays."""
    n_samples, n_features = objective.blocks.shape
    wide = n_features >= max(
        heuristics.ROW_SPACE_COLUMNS_PER_ROW * n_samples, heuristics.ROW_SPACE_MIN_COLUMNS
    )
    # Identical rows span nothing.
    varies = bool(objective.columns.inverse_scale.any())
    wide = wide and n_samples <= heuristics.ROW_SPACE_MAX_ROWS
    applies = objective.penalty.is_rotation_invariant and isinstance(objective.blocks, ArrayBlocks)
    return wide and varies and applies


def row_space(objective: FocalObjective) -> RowSpace:
    """Reduce an objective to the row space of its table."""
    whole = objective.blocks
    if not isinstance(whole, ArrayBlocks):
        msg = f"The row space needs the rows in an array; got {type(whole).__name__}."
        raise TypeError(msg)
    squares, vectors = linalg.eigh(whole.row_products(objective.columns.mean))
    # Smaller ones are rounding errors.
    kept = squares > len(squares) * np.finfo(np.float64).eps * squares[-1]
    singular_values, vectors = np.sqrt(squares[kept]), vectors[:, kept]
    blocks = whole.with_columns(vectors * singular_values)
    columns = standardize(blocks, fit_intercept=objective.columns.fit_intercept)
    penalty = objective.penalty.with_columns(columns)
    reduced = replace(objective, blocks=blocks, columns=columns, penalty=penalty)
    return RowSpace(objective, reduced, vectors / singular_values)
