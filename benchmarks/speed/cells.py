"""How a figure of the speed run is written in a cell of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["cell", "gradient_text", "median_text", "spread_text", "time_text"]


def time_text(seconds: float) -> str:
    """Write a time in the unit that suits it."""
    return f"{seconds * 1e3:,.1f} ms" if seconds < 1 else f"{seconds:,.2f} s"


def median_text(contender: Mapping[str, Any]) -> str:
    """Write the median alone."""
    return time_text(contender["median_seconds"])


def spread_text(contender: Mapping[str, Any]) -> str:
    """Write the median and the range of all runs."""
    if contender["runs"] == 1:
        return f"{time_text(contender['median_seconds'])} once"
    low, high = (time_text(end(contender["seconds"])) for end in (min, max))
    return f"{time_text(contender['median_seconds'])} ({low} to {high})"


def gradient_text(contender: Mapping[str, Any]) -> str:
    """Write the gradient, marked by a warning of no convergence; nothing for trees."""
    if contender["gradient"] is None:
        return ""
    return f"{contender['gradient']:.0e}" + "!" * contender["warned"]


def cell(contender: Mapping[str, Any] | None) -> str:
    """Write the median and the gradient, or a dash for who did not run."""
    if contender is None:
        return "-"
    once = " once" if contender["runs"] == 1 else ""
    gradient = gradient_text(contender)
    return f"{time_text(contender['median_seconds'])}{once}" + (f", {gradient}" if gradient else "")
