"""Convert a column of any type to numbers or categories, with notes of what was changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from skfocal.comparison.data.column_kinds import column_kind, value_types
from skfocal.comparison.data.dates import date_features, time_seconds, to_stamps
from skfocal.comparison.data.features import (
    Features,
    categories,
    date_parts,
    describe_parts,
    dropped,
    identifier,
    numbers,
    to_floats,
)
from skfocal.comparison.data.identifiers import identifies_by_number
from skfocal.comparison.data.notes import Note, list_values
from skfocal.comparison.data.readings import DateReading, NumberReading, TimeReading
from skfocal.comparison.data.text_columns import read_text

__all__ = ["convert_column", "decode_texts"]


def convert_column(name: str, column: pd.Series[Any], *, keep: bool = False) -> Features:
    """Convert a column to features.

    Parameters
    ----------
    name : str
        Name of the column.
    column : Series
        Values of any type.
    keep : bool, default=False
        Whether the column is kept although it looks like an identifier.

    Returns
    -------
    Features
    """
    kind = column_kind(column)
    if kind in ("number", "text", "bytes"):
        readers = {"number": _from_numbers, "text": _from_text, "bytes": _from_bytes}
        return readers[kind](name, column, keep=keep)
    converters = {
        "category": categories,
        "date": _from_dates,
        "time": _from_times,
        "duration": _from_durations,
        "other": _from_others,
    }
    return converters[kind](name, column)


def decode_texts(column: pd.Series[Any]) -> pd.Series[Any]:
    """Decode the bytes in a column from UTF-8.

    Raises
    ------
    UnicodeDecodeError
        If some are no text.
    """
    return column.map(_decode) if column.dtype == object else column


def _decode(value: Any) -> Any:
    return bytes(value).decode() if isinstance(value, bytes | bytearray) else value


def _from_numbers(name: str, column: pd.Series[Any], *, keep: bool) -> Features:
    objects = column.dtype == object
    values = to_floats(column.map(float, na_action="ignore") if objects else column)
    reason = None
    if not keep:
        whole = types.is_integer_dtype(column.dtype) or (
            objects and all(issubclass(kind, int | np.integer) for kind in value_types(column))
        )
        reason = identifies_by_number(name, values, column.nunique, exact=whole)
    return numbers(NumberReading(name), values) if reason is None else identifier(name, reason)


def _from_text(name: str, column: pd.Series[Any], *, keep: bool) -> Features:
    return read_text(name, decode_texts(column), keep=keep)


def _from_bytes(name: str, column: pd.Series[Any], *, keep: bool) -> Features:
    try:
        texts = decode_texts(column)
    except UnicodeDecodeError:
        return dropped(name, "its values are bytes that are no text in UTF-8")
    read = read_text(name, texts, keep=keep)
    note = Note(name, "has bytes and is read as text")
    return replace(read, notes=(note, *read.notes))


def _from_times(name: str, column: pd.Series[Any]) -> Features:
    note = Note(name, "has times of day and is read as seconds since midnight")
    return numbers(TimeReading(name), time_seconds(column), note)


def _from_durations(name: str, column: pd.Series[Any]) -> Features:
    seconds = pd.to_timedelta(column.astype(object)).dt.total_seconds()
    note = Note(name, "has durations and is read as seconds")
    return numbers(TimeReading(name), to_floats(seconds), note)


def _from_others(name: str, column: pd.Series[Any]) -> Features:
    found = " and ".join(sorted(kind.__name__ for kind in value_types(column)))
    return dropped(name, f"its values are neither numbers, text nor dates but {found}")


def _from_dates(name: str, column: pd.Series[Any]) -> Features:
    stamps = to_stamps(column)
    features = date_features(name, stamps)
    notes = [Note(name, f"has dates and is read as {describe_parts(features)}")]
    lost = column[stamps.isna().to_numpy() & column.notna().to_numpy()].astype(str)
    if len(lost):
        counts = {str(value): int(count) for value, count in lost.value_counts().items()}
        text = f"has dates outside the supported years, read as missing: {list_values(counts)}"
        notes.append(Note(name, text))
    reading = DateReading(name, date_parts(features))
    return Features(features, notes=tuple(notes), reading=reading)
