"""The shortest of all coefficients that give the same logits."""

from __future__ import annotations

import numpy as np
from scipy import linalg

from skfocal._solver import heuristics
from skfocal._solver.objective import FocalObjective
from skfocal._solver.row_blocks import ArrayBlocks, Block, Terms
from skfocal._solver.row_space import row_space
from skfocal._typing import Floats

__all__ = ["shortest"]

# Rounding of the products of columns makes the square of a combination that is zero up to 2e-13 of
# the largest one, where means are 30 standard deviations.
_LEAST_SQUARE = 1e-12


def shortest(objective: FocalObjective, parameters: Floats) -> Floats:
    """Return the parameters with the shortest raw coefficients among those with the same logits.

    Without a penalty collinear columns leave the coefficients undetermined. The shortest ones are
    the limit of a vanishing L2 penalty.

    Parameters
    ----------
    objective : FocalObjective
        An objective without a penalty.
    parameters : ndarray
        Its parameters.

    Returns
    -------
    parameters : ndarray
        Unchanged if the columns are linearly independent, or if both rows and columns are so many
        that finding out would take too much memory.
    """
    n_samples, n_features = objective.blocks.shape
    max_length = int(np.sqrt(heuristics.MAX_SINGLE_FLOATS))
    if n_features <= max_length:
        return _shortest_by_columns(objective, parameters)
    if n_samples <= max_length and isinstance(objective.blocks, ArrayBlocks):
        space = row_space(objective)
        return space.lift(space.project(parameters))
    return parameters


def _shortest_by_columns(objective: FocalObjective, parameters: Floats) -> Floats:
    """Remove what the null space of the standardised columns adds to the raw coefficients.

    Standardised columns are of one scale, so the rank does not depend on the units of the raw ones.
    """
    null_space = _null_space(objective)
    if null_space.shape[1] == 0:
        return parameters
    inverse_scale = objective.columns.inverse_scale
    raw_directions = null_space * inverse_scale[:, np.newaxis]
    raw = np.atleast_2d(parameters)[:, :-1] * inverse_scale
    surplus = linalg.lstsq(raw_directions, raw.T)[0]
    result = parameters.copy()
    result[..., :-1] -= (null_space @ surplus).T.reshape(result[..., :-1].shape)
    return result


def _null_space(objective: FocalObjective) -> Floats:
    """Return an orthonormal basis of the combinations of columns that are zero in all rows."""
    columns = objective.columns

    def terms(block: Block) -> Terms:
        weights = np.ones(len(block.codes)) if block.weights is None else block.weights
        return (columns.gram(block.X, weights),)

    (gram,) = objective.blocks.sum(terms, objective.parameters_shape[-1] ** 2)
    squares, vectors = linalg.eigh(gram[:-1, :-1])
    # Constant columns have a coefficient of zero already.
    is_null = squares <= _LEAST_SQUARE * squares[-1]
    return np.asarray(vectors[:, is_null])
