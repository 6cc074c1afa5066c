"""How each column of a table was read, so that new rows are read in the same way.

A reading maps one value to features, whatever other rows there are. It was learned from a whole
table, and new rows may therefore come in chunks of any size, as text or with types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, ClassVar, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from skfocal.comparison.data.column_kinds import column_kind
from skfocal.comparison.data.dates import (
    date_features,
    parse_dates,
    parse_durations,
    time_seconds,
    to_stamps,
)
from skfocal.comparison.data.distinct_texts import DistinctTexts, distinct_texts
from skfocal.comparison.data.numbers import PLAIN, NumberForm, parse_numbers

__all__ = [
    "CategoryReading",
    "ColumnReading",
    "DateReading",
    "NumberReading",
    "ReadColumn",
    "TimeReading",
    "reading_from_dict",
    "reading_to_dict",
]

BOOLEANS = frozenset(["True", "False"])


@dataclass(frozen=True, eq=False)
class ReadColumn:
    """The features of one column of new rows.

    Attributes
    ----------
    arrays : dict of str to ndarray of shape (n_samples,)
        Numbers or category codes by name of the feature.
    unreadable : ndarray of bool of shape (n_samples,)
        Rows whose value is not of the form of the column and became missing.
    unseen : ndarray of bool of shape (n_samples,)
        Rows with a category that is not known.
    """

    arrays: dict[str, NDArray[np.float64]]
    unreadable: NDArray[np.bool_]
    unseen: NDArray[np.bool_]


@dataclass(frozen=True)
class NumberReading:
    """A column of numbers, or of text with numbers of one form."""

    kind: ClassVar[str] = "number"

    column: str
    form: NumberForm = PLAIN

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features."""
        return (self.column,)

    def read(self, values: pd.Series[Any]) -> ReadColumn:
        """Read new values."""
        if types.is_numeric_dtype(values.dtype) or types.is_bool_dtype(values.dtype):
            numbers = values.to_numpy(np.float64, na_value=np.nan)
        elif self.form.decimal_comma or "" not in self.form.units:
            numbers = self._parse(values)
        else:
            plain = pd.to_numeric(_objects(values), errors="coerce")
            numbers = plain.to_numpy(np.float64, na_value=np.nan).copy()
            rest = np.isnan(numbers) & values.notna().to_numpy()
            if rest.any():
                numbers[rest] = self._parse(values[rest])
        numbers = np.where(np.isinf(numbers), np.nan, numbers)
        return _numbers(self.column, values, numbers)

    def _parse(self, values: pd.Series[Any]) -> NDArray[np.float64]:
        distinct = distinct_texts(values)
        return distinct.spread(parse_numbers(distinct, self.form).values)


@dataclass(frozen=True)
class CategoryReading:
    """A column of categories."""

    kind: ClassVar[str] = "category"

    column: str
    categories: tuple[str, ...]

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features."""
        return (self.column,)

    @cached_property
    def _code_of(self) -> Mapping[str, int]:
        """Codes of the names and, after them, of other ways to write them."""
        exact = {name: code for code, name in enumerate(self.categories)}
        others: dict[str, int] = {}
        for name, code in exact.items():
            for other in (name.strip(), _plain_number(name)):
                others.setdefault(other, code)
        return {**others, **exact}

    def read(self, values: pd.Series[Any]) -> ReadColumn:
        """Read new values; those that are not known have a code beyond all others."""
        written, distinct = pd.factorize(values)
        codes = [self._code(str(value)) for value in pd.Series(distinct, dtype=object)]
        found = np.append(np.array(codes, dtype=np.float64), np.nan)[written]
        unseen = found == len(self.categories)
        return ReadColumn({self.column: found}, np.zeros(len(values), dtype=bool), unseen)

    def _code(self, name: str) -> int:
        forms = [name, name.strip(), _plain_number(name)]
        if set(self.categories) <= BOOLEANS:
            forms.append(name.strip().capitalize())
        known = (self._code_of[form] for form in forms if form in self._code_of)
        return next(known, len(self.categories))


@dataclass(frozen=True)
class DateReading:
    """A column of dates, or of text with dates."""

    kind: ClassVar[str] = "date"

    column: str
    parts: tuple[str, ...]
    days_lead: bool = True

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features."""
        return tuple(f"{self.column} ({part})" for part in self.parts)

    def read(self, values: pd.Series[Any]) -> ReadColumn:
        """Read new values."""
        if column_kind(values) == "date" and values.notna().any():
            stamps = to_stamps(values)
        else:
            distinct = distinct_texts(values)
            parsed = parse_dates(distinct, days_lead=self.days_lead).stamps
            stamps = pd.Series(parsed.array.take(distinct.codes, allow_fill=True))
        arrays = date_features(self.column, stamps, self.parts)
        lost = stamps.isna().to_numpy() & values.notna().to_numpy()
        return ReadColumn(arrays, lost & ~_missing_words(values, lost), _none(values))


