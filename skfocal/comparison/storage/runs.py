"""What a directory holds: the description of a run beside its finished cells."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from skfocal.comparison.comparison import Comparison, Settings
from skfocal.comparison.methods.catalogue import Method
from skfocal.comparison.run.cell import CellResult, empty_row
from skfocal.comparison.storage.cells import (
    StoreError,
    read_cell,
    read_json,
    write_cell,
    write_json,
)
from skfocal.comparison.storage.keys import SCHEMA

__all__ = ["Run", "load_comparison", "merge_runs", "write_run"]

RUN = "run.json"
GRIDS = ("grid", "sampler_grid")
Place: TypeAlias = tuple[str, str, int, int]
"""Data set, method, repeat and fold of a cell."""
Record: TypeAlias = dict[Hashable, Any]


@dataclass(frozen=True)
class Run:
    """All of a comparison but the results of its cells.

    Attributes
    ----------
    origin : mapping of str to object
        When, with what and by which command it was made.
    settings : Settings
        How it was made.
    methods : sequence of Method
        What was compared; without classifiers when read from a file.
    data_sets : sequence of dict
        What each data set consists of.
    keys : mapping of (data set, method, repeat, fold) to str
        Under which key each cell is stored.
    """

    origin: Mapping[str, Any]
    settings: Settings
    methods: Sequence[Method]
    data_sets: Sequence[Record]
    keys: Mapping[Place, str]


def write_run(directory: Path, run: Run) -> None:
    """Write the description of a run.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    methods = [
        {name: getattr(one, name) for name in ("name", "description", "views", *GRIDS)}
        for one in run.methods
    ]
    content = {
        "schema": SCHEMA,
        "origin": run.origin,
        "settings": asdict(run.settings),
        # Grids are kept to be shown, not to be fitted: words do where JSON has no such value.
        "methods": json.loads(json.dumps(methods, default=_plain)),
        "data_sets": run.data_sets,
        "cells": [[*place, key] for place, key in run.keys.items()],
    }
    write_json(directory / RUN, content)


def load_comparison(directory: str | Path) -> Comparison:
    """Return the comparison that a directory holds, without fitting anything.

    A cell that is not there counts as failed, "not run", and a warning tells how many there are.

    Parameters
    ----------
    directory : str or Path
        The directory of a comparison, finished or not, or of several that were merged.

    Returns
    -------
    Comparison

    Raises
    ------
    StoreError
        If there is no comparison, or no finished cell of it.
    """
    run = _read_run(Path(directory))
    results = {place: read_cell(Path(directory), key) for place, key in run.keys.items()}
    if not any(results.values()):
        raise StoreError(f"no cell of the comparison in {directory} is finished; run it first")
    repeats, folds = range(run.settings.repeats), range(run.settings.cv)
    found, n_missing = [], 0
    for data_set, method, repeat, fold in product(run.data_sets, run.methods, repeats, folds):
        result = results.get((data_set["data_set"], method.name, repeat, fold))
        n_missing += result is None
        found.append(result or _not_run(data_set, method, repeat, fold))
    if n_missing:
        warnings.warn(
            f"{n_missing} of {len(found)} cells in {directory} are not run and count as failed",
            stacklevel=2,
        )
    return Comparison(found, pd.DataFrame(run.data_sets), run.methods, run.settings, run.origin)


def merge_runs(directories: Sequence[str | Path], output: str | Path) -> None:
    """Combine comparisons of different data sets or methods, stored apart, in one directory.

    Parameters
    ----------
    directories : sequence of str or Path
        Directories of comparisons with the same settings and versions. Where two hold the same
        cell, one that did not fail is taken.
    output : str or Path
        Directory for all of them together.

    Raises
    ------
    StoreError
        If one cannot be read or written, or two do not go together.
    """
    merged, *others = [_read_run(Path(directory)) for directory in directories]
    for directory, run in zip(directories[1:], others, strict=True):
        merged = _join(merged, run, directory)
    for key in merged.keys.values():
        copies = [read_cell(Path(directory), key) for directory in directories]
        found = sorted((one for one in copies if one is not None), key=lambda one: one.failed)
        if found:
            write_cell(Path(output), key, found[0])
    write_run(Path(output), merged)


def _read_run(directory: Path) -> Run:
    path = directory / RUN
    try:
        return _run_from(read_json(path))
    except FileNotFoundError as error:
        raise StoreError(f"{directory} holds no comparison: there is no {RUN} in it") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} cannot be read ({error}); run the comparison again") from error


def _run_from(content: Any) -> Run:
    if content["schema"] != SCHEMA:
        raise ValueError("it has another layout")
    return Run(
        origin=content["origin"],
        settings=Settings(
            **{**content["settings"], "metrics": tuple(content["settings"]["metrics"])}
        ),
        methods=[Method(classifier=None, **method) for method in content["methods"]],
        data_sets=content["data_sets"],
        keys={
            (data_set, method, repeat, fold): key
            for data_set, method, repeat, fold, key in content["cells"]
        },
    )


def _join(run: Run, other: Run, directory: str | Path) -> Run:
    """Return both runs as one."""
    _check_same("settings", asdict(run.settings), asdict(other.settings), directory)
    _check_same("versions", run.origin["versions"], other.origin["versions"], directory)
    for place, key in other.keys.items():
        if run.keys.get(place, key) != key:
            raise StoreError(
                f"{directory} has {place[0]!r} or the method {place[1]!r} too, but other data, "
                "another grid or another estimator; run it again with the same"
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
                f"{directory} was made with other {what}: {name} is "
                f"{theirs.get(name)}, elsewhere {value}; run it again with the same"
            )


def _union(ours: Sequence[Any], theirs: Sequence[Any], name: Callable[[Any], str]) -> list[Any]:
    names = {name(one) for one in ours}
    return [*ours, *(one for one in theirs if name(one) not in names)]


def _not_run(data_set: Record, method: Method, repeat: int, fold: int) -> CellResult:
    name, n_classes = data_set["data_set"], data_set["n_classes"]
    rows = [empty_row(name, view, repeat, fold, n_classes) for view in method.reported]
    return CellResult([{**row, "failure": "not run"} for row in rows], [])


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)
