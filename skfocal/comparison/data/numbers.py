"""Numbers in columns of text: units, currencies, separators of thousands, decimal commas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skfocal.comparison.data.distinct_texts import DistinctTexts

__all__ = ["PLAIN", "NumberForm", "ParsedNumbers", "parse_numbers"]

CURRENCY = r"US\$|R\$|[$€£¥₹₩₽]|USD|EUR|GBP|JPY|CHF|CAD|AUD|CNY|INR|kr\.?|zł|Rs\.?"
PARTS = (
    r"(?P<bound>[<>≤≥~≈]=?\s*)?"
    r"(?P<open>\()?(?P<sign>[+-])?\s*"
    rf"(?P<currency>{CURRENCY})?\s*(?P<inner_sign>[+-])?"
    r"(?P<digits>\d(?:[\d.,' ]*\d)?[.,]?|[.,]\d+)(?P<exponent>[eEdD][+-]?\d+)?"
    rf"(?:\s*(?P<unit>{CURRENCY}|[%‰]|°?[A-Za-zµ²³]+(?:/[A-Za-zµ²³]+)?))?"
    r"(?P<plus>\+)?(?P<close>\))?"
)
PLAIN_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:inf|infinity)"
SPACED = r"[1-9]\d{0,2}(?:[ ']\d{3})+"
COMMAS = r"[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d?(?:,\d\d)+,\d{3}"
POINTS = r"[1-9]\d{0,2}(?:\.\d{3})+"
DECIMAL_POINT = rf"(?:\d+|{SPACED}|{COMMAS})(?:\.\d*)?|\.\d+"
DECIMAL_COMMA = rf"(?:\d+|{SPACED}|{POINTS})(?:,\d*)?|,\d+"
ALIKE = str.maketrans("\u2212\u2013\u00a0\u202f\u2009\u2019", "--   '")
"""Other forms of minus, space and apostrophe."""


@dataclass(frozen=True)
class NumberForm:
    """How the numbers of a column are written.

    Attributes
    ----------
    decimal_comma : bool, default=False
        Whether the decimal sign is a comma.
    units : tuple of str, default=("",)
        The units and currencies that a number may have; "" is none.
    """

    decimal_comma: bool = False
    units: tuple[str, ...] = ("",)


PLAIN = NumberForm()


@dataclass(frozen=True, eq=False)
class ParsedNumbers:
    """The numbers in a column of text.

    Attributes
    ----------
    values : ndarray of shape (n_distinct,)
        The number of each distinct text; NaN if it has none.
    example : tuple of (str, float) or None
        A text that is not a plain number, and what it is read as.
    form : NumberForm
        How they are written.
    """

    values: NDArray[np.float64]
    example: tuple[str, float] | None
    form: NumberForm


def parse_numbers(distinct: DistinctTexts, form: NumberForm | None = None) -> ParsedNumbers:
    """Parse the distinct values of a column of text as numbers.

    All of a column must have one unit and one decimal sign. By default those of most rows count.
    Whole groups of three digits are taken for thousands unless most rows need a decimal comma.
    """
    texts = distinct.texts.str.translate(ALIKE)
    plain = texts.str.fullmatch(PLAIN_NUMBER, case=False).to_numpy(bool)
    missing = distinct.is_missing_word
    if form is None and (plain | missing).all():
        return ParsedNumbers(_to_numbers(texts.where(plain)), None, PLAIN)
    parts = texts.str.extract(f"^{PARTS}$")
    comma = _prefer_comma(parts, distinct.counts) if form is None else form.decimal_comma
    values = _convert(parts, comma=comma)
    values = np.where(parts["open"].notna() == parts["close"].notna(), values, np.nan)
    unit = _filled(_filled(parts["currency"], parts["unit"]), "")
    units = _usual_units(unit, values, distinct.counts) if form is None else form.units
    fits = unit.isin(units) | ((unit == "") & (values == 0))
    values = np.where(fits & ~missing, values, np.nan)
    found = NumberForm(comma, units)
    unusual = np.isfinite(values) & ~plain
    if not unusual.any():
        return ParsedNumbers(values, None, found)
    first = int(np.flatnonzero(unusual)[0])
    return ParsedNumbers(values, (distinct.texts[first], float(values[first])), found)


def _prefer_comma(parts: pd.DataFrame, counts: NDArray[np.intp]) -> bool:
    """Whether a decimal comma suits more rows than a decimal point."""
    point, comma = (
        parts["digits"].str.fullmatch(form, na=False).to_numpy(bool)
        for form in (DECIMAL_POINT, DECIMAL_COMMA)
    )
    return bool(counts[comma].sum() > counts[point].sum())


def _convert(parts: pd.DataFrame, *, comma: bool) -> NDArray[np.float64]:
    """Convert the digits, with a decimal comma or point."""
    digits = parts["digits"]
    form, other = (DECIMAL_COMMA, "[. ']") if comma else (DECIMAL_POINT, "[, ']")
    fits = digits.str.fullmatch(form, na=False).to_numpy(bool)
    texts = digits.where(fits).str.replace(other, "", regex=True).str.replace(",", ".")
    exponent = _filled(parts["exponent"], "").str.replace("[dD]", "e", regex=True)
    negative = parts["open"].notna() | (parts["sign"] == "-") ^ (parts["inner_sign"] == "-")
    return _to_numbers(texts + exponent) * np.where(negative, -1, 1)


def _usual_units(
    unit: pd.Series[Any], values: NDArray[np.float64], counts: NDArray[np.intp]
) -> tuple[str, ...]:
    """Return the unit of most rows; a currency may be omitted."""
    rows = pd.Series(counts)[np.isfinite(values)].groupby(unit).sum()
    if rows.empty:
        return ()
    named = rows.drop("", errors="ignore")
    if len(named) and re.fullmatch(CURRENCY, str(named.idxmax())):
        return str(named.idxmax()), ""
    return (str(rows.idxmax()),)


def _filled(texts: pd.Series[Any], others: pd.Series[Any] | str) -> pd.Series[Any]:
    return texts.where(texts.notna(), others)


def _to_numbers(texts: pd.Series[Any]) -> NDArray[np.float64]:
    return pd.to_numeric(texts, errors="coerce").to_numpy(np.float64, na_value=np.nan)
