"""Dates, times of day and durations as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from skfocal.comparison.data.distinct_texts import DistinctTexts

__all__ = [
    "ParsedDates",
    "date_features",
    "parse_dates",
    "parse_durations",
    "time_seconds",
    "to_stamps",
]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = rf"(?P<name>{'|'.join(MONTHS)})[a-z]*\.?"
CLOCK = (
    r"(?P<hours>\d{1,2}):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d(?:[.,]\d+)?))?"
    r"\s*(?P<half>[ap]\.?m\.?)?"
)
ZONE = r"\s*(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?"
# With dots and a year of two digits, day and month need two digits: "1.2.10" is a version.
DATES = (
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
    r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})",
    r"(?P<first>\d{1,2})(?P<mark>/)(?P<second>\d{1,2})/(?P<year>\d\d)",
    r"(?P<first>\d\d)(?P<mark>\.)(?P<second>\d\d)\.(?P<year>\d\d)",
    rf"(?P<day>\d{{1,2}})\.?[- ]{MONTH}[- ,]+(?P<year>\d{{4}}|\d\d)",
    rf"{MONTH} (?P<day>\d{{1,2}}),? (?P<year>\d{{4}})",
    r"(?P<year>(?:19|20)\d\d)[-/](?P<month>0[1-9]|1[0-2])",
    r"(?P<month>0?[1-9]|1[0-2])[-/](?P<year>(?:19|20)\d\d)",
    rf"{MONTH}[- ](?P<year>(?:19|20)\d\d)",
)
WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
BEGINNING = r"\d{1,4}[-/. ]|[A-Za-z]{3,9}(?:[.,]{0,2} |-)\d"
"""How all dates begin; most other texts do not and need no closer look."""
DURATION = rf"(?:(?P<days>-?\d+) days?,?\s*)?(?:(?P<sign>[+-])?{CLOCK})?"
PIECES = ["year", "month", "day", "first", "second", "mark", "name"]
TOTAL = "total seconds"
CLOCK_PIECES = ["hours", "minutes", "seconds", "half", "zone"]


@dataclass(frozen=True, eq=False)
class ParsedDates:
    """The dates in a column of text.

    Attributes
    ----------
    stamps : Series of datetime64
        The date of each distinct text, in UTC if it has a time zone; NaT if it has none.
    order : str
        "day first" or "month first" if the texts show numbers in one of these orders, else "".
    days_lead : bool
        Whether numbers in such an order are read with the day first.
    """

    stamps: pd.Series[pd.Timestamp]
    order: str
    days_lead: bool


def parse_dates(distinct: DistinctTexts, *, days_lead: bool | None = None) -> ParsedDates:
    """Parse the distinct values of a column of text as dates, with or without a time.

    By default, numeric days and months are read in the order that most rows need; if none needs
    one, the month is first with slashes and the day is first otherwise.
    """
    pieces = pd.DataFrame(
        None, index=distinct.texts.index, columns=[*PIECES, *CLOCK_PIECES], dtype=object
    )
    left = distinct.texts[distinct.texts.str.match(BEGINNING).to_numpy(bool)]
    for form in DATES:
        found = left.str.extract(rf"(?i)^{WEEKDAY}{form}(?:[T ]+{CLOCK}{ZONE})?$")
        matches = found["year"].notna()
        pieces.loc[found.index[matches], found.columns] = found[matches].astype(object)
        left = left[~matches]
    first, second = _numbers(pieces["first"]), _numbers(pieces["second"])
    slashes = (pieces.loc[first.notna(), "mark"] == "/").any()
    if days_lead is None:
        needed = int(distinct.counts[first > 12].sum()) - int(distinct.counts[second > 12].sum())
        days_lead = bool(needed > 0 or (needed == 0 and not slashes))
    named = pieces["name"].str.lower().map({name: float(at) for at, name in enumerate(MONTHS, 1)})
    month = (
        _numbers(pieces["month"]).fillna(second if days_lead else first).fillna(named.astype(float))
    )
    # A month without a day begins on its first.
    day = _numbers(pieces["day"]).fillna(first if days_lead else second).fillna(1)
    year = _numbers(pieces["year"])
    short = pieces["year"].str.len() == 2
    year = year.where(~short, year + np.where(year < 69, 2000, 1900))
    stamps = pd.to_datetime(
        pd.DataFrame({"year": year, "month": month, "day": day}), errors="coerce"
    )
    seconds = _clock_seconds(pieces).fillna(0) - _zone_seconds(pieces["zone"])
    order = ("day first" if days_lead else "month first") if first.notna().any() else ""
    return ParsedDates(stamps + pd.to_timedelta(seconds, unit="s"), order, days_lead)


def parse_durations(distinct: DistinctTexts) -> NDArray[np.float64]:
    """Return the seconds of the distinct values as times of day or durations; NaN if neither."""
    texts = distinct.texts.where(distinct.texts.str.match(r"-?\d+(?::| day)").to_numpy(bool))
    pieces = texts.str.extract(f"(?i)^{DURATION}$")
    has_days = pieces["days"].notna()
    sign = pd.Series(np.where(pieces["sign"] == "-", -1.0, 1.0))
    days = _numbers(pieces["days"]).fillna(0)
    seconds = 86_400 * days + sign * _clock_seconds(pieces).fillna(0)
    valid = has_days | pieces["hours"].notna()
    return np.where(valid, seconds, np.nan)


def date_features(
    name: str, stamps: pd.Series[Any], parts: Sequence[str] | None = None
) -> dict[str, NDArray[np.float64]]:
    """Return year, month, day, weekday, hour and total seconds of dates, by name of the feature.

    By default, parts that do not vary are omitted, except for the total seconds since 1970.
    """
    dates = stamps.dt
    values_of = {
        "year": dates.year,
        "month": dates.month,
        "day": dates.day,
        "weekday": dates.day_of_week,
        "hour": dates.hour,
    }
    utc = stamps if dates.tz is None else dates.tz_convert("UTC").dt.tz_localize(None)
    total = (utc - pd.Timestamp("1970-01-01")).dt.total_seconds()
    if parts is None:
        varying = [part for part, values in values_of.items() if values.min() < values.max()]
        parts = [*varying, TOTAL]
    values_of[TOTAL] = total
    return {
        f"{name} ({part})": values_of[part].to_numpy(np.float64, na_value=np.nan) for part in parts
    }


def to_stamps(column: pd.Series[Any]) -> pd.Series[Any]:
    """Convert a column of dates to time stamps; dates outside the supported years become NaT."""
    if isinstance(column.dtype, pd.PeriodDtype):
        starts: pd.Series[Any] = column.dt.to_timestamp()
        return starts
    if types.is_datetime64_any_dtype(column.dtype) and not isinstance(column.dtype, pd.ArrowDtype):
        return column
    stamps = pd.to_datetime(column.astype(object), errors="coerce", utc=True)
    local: pd.Series[Any] = stamps.dt.tz_localize(None)
    return local


def time_seconds(column: pd.Series[Any]) -> NDArray[np.float64]:
    """Return the seconds since midnight of objects with an hour, minute and second."""
    seconds = column.map(
        lambda time: 3600 * time.hour + 60 * time.minute + time.second + time.microsecond / 1e6,
        na_action="ignore",
    )
    return seconds.to_numpy(np.float64, na_value=np.nan)


def _clock_seconds(pieces: pd.DataFrame) -> pd.Series[float]:
    hours = _numbers(pieces["hours"])
    half = pieces["half"].str.lower().str[0]
    hours = hours.where(half.isna(), hours % 12 + np.where(half == "p", 12, 0))
    seconds = _numbers(pieces["seconds"].str.replace(",", ".")).fillna(0)
    return 3600 * hours + 60 * _numbers(pieces["minutes"]) + seconds


def _zone_seconds(zone: pd.Series[Any]) -> pd.Series[float]:
    offset = zone.str.replace(":", "").str.extract(r"^([+-])(\d\d)(\d\d)$")
    seconds = 3600 * _numbers(offset[1]) + 60 * _numbers(offset[2])
    return seconds.fillna(0) * np.where(offset[0] == "-", -1, 1)


def _numbers(texts: pd.Series[Any]) -> pd.Series[float]:
    return pd.to_numeric(texts, errors="coerce").astype(float)
