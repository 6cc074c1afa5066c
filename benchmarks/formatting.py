"""The filters of the templates: how every page writes numbers and names."""

from __future__ import annotations

import html
import math

__all__ = ["duration", "in_cell", "interval", "number", "p_value", "percent", "short"]


def number(value: float | None, digits: int = 3, *, sign: bool = False) -> str:
    """Write a number with a fixed number of decimals; nothing for None and NaN."""
    if value is None or math.isnan(value):
        return ""
    return _typeset(f"{value:{'+' if sign else ''}z,.{digits}f}")


def short(value: float | None) -> str:
    """Write a number with three significant digits, or with two and a power of ten."""
    if value is None or math.isnan(value):
        return ""
    magnitude = abs(value)
    in_full = magnitude == 0 or 1e-3 <= magnitude < 1e5 or math.isinf(value)
    return _typeset(f"{value:.3g}" if in_full else f"{value:.1e}")


def interval(low: float, high: float, digits: int | None = None) -> str:
    """Write the ends of an interval; nothing where they are not finite."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    ends = [short(end) if digits is None else number(end, digits) for end in (low, high)]
    return " to ".join(ends)


def percent(value: float | None, digits: int = 0) -> str:
    """Write a fraction in percent."""
    return f"{number(100 * value, digits)} %" if value is not None else ""


def p_value(value: float) -> str:
    """Write a p-value to three decimals, without the leading zero."""
    if math.isnan(value):
        return ""
    return "< .001" if value < 0.001 else f"{value:.3f}".removeprefix("0")


def duration(seconds: float | None) -> str:
    """Write a time in milliseconds, or from one second on in seconds."""
    if seconds is None or math.isnan(seconds):
        return ""
    return f"{seconds * 1e3:,.1f} ms" if seconds < 1 else f"{seconds:,.2f} s"


def in_cell(text: object) -> str:
    """Escape text for a cell of a table in Markdown."""
    return html.escape(" ".join(str(text).split()), quote=False).replace("|", "\\|")


def _typeset(text: str) -> str:
    return text.replace("-", "−")
