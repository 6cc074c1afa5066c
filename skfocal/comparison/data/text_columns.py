"""Read a column of text as numbers, dates, times or categories, or drop it as an identifier."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skfocal.comparison.data.dates import ParsedDates, date_features, parse_dates, parse_durations
from skfocal.comparison.data.distinct_texts import DistinctTexts, distinct_texts
from skfocal.comparison.data.features import (
    Features,
    categories,
    date_parts,
    describe_parts,
    identifier,
    numbers,
)
from skfocal.comparison.data.identifiers import identifies_by_number, identifies_by_text
from skfocal.comparison.data.notes import Note, list_values
from skfocal.comparison.data.numbers import ParsedNumbers, parse_numbers
from skfocal.comparison.data.readings import DateReading, NumberReading, TimeReading

__all__ = ["read_text"]

MOSTLY = 0.5
"""Share of numbers or dates in a column of other text that deserves a note."""


def read_text(name: str, column: pd.Series[Any], *, keep: bool) -> Features:
    """Read a column of text by the form that nearly all its values have.

    The form is judged by the values of the column alone, never by the target. What is not of that
    form becomes missing, with a note. A column that is kept is never dropped as an identifier.
    """
    distinct = distinct_texts(column)
    parsed = parse_numbers(distinct)
    is_number = ~np.isnan(parsed.values)
    if distinct.nearly_all(is_number):
        return _read_numbers(name, distinct, parsed, keep=keep)
    dates = parse_dates(distinct)
    is_date = dates.stamps.notna().to_numpy()
    if distinct.nearly_all(is_date):
        return _read_dates(name, distinct, dates)
    seconds = parse_durations(distinct)
    is_duration = ~np.isnan(seconds)
    if distinct.nearly_all(is_duration):
        return _read_durations(name, distinct, seconds)
    notes = _mixed_notes(name, distinct, {"numbers": is_number, "dates": is_date})
    if not keep and identifies_by_text(distinct):
        return identifier(name, "its text differs in nearly every row", *notes)
    return categories(name, column, *notes)


def _read_numbers(
    name: str, distinct: DistinctTexts, parsed: ParsedNumbers, *, keep: bool
) -> Features:
    values = distinct.spread(parsed.values)
    if not keep and parsed.example is None:
        whole = bool(distinct.texts.str.fullmatch(r"[+-]?\d+").all())
        reason = identifies_by_number(name, values, lambda: len(distinct.texts), exact=whole)
        if reason is not None:
            return identifier(name, reason)
    notes = _missing_notes(name, distinct, ~np.isnan(parsed.values), "numbers")
    if parsed.example is not None:
        text, number = parsed.example
        shape = re.sub(r"\d+", "0", text)
        note = Note(name, f"is read as numbers: {text!r} as {number:.15g}", f"form {shape}")
        notes = [note, *notes]
    elif not notes:
        text = "has numbers as text and is read as numbers; convert it to pandas' category type "
        notes = [Note(name, text + "to keep it as categories")]
    return numbers(NumberReading(name, parsed.form), values, *notes)


def _read_dates(name: str, distinct: DistinctTexts, dates: ParsedDates) -> Features:
    stamps, order = dates.stamps, dates.order
    is_date = stamps.notna().to_numpy()
    first = int(np.flatnonzero(is_date)[0])
    features = date_features(name, pd.Series(stamps.array.take(distinct.codes, allow_fill=True)))
    text = (
        f"has dates and is read as {describe_parts(features)}: {distinct.texts[first]!r} as "
        f"{stamps[first]:%Y-%m-%d}" + (f", the {order}" if order else "")
    )
    notes = _missing_notes(name, distinct, is_date, "dates")
    reading = DateReading(name, date_parts(features), dates.days_lead)
    return Features(features, notes=(Note(name, text, f"dates {order}"), *notes), reading=reading)


def _read_durations(name: str, distinct: DistinctTexts, seconds: NDArray[np.float64]) -> Features:
    valid = ~np.isnan(seconds)
    first = int(np.flatnonzero(valid)[0])
    text = f"has times and is read as seconds: {distinct.texts[first]!r} as {seconds[first]:.15g}"
    notes = _missing_notes(name, distinct, valid, "times")
    values = distinct.spread(seconds)
    return numbers(TimeReading(name), values, Note(name, text, "times"), *notes)


def _missing_notes(
    name: str, distinct: DistinctTexts, valid: NDArray[np.bool_], form: str
) -> list[Note]:
    """Name the words for missing values, and the other texts that do not have the form."""
    words = distinct.rows_of(distinct.is_missing_word & ~valid)
    others = distinct.rows_of(~distinct.is_missing_word & ~valid)
    notes = []
    if words:
        text = f"has {list_values(words)}, read as missing"
        notes.append(Note(name, text, f"words {sorted(words)}"))
    if others:
        text = (
            f"is read as {form}, but {list_values(others)} cannot be read as {form} and "
            "became missing; correct the data if these are not missing values"
        )
        notes.append(Note(name, text))
    return notes


def _mixed_notes(
    name: str, distinct: DistinctTexts, forms: dict[str, NDArray[np.bool_]]
) -> list[Note]:
    """Name the texts that keep a column from being read as numbers or dates."""
    word = distinct.is_missing_word
    total = distinct.counts[~word].sum()
    notes = []
    for form, valid in forms.items():
        share = distinct.counts[valid].sum() / max(total, 1)
        if share >= MOSTLY:
            others = list_values(distinct.rows_of(~valid & ~word))
            text = (
                f"has {form} in {100 * share:.0f} % of its values but also {others}, so that it "
                f"is read as text; write all values in one form and unit, and leave missing "
                "ones empty"
            )
            notes.append(Note(name, text))
    return notes
