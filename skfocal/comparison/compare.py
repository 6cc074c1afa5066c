"""Compare methods on one or more tables."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

import pandas as pd
from numpy.typing import ArrayLike

from skfocal.comparison.methods import BASELINE, Method, resolve_methods
from skfocal.comparison.result import Comparison, Settings, describe_tables
from skfocal.comparison.runner import Progress, make_cells, run_cells
from skfocal.comparison.splits import make_splits
from skfocal.comparison.tables import DataError, Table, make_table

if TYPE_CHECKING:
    from skfocal.comparison.splits import Split

__all__ = ["compare", "compare_tables"]


def compare(  # noqa: PLR0913  # each setting is a keyword of its own
    X: pd.DataFrame | ArrayLike,
    y: ArrayLike,
    *,
    name: str = "data",
    positive: Hashable | None = None,
    methods: Sequence[str | Method] | None = None,
    cv: int = 5,
    repeats: int = 5,
    inner_cv: int = 3,
    n_jobs: int | None = None,
    random_state: int = 0,
    progress: Progress | None = None,
) -> Comparison:
    """Compare ways to treat class imbalance on one table.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_columns)
        Numbers, booleans, strings or categories; missing values are allowed.
    y : array-like of shape (n_samples,)
        Labels of two or more classes.
    name : str, default="data"
        What the report calls the data.
    positive : object, default=None
        Label of the positive class of a binary target; the rarer one by default.
    methods : sequence of str or Method, default=None
        What to compare, by name ("logistic", "class_weight", "focal", "oversample",
        "undersample", "smote") or as your own `Method`; all the named ones by default. Plain
        logistic regression, the baseline, is always among them.
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
    progress : callable, default=None
        Called after each cell with the number done, the number of all, and the share of the work
        done.

    Returns
    -------
    Comparison

    Raises
    ------
    DataError
        If the data cannot be compared on (a ValueError that names the remedy).
    ValueError
        If a method is unknown, or a number of folds or repeats is too small.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skfocal.comparison import compare
    >>> X, y = make_classification(n_samples=200, weights=[0.9], random_state=0)
    >>> comparison = compare(X, y, methods=["class_weight"], cv=2, repeats=1)
    >>> comparison.scores.groupby("method")["log_loss"].mean().round(1).to_dict()
    {'class_weight': 0.5, 'logistic': 0.3}
    """
    table = make_table(X, y, name=name, positive=positive)
    return compare_tables(
        [table],
        methods=methods,
        cv=cv,
        repeats=repeats,
        inner_cv=inner_cv,
        n_jobs=n_jobs,
        random_state=random_state,
        progress=progress,
    )


def compare_tables(
    tables: Sequence[Table],
    *,
    methods: Sequence[str | Method] | None = None,
    cv: int = 5,
    repeats: int = 5,
    inner_cv: int = 3,
    n_jobs: int | None = None,
    random_state: int = 0,
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
        If a method is unknown, or a number of folds or repeats is too small.
    """
    for parameter, value, least in (
        ("cv", cv, 2),
        ("repeats", repeats, 1),
        ("inner_cv", inner_cv, 2),
    ):
        if value < least:
            raise ValueError(f"{parameter} must be a whole number from {least}; got {value!r}.")
    names = [table.name for table in tables]
    if len(set(names)) < len(names):
        raise DataError(f"tables must have different names; they are {', '.join(names)}")
    chosen = resolve_methods(methods)
    splits: list[list[Split]] = [
        make_splits(table, cv=cv, repeats=repeats, inner_cv=inner_cv, seed=random_state)
        for table in tables
    ]
    cells = make_cells(tables, splits, chosen)
    results = run_cells(cells, n_jobs=n_jobs, progress=progress)
    settings = Settings(cv, repeats, inner_cv, random_state, BASELINE)
    return Comparison(results, describe_tables(tables), chosen, settings)
