"""Tune, set thresholds and fit one method; no test row is ever passed to anything in here."""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.model_selection import ParameterGrid

from skfocal.comparison.preparation import layout_of
from skfocal.comparison.scoring import log_odds, log_probabilities
from skfocal.comparison.thresholds import BEST_F1, ThresholdRule, find_threshold

if TYPE_CHECKING:
    import pandas as pd
    from imblearn.pipeline import Pipeline

    from skfocal.comparison.corrections import Correction
    from skfocal.comparison.methods import Method
    from skfocal.comparison.splits import Fold, Rows
    from skfocal.comparison.tables import Table

__all__ = ["FittedMethod", "fit_method", "quick_average_precision"]


@dataclass(frozen=True, eq=False)
class FittedMethod:
    """What `fit_method` returns.

    Attributes
    ----------
    pipeline : Pipeline
        Fitted on all training rows with the chosen parameters.
    params : dict
        The chosen parameters.
    profiles : dict of str to list of float
        For each parameter the average precision on the inner held-out rows at each of its values,
        with the other parameters as chosen.
    thresholds : dict of str to float
        For each view the log-odds from which on a row is called positive; empty with more than
        two classes.
    fit_seconds, tuning_seconds : float
        Time of the last fit, preparation and sampling included, and of all tuning before it.
    corrections : dict of str to callable
        The corrections of the log-probabilities, for the views that have one.
    """

    pipeline: Pipeline
    params: dict[str, Any]
    profiles: dict[str, list[float]]
    thresholds: dict[str, float]
    fit_seconds: float
    tuning_seconds: float
    corrections: dict[str, Correction]

    def prepare(self, X: pd.DataFrame) -> NDArray[np.float64]:
        """Return rows as the classifier takes them."""
        prepared: NDArray[np.float64] = self.pipeline[:-1].transform(X)
        return prepared

    def predict(self, prepared: NDArray[np.float64]) -> NDArray[np.intp]:
        """Predict class indices of prepared rows by the classifier's own default decision."""
        predicted: NDArray[np.intp] = self.pipeline[-1].predict(prepared)
        return predicted

    def log_probabilities(
        self, prepared: NDArray[np.float64], name: str, view: Mapping[str, Any]
    ) -> NDArray[np.float64]:
        """Log-probabilities of the classes, with the parameters and the correction of a view."""
        classifier = copy.copy(self.pipeline[-1]).set_params(**view)
        log_proba = log_probabilities(classifier, prepared)
        return self.corrections[name](log_proba) if name in self.corrections else log_proba


class _Candidates(BaseEstimator):  # type: ignore[misc]  # scikit-learn's base class is untyped
    """Fit one classifier per candidate on the same prepared rows: preparation is paid once."""

    def __init__(self, classifier: Any, candidates: Sequence[Mapping[str, Any]]) -> None:
        self.classifier = classifier
        self.candidates = candidates

    def fit(self, X: NDArray[np.float64], y: NDArray[np.intp]) -> Self:
        self.models_ = [
            clone(self.classifier).set_params(**candidate).fit(X, y)
            for candidate in self.candidates
        ]
        return self


@dataclass(frozen=True, eq=False)
class _HeldOut:
    """An inner fold: its held-out rows, prepared, and the candidates that have not seen them."""

    y: NDArray[np.intp]
    prepared: NDArray[np.float64]
    models: list[Any]

    def predict(self, candidate: int, view: Mapping[str, Any]) -> NDArray[np.float64]:
        model = self.models[candidate]
        if view:
            model = copy.copy(model).set_params(**view)
        return log_probabilities(model, self.prepared)


