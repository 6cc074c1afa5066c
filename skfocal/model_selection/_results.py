"""Scores of all candidates on all folds, in the format of `GridSearchCV`."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata
from sklearn.exceptions import ConvergenceWarning, FitFailedWarning

from skfocal._typing import Floats

__all__ = ["FoldResult", "search_results", "warn_of_failures"]


@dataclass(frozen=True)
class FoldResult:
    """What one fold found."""

    scores: Floats
    """Of shape (n_candidates,), in their order; nan for those that failed."""
    fit_seconds: float
    score_seconds: float
    errors: list[str]
    """Why candidates could not be trained, one entry for each that could not."""
    score_errors: list[str]
    """Why candidates could not be scored, one entry for each that could not."""
    n_unconverged: int


def search_results(candidates: list[dict[str, Any]], folds: Sequence[FoldResult]) -> dict[str, Any]:
    """Return `cv_results_`: times, parameters, scores by fold, their mean, spread and rank.

    Candidates are trained together, so that each takes the same share of its fold's time.
    """
    shares = np.ones((len(candidates), 1)) / len(candidates)
    results: dict[str, Any] = {}
    for name, times in (
        ("fit_time", [fold.fit_seconds for fold in folds]),
        ("score_time", [fold.score_seconds for fold in folds]),
    ):
        results |= _mean_and_spread(name, shares * times)
    for name in sorted(candidates[0]):
        results[f"param_{name}"] = _column([candidate[name] for candidate in candidates])
    results["params"] = candidates
    scores = np.stack([fold.scores for fold in folds], axis=1)
    for index, fold in enumerate(folds):
        results[f"split{index}_test_score"] = fold.scores
    results |= _mean_and_spread("test_score", scores)
    results["rank_test_score"] = _ranks(results["mean_test_score"])
    return results


def _mean_and_spread(name: str, values: Floats) -> dict[str, Floats]:
    return {f"mean_{name}": values.mean(axis=1), f"std_{name}": values.std(axis=1)}


def _column(values: list[Any]) -> Any:
    """Return a masked array of values, of a dtype of their own if they are all numbers."""
    try:
        inferred = np.asarray(values)
        dtype = inferred.dtype if inferred.ndim == 1 and inferred.dtype.kind != "U" else object
    except ValueError:
        dtype = np.dtype(object)
    column = np.ma.MaskedArray(np.empty(len(values), dtype=dtype), mask=True)
    for index, value in enumerate(values):
        column[index] = value
    return column


def _ranks(means: Floats) -> Any:
    """Rank the best 1. Candidates without a score share the last rank."""
    if np.isnan(means).all():
        return np.ones(len(means), dtype=np.int32)
    known = np.where(np.isnan(means), np.nanmin(means) - 1, means)
    return rankdata(-known, method="min").astype(np.int32, copy=False)


def _listed(what: str, errors: list[str]) -> str:
    counts = Counter(errors)
    return "\n".join(f"{count} {what} failed: {error}" for error, count in counts.items())


def _why_no_score(folds: Sequence[FoldResult], errors: list[str], score_errors: list[str]) -> str:
    """Return the message of a search in which no candidate has a finite mean score."""
    without = [index for index, fold in enumerate(folds) if not np.isfinite(fold.scores).any()]
    where = (
        f"every candidate fails on fold {', '.join(map(str, without))}"
        if without
        else ("every candidate fails on some fold")
    )
    # Of a traceback the last line has the reason.
    reasons = Counter([*errors, *(error.strip().splitlines()[-1] for error in score_errors)])
    listed = "".join(f"\n{count} times: {reason}" for reason, count in reasons.most_common())
    return (
        f"No candidate has a finite mean score: {where}. Use folds that hold every class, or a "
        f"scorer that suits the labels.{listed}"
    )


def warn_of_failures(folds: Sequence[FoldResult], means: Floats) -> None:
    """Warn of fits and scores that failed, and of fits that did not converge.

    Raises
    ------
    ValueError
        If no candidate has a finite mean score.
    """
    n_fits = sum(len(fold.scores) for fold in folds)
    errors = [error for fold in folds for error in fold.errors]
    score_errors = [error for fold in folds for error in fold.score_errors]
    if errors:
        listed = _listed("fits", errors)
        if len(errors) == n_fits:
            msg = f"All the {n_fits} fits failed.\n{listed}"
            raise ValueError(msg)
        msg = f"{len(errors)} fits failed out of {n_fits}; their score is nan.\n{listed}"
        warnings.warn(msg, FitFailedWarning, stacklevel=5)
    if score_errors:
        listed = _listed("scores", score_errors)
        msg = f"{len(score_errors)} scores failed out of {n_fits}, and are nan.\n{listed}"
        warnings.warn(msg, UserWarning, stacklevel=5)
    if not np.isfinite(means).any():
        raise ValueError(_why_no_score(folds, errors, score_errors))
    if not np.isfinite(means).all():
        msg = f"One or more of the test scores are non-finite: {means}"
        warnings.warn(msg, UserWarning, stacklevel=5)
    n_unconverged = sum(fold.n_unconverged for fold in folds)
    if n_unconverged:
        msg = (
            f"{n_unconverged} fits out of a total of {n_fits} stopped with a gradient above tol. "
            "Increase max_iter or tol, or leave out values of C that hardly penalise."
        )
        warnings.warn(msg, ConvergenceWarning, stacklevel=5)
