"""Markdown as the pages need it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

__all__ = ["joined", "number", "p_text", "signed", "table"]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def number(value: float, digits: int = 3) -> str:
    """Write a figure; nothing for what is not a number."""
    return "" if np.isnan(value) else f"{value:.{digits}f}".replace("-", "−")


def signed(value: float, digits: int = 3) -> str:
    """Write a difference with its sign."""
    return "" if np.isnan(value) else f"{value:+z.{digits}f}".replace("-", "−")


def p_text(p_value: float) -> str:
    """Write a p-value."""
    if np.isnan(p_value):
        return ""
    return "< .001" if p_value < 0.001 else f"{p_value:.3f}".removeprefix("0")


def joined(names: Sequence[str]) -> str:
    """Join names as in a sentence."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
