"""One fold of a search: every candidate trained on some rows and scored on others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.parallel import Parallel, delayed

from skfocal._solver import Map, TrainingData, ordered_map
from skfocal._typing import Floats
from skfocal.linear_model import FocalLogisticRegression
from skfocal.linear_model._callbacks import fit_task
from skfocal.model_selection._folds import FitSettings, FoldFits, fit_fold
from skfocal.model_selection._grid import Grid
from skfocal.model_selection._results import FoldResult
from skfocal.model_selection._routing import Split, is_log_loss, scored_probability
from skfocal.model_selection._scoring import log_likelihoods, log_loss_is_defined, scores_of_models

__all__ = ["SearchPlan", "evaluate_folds"]


@dataclass(frozen=True)
class SearchPlan:
    """What every fold is to do."""

    data: TrainingData
    grid: Grid
    settings: FitSettings
    scorer: Any
    score_params: Mapping[str, Any]
    """What the scorer takes beside a table and its labels."""
    model: FocalLogisticRegression
    """One with the parameters that all candidates share, as the scorer is to see them."""
    by_log_loss: bool
    """Whether the scorer is the log loss of the true posterior."""
    estimator: Any
    """Whose search it is."""

    @classmethod
    def of(
        cls, search: Any, data: TrainingData, grid: Grid, score_params: Mapping[str, Any]
    ) -> Self:
        """Return what a search asks for."""
        settings = FitSettings(search.fit_intercept, search.tol, search.max_iter)
        return cls(
            data,
            grid,
            settings,
            search.scorer_,
            score_params,
            FocalLogisticRegression(**vars(settings), probability=scored_probability(search)),
            is_log_loss(search),
            search,
        )


def evaluate_folds(
    plan: SearchPlan, splits: Sequence[Split], context: Any, *, n_jobs: int | None
) -> list[FoldResult]:
    """Evaluate the candidates on every fold, on several at once if `n_jobs` says so.

    Parameters
    ----------
    plan : SearchPlan
        What to do.
    splits : sequence of tuple of (ndarray, ndarray)
        Rows to train and to score on of every fold.
    context : CallbackContext
        That of the search.
    n_jobs : int or None
        As joblib has it.
    """
    n_steps = len(plan.grid.gammas)
    contexts = [context.subcontext(task_name="fold", max_subtasks=n_steps) for _ in splits]
    folds: list[FoldResult] = Parallel(n_jobs=n_jobs)(
        delayed(_evaluate_fold)(plan, *split, each)
        for split, each in zip(splits, contexts, strict=True)
    )
    return folds


def _evaluate_fold(
    plan: SearchPlan, training: NDArray[np.intp], held_out: NDArray[np.intp], context: Any
) -> FoldResult:
    """Train every candidate on some rows, and score it on others."""
    data = plan.data
    about = {
        "estimator": plan.estimator,
        "X": lambda: data.X[training],
        "y": lambda: data.classes[data.codes[training]],
    }

    def step() -> AbstractContextManager[Any]:
        return fit_task(context.subcontext(task_name="gamma"), **about)

    n_candidates = len(plan.grid.gammas) * len(plan.grid.pairs)
    begin = perf_counter()
    with fit_task(context, **about), ordered_map() as map_:
        try:
            fits = fit_fold(plan.data, training, plan.grid, plan.settings, map_, step)
        except ValueError as error:
            nothing, errors = np.full(n_candidates, np.nan), [str(error)] * n_candidates
            return FoldResult(nothing, perf_counter() - begin, 0.0, errors, [], 0)
        fitted = perf_counter()
        scores, score_errors = _scores(plan, fits, held_out, map_)
    return FoldResult(
        plan.grid.by_candidate(scores),
        fitted - begin,
        perf_counter() - fitted,
        [error for error in fits.errors.values() for _ in plan.grid.gammas],
        score_errors,
        fits.n_unconverged,
    )


def _scores(
    plan: SearchPlan, fits: FoldFits, rows: NDArray[np.intp], map_: Map
) -> tuple[Floats, list[str]]:
    """Return the scores of the candidates, and why some have none."""
    weights = plan.score_params.get("sample_weight")
    if plan.by_log_loss and log_loss_is_defined(fits, plan.data, rows, weights):
        return log_likelihoods(fits, plan.data, rows, weights, plan.grid, map_), []
    n_samples = len(plan.data.codes)
    own = {
        name: np.asarray(value)[rows] if np.shape(value)[:1] == (n_samples,) else value
        for name, value in plan.score_params.items()
    }
    return scores_of_models(fits, plan.data, rows, plan.grid, plan.scorer, own, plan.model)
