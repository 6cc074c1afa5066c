"""The command `report`: the comparison on the default data sets."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from benchmarks.data_sets import DEFAULT, load
from benchmarks.harness import run_comparison
from benchmarks.publishing import directory, jobs_option
from skfocal.cli import create_directory, finish, usage_errors
from skfocal.comparison import StoreError

CV, QUICK_CV = 5, 3


@click.command("report")
@click.option(
    "-o",
    "output",
    type=directory,
    default="report",
    show_default=True,
    metavar="DIR",
    help="Folder of report.html, scores.csv, summary.json and the finished cells.",
)
@jobs_option
@click.option("--quick", is_flag=True, help=f"Use {QUICK_CV} folds.")
@click.option("--no-resume", is_flag=True, help="Run again what is stored in DIR.")
def command(output: Path, jobs: int, *, quick: bool, no_resume: bool) -> None:
    """Compare the methods on the default data sets."""
    create_directory(output)
    with usage_errors(StoreError):
        comparison = run_comparison(
            [load(name) for name in DEFAULT],
            {"cv": QUICK_CV if quick else CV, "repeats": 1},
            directory=output,
            n_jobs=jobs,
            resume=not no_resume,
            command=shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]]),
        )
    finish(comparison, output)
