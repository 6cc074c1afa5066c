"""The command that compares methods on a file."""

from __future__ import annotations

import shlex
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from skfocal.cli.output import (
    finish,
    interruptible,
    open_option,
    output_directory,
    output_option,
    quiet_option,
    wrong_use,
)
from skfocal.comparison.data.checks import suspicions
from skfocal.comparison.data.reading import read_table
from skfocal.comparison.methods.catalogue import BASELINE, METHODS, ON_REQUEST, with_own
from skfocal.comparison.methods.user_estimators import load_method
from skfocal.comparison.plan import make_plan, run_plan
from skfocal.comparison.run.progress import progress_on_stderr
from skfocal.comparison.scoring.metrics import METRICS
from skfocal.comparison.scoring.thresholds import DEFAULT_RULE
from skfocal.comparison.storage.cells import StoreError, read_cells

if TYPE_CHECKING:
    from skfocal.comparison.plan import Plan
    from skfocal.comparison.run.schedule import Progress

__all__ = ["compare"]


@click.command()
@click.argument("data", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--target", required=True, metavar="COLUMN", help="Column to predict.")
@click.option("--positive", metavar="LABEL", help="Positive class.  [default: the rarer one]")
@click.option("--drop", multiple=True, metavar="COLUMN", help="Column to leave out; repeatable.")
@click.option("--group", metavar="COLUMN", help="Rows alike in this column share a fold.")
@click.option(
    "--method",
    "methods",
    multiple=True,
    metavar="NAME",
    help=f"Method to compare; repeatable.  [default: {', '.join(METHODS)}; on request "
    f"{', '.join(ON_REQUEST)}]",
)
@click.option(
    "--estimator",
    "estimators",
    multiple=True,
    metavar="PACKAGE.MODULE:FACTORY",
    help="Classifier of your own to compare too; repeatable. The factory returns it, alone or with "
    "a grid of its parameters.",
)
@click.option(
    "--baseline", default=BASELINE, show_default=True, metavar="NAME", help="What to compare with."
)
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="NAME",
    help=f"Metric to rank by; repeatable.  [default: all of {', '.join(METRICS)}; "
    "those of cost only with --threshold cost:...]",
)
@click.option(
    "--threshold",
    default=DEFAULT_RULE,
    show_default=True,
    metavar="RULE",
    help="Rule for the threshold of a second decision beside the default one: tune:f1, tune:mcc, "
    "cost:fp=1,fn=20 or a probability.",
)
@click.option("--cv", type=click.IntRange(min=2), default=5, show_default=True, help="Folds.")
@click.option(
    "--repeats", type=click.IntRange(min=1), default=5, show_default=True, help="Draws of folds."
)
@click.option(
    "--inner-cv",
    type=click.IntRange(min=2),
    default=3,
    show_default=True,
    help="Folds inside the training rows, for tuning.",
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
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Kill a cell, one method on one fold, that takes longer; it counts as failed.",
)
@click.option("--no-resume", is_flag=True, help="Run again what an earlier run stored in DIR.")
@click.option("--dry-run", is_flag=True, help="Only tell how many cells and fits it would be.")
@output_option
@open_option
@quiet_option
@click.option("-v", "--verbose", is_flag=True, help="A line for each cell that ends.")
def compare(  # noqa: PLR0913  # one for each option
    *,
    data: Path,
    target: str,
    positive: str | None,
    drop: tuple[str, ...],
    group: str | None,
    methods: tuple[str, ...],
    estimators: tuple[str, ...],
    baseline: str,
    metrics: tuple[str, ...],
    threshold: str,
    cv: int,
    repeats: int,
    inner_cv: int,
    seed: int,
    jobs: int | None,
    timeout: float | None,
    no_resume: bool,
    dry_run: bool,
    output: Path,
    show: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Compare remedies for class imbalance on DATA, a CSV or Parquet file.

    What is finished is stored at once: after an interruption the same command goes on from there.

    Exits with 0 if all went well, with 1 if a method failed somewhere (the report says where),
    with 2 if the command or the data cannot be used, and with 130 after Ctrl-C.
    """
    with wrong_use(ValueError):
        table = read_table(data, target, positive=positive, drop=drop, group=group)
        plan = make_plan(
            [table],
            methods=with_own(methods or None, map(load_method, estimators)),
            cv=cv,
            repeats=repeats,
            inner_cv=inner_cv,
            random_state=seed,
            baseline=baseline,
            metrics=metrics or None,
            threshold=threshold,
        )
    for text in suspicions(table):
        click.echo(f"Warning: {text}", err=True)
    if dry_run:
        click.echo(_forecast(plan, output, resume=not no_resume))
        return
    output_directory(output)
    watched: AbstractContextManager[Progress | None] = (
        nullcontext() if quiet else progress_on_stderr(verbose=verbose)
    )
    with interruptible(output), wrong_use(StoreError), watched as progress:
        comparison = run_plan(
            plan,
            n_jobs=jobs or -1,
            timeout=timeout,
            directory=output,
            resume=not no_resume,
            command=shlex.join(["skfocal", *sys.argv[1:]]),
            progress=progress,
        )
    finish(comparison, output, quiet=quiet, show=show)


def _forecast(plan: Plan, output: Path, *, resume: bool) -> str:
    """Say how many cells and fits there are, and how many of them are stored already."""
    stored = read_cells(output, plan.keys) if resume else {}
    n_fits = sum(cell.n_fits for cell in plan.cells)
    lines = [f"{len(plan.cells):,} cells, {n_fits:,} fits"]
    if stored:
        left = [cell.n_fits for index, cell in enumerate(plan.cells) if index not in stored]
        lines.append(f"{len(stored):,} cells are stored in {output}")
        lines.append(f"{len(left):,} cells, {sum(left):,} fits are left")
    return "\n".join(lines)
