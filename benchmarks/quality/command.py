"""The commands: `list` the data sets, and measure `quality` on them."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from benchmarks.datasets import DATA_SETS, load
from benchmarks.options import data_set_option, directory, jobs_option, page_option
from benchmarks.quality.arms import methods
from benchmarks.quality.publish import write_page
from benchmarks.quality.results import Run, collect, write_results
from benchmarks.quality.suites import SEED, SUITES, Suite, chosen_suites, quick, tables
from skfocal.cli import output_directory, wrong_use
from skfocal.comparison import StoreError
from skfocal.comparison.plan import make_plan, run_plan
from skfocal.comparison.run.progress import progress_on_stderr

__all__ = ["list_data_sets", "quality"]

TIMEOUT = 900.0
"""Seconds for one cell, the tuning of one method on one fold: none may hold up the run."""
SOME_FAILED = 1
"""Exit code of a run in which arms failed, which the page names."""
PUBLISHED = Path("benchmarks/results/quality")


@click.command("list")
@data_set_option(list(DATA_SETS))
def list_data_sets(names: tuple[str, ...]) -> None:
    """List the data sets: rows, columns, classes, share of the rarest, source."""
    width = max(len(name) for name in names or DATA_SETS)
    print(f"{'name':{width}}     rows  columns  classes  rarest  source")
    for name in names or DATA_SETS:
        table = load(name)
        rarest = np.bincount(table.y).min() / len(table.y)
        source = f"{DATA_SETS[name].family}, in {DATA_SETS[name].package.replace('_', '-')}"
        print(
            f"{name:{width}}  {len(table.y):7d}  {table.X.shape[1]:7d}  {table.n_classes:7d}  "
            f"{rarest:6.2%}  {source}"
        )


@click.command()
@data_set_option([name for suite in SUITES for name in suite.data_sets])
@click.option("--quick", "look", is_flag=True, help="Three folds, once: a look, not a finding.")
@jobs_option
@click.option(
    "-o",
    "output",
    type=directory,
    metavar="DIR",
    help="Where the results go: quality.csv, quality.json, quality.md and its plots.  "
    "[default: those that are published; with --quick or --dataset, report/quality]",
)
@click.option(
    "--cells",
    type=directory,
    default="report/quality/cells",
    show_default=True,
    metavar="DIR",
    help="Where every finished cell is kept, for the next call to go on from.",
)
@page_option
def quality(  # each option is an argument
    names: tuple[str, ...],
    jobs: int | None,
    output: Path | None,
    cells: Path,
    *,
    look: bool,
    page_only: bool,
) -> None:
    """Compare all linear arms on all data sets, and make the page of the results."""
    if output is None and (look or names):
        output = Path("report/quality")
    stem = PUBLISHED if output is None else output / "quality"
    page = Path("docs/quality.md") if output is None else stem.with_suffix(".md")
    if not page_only:
        output_directory(stem.parent)
        suites = chosen_suites(names)
        with wrong_use(StoreError):
            results = [_run(quick(one) if look else one, cells, jobs) for one in suites]
            found = collect(results, _repeating(names, look=look))
        write_results(found, stem)
    failures = write_page(stem, page).info["failures"]
    print(f"{stem.with_suffix('.csv')}\n{stem.with_suffix('.json')}\n{page}")
    if failures:
        sys.exit(SOME_FAILED)


def _repeating(names: Sequence[str], *, look: bool) -> str:
    """Return the command that gives the same results, wherever it keeps them."""
    chosen = [part for name in names for part in ("--dataset", name)]
    return shlex.join(["python", "-m", "benchmarks", "quality", *["--quick"] * look, *chosen])


def _run(suite: Suite, cells: Path, jobs: int | None) -> Run:
    plan = make_plan(
        list(tables(suite)),
        methods=methods(),
        cv=suite.cv,
        repeats=suite.repeats,
        random_state=SEED,
    )
    print(f"{suite.name}: {', '.join(suite.data_sets)}", file=sys.stderr)
    with progress_on_stderr() as progress:
        comparison = run_plan(
            plan,
            n_jobs=jobs or -1,
            timeout=TIMEOUT,
            directory=cells / suite.name,
            progress=progress,
        )
    return Run(suite, comparison)
