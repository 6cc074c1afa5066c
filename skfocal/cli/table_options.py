"""The options that say how a table is read, shared by the commands that read one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from skfocal.cli.options import as_options

if TYPE_CHECKING:
    from skfocal.comparison import Table

__all__ = ["examples", "goal_option", "read_data", "table_options"]

OPTIONS = (
    click.option("--positive", metavar="LABEL", help="Positive class.  [default: the rarer one]"),
    click.option("--drop", multiple=True, metavar="COLUMN", help="Column to drop; repeatable."),
    click.option(
        "--keep",
        multiple=True,
        metavar="COLUMN",
        help="Column to keep although it looks like an identifier; repeatable.",
    ),
    click.option(
        "--keep-na",
        is_flag=True,
        help="Read NA, None, null and similar words as labels and categories, not as missing "
        "values.",
    ),
    click.option(
        "--drop-missing-target",
        is_flag=True,
        help="Drop the rows in which the target is missing.",
    ),
    click.option(
        "--group", metavar="COLUMN", help="Column of groups: rows with the same value share a fold."
    ),
)
goal_option = click.option(
    "--goal",
    type=click.Choice(["probabilities", "ranking", "decisions"]),
    help="What a method is recommended for.  [default: decisions if a threshold rule is given, "
    "what the first --metric judges, or probabilities]",
)


def table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of `read_table` to a command."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def examples(*commands: str) -> str:
    """Return examples for the end of a help text."""
    return "\n\n".join(["\b\nExamples:\n" + "\n".join(f"  {command}" for command in commands)])


def read_data(data: Path, target: str, settings: Mapping[str, Any]) -> Table:
    """Read a table, and print what was changed in it.

    Parameters
    ----------
    data : Path
        The file.
    target : str
        The column to predict.
    settings : mapping
        The other settings of `read_table`.
    """
    from skfocal.comparison.data.reading import read_table  # noqa: PLC0415  # imports pandas

    table = read_table(data, target, **settings)
    table = replace(table, findings=tuple(map(as_options, table.findings)))
    for text in table.findings:
        click.echo(f"Warning: {text}", err=True)
    return table
