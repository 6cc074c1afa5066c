"""Entry points: compare methods on one or more tables, and load a stored comparison."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pandas as pd
from numpy.typing import ArrayLike

from skfocal.comparison.budget import plan_within
from skfocal.comparison.comparison import Comparison
from skfocal.comparison.data.tables import Table, make_table
from skfocal.comparison.methods.catalogue import BASELINE, append_methods
from skfocal.comparison.methods.method import Method
from skfocal.comparison.methods.user_estimators import make_method
from skfocal.comparison.plan import Backend, run_plan
from skfocal.comparison.run.cluster import active_client, count_threads
from skfocal.comparison.run.progress import progress_by_default
from skfocal.comparison.run.schedule import Progress
from skfocal.comparison.scoring.metric import Metric
from skfocal.comparison.scoring.threshold_rules import DEFAULT_RULE
from skfocal.comparison.storage.runs import read_results, read_run

__all__ = ["compare", "compare_tables", "load_comparison"]


def compare(  # noqa: PLR0913  # one keyword for each setting
    X: pd.DataFrame | ArrayLike,
    y: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    name: str = "data",
    positive: Hashable | None = None,
    keep: Iterable[str] = (),
    methods: Sequence[str | Method] | None = None,
    estimators: Mapping[str, Any] | None = None,
    cv: int = 5,
    repeats: int | None = None,
    inner_cv: int = 3,
    backend: Backend = "local",
    n_jobs: int | None = None,
    random_state: int = 0,
    baseline: str = BASELINE,
    metrics: Sequence[str | Metric] | None = None,
    threshold: str = DEFAULT_RULE,
    goal: str | None = None,
    budget: float | None = None,
    timeout: float | None = None,
    directory: str | Path | None = None,
    resume: bool = True,
    progress: Progress | bool = True,
) -> Comparison:
    """Compare methods for class imbalance on one table.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_columns)
        Numbers, booleans, text, categories, dates, times or durations; missing values are
        allowed. `make_table` describes how they are read; a warning names each change.
    y : array-like of shape (n_samples,)
        Labels of two or more classes.
    groups : array-like of shape (n_samples,), default=None
        Rows with the same value, such as those of one patient, share a fold.
    name : str, default="data"
        Name of the data in the report.
    positive : object, default=None
        Label of the positive class of a binary target; by default the rarer one.
    keep : iterable of str, default=()
        Columns to keep although they look like identifiers.
    methods : sequence of str or Method, default=None
        Methods by name, one of `METHODS` or `ON_REQUEST`, or as a `Method`; by default all of
        `METHODS`. The baseline is always included.
    estimators : mapping of str to estimator, default=None
        User classifiers by the name to report them by, each alone or in a tuple with a grid of
        parameters to tune. They get the same encoded columns as all methods: scaled numbers and
        one-hot encoded categories, without missing values.
    cv : int, default=5
        Number of outer folds.
    repeats : int, default=None
        Number of times that the outer folds are drawn. By default 5, and fewer if so many rows are
        in the rarest class that the intervals are expected to be narrow: 2 from about 3,100 rows,
        1 from about 6,000. The report states it.
    inner_cv : int, default=3
        Number of folds of the training rows, for tuning and thresholds.
    backend : {"local", "dask"}, default="local"
        Where cells run: in processes of this machine, or on the cluster of the active
        `dask.distributed.Client`, one for each thread of a worker. The scores do not depend on it.
        See the `guide <https://github.com/skfocal/skfocal/blob/main/docs/dask.md>`_.
    n_jobs : int, default=None
        Number of local processes; -1 for one per core. The scores do not depend on it.
    random_state : int, default=0
        Seed of the folds and the samplers.
    baseline : str, default="logistic"
        Reported name of the method that the others are compared with.
    metrics : sequence of str or Metric, default=None
        Metrics to rank the methods by, by name or as a `Metric`; the first one orders the
        ranking. By default all built-in ones, average precision first.
    threshold : str, default="tune:f1"
        Rule for the threshold of a second decision beside the default one: "tune:f1" or
        "tune:mcc", the best on the inner held-out rows; "cost:fp=1,fn=20", the lowest cost there,
        which is then also measured; or a fixed probability such as "0.5".
    goal : {"probabilities", "ranking", "decisions"}, default=None
        What a method is recommended for; see `Comparison.recommend`.
    budget : float, default=None
        Seconds that the comparison may take, about. Until it fits, the repeats, the rows that
        candidates are trained on, the candidates and the folds are reduced, in this order; a
        warning and the report name what was reduced.
    timeout : float, default=None
        Seconds after which a cell, one method on one fold, is killed and counts as failed.
    directory : str or Path, default=None
        Where each cell is stored as soon as it is finished; by default nothing is stored.
    resume : bool, default=True
        Whether stored cells that did not fail are used instead of being run again.
    progress : bool or callable, default=True
        Whether a bar is shown in a notebook or a terminal when the run takes more than a few
        seconds. A callable is called instead, with a `Status` at the start and whenever a cell
        starts or ends.

    Returns
    -------
    Comparison

    Raises
    ------
    DataError
        If the data cannot be used (a ValueError whose message names the fix).
    SettingError
        If a parameter has a value that it may not have (a ValueError).
    StoreError
        If the directory cannot be written; earlier results there are kept.
    ClusterError
        If the Dask cluster is lost, or a worker has other versions of packages than this process;
        earlier results in the directory are kept.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skfocal.comparison import compare
    >>> X, y = make_classification(n_samples=200, weights=[0.9], random_state=0)
    >>> comparison = compare(X, y, methods=["class_weight"], cv=2, repeats=1)
    >>> comparison.scores.groupby("method")["log_loss"].mean().round(1).to_dict()
    {'class_weight': 0.5, 'logistic': 0.3}
    """
    table = make_table(X, y, name=name, positive=positive, groups=groups, keep=keep)
    for text in table.findings:
        warnings.warn(text, stacklevel=2)
    return compare_tables(
        [table],
        methods=methods,
        estimators=estimators,
        cv=cv,
        repeats=repeats,
        inner_cv=inner_cv,
        backend=backend,
        n_jobs=n_jobs,
        random_state=random_state,
        baseline=baseline,
        metrics=metrics,
        threshold=threshold,
        goal=goal,
        budget=budget,
        timeout=timeout,
        directory=directory,
        resume=resume,
        progress=progress,
    )


def compare_tables(  # noqa: PLR0913  # one keyword for each setting
    tables: Sequence[Table],
    *,
    methods: Sequence[str | Method] | None = None,
    estimators: Mapping[str, Any] | None = None,
    cv: int = 5,
    repeats: int | None = None,
    inner_cv: int = 3,
    backend: Backend = "local",
    n_jobs: int | None = None,
    random_state: int = 0,
    baseline: str = BASELINE,
    metrics: Sequence[str | Metric] | None = None,
    threshold: str = DEFAULT_RULE,
    goal: str | None = None,
    budget: float | None = None,
    timeout: float | None = None,
    directory: str | Path | None = None,
    resume: bool = True,
    progress: Progress | bool = True,
) -> Comparison:
    """Compare methods for class imbalance on several tables.

    Parameters
    ----------
    tables : sequence of Table
        Made by `make_table`.
    methods, estimators, cv, repeats, inner_cv, backend, n_jobs, random_state, baseline, metrics
        As in `compare`.
    threshold, goal, timeout, budget, directory, resume, progress
        As in `compare`.

    Returns
    -------
    Comparison

    Raises
    ------
    DataError
        If two tables have the same name, or a class has too few rows for the folds.
    SettingError
        If a parameter has a value that it may not have (a ValueError).
    StoreError
        If the directory cannot be written; earlier results there are kept.
    ClusterError
        If the Dask cluster is lost, or a worker has other versions of packages than this process;
        earlier results in the directory are kept.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skfocal.comparison import compare_tables, make_table
    >>> data = make_classification(n_samples=200, weights=[0.9], random_state=0)
    >>> tables = [make_table(*data, name="one")]
    >>> comparison = compare_tables(tables, methods=["class_weight"], cv=2, repeats=1)
    >>> [method.name for method in comparison.methods]
    ['logistic', 'class_weight']
    """
    own = [make_method(made, name) for name, made in (estimators or {}).items()]
    forecasts_cluster = backend == "dask" and budget is not None
    plan = plan_within(
        budget,
        tables,
        n_jobs=count_threads(active_client()) if forecasts_cluster else n_jobs,
        directory=directory,
        methods=append_methods(methods, own),
        cv=cv,
        repeats=repeats,
        inner_cv=inner_cv,
        random_state=random_state,
        baseline=baseline,
        metrics=metrics,
        threshold=threshold,
        goal=goal,
    )
    if plan.settings.reductions:
        warnings.warn(
            f"reduced to fit the budget: {'; '.join(plan.settings.reductions)}", stacklevel=2
        )
    with _shown(progress=progress) as callback:
        return run_plan(
            plan,
            backend=backend,
            n_jobs=n_jobs,
            timeout=timeout,
            directory=directory,
            resume=resume,
            progress=callback,
        )


def _shown(*, progress: Progress | bool) -> AbstractContextManager[Progress | None]:
    """Return a context with the callback for progress."""
    if isinstance(progress, bool):
        return progress_by_default() if progress else nullcontext()
    return nullcontext(progress)


def load_comparison(directory: str | Path) -> Comparison:
    """Load the comparison that a directory holds, without fitting anything.

    Cells that have not been run count as failed, with a warning.

    Parameters
    ----------
    directory : str or Path
        The directory of a comparison, finished or not, or of several merged ones.

    Returns
    -------
    Comparison

    Raises
    ------
    StoreError
        If there is no comparison, or no finished cell of it.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skfocal.comparison import compare, load_comparison
    >>> X, y = make_classification(n_samples=200, weights=[0.9], random_state=0)
    >>> comparison = compare(X, y, cv=2, directory="run")  # doctest: +SKIP
    >>> load_comparison("run").recommend().method  # doctest: +SKIP
    'logistic'
    """
    run = read_run(Path(directory))
    return Comparison(
        read_results(Path(directory), run),
        data_sets=pd.DataFrame(run.data_sets),
        methods=run.methods,
        metrics=run.metrics,
        settings=run.settings,
        origin=run.origin,
    )
