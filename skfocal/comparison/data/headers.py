"""The line of a file that has the column names, and what stands above it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from skfocal.comparison.data.notes import list_names
from skfocal.comparison.errors import DataError

__all__ = ["check_header", "column_names", "find_header", "looks_like_data", "usual_width"]

MAX_SHOWN = 60


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Return the most frequent number of values in a row, without empty ones at the end."""
    widths = Counter(_width(row) for row in rows if _width(row))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def find_header(rows: Sequence[Sequence[str]], target: str | None) -> int:
    """Return the position of the row with the column names.

    It is the first row with the target among its names, or else the first one that is as wide as
    most rows, or narrower by one: a title or a comment above is narrower still.
    """
    for position, row in enumerate(rows):
        if target is not None and len(row) > 1 and target in [name.strip() for name in row]:
            return position
    width = usual_width(rows)
    least = width - 1 if width > 2 else width
    return next((at for at, row in enumerate(rows) if _width(row) >= least > 0), 0)


def column_names(header: Sequence[str], n_columns: int) -> list[str]:
    """Return the names without blanks around them; a column without a name is numbered."""
    names = [name.strip() for name in header] + [""] * (n_columns - len(header))
    return [name or f"Unnamed: {position}" for position, name in enumerate(names)]


def check_header(names: Sequence[str], source: str) -> None:
    """Refuse duplicate names.

    Raises
    ------
    DataError
        If a name is there twice. The message says so if the names look like data.
    """
    duplicates = sorted(name for name, count in Counter(names).items() if count > 1)
    if not duplicates:
        return
    if looks_like_data(names):
        raise DataError(headerless(names, source))
    raise DataError(
        f"column names must be unique; {source} has {list_names(duplicates)} more than once"
    )


def looks_like_data(names: Sequence[str]) -> bool:
    """Whether column names look like values: most are numbers, or one has a decimal point."""
    numbers = pd.to_numeric(pd.Series(names, dtype=object), errors="coerce")
    whole = numbers.dropna() % 1 == 0
    return bool(numbers.notna().mean() > 0.5 or not whole.all())


def headerless(names: Sequence[str], source: str) -> str:
    """Return the message for a file without column names."""
    shown = ", ".join(names)
    shown = shown if len(shown) <= MAX_SHOWN else f"{shown[:MAX_SHOWN]}..."
    return (
        f"{source} has no line with column names: its first line ({shown}) looks like data; add a "
        "line with the names at the top"
    )


def _width(row: Sequence[str]) -> int:
    return next((at for at in range(len(row), 0, -1) if row[at - 1].strip()), 0)
