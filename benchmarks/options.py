"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from skfocal.comparison.data.tables import near_matches

__all__ = ["data_set_option", "directory", "jobs_option", "page_option"]

directory = click.Path(file_okay=False, path_type=Path)
jobs_option = click.option(
    "-j",
    "jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes.  [default: one per core]",
)
page_option = click.option(
    "--page", "page_only", is_flag=True, help="Make the page anew, measure nothing."
)


class _Known(click.ParamType):
    """A name out of some; another is refused with those that are near to it."""

    name = "name"

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """Return the name if it is known."""
        if value not in self.names:
            nearest = near_matches(str(value), self.names, "there are")
            self.fail(f"{value!r} is not known; {nearest}", param, ctx)
        return str(value)


def data_set_option(
    names: Sequence[str], which: str = "[default: all]"
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option to name data sets, each on its own."""
    return click.option(
        "--dataset",
        "names",
        multiple=True,
        metavar="NAME",
        type=_Known(names),
        help=f"Only the data set of this name; may be repeated.  {which}",
    )
