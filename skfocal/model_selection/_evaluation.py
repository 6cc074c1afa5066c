"""Evaluation of all candidates on the folds of a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.parallel import Parallel, delayed

from skfocal._solver import Map, TrainingData, ordered_map, search_tolerance
from skfocal._typing import Floats
from skfocal.linear_model import FocalLogisticRegression
from skfocal.linear_model._callbacks import fit_task
from skfocal.model_selection._folds import FitSettings, FoldFits, fit_fold
from skfocal.model_selection._grid import Grid
from skfocal.model_selection._results import FoldResult
from skfocal.model_selection._routing import Split, is_log_loss, scored_probability
from skfocal.model_selection._scoring import log_likelihoods, log_loss_is_defined, score_candidates

__all__ = ["SearchPlan", "evaluate_folds"]


@dataclass(frozen=True)
class SearchPlan:
    """Inputs that are the same for every fold."""

    data: TrainingData
    grid: Grid
    settings: FitSettings
    scorer: Any
    score_params: Mapping[str, Any]
    """Arguments of the scorer in addition to the estimator, `X` and `y`."""
    model: FocalLogisticRegression
    """Unfitted model with the parameters that are the same for all candidates."""
    by_log_loss: bool
    """Whether the score is minus the log loss of the posterior."""
    search: Any
    """The estimator that searches, for callbacks."""

    @classmethod
    def from_search(
        cls, search: Any, data: TrainingData, grid: Grid, score_params: Mapping[str, Any]
    ) -> Self:
        """Build the plan from the parameters of a search."""
        tol = search_tolerance(search.tol)
        settings = FitSettings(search.fit_intercept, tol, search.max_iter)
        return cls(
            data,
            grid,
            settings,
            search.scorer_,
            score_params,
            FocalLogisticRegression(
                fit_intercept=search.fit_intercept,
                tol=search.tol,
                max_iter=search.max_iter,
                probability=scored_probability(search),
            ),
            is_log_loss(search),
            search,
        )


def evaluate_folds(
    plan: SearchPlan, splits: Sequence[Split], context: Any, *, n_jobs: int | None
) -> list[FoldResult]:
    """Evaluate the candidates on every fold.

    Parameters
    ----------
    plan : SearchPlan
        Inputs of every fold.
    splits : sequence of tuple of (ndarray, ndarray)
        Training and test indices of every fold.
    context : CallbackContext
        Callback context of the search.
    n_jobs : int or None
        Number of folds to evaluate in parallel, as in joblib.

    Returns
    -------
    folds : list of FoldResult
        Results, one per fold.
    """
    n_steps = len(plan.grid.gammas)
    contexts = [context.subcontext(task_name="fold", max_subtasks=n_steps) for _ in splits]
    folds: list[FoldResult] = Parallel(n_jobs=n_jobs)(
        delayed(_evaluate_fold)(plan, *split, fold_context)
        for split, fold_context in zip(splits, contexts, strict=True)
    )
    return folds


def _evaluate_fold(
    plan: SearchPlan, train: NDArray[np.intp], test: NDArray[np.intp], context: Any
) -> FoldResult:
    """Fit every candidate to the training set of a fold, and score it on the test set."""
    data = plan.data
    task_data = {
        "estimator": plan.search,
        "X": lambda: data.X[train],
        "y": lambda: data.classes[data.codes[train]],
    }

    def step() -> AbstractContextManager[Any]:
        return fit_task(context.subcontext(task_name="gamma"), **task_data)

    n_candidates = len(plan.grid.gammas) * len(plan.grid.settings)
    begin = perf_counter()
    with fit_task(context, **task_data), ordered_map() as map_:
        try:
            fits = fit_fold(plan.data, train, plan.grid, plan.settings, map_, step)
        except ValueError as error:
            no_scores, errors = np.full(n_candidates, np.nan), [str(error)] * n_candidates
            return FoldResult(no_scores, perf_counter() - begin, 0.0, errors, [], 0)
        fitted = perf_counter()
        scores, score_errors = _scores(plan, fits, test, map_)
    return FoldResult(
        plan.grid.by_candidate(scores),
        fitted - begin,
        perf_counter() - fitted,
        [error for error in fits.errors.values() for _ in plan.grid.gammas],
        score_errors,
        fits.n_unconverged,
    )


def _scores(
    plan: SearchPlan, fits: FoldFits, test: NDArray[np.intp], map_: Map
) -> tuple[Floats, list[str]]:
    """Return the scores of the candidates, and the tracebacks of those that failed."""
    weights = plan.score_params.get("sample_weight")
    if plan.by_log_loss and log_loss_is_defined(fits, plan.data, test, weights):
        return log_likelihoods(fits, plan.data, test, weights, plan.grid, map_), []
    n_samples = len(plan.data.codes)
    params = {
        name: np.asarray(value)[test] if np.shape(value)[:1] == (n_samples,) else value
        for name, value in plan.score_params.items()
    }
    return score_candidates(fits, plan.data, test, plan.grid, plan.scorer, params, plan.model)
