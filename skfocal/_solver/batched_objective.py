"""Several objectives on the same rows, evaluated in one pass.

Each block of rows is read once for all objectives. Their logits are one product of matrices, which
is much faster than a product with one vector at a time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from skfocal._solver.matrices import Matrix, weighted_row_sums
from skfocal._solver.objective import FocalObjective
from skfocal._solver.row_blocks import Block, Terms
from skfocal._typing import Floats

__all__ = ["linear_scores", "values_and_gradients"]


def values_and_gradients(
    objectives: Sequence[FocalObjective], parameters: Floats
) -> tuple[Floats, Floats]:
    """Return the values and gradients of objectives, each at its own parameters.

    Parameters
    ----------
    objectives : sequence of FocalObjective
        They differ only in penalty, class weights and total weight.
    parameters : ndarray of shape (n_objectives, ...)
        Parameters of the standardised columns for each.

    Returns
    -------
    values : ndarray of shape (n_objectives,)
        Of the objectives.
    gradients : ndarray of the shape of `parameters`
        Of the objectives.
    """
    first = objectives[0]
    raw = first.columns.raw_parameters(parameters)
    class_weight = _class_weights(objectives)

    def terms(block: Block) -> Terms:
        logits = linear_scores(block.X, raw)
        # The loss sees each row once for each objective.
        value, slopes = first.loss.value_and_gradient(
            np.tile(block.codes, len(raw)), logits.reshape(-1, *logits.shape[2:])
        )
        value, slopes = value.reshape(len(raw), -1), slopes.reshape(logits.shape)
        weights = _row_weights(block, class_weight)
        if weights is not None:
            value *= weights
            slopes *= weights.reshape(*weights.shape, *(1,) * (slopes.ndim - 2))
        slopes = np.moveaxis(slopes, 1, -1)
        by_coef = weighted_row_sums(slopes.reshape(-1, block.X.shape[0]), block.X)
        return value.sum(axis=1), by_coef, slopes.sum(axis=-1)

    values, by_coef, by_intercept = first.blocks.sum(terms, parameters.size)
    gradients = first.columns.gradient(by_coef.reshape(*by_intercept.shape, -1), by_intercept)
    total_weight = np.array([objective.total_weight for objective in objectives])
    aside = (1,) * (parameters.ndim - 2)
    gradients /= total_weight.reshape(-1, 1, *aside)
    penalties = np.empty(len(objectives))
    for index, objective in enumerate(objectives):
        penalties[index], slope = objective.penalty.value_and_gradient(parameters[index])
        gradients[index] += slope
    return values / total_weight + penalties, gradients


def linear_scores(block: Matrix, raw: Floats) -> Floats:
    """Return the logits of a block of rows for each of several models.

    Parameters
    ----------
    block : ndarray or sparse array of shape (n_block, n_features)
        Raw rows.
    raw : ndarray of shape (n_models, n_features + 1) or (n_models, n_classes, n_features + 1)
        Raw parameters of each model.

    Returns
    -------
    logits : ndarray of shape (n_models, n_block) or (n_models, n_block, n_classes)
        In C order.
    """
    flat = raw.reshape(-1, raw.shape[-1])
    if sparse.issparse(block):
        logits = np.ascontiguousarray((block @ flat[:, :-1].T).T)
    else:
        logits = flat[:, :-1] @ block.T
    logits += flat[:, -1:]
    if raw.ndim == 2:
        return logits
    return np.ascontiguousarray(np.swapaxes(logits.reshape(*raw.shape[:2], -1), 1, 2))


def _class_weights(objectives: Sequence[FocalObjective]) -> Floats | None:
    """Return weights of shape (n_objectives, n_classes), or None if all are 1."""
    if all(objective.class_weight is None for objective in objectives):
        return None
    ones = np.ones(objectives[0].n_classes)
    weights = [each.class_weight for each in objectives]
    return np.stack([ones if each is None else each for each in weights])


def _row_weights(block: Block, class_weight: Floats | None) -> Floats | None:
    """Return weights of shape (n_objectives, n_block), (1, n_block) if all share them, or None."""
    own = None if block.weights is None else block.weights[np.newaxis]
    if class_weight is None:
        return own
    weights = class_weight.take(block.codes, axis=1)
    return weights if own is None else weights * own
