"""Shared by all commands: options, output and errors."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from skfocal.comparison import Comparison, SettingError
from skfocal.comparison.report.text import ranking_text

__all__ = [
    "create_directory",
    "directory_type",
    "finish",
    "interruptible",
    "open_option",
    "output_option",
    "quiet_option",
    "usage_errors",
]

SOME_FAILED, USAGE_ERROR = 1, 2
INTERRUPTED = 130
"""Exit code of shells for a program that Ctrl-C ended."""
OPTIONS = {
    "methods": "--method",
    "estimators": "--estimator",
    "metrics": "--metric",
    "inner_cv": "--inner-cv",
}
"""Options whose name differs from that of the parameter by more than the dashes."""


class UsageError(click.ClickException):
    """An error in the command or the data; exits with 2."""

    exit_code = USAGE_ERROR


output_option = click.option(
    "-o",
    "output",
    type=click.Path(file_okay=False, path_type=Path),
    default="report",
    show_default=True,
    metavar="DIR",
    help="Directory of the report, the scores and the finished cells.",
)
open_option = click.option("--open", "show", is_flag=True, help="Open the report in the browser.")
quiet_option = click.option(
    "-q", "--quiet", is_flag=True, help="Print only the paths of the files."
)
directory_type = click.Path(exists=True, file_okay=False, path_type=Path)


def create_directory(output: Path) -> None:
    """Create the output directory, so that an error shows before anything is fitted."""
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write to {output}: {error.strerror}") from error
    if not os.access(output, os.W_OK):
        raise UsageError(f"cannot write to {output}: permission denied")


def finish(
    comparison: Comparison, output: Path, *, quiet: bool = False, show: bool = False
) -> None:
    """Write the files, print the ranking and the paths, and exit with 1 after failures."""
    try:
        paths = comparison.write(output)
    except OSError as error:
        raise UsageError(f"cannot write to {output}: {error.strerror}") from error
    if not quiet:
        click.echo(ranking_text(comparison))
    for path in reversed(paths):  # the report last, next to the prompt
        click.echo(path)
    if show:
        click.launch(str(paths[0]))
    if len(comparison.failures):
        click.echo(f"{len(comparison.failures)} results failed; see the report", err=True)
        raise SystemExit(SOME_FAILED)


@contextmanager
def interruptible(output: Path) -> Iterator[None]:
    """On Ctrl-C, print how to resume and exit with 130."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(
            f"Interrupted. Finished cells are stored in {output}. Run the same command again to "
            "resume",
            err=True,
        )
        raise SystemExit(INTERRUPTED) from None


@contextmanager
def usage_errors(kind: type[Exception]) -> Iterator[None]:
    """Print errors of a kind without a traceback, and warnings as plain lines."""

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        click.echo(f"Warning: {message}", err=True)

    with warnings.catch_warnings():
        warnings.showwarning = show
        try:
            yield
        except SettingError as error:
            raise UsageError(_with_option(error)) from error
        except kind as error:
            raise UsageError(str(error)) from error


def _with_option(error: SettingError) -> str:
    """Return the message of an error, with the name of the option for that of the parameter."""
    option = OPTIONS.get(error.parameter, f"--{error.parameter}")
    return f"{option} {error.problem}"
