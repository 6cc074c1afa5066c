"""A run on disk: its description, beside its finished cells."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, TypeAlias

from skfocal.comparison.errors import SettingError, StoreError
from skfocal.comparison.methods.method import Method
from skfocal.comparison.scoring.cell_results import CellResult, empty_row
from skfocal.comparison.scoring.metric import Metric
from skfocal.comparison.scoring.metrics import METRICS
from skfocal.comparison.settings import ComparisonSettings
from skfocal.comparison.storage.cells import has_cell, read_cell, read_json, write_cell, write_json
from skfocal.comparison.storage.files import RUN, check_run
from skfocal.comparison.storage.keys import SCHEMA

__all__ = ["StoredRun", "check_directory", "merge_runs", "read_results", "read_run", "write_run"]

METHOD_FIELDS = (
    "name",
    "description",
    "views",
    "grid",
    "sampler_grid",
    "ranges",
    "shown_parameters",
    "complexity",
    "cost",
)
Place: TypeAlias = tuple[str, str, int, int]
"""Data set, method, repeat and fold of a cell."""
Record: TypeAlias = dict[Hashable, Any]


@dataclass(frozen=True)
class StoredRun:
    """A comparison without the results of its cells.

    Attributes
    ----------
    origin : mapping of str to object
        When, with which versions and by which command it was made.
    settings : ComparisonSettings
        How it was made.
    methods : sequence of Method
        The methods; without classifiers if read from a file.
    metrics : sequence of Metric
        The metrics; user metrics have no function if read from a file.
    data_sets : sequence of dict
        The description of each data set.
    keys : mapping of (data set, method, repeat, fold) to str
        The key of each cell.
    """

    origin: Mapping[str, Any]
    settings: ComparisonSettings
    methods: Sequence[Method]
    metrics: Sequence[Metric]
    data_sets: Sequence[Record]
    keys: Mapping[Place, str]


WITHOUT_EFFECT = (
    "metrics",
    "baseline",
    "goal",
    "budget",
    "requested_cv",
    "requested_repeats",
    "reductions",
    "repeats_reason",
)
"""Settings that no cell depends on."""
SIZES = ("cv", "repeats", "tuning_rows", "half_grids")
"""Settings that a budget reduces."""


def write_run(directory: Path, run: StoredRun) -> None:
    """Write the description of a run.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    methods = [
        {
            **{name: getattr(one, name) for name in METHOD_FIELDS},
            "corrections": dict.fromkeys(one.corrections, ""),  # that there are some
        }
        for one in run.methods
    ]
    content = {
        "schema": SCHEMA,
        "origin": run.origin,
        "settings": asdict(run.settings),
        # Grids are stored to be shown, so that a text may replace a value that JSON does not have.
        "methods": json.loads(json.dumps(methods, default=_to_plain)),
        "metrics": [metric.to_dict() for metric in run.metrics],
        "data_sets": run.data_sets,
        "cells": [[*place, key] for place, key in run.keys.items()],
    }
    write_json(directory / RUN, content)


def read_run(directory: Path) -> StoredRun:
    """Read the description of a run.

    Raises
    ------
    StoreError
        If there is none, or it cannot be read.
    """
    path = directory / RUN
    check_run(directory)
    try:
        return _run_from(read_json(path))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} cannot be read ({error}); run the comparison again") from error


def check_directory(directory: Path, run: StoredRun) -> None:
    """Refuse a directory with finished cells of other data or settings.

    More repeats are allowed, because they include the earlier ones, and so are other methods,
    metrics and baselines, because their cells are kept; methods that are left out give a warning.

    Raises
    ------
    SettingError
        If the directory holds another comparison.
    """
    try:
        found = read_json(directory / RUN)
        earlier = found["settings"], found["data_sets"], found["cells"], found["methods"]
    except (OSError, ValueError, KeyError, TypeError):
        return  # no comparison, or a damaged one
    settings, data_sets, cells, methods = earlier
    if not any(has_cell(directory, key) for *_, key in cells):
        return
    different = _different(settings, asdict(run.settings))
    difference = _difference(different, settings, run) or _other_data(data_sets, run)
    if difference:
        is_fitted = settings.get("budget") or run.settings.budget
        same = "use the same budget and methods, " if is_fitted and different in SIZES else ""
        raise SettingError(
            "directory",
            f"must be a new directory or that of the same comparison; got {directory}, which holds "
            f"another comparison ({difference}); {same}choose another directory, or delete this "
            "one",
        )
    names = {method.name for method in run.methods}
    lost = [method["name"] for method in methods if method["name"] not in names]
    if lost:
        warnings.warn(
            f"{directory} also holds {', '.join(lost)}, which the new report leaves out; their "
            "results are kept",
            stacklevel=3,
        )


