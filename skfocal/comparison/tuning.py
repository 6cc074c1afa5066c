"""Tune, set thresholds and fit one method; no test row is ever passed to anything in here."""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import ParameterGrid

from skfocal._typing import Floats
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

__all__ = ["FittedMethod", "average_precision", "fit_method"]


@dataclass(frozen=True, eq=False)
class FittedMethod:
    """What `fit_method` returns.

    Attributes
    ----------
    pipeline : Pipeline
        Fitted on all training rows with the chosen parameters.
    params : dict
        The chosen parameters.
    thresholds : dict of str to float
        For each view the log-odds from which on a row is called positive; empty with more than
        two classes.
    fit_seconds, tuning_seconds : float
        Time of the last fit, preparation and sampling included, and of all tuning before it.
    correct : callable, default=None
        The correction of the log-probabilities, if the method has one.
    """

    pipeline: Pipeline
    params: dict[str, Any]
    thresholds: dict[str, float]
    fit_seconds: float
    tuning_seconds: float
    correct: Correction | None = None

    def predict(self, X: pd.DataFrame) -> NDArray[np.intp]:
        """Predict class indices by the method's own default decision.

        That is the classifier's or, after a correction, the most probable class.
        """
        predicted: NDArray[np.intp] = (
            self.pipeline.predict(X)
            if self.correct is None
            else self.log_probabilities(X, {}).argmax(axis=1)
        )
        return predicted

    def log_probabilities(self, X: pd.DataFrame, view: Mapping[str, Any]) -> NDArray[np.float64]:
        """Log-probabilities of the classes, with the parameters of a view."""
        log_proba = _viewed(self.pipeline[-1], view, self.pipeline[:-1].transform(X))
        return log_proba if self.correct is None else self.correct(log_proba)


class _Candidates(BaseEstimator):  # type: ignore[misc]  # scikit-learn's base class is untyped
    """Fit one classifier per setting on the same prepared rows: preparation is paid once."""

    def __init__(self, classifier: Any, settings: Sequence[Mapping[str, Any]]) -> None:
        self.classifier = classifier
        self.settings = settings

    def fit(self, X: Floats, y: NDArray[np.intp]) -> Self:
        self.class_counts_ = np.bincount(y)
        self.models_: list[Any] = []
        for setting in self.settings:
            model = clone(self.classifier)
            if self.models_ and isinstance(model, LogisticRegression) and model.warm_start:
                model = copy.copy(self.models_[-1])  # which starts from its coefficients
            self.models_.append(model.set_params(**setting).fit(X, y))
        return self


class _Trial(NamedTuple):
    """One candidate on one inner fold."""

    sampling: dict[str, Any]
    """The sampler's parameters."""
    setting: dict[str, Any]
    """The classifier's parameters."""
    prepare: Pipeline
    """The preparation of the classifier's rows."""
    model: Any
    """The classifier, which has not seen the rows held out."""
    class_counts: NDArray[np.intp]
    """How many rows of each class the classifier was fitted on, after sampling."""
    merit: float
    """Average precision on the rows held out."""


@dataclass(frozen=True, eq=False)
class _Training:
    """A method and the rows that it may learn from."""

    method: Method
    classifier: Any
    table: Table
    X: pd.DataFrame
    y: NDArray[np.intp]
    max_neighbors: int
    seed: int

    def fit(self, classifier: Any, rows: Rows, sampling: Mapping[str, Any]) -> Pipeline:
        X = self.X.iloc[rows]
        layout = layout_of(self.table, X)
        pipeline = self.method.pipeline(
            classifier, layout, self.max_neighbors, self.seed, sampling=sampling
        )
        return pipeline.fit(X, self.y[rows])

    def trials(self, rows: Rows, rest: Rows) -> list[_Trial]:
        """Try every candidate on one inner fold."""
        view = next(iter(self.method.reported.values()))
        settings = list(ParameterGrid(self.method.grid))
        found = []
        for sampling in ParameterGrid(self.method.sampler_grid):
            searched = self.fit(_Candidates(self.classifier, settings), rows, sampling)
            prepare, tried = searched[:-1], searched[-1]
            prepared = prepare.transform(self.X.iloc[rest])
            for setting, model in zip(settings, tried.models_, strict=True):
                merit = average_precision(self.y[rest], _viewed(model, view, prepared))
                counts = tried.class_counts_
                found.append(_Trial(sampling, setting, prepare, model, counts, merit))
        return found


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
    classifier = _seeded(method.classifier, seed)
    training = _Training(method, classifier, table, X, y, max_neighbors, seed)
    start = time.perf_counter()
    trials = [training.trials(rows, rest) for rows, rest in inner]
    merits = np.mean([[trial.merit for trial in of_fold] for of_fold in trials], axis=0)
    best = [of_fold[np.argmax(merits)] for of_fold in trials]
    y_held = np.concatenate([y[rest] for _, rest in inner])
    log_proba = _held_out(best, [X.iloc[rest] for _, rest in inner], method.reported)
    correct = None
    if method.correction is not None:
        class_counts = np.sum([trial.class_counts for trial in best], axis=0)
        correct = method.correction(y_held, log_proba[method.name], class_counts)
    thresholds = {
        view: find_threshold(rule, y_held, log_odds(found if correct is None else correct(found)))
        for view, found in log_proba.items()
        if table.n_classes == 2
    }
    tuned = time.perf_counter()
    sampling, setting = best[0].sampling, best[0].setting
    fitted = training.fit(clone(classifier).set_params(**setting), np.arange(len(y)), sampling)
    return FittedMethod(
        pipeline=fitted,
        params={**sampling, **setting},
        thresholds=thresholds,
        fit_seconds=time.perf_counter() - tuned,
        tuning_seconds=tuned - start,
        correct=correct,
    )


def _seeded(classifier: Any, seed: int) -> Any:
    """Give every unset `random_state` a seed, so that a rerun gives the same scores."""
    unset = [
        name
        for name, value in classifier.get_params().items()
        if name.rpartition("__")[2] == "random_state" and value is None
    ]
    return clone(classifier).set_params(**dict.fromkeys(unset, seed))


def _viewed(
    model: Any, view: Mapping[str, Any], prepared: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Log-probabilities of prepared rows, with the parameters of a view."""
    return log_probabilities(copy.copy(model).set_params(**view), prepared)


def average_precision(y: NDArray[np.intp], log_proba: NDArray[np.float64]) -> float:
    """Score log-probabilities as scikit-learn does; two classes without its costly checks."""
    if log_proba.shape[1] > 2:
        return float(average_precision_score(y, log_proba))
    score = log_odds(log_proba)
    order = np.argsort(-score)
    last_of_ties = np.flatnonzero(np.diff(score[order], append=np.nan))
    hits = np.cumsum(y[order])[last_of_ties]
    return float(np.diff(hits, prepend=0) @ (hits / (last_of_ties + 1)) / hits[-1])


def _held_out(
    trials: Sequence[_Trial],
    rows: Sequence[pd.DataFrame],
    views: Mapping[str, Mapping[str, Any]],
) -> dict[str, NDArray[np.float64]]:
    """Pool the log-probabilities of the held-out rows of all inner folds, view by view."""
    prepared = [trial.prepare.transform(X) for trial, X in zip(trials, rows, strict=True)]
    return {
        name: np.concatenate(
            [_viewed(trial.model, view, X) for trial, X in zip(trials, prepared, strict=True)]
        )
        for name, view in views.items()
    }
