"""Durations on the command line."""

from __future__ import annotations

import re
from typing import Any

import click

__all__ = ["Duration"]

SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}
FORM = re.compile(r"(\d+(?:\.\d+)?)\s*([smh]?)", re.IGNORECASE)


class Duration(click.ParamType):  # type: ignore[type-arg]  # generic in new releases only
    """A number with the unit s, m or h, in seconds."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the seconds."""
        if isinstance(value, float):
            return value
        found = FORM.fullmatch(value.strip())
        seconds = float(found[1]) * SECONDS[found[2].lower()] if found else 0.0
        if seconds <= 0:
            self.fail(f"{value!r} is not a time such as 90s, 10m or 2h", param, ctx)
        return seconds