def _different(earlier: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Return the first setting that differs and changes scores; empty if there is none."""
    for name, value in now.items():
        before = earlier.get(name)
        grown = name == "repeats" and isinstance(before, int) and before <= value
        if before != value and not grown and name not in WITHOUT_EFFECT:
            return name
    return ""


def _difference(name: str, earlier: Mapping[str, Any], run: StoredRun) -> str:
    """Describe how a setting differs; empty without one."""
    if not name:
        return ""
    now = asdict(run.settings)
    text = f"{name} is {earlier.get(name)} there and {now[name]} here"
    if name not in SIZES or not (earlier.get("budget") or now["budget"]):
        return text
    there, here = _budget(earlier), _budget(now)
    other = f"and this one {here}" if there != here else "with other methods or speed"
    return f"{text}, because it was made {there} {other}"


def _budget(settings: Mapping[str, Any]) -> str:
    """Name the budget of a comparison."""
    budget = settings.get("budget")
    return "without a budget" if budget is None else f"to fit budget={budget:.10g}"


def _other_data(data_sets: Sequence[Record], run: StoredRun) -> str:
    """Name what differs in the data; empty if nothing does."""
    before = {record["data_set"]: record.get("data_hash") for record in data_sets}
    now = {record["data_set"]: record["data_hash"] for record in run.data_sets}
    for name, content in before.items():
        if name not in now:
            return f"it has the data set {str(name)!r}"
        if now[name] != content:
            return f"the data set {str(name)!r} has other rows, columns or labels there"
    return ""


def read_results(directory: Path, run: StoredRun) -> list[CellResult]:
    """Read the finished cells of a run; the others count as failed, with a warning.

    Raises
    ------
    StoreError
        If no cell is finished.
    """
    results = {place: read_cell(directory, key) for place, key in run.keys.items()}
    if not any(results.values()):
        raise StoreError(f"{directory} has no finished cell; run the comparison first")
    repeats, folds = range(run.settings.repeats), range(run.settings.cv)
    found, n_missing = [], 0
    for data_set, method, repeat, fold in product(run.data_sets, run.methods, repeats, folds):
        result = results.get((data_set["data_set"], method.name, repeat, fold))
        n_missing += result is None
        found.append(result or _not_run(run, data_set, method, repeat, fold))
    if n_missing:
        warnings.warn(
            f"{n_missing} of {len(found)} cells in {directory} have not been run and count as "
            "failed",
            stacklevel=3,
        )
    return found


def merge_runs(directories: Sequence[str | Path], output: str | Path) -> None:
    """Merge comparisons of different data sets or methods into one directory.

    Parameters
    ----------
    directories : sequence of str or Path
        Directories of comparisons with the same settings and versions. If two have the same cell,
        one that did not fail is used.
    output : str or Path
        Directory of the merged comparison.

    Raises
    ------
    StoreError
        If one cannot be read or written, or two do not fit together.
    SettingError
        If the output directory holds another comparison.

    Examples
    --------
    >>> from skfocal.comparison import load_comparison, merge_runs
    >>> merge_runs(["run1", "run2"], "both")  # doctest: +SKIP
    >>> comparison = load_comparison("both")  # doctest: +SKIP
    """
    merged, *others = [read_run(Path(directory)) for directory in directories]
    for directory, run in zip(directories[1:], others, strict=True):
        merged = _merge(merged, run, directory)
    check_directory(Path(output), merged)
    for key in merged.keys.values():
        copies = [read_cell(Path(directory), key) for directory in directories]
        found = sorted((one for one in copies if one is not None), key=lambda one: one.failed)
        if found:
            write_cell(Path(output), key, found[0])
    write_run(Path(output), merged)


def _run_from(content: Any) -> StoredRun:
    if content["schema"] != SCHEMA:
        raise ValueError("it was written by another version")
    settings = content["settings"]
    lists = {name: tuple(settings.get(name, ())) for name in ("metrics", "reductions")}
    return StoredRun(
        origin=content["origin"],
        settings=ComparisonSettings(**{**settings, **lists}),
        methods=[Method(classifier=None, **method) for method in content["methods"]],
        metrics=[_metric_from(record) for record in content["metrics"]],
        data_sets=content["data_sets"],
        keys={
            (data_set, method, repeat, fold): key
            for data_set, method, repeat, fold, key in content["cells"]
        },
    )


def _metric_from(record: dict[str, Any]) -> Metric:
    bounds = tuple(record["bounds"])
    return METRICS.get(record["name"]) or Metric(function=None, **{**record, "bounds": bounds})


def _merge(run: StoredRun, other: StoredRun, directory: str | Path) -> StoredRun:
    """Merge two runs."""
    reason = run.settings.repeats_reason
    if other.settings.repeats_reason != reason:  # it names the rows of a table
        run = replace(run, settings=replace(run.settings, repeats_reason=""))
        other = replace(other, settings=replace(other.settings, repeats_reason=""))
    _check_same("settings", asdict(run.settings), asdict(other.settings), directory)
    _check_same("versions", run.origin["versions"], other.origin["versions"], directory)
    for place, key in other.keys.items():
        if run.keys.get(place, key) != key:
            raise StoreError(
                f"{directory} also has {place[0]!r} or the method {place[1]!r}, but with other "
                "data, another grid or another estimator; run it again with the same"
            )
    return replace(
        run,
        methods=_union(run.methods, other.methods, lambda method: method.name),
        data_sets=_union(run.data_sets, other.data_sets, lambda record: record["data_set"]),
        keys={**run.keys, **other.keys},
    )


def _check_same(
    what: str, ours: Mapping[str, Any], theirs: Mapping[str, Any], directory: str | Path
) -> None:
    for name, value in ours.items():
        if theirs.get(name) != value:
            raise StoreError(
                f"{directory} was made with other {what}: {name} is {theirs.get(name)} instead "
                f"of {value}; run it again with the same {what}"
            )


def _union(ours: Sequence[Any], theirs: Sequence[Any], name: Callable[[Any], str]) -> list[Any]:
    names = {name(one) for one in ours}
    return [*ours, *(one for one in theirs if name(one) not in names)]


def _not_run(
    run: StoredRun, data_set: Record, method: Method, repeat: int, fold: int
) -> CellResult:
    name, n_classes = data_set["data_set"], data_set["n_classes"]
    own = [metric for metric in run.metrics if metric.name not in METRICS]
    rows = [empty_row(name, reported, repeat, fold, n_classes, own) for reported in method.reported]
    return CellResult([{**row, "failure": "not run"} for row in rows], [])


def _to_plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)
