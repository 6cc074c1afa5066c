"""Tune and fit one method and choose its thresholds, on training rows only."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import ParameterGrid

from skfocal._typing import Floats
from skfocal.comparison.data.preparation import Layout, column_layout
from skfocal.comparison.data.splits import Fold, Rows
from skfocal.comparison.data.tables import Table
from skfocal.comparison.methods.grids import N_EXTRA
from skfocal.comparison.methods.method import Correction, Method, with_seed
from skfocal.comparison.run.candidates import Candidates
from skfocal.comparison.run.extension import at_edges, beyond_edges
from skfocal.comparison.run.prepared_folds import PreparedFold, PreparedFolds
from skfocal.comparison.scoring.log_probabilities import log_odds, log_probabilities
from skfocal.comparison.scoring.threshold_rules import BEST_F1, ThresholdRule
from skfocal.comparison.scoring.thresholds import find_threshold

__all__ = ["FittedMethod", "average_precision", "fit_method"]

Params: TypeAlias = dict[str, Any]
Grids: TypeAlias = tuple[list[Params], list[Params]]
"""Parameters of the sampler, and of the classifier."""


@dataclass(frozen=True, eq=False)
class FittedMethod:
    """A tuned and fitted method.

    Attributes
    ----------
    pipeline : Pipeline
        Fitted on all training rows with the chosen parameters.
    params : dict
        The chosen parameters.
    profiles : dict of str to list of float
        For each tuned parameter, the average precision on the inner held-out rows at each of its
        values in the grid, with the other parameters as in the best candidate of the grid.
    edges : dict of str to {"lowest", "highest"}
        The parameters whose chosen value is at the edge of those tried.
    thresholds : dict of str to float
        For each reported name the threshold on the log-odds; empty with more than two classes.
    fit_seconds, tuning_seconds : float
        Time of the final fit, with preparation and sampling, and of all tuning before it, with the
        encoding of the inner folds, also of those that were kept.
    corrections : dict of str to callable
        The corrections of the log-probabilities, for the reported names that have one.
    """

    pipeline: Pipeline
    params: dict[str, Any]
    profiles: dict[str, list[float]]
    edges: dict[str, str]
    thresholds: dict[str, float]
    fit_seconds: float
    tuning_seconds: float
    corrections: dict[str, Correction]

    def prepare(self, X: pd.DataFrame) -> Floats:
        """Encode rows as the classifier takes them."""
        prepared: Floats = self.pipeline[:-1].transform(X)
        return prepared

    def predict(self, prepared: Floats) -> NDArray[np.intp]:
        """Predict class indices of prepared rows by the default decision of the classifier."""
        predicted: NDArray[np.intp] = self.pipeline[-1].predict(prepared)
        return predicted

    def log_probabilities(self, prepared: Floats, name: str, view: Mapping[str, Any]) -> Floats:
        """Log-probabilities of the classes under a reported name, with its correction."""
        log_proba = _log_proba_of_view(self.pipeline[-1], view, prepared)
        return self.corrections[name](log_proba) if name in self.corrections else log_proba


class _Trial(NamedTuple):
    """One candidate on one inner fold."""

    sampling: dict[str, Any]
    """The sampler's parameters."""
    setting: dict[str, Any]
    """The classifier's parameters."""
    class_counts: NDArray[np.intp]
    """Number of rows of each class that the classifier was fitted on, after sampling."""
    log_proba: dict[str, Floats]
    """Log-probabilities of the held-out rows by reported name."""
    merit: float
    """Average precision on the held-out rows, of the first reported name."""