@dataclass(frozen=True)
class TimeReading:
    """A column of durations or times of day, read as seconds."""

    kind: ClassVar[str] = "time"

    column: str

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features."""
        return (self.column,)

    def read(self, values: pd.Series[Any]) -> ReadColumn:
        """Read new values."""
        seconds: NDArray[np.float64]
        kind = column_kind(values) if values.notna().any() else "text"
        if kind == "time":
            seconds = time_seconds(values)
        elif kind == "duration":
            total = pd.to_timedelta(values.astype(object)).dt.total_seconds()
            seconds = np.asarray(total.to_numpy(np.float64, na_value=np.nan))
        else:
            distinct = distinct_texts(values)
            seconds = distinct.spread(parse_durations(distinct))
        return _numbers(self.column, values, seconds)


ColumnReading: TypeAlias = NumberReading | CategoryReading | DateReading | TimeReading
READINGS = {one.kind: one for one in (NumberReading, CategoryReading, DateReading, TimeReading)}


def reading_to_dict(reading: ColumnReading) -> dict[str, Any]:
    """Return a reading as plain data."""
    fields = asdict(reading)
    for name in ("categories", "parts"):
        if name in fields:
            fields[name] = list(fields[name])
    if "form" in fields:
        fields["form"]["units"] = list(fields["form"]["units"])
    return {"kind": reading.kind, **fields}


def reading_from_dict(content: Mapping[str, Any]) -> ColumnReading:
    """Make a reading from plain data.

    Raises
    ------
    KeyError, TypeError
        If the data are not those of a reading.
    """
    fields = {name: value for name, value in content.items() if name != "kind"}
    if content["kind"] == NumberReading.kind:
        form = fields["form"]
        fields["form"] = NumberForm(bool(form["decimal_comma"]), tuple(form["units"]))
    for name in ("categories", "parts"):
        if name in fields:
            fields[name] = tuple(fields[name])
    reading: ColumnReading = READINGS[content["kind"]](**fields)
    return reading


def _numbers(column: str, values: pd.Series[Any], numbers: NDArray[np.float64]) -> ReadColumn:
    lost = np.isnan(numbers) & values.notna().to_numpy()
    return ReadColumn({column: numbers}, lost & ~_missing_words(values, lost), _none(values))


def _missing_words(values: pd.Series[Any], lost: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether a value that was lost is a word for a missing one."""
    words = np.zeros(len(values), dtype=bool)
    if lost.any():
        distinct: DistinctTexts = distinct_texts(values[lost])
        words[lost] = distinct.is_missing_word[distinct.codes]
    return words


def _none(values: pd.Series[Any]) -> NDArray[np.bool_]:
    return np.zeros(len(values), dtype=bool)


def _objects(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return texts as they are and all else as objects, which `to_numeric` may convert."""
    return values if isinstance(values.dtype, pd.StringDtype) else values.astype(object)


def _plain_number(name: str) -> str:
    """Return 1.0 as 1, as integers beside missing values are written; other texts unchanged."""
    whole, point, zeros = name.strip().partition(".")
    return whole if point and not zeros.strip("0") else name
