"""The command line: ``skfocal compare`` (needs ``skfocal[compare]``)."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

try:
    import click

    from skfocal.comparison import DataError, compare_tables
    from skfocal.comparison.progress import progress_on_stderr
    from skfocal.comparison.reading import read_table
    from skfocal.comparison.text import ranking_text
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"{error}; the commands need more packages: pip install 'skfocal[compare]'"
    ) from error

if TYPE_CHECKING:
    from skfocal.comparison import Comparison

__all__ = ["finish", "main", "output_directory"]

SOME_FAILED, WRONG_USE = 1, 2


class UseError(click.ClickException):
    """Wrong use, data included; exits with 2."""

    exit_code = WRONG_USE


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="skfocal")
def main() -> None:
    """Linear models with focal loss, compared on your own data."""


@main.command()
@click.argument("data", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--target", required=True, metavar="COLUMN", help="Column to predict.")
@click.option("--positive", metavar="LABEL", help="Positive class.  [default: the rarer one]")
@click.option("--drop", multiple=True, metavar="COLUMN", help="Column to leave out; repeatable.")
@click.option("--cv", type=click.IntRange(min=2), default=5, show_default=True, help="Folds.")
@click.option(
    "--repeats", type=click.IntRange(min=1), default=5, show_default=True, help="Draws of folds."
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed.")
@click.option(
    "-j",
    "jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes.  [default: one per core]",
)
@click.option(
    "-o",
    "output",
    type=click.Path(file_okay=False, path_type=Path),
    default="report",
    show_default=True,
    metavar="DIR",
    help="Where report.html, scores.csv and summary.json go.",
)
def compare(
    data: Path,
    target: str,
    positive: str | None,
    drop: tuple[str, ...],
    cv: int,
    repeats: int,
    seed: int,
    jobs: int | None,
    output: Path,
) -> None:
    """Compare remedies for class imbalance on DATA, a CSV or Parquet file.

    Exits with 0 if all went well, with 1 if a method failed somewhere (the report says where),
    and with 2 if the command or the data cannot be used.
    """
    try:
        table = read_table(data, target, positive=positive, drop=drop)
        output_directory(output)
        with progress_on_stderr() as progress:
            comparison = compare_tables(
                [table],
                cv=cv,
                repeats=repeats,
                n_jobs=jobs or -1,
                random_state=seed,
                progress=progress,
            )
    except DataError as error:
        raise UseError(str(error)) from error
    finish(comparison, output, command=shlex.join(["skfocal", *sys.argv[1:]]))


def output_directory(output: Path) -> None:
    """Create the output directory before the work, so that it is not done for nothing."""
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UseError(f"cannot write to {output}: {error.strerror}") from error
    if not os.access(output, os.W_OK):
        raise UseError(f"cannot write to {output}: permission denied")


def finish(comparison: Comparison, output: Path, *, command: str) -> None:
    """Write the files, print the ranking and where they lie, and exit with 1 after failures."""
    paths = comparison.write(output, command=command)
    click.echo(ranking_text(comparison))
    for path in reversed(paths):  # the report last, where it is seen
        click.echo(path)
    if len(comparison.failures):
        click.echo(f"{len(comparison.failures)} results failed; the report says why", err=True)
        raise SystemExit(SOME_FAILED)