@dataclass(frozen=True, eq=False)
class _Training:
    """A method and its training rows."""

    method: Method
    classifier: Any
    table: Table
    rows: Rows
    max_neighbors: int
    seed: int

    @property
    def y(self) -> NDArray[np.intp]:
        """The classes of the training rows."""
        return self.table.y[self.rows]

    @property
    def _n_shared(self) -> int:
        """The number of steps before the sampler, or without one before the classifier."""
        return 2 if self.method.sampler is None else 1

    def _pipeline(self, classifier: Any, layout: Layout, sampling: Mapping[str, Any]) -> Pipeline:
        return self.method.pipeline(
            classifier, layout, self.max_neighbors, self.seed, sampling=sampling
        )

    def fit(self, classifier: Any, sampling: Mapping[str, Any]) -> Pipeline:
        """Fit all steps on all training rows."""
        X = self.table.X.iloc[self.rows]
        pipeline = self._pipeline(classifier, column_layout(self.table, X), sampling)
        pipeline.set_params(encode__numbers__simpleimputer__strategy=_median).fit(X, self.y)
        # The model may be saved, so the fitted imputer names its strategy.
        fitted_numbers = pipeline["encode"].named_transformers_["numbers"]
        fitted_numbers.set_params(simpleimputer__strategy="median")
        pipeline.set_params(encode__numbers__simpleimputer__strategy="median")
        return pipeline

    def prepare(self, fold: Fold) -> PreparedFold:
        """Encode an inner fold up to the first step that depends on a candidate."""
        rows, rest = (self.rows[part] for part in fold)
        X, y = self.table.X.iloc[rows], self.table.y[rows]
        layout = column_layout(self.table, X)
        steps = self._pipeline(None, layout, {})[: self._n_shared]
        steps.set_params(encode__numbers__simpleimputer__strategy=_median)
        encoded = steps.fit_transform(X, y)
        del X  # it may be large
        held_out = steps.transform(self.table.X.iloc[rest])
        return PreparedFold(layout, encoded, y, held_out, self.table.y[rest])

    def trials(
        self, fold: PreparedFold, samplings: Iterable[Params], settings: Sequence[Params]
    ) -> list[_Trial]:
        """Try all combinations of parameters of the sampler and the classifier on an inner fold."""
        trials = []
        for sampling in samplings:
            pipeline = self._pipeline(Candidates(self.classifier, settings), fold.layout, sampling)[
                self._n_shared :
            ]
            fitted = pipeline.fit(fold.X, fold.y)
            candidates = fitted[-1]
            prepared = fitted[:-1].transform(fold.X_held) if len(fitted) > 1 else fold.X_held
            for setting, model, class_counts in zip(
                settings, candidates.models_, candidates.class_counts_, strict=True
            ):
                log_proba = _log_proba_by_name(model, self.method.reported, prepared)
                merit = average_precision(fold.y_held, next(iter(log_proba.values())))
                trials.append(_Trial(sampling, setting, class_counts, log_proba, merit))
        return trials


def _median(values: Floats) -> float:
    """Return the median of numbers, 0 without any.

    The imputer's own one is the same, but sorts all rows as masked arrays, which takes longer than
    the rest of the encoding.
    """
    return float(np.median(values)) if len(values) else 0.0


class _Search:
    """The candidates that were tried on all inner folds, and the best of them."""

    def __init__(self, training: _Training, inner: Sequence[Fold], prepared: PreparedFolds) -> None:
        self.training = training
        self.inner = inner
        self._prepared = prepared
        self.saved_seconds: dict[int, float] = {}
        """Seconds of encoding that were saved for each inner fold."""
        method = training.method
        whole_grid = list(ParameterGrid(method.sampler_grid)), list(ParameterGrid(method.grid))
        self.trials = self._try([whole_grid])
        self.profiles = _profiles(method, self.merits, self.best)

    @property
    def params(self) -> list[Params]:
        """The parameters of each candidate."""
        return [{**trial.sampling, **trial.setting} for trial in self.trials[0]]

    @property
    def merits(self) -> Floats:
        """The mean average precision of each candidate over the inner folds."""
        return np.asarray(np.mean([[trial.merit for trial in one] for one in self.trials], axis=0))

    @property
    def best(self) -> int:
        """Position of the best candidate, the first of equal ones."""
        return int(np.argmax(self.merits))

    def _try(self, parameters: Sequence[Grids]) -> list[list[_Trial]]:
        """Try all combinations of each pair of grids on every fold."""
        return [self._try_on(at, parameters) for at in range(len(self.inner))]

    def _try_on(self, at: int, parameters: Sequence[Grids]) -> list[_Trial]:
        training = self.training
        fold, saved = self._prepared.get(
            training.table,
            training.rows,
            self.inner,
            at,
            training.method.encoding,
            training.prepare,
        )
        self.saved_seconds.setdefault(at, saved)
        return [
            trial
            for samplings, settings in parameters
            for trial in training.trials(fold, samplings, settings)
        ]

    def extend(self) -> None:
        """Try candidates beyond the edges, until the best one is inside or the budget is used."""
        method, left = self.training.method, N_EXTRA
        while left:
            before = self.best
            further = beyond_edges(method, self.params, self.params[before])[:left]
            if not further:
                return
            tried = self._try([_of_sampler_and_classifier(method, params) for params in further])
            for of_fold, more in zip(self.trials, tried, strict=True):
                of_fold.extend(more)
            left -= len(further)
            if self.best == before:
                return


def _of_sampler_and_classifier(method: Method, params: Params) -> Grids:
    """Return the grids of one candidate."""
    return (
        [{name: params[name] for name in method.sampler_grid}],
        [{name: params[name] for name in method.grid}],
    )


