"""Comparisons that show their progress, and tables encoded as in a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from skfocal.comparison import (
    Comparison,
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
    tables: Sequence[Table], settings: Mapping[str, Any], **options: Any
) -> Comparison:
    """Run a comparison with its progress on stderr.

    `settings` are those of `make_plan`, which the scores depend on; `options` are those of
    `run_plan`.
    """
    plan = make_plan(tables, **settings)
    with progress_on_stderr() as progress:
        return run_plan(plan, progress=progress, **options)


def prepare(table: Table) -> tuple[Any, NDArray[Any]]:
    """Encode all rows of a table as the comparison encodes training rows."""
    layout = column_layout(table, table.X)
    coded = column_encoder(layout).fit_transform(table.X)
    return one_hot_encoder(layout).fit_transform(coded), table.y
