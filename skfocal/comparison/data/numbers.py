"""Numbers in columns of text: units, currencies, separators of thousands, decimal commas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skfocal.comparison.data.distinct_texts import DistinctTexts

__all__ = ["ParsedNumbers", "parse_numbers"]

CURRENCY = r"US\$|R\$|[$€£¥₹₩₽]|USD|EUR|GBP|JPY|CHF|CAD|AUD|CNY|INR|kr\.?|zł|Rs\.?"
PARTS = (
    r"(?P<bound>[<>≤≥~≈]=?\s*)?"
    r"(?P<open>\()?(?P<sign>[+-])?\s*"
    rf"(?P<currency>{CURRENCY})?\s*(?P<inner_sign>[+-])?"
    r"(?P<digits>\d(?:[\d.,' ]*\d)?[.,]?|[.,]\d+)(?P<exponent>[eEdD][+-]?\d+)?"
    rf"(?:\s*(?P<unit>{CURRENCY}|[%‰]|°?[A-Za-zµ²³]+(?:/[A-Za-zµ²³]+)?))?"
    r"(?P<plus>\+)?(?P<close>\))?"
)
PLAIN = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:inf|infinity)"
SPACED = r"[1-9]\d{0,2}(?:[ ']\d{3})+"
COMMAS = r"[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d?(?:,\d\d)+,\d{3}"
POINTS = r"[1-9]\d{0,2}(?:\.\d{3})+"
DECIMAL_POINT = rf"(?:\d+|{SPACED}|{COMMAS})(?:\.\d*)?|\.\d+"
DECIMAL_COMMA = rf"(?:\d+|{SPACED}|{POINTS})(?:,\d*)?|,\d+"
ALIKE = str.maketrans("\u2212\u2013\u00a0\u202f\u2009\u2019", "--   '")
"""Other forms of minus, space and apostrophe."""


@dataclass(frozen=True, eq=False)
class ParsedNumbers:
    """The numbers in a column of text.

    Attributes
    ----------
    values : ndarray of shape (n_distinct,)
        The number of each distinct text; NaN if it has none.
    example : tuple of (str, float) or None
        A text that is not a plain number, and what it is read as.
    """

    values: NDArray[np.float64]
    example: tuple[str, float] | None


def parse_numbers(distinct: DistinctTexts) -> ParsedNumbers:
    """Parse the distinct values of a column of text as numbers.

    All of a column must have one unit and one decimal sign: those of most rows count. Whole
    groups of three digits are taken for thousands unless most rows need a decimal comma.
    """
    texts = distinct.texts.str.translate(ALIKE)
    plain = texts.str.fullmatch(PLAIN, case=False).to_numpy(bool)
    missing = distinct.is_missing_word
    if (plain | missing).all():
        return ParsedNumbers(_to_numbers(texts.where(plain)), None)
    parts = texts.str.extract(f"^{PARTS}$")
    values = _most_rows(parts, distinct.counts)
    values = np.where(parts["open"].notna() == parts["close"].notna(), values, np.nan)
    unit = _filled(_filled(parts["currency"], parts["unit"]), "")
    values = np.where(_unit_fits(unit, values, distinct.counts), values, np.nan)
    values = np.where(missing, np.nan, values)
    unusual = np.isfinite(values) & ~plain
    if not unusual.any():
        return ParsedNumbers(values, None)
    first = int(np.flatnonzero(unusual)[0])
    return ParsedNumbers(values, (distinct.texts[first], float(values[first])))


def _most_rows(parts: pd.DataFrame, counts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Convert the digits with the decimal sign that suits more rows."""
    digits = parts["digits"]
    point = digits.str.fullmatch(DECIMAL_POINT, na=False).to_numpy(bool)
    comma = digits.str.fullmatch(DECIMAL_COMMA, na=False).to_numpy(bool)
    if counts[comma].sum() > counts[point].sum():
        fits, other = comma, "[. ']"
    else:
        fits, other = point, "[, ']"
    texts = digits.where(fits).str.replace(other, "", regex=True).str.replace(",", ".")
    exponent = _filled(parts["exponent"], "").str.replace("[dD]", "e", regex=True)
    negative = parts["open"].notna() | (parts["sign"] == "-") ^ (parts["inner_sign"] == "-")
    return _to_numbers(texts + exponent) * np.where(negative, -1, 1)


def _unit_fits(
    unit: pd.Series[Any], values: NDArray[np.float64], counts: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Whether each number has the unit of the column; a currency may be omitted, and 0 has any."""
    rows = pd.Series(counts)[np.isfinite(values)].groupby(unit).sum()
    if rows.empty:
        return np.zeros(len(unit), dtype=bool)
    common = str(rows.idxmax())
    named = rows.drop("", errors="ignore")
    if len(named) and re.fullmatch(CURRENCY, str(named.idxmax())):
        accepted = {str(named.idxmax()), ""}
    else:
        accepted = {common}
    fits = unit.isin(accepted) | ((unit == "") & (values == 0))
    return np.asarray(fits, dtype=bool)


def _filled(texts: pd.Series[Any], others: pd.Series[Any] | str) -> pd.Series[Any]:
    return texts.where(texts.notna(), others)


def _to_numbers(texts: pd.Series[Any]) -> NDArray[np.float64]:
    return pd.to_numeric(texts, errors="coerce").to_numpy(np.float64, na_value=np.nan)
