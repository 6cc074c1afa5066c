"""Scores of a fold's candidates on the rows that were held out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from numbers import Real
from traceback import format_exc
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from skfocal._solver import ArrayBlocks, Block, Map, Terms, TrainingData, linear_scores
from skfocal._typing import Floats
from skfocal.linear_model import FocalLogisticRegression
from skfocal.model_selection._folds import FoldFits
from skfocal.model_selection._grid import Grid
from skfocal.posterior import posterior_logits, sigmoid

__all__ = ["log_likelihoods", "log_loss_is_defined", "scores_of_models"]

Scorer = Callable[..., Any]


def log_loss_is_defined(
    fits: FoldFits, data: TrainingData, rows: NDArray[np.intp], weights: Floats | None
) -> bool:
    """Return whether the training rows hold every class, and some row to score has weight."""
    has_weight = weights is None or bool(weights[rows].any())
    return len(fits.present) == len(data.classes) and has_weight


def log_likelihoods(
    fits: FoldFits,
    data: TrainingData,
    rows: NDArray[np.intp],
    weights: Floats | None,
    grid: Grid,
    map_: Map,
) -> Floats:
    """Return minus the log loss of the true posterior, as scikit-learn's scorer computes it.

    Parameters
    ----------
    fits : FoldFits
        The candidates.
    data : TrainingData
        The whole data.
    rows : ndarray of shape (n_rows,)
        Indices of the rows to score on.
    weights : ndarray of shape (n_samples,), default=None
        Weights of all rows of the data.
    grid : Grid
        What the candidates are.
    map_ : callable
        An ordered map, perhaps in threads.

    Returns
    -------
    scores : ndarray of shape (n_gammas, n_pairs)
        In nats for a row; nan for pairs that were not trained.
    """
    own = None if weights is None else weights[rows]
    n_logits = 1 if len(data.classes) == 2 else len(data.classes)
    n_outputs = n_logits * len(grid.Cs)
    blocks = ArrayBlocks(data.X, data.codes, ordered_map=map_, n_outputs=n_outputs).take(rows, own)
    # The precision of the probabilities decides where scikit-learn clips them.
    eps = float(np.finfo(data.X.dtype).eps)
    scores = np.full((len(grid.gammas), len(grid.pairs)), np.nan)
    for alpha in range(len(grid.alphas)):
        pairs = [pair for pair in fits.class_weight if grid.pairs[pair][0] == alpha]
        if not pairs:
            continue
        for index, gamma in enumerate(fits.gammas):
            raw = np.stack([fits.raw[index, pair] for pair in pairs])
            logs = _Logs(raw, gamma, fits.class_weight[pairs[0]], eps)
            scores[index, pairs] = blocks.sum(logs.sums, len(raw))[0]
    return scores / (len(rows) if own is None else own.sum())


class _Logs:
    """Logarithms of the probabilities that models of one gamma and alpha give to the truth."""

    def __init__(
        self,
        raw: Floats,
        gamma: float | Floats,
        class_weight: Floats,
        eps: float,
    ) -> None:
        self.raw, self.gamma, self.class_weight, self.eps = raw, gamma, class_weight, eps

    def sums(self, block: Block) -> Terms:
        """Return the weighted sum over a block for each model."""
        logits = linear_scores(block.X, self.raw)
        codes = np.tile(block.codes, len(self.raw))
        flat = logits.reshape(-1, *logits.shape[2:])
        posterior = posterior_logits(flat, self.gamma, self.class_weight)
        if posterior.ndim == 1:
            # The scorer takes for the probability of class 0 what that of class 1 leaves.
            of_truth = np.abs(sigmoid(posterior) - (codes == 0))
        else:
            of_truth = softmax(posterior, axis=1)[np.arange(len(codes)), codes]
        logs = np.log(np.clip(of_truth, self.eps, 1 - self.eps)).reshape(len(self.raw), -1)
        return (logs.sum(axis=1) if block.weights is None else logs @ block.weights,)


def scores_of_models(
    fits: FoldFits,
    data: TrainingData,
    rows: NDArray[np.intp],
    grid: Grid,
    scorer: Scorer,
    score_params: Mapping[str, Any],
    model: FocalLogisticRegression,
) -> tuple[Floats, list[str]]:
    """Return what a scorer says of each candidate, and why it failed to.

    Parameters
    ----------
    fits, data, rows, grid : object
        As in `log_likelihoods`.
    scorer : callable
        It is given a model, a table and its labels.
    score_params : mapping
        What else it is given.
    model : FocalLogisticRegression
        One with the parameters that all candidates share, not fitted.

    Returns
    -------
    scores : ndarray of shape (n_gammas, n_pairs)
        nan where the scorer raised an error.
    errors : list of str
        One traceback for each of these.

    Raises
    ------
    TypeError
        If the scorer returns something other than a number.
    """
    X, y = data.X[rows], data.classes[data.codes[rows]]
    scores = np.full((len(grid.gammas), len(grid.pairs)), np.nan)
    errors = []
    for index, pair in fits.raw:
        candidate = _candidate(fits, data, (index, pair), grid, model)
        try:
            score = scorer(candidate, X, y, **score_params)
        except Exception:  # noqa: BLE001 - a scorer is the user's code, and may raise anything
            errors.append(format_exc())
        else:
            scores[index, pair] = _number(score)
    return scores, errors


def _number(score: Any) -> float:
    """Return a score as a float; it may be an array of one."""
    array = np.asarray(score)
    number = array.item() if array.size == 1 else score
    if not isinstance(number, Real):
        msg = f"scoring must return a number; got {score!r} of type {type(score).__name__}."
        raise TypeError(msg)
    return float(number)


def _candidate(
    fits: FoldFits,
    data: TrainingData,
    which: tuple[int, int],
    grid: Grid,
    model: FocalLogisticRegression,
) -> FocalLogisticRegression:
    """Return a candidate as if it had been fitted by itself."""
    gamma = grid.gammas[which[0]]
    alpha, C = grid.pairs[which[1]]
    candidate: FocalLogisticRegression = copy(model)
    candidate.set_params(gamma=gamma, alpha=grid.alphas[alpha], C=grid.Cs[C])
    raw = np.atleast_2d(fits.raw[which]).astype(data.X.dtype)
    candidate.__dict__.update(
        coef_=raw[:, :-1],
        intercept_=raw[:, -1],
        classes_=data.classes[fits.present],
        class_weight_=fits.class_weight[which[1]],
        n_features_in_=data.X.shape[1],
        _fitted_gamma=fits.gammas[which[0]],
    )
    return candidate
