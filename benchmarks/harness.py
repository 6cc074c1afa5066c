"""A comparison for the benchmarks: with its progress shown, and tables encoded in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from skfocal.comparison import (
    Comparison,
    Method,
    Table,
    column_encoder,
    column_layout,
    make_plan,
    one_hot_encoder,
    progress_on_stderr,
    run_plan,
)

__all__ = ["prepare", "run_comparison"]


def run_comparison(
    tables: Sequence[Table],
    *,
    directory: Path,
    methods: Sequence[Method] | None = None,
    n_jobs: int = -1,
    timeout: float | None = None,
    resume: bool = True,
    command: str | None = None,
    **settings: Any,
) -> Comparison:
    """Run `compare_tables` with its progress on stderr and the command in its manifest."""
    plan = make_plan(tables, methods=methods, **settings)
    with progress_on_stderr() as progress:
        return run_plan(
            plan,
            n_jobs=n_jobs,
            timeout=timeout,
            directory=directory,
            resume=resume,
            command=command,
            progress=progress,
        )


def prepare(table: Table) -> tuple[Any, NDArray[Any]]:
    """Encode all rows of a table as the comparison encodes training rows."""
    layout = column_layout(table, table.X)
    coded = column_encoder(layout).fit_transform(table.X)
    return one_hot_encoder(layout).fit_transform(coded), table.y
