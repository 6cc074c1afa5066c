"""Published runs: ``python -m benchmarks report | speed | picture``."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from benchmarks.datasets import DEFAULT, load
from benchmarks.picture import draw
from benchmarks.speed.command import run as run_speed
from skfocal.cli import finish, output_directory
from skfocal.comparison import compare_tables
from skfocal.comparison.progress import progress_on_stderr

CV, REPEATS = 5, 2
QUICK_CV, QUICK_REPEATS = 3, 1


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run the comparison on published data."""


@main.command()
@click.option(
    "-o",
    "output",
    type=click.Path(file_okay=False, path_type=Path),
    default="report",
    show_default=True,
    metavar="DIR",
    help="Where report.html, scores.csv and summary.json go.",
)
@click.option(
    "-j",
    "jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes.  [default: one per core]",
)
@click.option("--quick", is_flag=True, help=f"{QUICK_CV} folds once: a look, not a finding.")
def report(output: Path, jobs: int | None, *, quick: bool) -> None:
    """Compare the methods on the default data sets."""
    output_directory(output)
    cv, repeats = (QUICK_CV, QUICK_REPEATS) if quick else (CV, REPEATS)
    tables = [load(name) for name in DEFAULT]
    with progress_on_stderr() as progress:
        comparison = compare_tables(
            tables, cv=cv, repeats=repeats, n_jobs=jobs or -1, progress=progress
        )
    finish(comparison, output, command=shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]]))


@main.command()
@click.option(
    "-o",
    "output",
    type=click.Path(dir_okay=False, path_type=Path),
    default="benchmarks/results/speed.json",
    show_default=True,
    metavar="FILE",
    help="Where the figures of all contenders go.",
)
@click.option("--quick", is_flag=True, help="Small tables only.")
def speed(output: Path, *, quick: bool) -> None:
    """Time fits beside scikit-learn's, and measure their memory."""
    run_speed(output, quick=quick)


@main.command()
def picture() -> None:
    """Draw the picture of the README."""
    draw(Path("docs/probabilities.svg"))


if __name__ == "__main__":
    main()
