"""What all commands do alike: write and show results, and tell what went wrong."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from skfocal.comparison.report.text import ranking_text

if TYPE_CHECKING:
    from skfocal.comparison import Comparison

__all__ = [
    "directory_type",
    "finish",
    "interruptible",
    "open_option",
    "output_directory",
    "output_option",
    "quiet_option",
    "wrong_use",
]

SOME_FAILED, WRONG_USE = 1, 2
INTERRUPTED = 130
"""What shells return for a program that Ctrl-C ended."""


class UseError(click.ClickException):
    """Wrong use, data included; exits with 2."""

    exit_code = WRONG_USE


output_option = click.option(
    "-o",
    "output",
    type=click.Path(file_okay=False, path_type=Path),
    default="report",
    show_default=True,
    metavar="DIR",
    help="Where report.html, scores.csv, summary.json and all finished cells go.",
)
open_option = click.option("--open", "show", is_flag=True, help="Open the report in the browser.")
quiet_option = click.option(
    "-q", "--quiet", is_flag=True, help="No progress and no ranking: only where the files lie."
)
directory_type = click.Path(exists=True, file_okay=False, path_type=Path)


def output_directory(output: Path) -> None:
    """Create the output directory before the work, so that it is not done for nothing."""
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UseError(f"cannot write to {output}: {error.strerror}") from error
    if not os.access(output, os.W_OK):
        raise UseError(f"cannot write to {output}: permission denied")


def finish(
    comparison: Comparison, output: Path, *, quiet: bool = False, show: bool = False
) -> None:
    """Write the files, print the ranking and where they lie, and exit with 1 after failures."""
    try:
        paths = comparison.write(output)
    except OSError as error:
        raise UseError(f"cannot write to {output}: {error.strerror}") from error
    if not quiet:
        click.echo(ranking_text(comparison))
    for path in reversed(paths):  # the report last, where it is seen
        click.echo(path)
    if show:
        click.launch(str(paths[0]))
    if len(comparison.failures):
        click.echo(f"{len(comparison.failures)} results failed; the report says why", err=True)
        raise SystemExit(SOME_FAILED)


@contextmanager
def interruptible(output: Path) -> Iterator[None]:
    """Let Ctrl-C end the work with a word on what is stored, and exit with 130."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(
            f"Interrupted. What was finished is stored in {output}; the same command goes on "
            "from there",
            err=True,
        )
        raise SystemExit(INTERRUPTED) from None


@contextmanager
def wrong_use(kind: type[Exception]) -> Iterator[None]:
    """Turn an error that names its remedy into wrong use, and show warnings as plain lines."""

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        click.echo(f"Warning: {message}", err=True)

    with warnings.catch_warnings():
        warnings.showwarning = show
        try:
            yield
        except kind as error:
            raise UseError(str(error)) from error