def fit_method(
    method: Method,
    table: Table,
    train: Rows,
    inner: Sequence[Fold],
    seed: int,
    rule: ThresholdRule = BEST_F1,
) -> FittedMethod:
    """Tune a method on inner folds of the training rows, then fit it on all of them.

    The parameters with the best average precision, averaged over the inner folds, are chosen.
    The predictions that the chosen candidate made for the inner folds' held-out rows then teach
    the correction, if there is one, and the threshold.

    Parameters
    ----------
    method : Method
        The method.
    table : Table
        Where the rows are; only those of `train` are read.
    train : ndarray of int
        Positions of the training rows.
    inner : sequence of (ndarray, ndarray)
        Inner folds, as positions within `train`.
    seed : int
        Seed of the sampler and of a classifier that has none.
    rule : ThresholdRule, default=BEST_F1
        How thresholds are set.

    Returns
    -------
    FittedMethod
    """
    X, y = table.X.iloc[train], table.y[train]
    max_neighbors = int(min(np.bincount(y[rows]).min() for rows, _ in inner)) - 1

    def fit(classifier: Any, rows: Rows) -> Pipeline:
        layout = layout_of(table, X.iloc[rows])
        pipeline = method.pipeline(classifier, layout, max_neighbors, seed)
        return pipeline.fit(X.iloc[rows], y[rows])

    start = time.perf_counter()
    classifier = _seeded(method.classifier, seed)
    candidates = list(ParameterGrid({name: list(grid) for name, grid in method.grid.items()}))
    held_out = []
    for rows, rest in inner:
        searched = fit(_Candidates(classifier, candidates), rows)
        prepared = searched[:-1].transform(X.iloc[rest])
        held_out.append(_HeldOut(y[rest], prepared, searched[-1].models_))
    scores = _candidate_scores(method, held_out)
    best = int(np.argmax(scores))
    corrections = _corrections(method, held_out, best)
    thresholds = (
        _thresholds(method, held_out, best, corrections, rule) if table.n_classes == 2 else {}
    )
    tuned = time.perf_counter()
    pipeline = fit(clone(classifier).set_params(**candidates[best]), np.arange(len(y)))
    return FittedMethod(
        pipeline=pipeline,
        params=dict(candidates[best]),
        profiles=_profiles(method.grid, scores, best),
        thresholds=thresholds,
        fit_seconds=time.perf_counter() - tuned,
        tuning_seconds=tuned - start,
        corrections=corrections,
    )


def _seeded(classifier: Any, seed: int) -> Any:
    """Give every unset `random_state` a seed, so that a rerun gives the same scores."""
    unset = [
        name
        for name, value in classifier.get_params().items()
        if name.rpartition("__")[2] == "random_state" and value is None
    ]
    return clone(classifier).set_params(**dict.fromkeys(unset, seed))


def quick_average_precision(event: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    """Return what scikit-learn's function does, without its checks: tuning asks so often."""
    order = np.argsort(-score, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(score[order])), len(order) - 1)  # of equal scores
    hits = np.cumsum(event[order])[ends]
    return float(hits / (ends + 1) @ np.diff(hits, prepend=0) / hits[-1])


def _candidate_scores(method: Method, held_out: list[_HeldOut]) -> list[float]:
    """Average precision of every candidate, averaged over the inner folds."""
    view = next(iter(method.reported.values()))
    return [
        float(np.mean([_average_precision(fold, candidate, view) for fold in held_out]))
        for candidate in range(len(held_out[0].models))
    ]


def _profiles(
    grid: Mapping[str, Sequence[Any]], scores: Sequence[float], best: int
) -> dict[str, list[float]]:
    """Scores of the candidates that differ from the best in one parameter at most, by parameter."""
    names = sorted(grid)  # the order in which a ParameterGrid varies them, the last the quickest
    table = np.reshape(scores, [len(grid[name]) for name in names])
    chosen = np.unravel_index(best, table.shape)
    return {
        name: table[
            tuple(slice(None) if at == axis else int(place) for at, place in enumerate(chosen))
        ].tolist()
        for axis, name in enumerate(names)
    }


def _average_precision(fold: _HeldOut, candidate: int, view: Mapping[str, Any]) -> float:
    log_proba = fold.predict(candidate, view)
    if log_proba.shape[1] == 2:
        return quick_average_precision(fold.y == 1, log_odds(log_proba))
    classes = enumerate(log_proba.T)
    return float(np.mean([quick_average_precision(fold.y == code, one) for code, one in classes]))


def _corrections(method: Method, held_out: list[_HeldOut], best: int) -> dict[str, Correction]:
    return {
        name: learn(*_held_out_predictions(held_out, best, method.reported[name]))
        for name, learn in method.corrections.items()
    }


def _thresholds(
    method: Method,
    held_out: list[_HeldOut],
    best: int,
    corrections: Mapping[str, Correction],
    rule: ThresholdRule,
) -> dict[str, float]:
    thresholds = {}
    for name, view in method.reported.items():
        y, log_proba = _held_out_predictions(held_out, best, view)
        corrected = corrections[name](log_proba) if name in corrections else log_proba
        thresholds[name] = find_threshold(rule, y, log_odds(corrected))
    return thresholds


def _held_out_predictions(
    held_out: list[_HeldOut], candidate: int, view: Mapping[str, Any]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Pool the held-out rows of all inner folds: their classes and log-probabilities."""
    return (
        np.concatenate([fold.y for fold in held_out]),
        np.concatenate([fold.predict(candidate, view) for fold in held_out]),
    )
