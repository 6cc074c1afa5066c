"""Scores of the candidates on the test set of a fold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Real
from traceback import format_exc
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from skfocal._solver import ArrayBlocks, Block, Map, RowBlocks, Terms, TrainingData, linear_scores
from skfocal._typing import Floats
from skfocal.linear_model import FocalLogisticRegression
from skfocal.model_selection._folds import FoldFits, fitted_model
from skfocal.model_selection._grid import Grid
from skfocal.posterior import posterior_logits, sigmoid

__all__ = ["log_likelihood_sums", "log_likelihoods", "log_loss_is_defined", "score_candidates"]

Scorer = Callable[..., Any]


def log_loss_is_defined(
    fits: FoldFits, data: TrainingData, rows: NDArray[np.intp], weights: Floats | None
) -> bool:
    """Return whether the training set has all classes and the test set has positive weight."""
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
    """Return minus the log loss of the posterior, as scikit-learn's scorer computes it.

    Parameters
    ----------
    fits : FoldFits
        Fitted candidates.
    data : TrainingData
        All data.
    rows : ndarray of shape (n_rows,)
        Indices of the test samples.
    weights : ndarray of shape (n_samples,) or None
        Sample weights of all data.
    grid : Grid
        Candidates.
    map_ : callable
        Ordered map, which may use threads.

    Returns
    -------
    scores : ndarray of shape (n_gammas, n_settings)
        Mean log-likelihoods per sample, in nats. They are nan for settings that were not fitted.
    """
    test_weights = None if weights is None else weights[rows]
    n_logits = 1 if len(data.classes) == 2 else len(data.classes)
    n_outputs = n_logits * len(grid.settings) // len(grid.alphas)
    blocks = ArrayBlocks(data.X, data.codes, ordered_map=map_, n_outputs=n_outputs)
    blocks = blocks.take(rows, test_weights)
    n_rows = len(rows) if test_weights is None else test_weights.sum()
    return log_likelihood_sums(fits, blocks, data.X.dtype, grid) / n_rows


def log_likelihood_sums(
    fits: FoldFits, blocks: RowBlocks, dtype: np.dtype[Any], grid: Grid
) -> Floats:
    """Return the weighted sum over rows of log-probabilities of the true class.

    Parameters
    ----------
    fits : FoldFits
        Fitted candidates.
    blocks : RowBlocks
        Test samples.
    dtype : dtype
        Precision of the probabilities, at which scikit-learn's log loss clips them.
    grid : Grid
        Candidates.

    Returns
    -------
    sums : ndarray of shape (n_gammas, n_settings)
        In nats. They are nan for settings that were not fitted.
    """
    eps = float(np.finfo(dtype).eps)
    sums = np.full((len(grid.gammas), len(grid.settings)), np.nan)
    for alpha in range(len(grid.alphas)):
        settings = [each for each in fits.class_weight if grid.settings[each].alpha == alpha]
        if not settings:
            continue
        for index, gamma in enumerate(fits.gammas):
            raw = np.stack([fits.raw[index, each] for each in settings])
            models = _LogLikelihood(raw, gamma, fits.class_weight[settings[0]], eps)
            sums[index, settings] = blocks.sum(models.block_sums, len(raw))[0]
    return sums


class _LogLikelihood:
    """Log-likelihood of models with the same gamma and alpha."""

    def __init__(
        self,
        raw: Floats,
        gamma: float | Floats,
        class_weight: Floats,
        eps: float,
    ) -> None:
        self.raw, self.gamma, self.class_weight, self.eps = raw, gamma, class_weight, eps

    def block_sums(self, block: Block) -> Terms:
        """Return the weighted log-likelihood of a block for each model."""
        logits = linear_scores(block.X, self.raw)
        codes = np.tile(block.codes, len(self.raw))
        flat = logits.reshape(-1, *logits.shape[2:])
        posterior = posterior_logits(flat, self.gamma, self.class_weight)
        if posterior.ndim == 1:
            # The scorer computes the probability of class 0 as one minus that of class 1.
            of_true_class = np.abs(sigmoid(posterior) - (codes == 0))
        else:
            of_true_class = softmax(posterior, axis=1)[np.arange(len(codes)), codes]
        logs = np.log(np.clip(of_true_class, self.eps, 1 - self.eps)).reshape(len(self.raw), -1)
        return (logs.sum(axis=1) if block.weights is None else logs @ block.weights,)


def score_candidates(
    fits: FoldFits,
    data: TrainingData,
    rows: NDArray[np.intp],
    grid: Grid,
    scorer: Scorer,
    score_params: Mapping[str, Any],
    model: FocalLogisticRegression,
) -> tuple[Floats, list[str]]:
    """Score each candidate with a scorer.

    Parameters
    ----------
    fits, data, rows, grid : object
        As in `log_likelihoods`.
    scorer : callable
        Scorer with the signature ``scorer(estimator, X, y, **score_params)``.
    score_params : mapping
        Further arguments of the scorer.
    model : FocalLogisticRegression
        Unfitted model with the parameters that are the same for all candidates.

    Returns
    -------
    scores : ndarray of shape (n_gammas, n_settings)
        Scores. They are nan if the scorer raised an error or the setting was not fitted.
    errors : list of str
        Tracebacks of the errors of the scorer.

    Raises
    ------
    TypeError
        If the scorer does not return a number.
    """
    X, y = data.X[rows], data.classes[data.codes[rows]]
    scores = np.full((len(grid.gammas), len(grid.settings)), np.nan)
    errors = []
    for index, setting in fits.raw:
        candidate = fitted_model(fits, data, (index, setting), grid, model)
        try:
            score = scorer(candidate, X, y, **score_params)
        except Exception:  # noqa: BLE001 - a user's scorer may raise any error
            errors.append(format_exc())
        else:
            scores[index, setting] = _number(score)
    return scores, errors


def _number(score: Any) -> float:
    """Return a score as a float. It may be an array with one element."""
    array = np.asarray(score)
    number = array.item() if array.size == 1 else score
    if not isinstance(number, Real):
        msg = f"scoring must return a number; got {score!r} of type {type(score).__name__}."
        raise TypeError(msg)
    return float(number)
