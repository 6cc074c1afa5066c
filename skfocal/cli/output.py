"""Shared by all commands: options, output and errors."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from skfocal.cli.options import as_options, option_of
from skfocal.comparison.errors import SettingError

if TYPE_CHECKING:
    from skfocal.comparison import Comparison

__all__ = [
    "UsageError",
    "check_writable",
    "check_writable_file",
    "create_directory",
    "directory_type",
    "file_type",
    "finish",
    "interruptible",
    "open_option",
    "output_option",
    "quiet_option",
    "usage_errors",
]

SOME_FAILED, USAGE_ERROR = 1, 2
INTERRUPTED, TERMINATED = 130, 143
"""Exit codes of shells for programs that Ctrl-C and SIGTERM ended."""


class UsageError(click.ClickException):
    """An error in the command or the data; exits with 2."""

    exit_code = USAGE_ERROR


class _Terminated(KeyboardInterrupt):
    """SIGTERM, which stops a run as Ctrl-C does."""


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
file_type = click.Path(exists=True, dir_okay=False, path_type=Path)


def check_writable(output: Path) -> None:
    """Refuse an output directory that cannot be written or created, without creating it."""
    nearest = next(path for path in (output, *output.absolute().parents) if path.exists())
    if not nearest.is_dir():
        raise UsageError(f"cannot write to {output}: {nearest} is not a directory")
    if not os.access(nearest, os.W_OK):
        raise UsageError(f"cannot write to {output}: permission denied")


def check_writable_file(output: Path) -> None:
    """Refuse an output file whose directory does not exist or cannot be written."""
    directory = output.absolute().parent
    if not directory.is_dir():
        raise UsageError(f"cannot write {output}: {directory} is no directory")
    if output.is_dir() or not os.access(directory, os.W_OK):
        raise UsageError(f"cannot write {output}: permission denied, or it is a directory")


def create_directory(output: Path) -> None:
    """Create the output directory, so that an error shows before anything is fitted."""
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write to {output}: {error.strerror}") from error
    check_writable(output)


def finish(
    comparison: Comparison, output: Path, *, quiet: bool = False, show: bool = False
) -> None:
    """Write the files, print the ranking and the paths, and exit with 1 after failures."""
    from skfocal.comparison.report.text import ranking_text  # noqa: PLC0415  # takes a second

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
def interruptible(note: str) -> Iterator[None]:
    """On Ctrl-C or SIGTERM, print what is left and exit with 130 or 143."""

    def terminate(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the first one is being obeyed
        raise _Terminated

    previous = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    except KeyboardInterrupt as error:
        terminated = isinstance(error, _Terminated)
        click.echo(f"{'Terminated' if terminated else 'Interrupted'}. {note}", err=True)
        raise SystemExit(TERMINATED if terminated else INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGTERM, previous)


@contextmanager
def usage_errors(*kinds: type[Exception]) -> Iterator[None]:
    """Print errors of some kinds without a traceback, and warnings as plain lines."""

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        click.echo(f"Warning: {as_options(str(message))}", err=True)

    with warnings.catch_warnings():
        warnings.showwarning = show
        try:
            yield
        except SettingError as error:
            problem = as_options(error.problem)
            raise UsageError(f"{option_of(error.parameter)} {problem}") from error
        except kinds as error:
            raise UsageError(as_options(str(error))) from error
