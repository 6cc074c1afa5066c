"""Compare methods on one or more tables."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from numpy.typing import ArrayLike

from skfocal.comparison.comparison import Comparison
from skfocal.comparison.data.checks import suspicions
from skfocal.comparison.data.tables import Table, make_table
from skfocal.comparison.methods.catalogue import BASELINE, Method, with_own
from skfocal.comparison.methods.user_estimators import as_method
from skfocal.comparison.plan import make_plan, run_plan
from skfocal.comparison.run.schedule import Progress
from skfocal.comparison.scoring.thresholds import DEFAULT_RULE

__all__ = ["compare", "compare_tables"]


def compare(  # noqa: PLR0913  # each setting is a keyword of its own
    X: pd.DataFrame | ArrayLike,
    y: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    name: str = "data",
    positive: Hashable | None = None,
    methods: Sequence[str | Method] | None = None,
    estimators: Mapping[str, Any] | None = None,
    cv: int = 5,
    repeats: int = 5,
    inner_cv: int = 3,
    n_jobs: int | None = None,
    random_state: int = 0,
    baseline: str = BASELINE,
    metrics: Sequence[str] | None = None,
    threshold: str = DEFAULT_RULE,
    timeout: float | None = None,
    directory: str | Path | None = None,
    resume: bool = True,
    progress: Progress | None = None,
) -> Comparison:
    """Compare ways to treat class imbalance on one table.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_columns)
        Numbers, booleans, strings or categories; missing values are allowed.
    y : array-like of shape (n_samples,)
        Labels of two or more classes.
    groups : array-like of shape (n_samples,), default=None
        Rows with the same value, such as those of one patient, share a fold.
    name : str, default="data"
        What the report calls the data.
    positive : object, default=None
        Label of the positive class of a binary target; the rarer one by default.
    methods : sequence of str or Method, default=None
        What to compare, by name ("logistic", "class_weight", "focal", "oversample",
        "undersample", "smote", or one of `ON_REQUEST`) or as your own `Method`; those named here
        by default. The baseline is always among them.
    estimators : mapping of str to estimator, default=None
        Classifiers of your own to compare too, by the name to report them by; each alone, as it
        is, or as a tuple with a grid of parameters, tuned like those of the methods. They are
        given what the methods are given: numbers on one scale, none missing.
    cv : int, default=5
        Number of outer folds.
    repeats : int, default=5
        How often the outer folds are drawn anew.
    inner_cv : int, default=3
        Number of folds, inside the training rows, for tuning and thresholds.
    n_jobs : int, default=None
        Number of processes; -1 for one per core. The scores do not depend on it.
    random_state : int, default=0
        Seed of the folds and the samplers.
    baseline : str, default="logistic"
        What the others are compared with, under the name it is reported by.
    metrics : sequence of str, default=None
        What to rank the methods by, as the columns of `Comparison.scores` are called; the first
        one orders the ranking. By default all of them, average precision first.
    threshold : str, default="tune:f1"
        How the threshold of the second decision is set, beside the default one: "tune:f1" or
        "tune:mcc", the best on inner held-out rows; "cost:fp=1,fn=20", the lowest cost there,
        which is then measured too; or a probability such as "0.5".
    timeout : float, default=None
        Seconds that a cell, one method on one fold, may take; then it is killed and counts as
        failed.
    directory : str or Path, default=None
        Where each cell is stored as soon as it is done; nothing is stored by default.
    resume : bool, default=True
        Whether cells that are stored there already are taken as they are. Those that failed are
        run again in any case.
    progress : callable, default=None
        Called with a `Status` at the start and whenever a cell begins or ends.

    Returns
    -------
    Comparison

    Raises
    ------
    DataError
        If the data cannot be compared on (a ValueError that names the remedy).
    ValueError
        If a method, metric or threshold is unknown, an estimator is none, or a number of
        folds, repeats or seconds is too small.
    StoreError
        If the directory cannot be written; what is stored there is kept.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skfocal.comparison import compare
    >>> X, y = make_classification(n_samples=200, weights=[0.9], random_state=0)
    >>> comparison = compare(X, y, methods=["class_weight"], cv=2, repeats=1)
    >>> comparison.scores.groupby("method")["log_loss"].mean().round(1).to_dict()
    {'class_weight': 0.5, 'logistic': 0.3}
    """
    table = make_table(X, y, name=name, positive=positive, groups=groups)
    for text in suspicions(table):
        warnings.warn(text, stacklevel=2)
    return compare_tables(
        [table],
        methods=methods,
        estimators=estimators,
        cv=cv,
        repeats=repeats,
        inner_cv=inner_cv,
        n_jobs=n_jobs,
        random_state=random_state,
        baseline=baseline,
        metrics=metrics,
        threshold=threshold,
        timeout=timeout,
        directory=directory,
        resume=resume,
        progress=progress,
    )


def compare_tables(  # noqa: PLR0913  # each setting is a keyword of its own
    tables: Sequence[Table],
    *,
    methods: Sequence[str | Method] | None = None,
    estimators: Mapping[str, Any] | None = None,
    cv: int = 5,
    repeats: int = 5,
    inner_cv: int = 3,
    n_jobs: int | None = None,
    random_state: int = 0,
    baseline: str = BASELINE,
    metrics: Sequence[str] | None = None,
    threshold: str = DEFAULT_RULE,
    timeout: float | None = None,
    directory: str | Path | None = None,
    resume: bool = True,
    progress: Progress | None = None,
) -> Comparison:
    """Compare ways to treat class imbalance over several tables.

    Parameters are those of `compare`, with tables made by `make_table` in place of X and y.

    Returns
    -------
    Comparison

    Raises
    ------
    DataError
        If two tables share a name, or a class has too few rows for the folds.
    ValueError
        If a method, metric or threshold is unknown, an estimator is none, or a number of
        folds, repeats or seconds is too small.
    StoreError
        If the directory cannot be written; what is stored there is kept.
    """
    own = [as_method(made, name) for name, made in (estimators or {}).items()]
    plan = make_plan(
        tables,
        methods=with_own(methods, own),
        cv=cv,
        repeats=repeats,
        inner_cv=inner_cv,
        random_state=random_state,
        baseline=baseline,
        metrics=metrics,
        threshold=threshold,
    )
    return run_plan(
        plan,
        n_jobs=n_jobs,
        timeout=timeout,
        directory=directory,
        resume=resume,
        progress=progress,
    )
