"""Read a file and split it into features and target."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from pathlib import Path

from skfocal.comparison.data.file_formats import read_content, table_name
from skfocal.comparison.data.headers import headerless, looks_like_data
from skfocal.comparison.data.missing_words import mark_missing
from skfocal.comparison.data.notes import Note, describe_notes, list_values
from skfocal.comparison.data.tables import Table, table_from_frame
from skfocal.comparison.data.targets import check_present
from skfocal.comparison.errors import DataError

__all__ = ["read_table"]


def read_table(
    path: str | Path,
    target: str,
    *,
    positive: Hashable | None = None,
    drop: Iterable[str] = (),
    group: str | None = None,
    keep: Iterable[str] = (),
    keep_na: bool = False,
    drop_missing_target: bool = False,
) -> Table:
    """Read a file and split it into features and target.

    Parameters
    ----------
    path : str or Path
        Text with a header (`.csv`, `.tsv` or `.txt`), separated by commas, semicolons, tabs or
        vertical bars and encoded in UTF-8, UTF-16 or Latin-1; `.parquet`, `.feather`, `.arrow` or
        `.xlsx`; or one of these in a `.gz` or `.zip` file. The content decides on the format.
        Blanks around column names are stripped.
    target : str
        Name of the column to predict.
    positive : object, default=None
        Label of the positive class; by default the rarer one.
    drop : iterable of str, default=()
        Columns to drop.
    group : str, default=None
        Column of groups: rows with the same value share a fold. It is no feature.
    keep : iterable of str, default=()
        Columns to keep although they look like identifiers.
    keep_na : bool, default=False
        Whether words such as NA, None and null are labels and categories like others; otherwise
        they are missing values. Beside numbers they are always missing.
    drop_missing_target : bool, default=False
        Whether rows without a target are dropped; otherwise they raise an error.

    Returns
    -------
    Table
        Named after the file. Its `findings` name everything that was changed.

    Raises
    ------
    DataError
        If the file cannot be read or its data cannot be used; the message names the fix.

    Examples
    --------
    >>> from skfocal.comparison import read_table
    >>> table = read_table("patients.csv", target="died", drop=["ward"])  # doctest: +SKIP
    """
    path = Path(path)
    content = read_content(path, target)
    frame = content.frame
    words: dict[str, dict[str, int]] = {}
    if not (keep_na or content.typed):
        frame, words = mark_missing(frame)
    names = [str(name) for name in frame.columns]
    if not content.typed and target not in names and looks_like_data(names):
        raise DataError(headerless(names, str(path)))
    if target in words and not drop_missing_target:
        check_present(frame[target], words[target])
    dropped = list(drop)
    table = table_from_frame(
        frame,
        target,
        name=table_name(path),
        positive=positive,
        drop=dropped,
        group=group,
        keep=keep,
        drop_missing_target=drop_missing_target,
    )
    described = _describe_words({name: words[name] for name in words if name not in dropped})
    return replace(
        table,
        findings=(*content.findings, *described, *table.findings),
        schema=replace(table.schema, keep_na=keep_na),
    )


def _describe_words(words: dict[str, dict[str, int]]) -> tuple[str, ...]:
    """Name the words that were read as missing, column by column."""
    notes = [
        Note(
            name,
            f"has {list_values(found)}, read as missing; keep_na=True keeps such words",
            f"words {sorted(found)}",
        )
        for name, found in words.items()
    ]
    return describe_notes(notes)
