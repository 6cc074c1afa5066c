"""Results of a search in the format of `GridSearchCV`."""

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

__all__ = ["FoldResult", "search_results", "warn_about_failures"]


@dataclass(frozen=True)
class FoldResult:
    """Scores, times and errors of a fold."""

    scores: Floats
    """Scores of shape (n_candidates,); nan for candidates that failed."""
    fit_seconds: float
    score_seconds: float
    errors: list[str]
    """Error messages, one per candidate that could not be fitted."""
    score_errors: list[str]
    """Tracebacks, one per candidate that could not be scored."""
    n_unconverged: int
    """Number of fits that did not converge."""


def search_results(candidates: list[dict[str, Any]], folds: Sequence[FoldResult]) -> dict[str, Any]:
    """Return `cv_results_`: times, parameters and scores of all candidates.

    Candidates are fitted together, so the time of a fold is divided evenly among them.
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
    """Return a masked array of values, with a numeric dtype if all are numbers."""
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
    """Return ranks, 1 for the best mean. Candidates with mean nan share the last rank."""
    if np.isnan(means).all():
        return np.ones(len(means), dtype=np.int32)
    known = np.where(np.isnan(means), np.nanmin(means) - 1, means)
    return rankdata(-known, method="min").astype(np.int32, copy=False)


def _list_errors(what: str, errors: list[str]) -> str:
    """Return a line for each distinct error, with its count."""
    counts = Counter(errors)
    return "\n".join(f"{count} {what} failed: {error}" for error, count in counts.items())


def _no_score_message(
    folds: Sequence[FoldResult], errors: list[str], score_errors: list[str]
) -> str:
    """Return the error message of a search in which no candidate has a finite mean score."""
    failed = [index for index, fold in enumerate(folds) if not np.isfinite(fold.scores).any()]
    where = (
        f"every candidate failed on fold {', '.join(map(str, failed))}"
        if failed
        else "every candidate failed on at least one fold"
    )
    # The last line of a traceback is the error message.
    reasons = Counter([*errors, *(error.strip().splitlines()[-1] for error in score_errors)])
    listed = "".join(f"\n{count} times: {reason}" for reason, count in reasons.most_common())
    return (
        f"No candidate has a finite mean score: {where}. Use a cv whose folds contain every class, "
        f"or a scoring that is valid for these labels.{listed}"
    )


def warn_about_failures(folds: Sequence[FoldResult], means: Floats) -> None:
    """Warn about fits and scores that failed, and about fits that did not converge.

    Raises
    ------
    ValueError
        If no candidate has a finite mean score.
    """
    n_fits = sum(len(fold.scores) for fold in folds)
    errors = [error for fold in folds for error in fold.errors]
    score_errors = [error for fold in folds for error in fold.score_errors]
    if errors:
        listed = _list_errors("fits", errors)
        if len(errors) == n_fits:
            msg = f"All the {n_fits} fits failed. Fix the cause below.\n{listed}"
            raise ValueError(msg)
        msg = f"{len(errors)} fits failed out of {n_fits}. Their scores are nan.\n{listed}"
        warnings.warn(msg, FitFailedWarning, stacklevel=5)
    if score_errors:
        listed = _list_errors("scores", score_errors)
        msg = f"{len(score_errors)} scores failed out of {n_fits}. They are nan.\n{listed}"
        warnings.warn(msg, UserWarning, stacklevel=5)
    if not np.isfinite(means).any():
        raise ValueError(_no_score_message(folds, errors, score_errors))
    if not np.isfinite(means).all():
        msg = f"One or more of the test scores are non-finite: {means}"
        warnings.warn(msg, UserWarning, stacklevel=5)
    n_unconverged = sum(fold.n_unconverged for fold in folds)
    if n_unconverged:
        msg = (
            f"{n_unconverged} out of {n_fits} fits did not converge to tol. Increase max_iter or "
            "tol, or remove the largest values of Cs."
        )
        warnings.warn(msg, ConvergenceWarning, stacklevel=5)