def fit_method(
    method: Method,
    table: Table,
    train: Rows,
    inner: Sequence[Fold],
    seed: int,
    rule: ThresholdRule = BEST_F1,
    prepared: PreparedFolds | None = None,
) -> FittedMethod:
    """Tune a method on inner folds of the training rows, then fit it on all of them.

    The parameters with the best mean average precision over the inner folds are chosen. If one of
    them is at the edge of its grid, a few further candidates are tried, see `Method`. From the
    predictions of the chosen candidate for the held-out rows of the inner folds, the corrections
    are learned, if there are any, and the thresholds are chosen.

    Parameters
    ----------
    method : Method
        The method.
    table : Table
        The data, of which only the rows in `train` are read.
    train : ndarray of int
        Positions of the training rows.
    inner : sequence of (ndarray, ndarray)
        Inner folds, as positions within `train`.
    seed : int
        Seed of the sampler, and of the classifier if it has none.
    rule : ThresholdRule, default=BEST_F1
        How thresholds are chosen.
    prepared : PreparedFolds, default=None
        Inner folds that other methods have encoded.

    Returns
    -------
    FittedMethod
    """
    y = table.y[train]
    max_neighbors = int(min(np.bincount(y[rows]).min() for rows, _ in inner)) - 1
    classifier = with_seed(method.classifier, seed)
    training = _Training(method, classifier, table, train, max_neighbors, seed)
    start = time.perf_counter()
    search = _Search(training, inner, prepared or PreparedFolds())
    search.extend()
    chosen = [of_fold[search.best] for of_fold in search.trials]
    y_held = np.concatenate([y[rest] for _, rest in inner])
    corrections = _corrections(method, chosen, y_held)
    binary = table.n_classes == 2
    thresholds = _thresholds(method, chosen, y_held, corrections, rule) if binary else {}
    tuned = time.perf_counter()
    sampling, setting = chosen[0].sampling, chosen[0].setting
    fitted = training.fit(clone(classifier).set_params(**setting), sampling)
    return FittedMethod(
        pipeline=fitted,
        params=search.params[search.best],
        profiles=search.profiles,
        edges=at_edges(method, search.params, search.params[search.best]),
        thresholds=thresholds,
        fit_seconds=time.perf_counter() - tuned,
        tuning_seconds=tuned - start + sum(search.saved_seconds.values()),
        corrections=corrections,
    )


def _log_proba_of_view(model: Any, view: Mapping[str, Any], prepared: Floats) -> Floats:
    """Log-probabilities of prepared rows, with the parameters of a view set."""
    return log_probabilities(copy.copy(model).set_params(**view) if view else model, prepared)


def _log_proba_by_name(
    model: Any, views: Mapping[str, Mapping[str, Any]], prepared: Floats
) -> dict[str, Floats]:
    """Log-probabilities by reported name; views with the same parameters are computed once."""
    distinct = {tuple(view.items()): view for view in views.values()}
    log_proba = {key: _log_proba_of_view(model, view, prepared) for key, view in distinct.items()}
    return {name: log_proba[tuple(view.items())] for name, view in views.items()}


def average_precision(y: NDArray[np.intp], log_proba: Floats) -> float:
    """Average precision as scikit-learn computes it, without checks, because tuning calls it often.

    With more than two classes it is the mean over one class against the rest. A candidate that
    predicts no numbers is worse than any other.
    """
    if np.isnan(log_proba).any():
        return -np.inf
    if log_proba.shape[1] == 2:
        return _average_precision(y == 1, log_odds(log_proba))
    classes = enumerate(log_proba.T)
    return float(np.mean([_average_precision(y == code, score) for code, score in classes]))


def _average_precision(event: NDArray[np.bool_], score: Floats) -> float:
    order = np.argsort(-score, kind="stable")
    last_of_ties = np.flatnonzero(np.diff(score[order], append=np.nan))
    hits = np.cumsum(event[order])[last_of_ties]
    return float(np.diff(hits, prepend=0) @ (hits / (last_of_ties + 1)) / hits[-1])


def _profiles(method: Method, merits: Floats, best: int) -> dict[str, list[float]]:
    """Merits of the candidates that differ from the best in one parameter only, by parameter."""
    # ParameterGrid varies its parameters in the order of their names, the last one fastest.
    names = [*sorted(method.sampler_grid), *sorted(method.grid)]
    table = np.reshape(merits, [len(method.tuned[name]) for name in names])
    chosen = np.unravel_index(best, table.shape)
    return {
        name: table[
            tuple(slice(None) if at == axis else int(place) for at, place in enumerate(chosen))
        ].tolist()
        for axis, name in enumerate(names)
    }


def _corrections(
    method: Method, chosen: Sequence[_Trial], y_held: NDArray[np.intp]
) -> dict[str, Correction]:
    class_counts = np.sum([trial.class_counts for trial in chosen], axis=0)
    return {
        name: learn(y_held, _pooled(chosen, name), class_counts)
        for name, learn in method.corrections.items()
    }


def _thresholds(
    method: Method,
    chosen: Sequence[_Trial],
    y_held: NDArray[np.intp],
    corrections: Mapping[str, Correction],
    rule: ThresholdRule,
) -> dict[str, float]:
    thresholds = {}
    for name in method.reported:
        log_proba = _pooled(chosen, name)
        corrected = corrections[name](log_proba) if name in corrections else log_proba
        thresholds[name] = find_threshold(rule, y_held, log_odds(corrected))
    return thresholds


def _pooled(chosen: Sequence[_Trial], view: str) -> Floats:
    """Log-probabilities of the held-out rows of all inner folds."""
    return np.concatenate([trial.log_proba[view] for trial in chosen])
