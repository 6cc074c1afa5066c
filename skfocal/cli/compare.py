"""The command that compares methods on a file."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from skfocal.cli.durations import Duration
from skfocal.cli.output import (
    check_writable,
    create_directory,
    finish,
    interruptible,
    open_option,
    output_option,
    quiet_option,
    usage_errors,
)
from skfocal.cli.table_options import examples, goal_option, read_data, table_options
from skfocal.comparison.errors import ClusterError, SettingError, StoreError
from skfocal.comparison.names import (
    BASELINE,
    COST_METRICS,
    DEFAULT_METHODS,
    METRIC_NAMES,
    MORE_METHODS,
    REPORTED_NAMES,
    check_baseline,
    check_costs,
    check_estimator,
    check_method,
    check_metric,
)
from skfocal.comparison.scoring.threshold_rules import DEFAULT_RULE, parse_threshold

if TYPE_CHECKING:
    from skfocal.comparison import Comparison, ComparisonPlan, Table
    from skfocal.comparison.run.cell import Cell

__all__ = ["compare"]

RESUME = "Run the same command again to resume"


@click.command(
    epilog=examples(
        "skfocal compare patients.csv --target died -o report",
        "skfocal compare patients.csv --target died --threshold cost:fp=1,fn=20 -o report",
        "skfocal compare patients.csv --target died --method focal --method platt -o report",
    )
)
@click.argument("data", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--target", required=True, metavar="COLUMN", help="Column to predict.")
@table_options
@click.option(
    "--method",
    "methods",
    multiple=True,
    metavar="NAME",
    help=f"Method to compare; repeatable.  [default: {', '.join(DEFAULT_METHODS)}; more: "
    f"{', '.join(MORE_METHODS)}]",
)
@click.option(
    "--estimator",
    "estimators",
    multiple=True,
    metavar="PACKAGE.MODULE:FACTORY",
    help="User classifier to compare as well; repeatable. The factory returns it, alone or with a "
    "grid of its parameters.",
)
@click.option(
    "--baseline",
    default=BASELINE,
    show_default=True,
    metavar="NAME",
    help="Method that the others are compared with.",
)
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="NAME",
    help=f"Metric to rank by; repeatable.  [default: all of {', '.join(METRIC_NAMES)}; "
    "costs only with --threshold cost:...]",
)
@click.option(
    "--threshold",
    default=DEFAULT_RULE,
    show_default=True,
    metavar="RULE",
    help="Rule for the threshold of a second decision beside the default one: tune:f1, tune:mcc, "
    "cost:fp=1,fn=20 or a probability.",
)
@goal_option
@click.option(
    "--cv", type=click.IntRange(min=2), default=5, show_default=True, help="Number of outer folds."
)
@click.option(
    "--repeats",
    type=click.IntRange(min=1),
    help="Number of times that the outer folds are drawn.  [default: 5; fewer if the rarest class "
    "has thousands of rows]",
)
@click.option(
    "--inner-cv",
    type=click.IntRange(min=2),
    default=3,
    show_default=True,
    help="Number of folds of the training rows, for tuning.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Seed of folds and samplers.",
)
@click.option(
    "-j",
    "jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of processes.  [default: one per core]",
)
@click.option(
    "--budget",
    type=Duration(),
    metavar="TIME",
    help="Time for the whole comparison, such as 90s, 10m or 2h. Repeats, rows and candidates of "
    "tuning, and folds are reduced to fit it.",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Run on the Dask cluster whose scheduler has this address, such as tcp://10.0.0.1:8786, "
    "one process per thread of a worker.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Kill a cell, one method on one fold, after this time; it counts as failed.",
)
@click.option("--no-resume", is_flag=True, help="Run cells again that are stored in DIR.")
@click.option(
    "--dry-run",
    is_flag=True,
    help="Print the number of cells and fits and the time they need, and stop.",
)
@output_option
@open_option
@quiet_option
@click.option("-v", "--verbose", is_flag=True, help="Print a line for each finished cell.")
@click.pass_context
def compare(  # noqa: PLR0913  # one for each option
    context: click.Context,
    /,
    *,
    data: Path,
    target: str,
    methods: tuple[str, ...],
    estimators: tuple[str, ...],
    baseline: str,
    metrics: tuple[str, ...],
    threshold: str,
    goal: str | None,
    cv: int,
    repeats: int | None,
    inner_cv: int,
    seed: int,
    jobs: int | None,
    budget: float | None,
    cluster: str | None,
    timeout: float | None,
    no_resume: bool,
    dry_run: bool,
    output: Path,
    show: bool,
    quiet: bool,
    verbose: bool,
    **reading: Any,
) -> None:
    """Compare methods for class imbalance on DATA, a file with a table.

    DATA is text (.csv, .tsv, .txt), .parquet, .feather, .arrow or .xlsx, also in .gz or .zip.
    Warnings name what was changed in it.

    Finished cells are stored at once. After an interruption, run the same command again to resume.

    Exits with 0 on success, with 1 if a method failed on a fold (see the report), with 2 if the
    command or the data cannot be used, with 130 after Ctrl-C and with 143 after SIGTERM.
    """
    with interruptible(RESUME), usage_errors(ValueError):
        _check_names(methods, estimators, baseline, metrics, threshold)
        if not dry_run:
            check_writable(output)
        if cluster is not None:
            jobs = _connect(context, cluster, jobs)
        table = read_data(data, target, reading)
        plan = _plan(
            table,
            output,
            budget=budget,
            jobs=jobs,
            methods=methods,
            estimators=estimators,
            cv=cv,
            repeats=repeats,
            inner_cv=inner_cv,
            random_state=seed,
            baseline=baseline,
            metrics=metrics or None,
            threshold=threshold,
            goal=_goal(goal, context),
        )
    _print_size(plan)
    resume = not no_resume
    if dry_run:
        with usage_errors(ValueError):
            click.echo(_forecast(plan, output, jobs, resume=resume))
        return
    create_directory(output)
    comparison = _run(
        plan,
        output,
        backend="local" if cluster is None else "dask",
        n_jobs=None if cluster is not None else jobs or -1,
        timeout=timeout,
        resume=resume,
        source={"data": str(data), "target": target, **reading},
        quiet=quiet,
        verbose=verbose,
    )
    finish(comparison, output, quiet=quiet, show=show)


def _connect(context: click.Context, address: str, jobs: int | None) -> int:
    """Connect to a cluster until the command ends, and return its number of threads."""
    from skfocal.comparison.run.cluster import (  # noqa: PLC0415  # takes seconds
        connected,
        count_threads,
    )

    if jobs is not None:
        raise SettingError(
            "n_jobs", f"cannot be used with --cluster, which uses all its threads; got {jobs}."
        )
    return count_threads(context.with_resource(connected(address)))


def _goal(goal: str | None, context: click.Context) -> str | None:
    """Return the goal: decisions if a threshold rule was given, even if it is the default one."""
    given = context.get_parameter_source("threshold") is ParameterSource.COMMANDLINE
    return "decisions" if goal is None and given else goal


def _check_names(
    methods: Sequence[str],
    estimators: Sequence[str],
    baseline: str,
    metrics: Sequence[str],
    threshold: str,
) -> None:
    """Refuse unknown names before anything is read or imported."""
    rule = parse_threshold(threshold)
    for name in methods:
        check_method(name, (*DEFAULT_METHODS, *MORE_METHODS))
    for path in estimators:
        check_estimator(path)
    if not estimators:
        check_baseline(baseline, REPORTED_NAMES)
    for name in metrics:
        check_metric(name)
        check_costs(name, needed=name in COST_METRICS, given=rule.kind == "cost")


def _plan(
    table: Table,
    output: Path,
    *,
    budget: float | None,
    jobs: int | None,
    methods: Sequence[str],
    estimators: Sequence[str],
    **settings: Any,
) -> ComparisonPlan:
    """Plan the comparison of the methods and estimators within the budget."""
    from skfocal.comparison.budget import plan_within  # noqa: PLC0415  # takes seconds
    from skfocal.comparison.methods.catalogue import append_methods  # noqa: PLC0415
    from skfocal.comparison.methods.user_estimators import load_method  # noqa: PLC0415

    return plan_within(
        budget,
        [table],
        n_jobs=jobs or -1,
        directory=output,
        methods=append_methods(methods or None, map(load_method, estimators)),
        **settings,
    )


def _print_size(plan: ComparisonPlan) -> None:
    """Print what was reduced, and why there are so many repeats."""
    for reduction in plan.settings.reductions:
        click.echo(f"Reduced: {reduction}", err=True)
    if plan.settings.repeats_reason:
        click.echo(plan.settings.repeats_reason, err=True)


def _run(
    plan: ComparisonPlan, output: Path, *, quiet: bool, verbose: bool, **settings: Any
) -> Comparison:
    """Run the plan, store finished cells and show the progress."""
    with (
        interruptible(f"Finished cells are stored in {output}. {RESUME}"),
        usage_errors(StoreError, ClusterError),
    ):
        from skfocal.comparison import progress_on_stderr, run_plan  # noqa: PLC0415  # takes seconds

        with nullcontext() if quiet else progress_on_stderr(verbose=verbose) as progress:
            return run_plan(
                plan,
                directory=output,
                command=shlex.join(["skfocal", *sys.argv[1:]]),
                progress=progress,
                **settings,
            )


def _forecast(plan: ComparisonPlan, output: Path, jobs: int | None, *, resume: bool) -> str:
    """State the number of cells and fits, how many of them are stored, and the time of the rest."""
    from joblib import effective_n_jobs  # noqa: PLC0415  # takes seconds

    from skfocal.comparison.plan import check_output  # noqa: PLC0415
    from skfocal.comparison.run.forecast import (  # noqa: PLC0415
        forecast_seconds,
        note_of_unknown_times,
    )
    from skfocal.comparison.run.remaining_time import format_seconds  # noqa: PLC0415
    from skfocal.comparison.storage.cells import read_cells  # noqa: PLC0415

    check_output(plan, output)
    stored = read_cells(output, plan.keys) if resume and output.exists() else {}
    left = [cell for index, cell in enumerate(plan.cells) if index not in stored]
    lines = [f"{len(plan.cells):,} cells, {_count_fits(plan.cells)}"]
    if stored:
        lines.append(f"{len(stored):,} cells are stored in {output}")
        lines.append(f"{len(left):,} cells are left, {_count_fits(left)}")
    n_processes = effective_n_jobs(jobs or -1)
    seconds = forecast_seconds(left, n_processes, plan.settings, plan.rates)
    processes = "1 process" if n_processes == 1 else f"{n_processes} processes"
    lines.append(f"about {format_seconds(seconds)} with {processes}")
    if note := note_of_unknown_times(plan.methods):
        lines.append(note)
    return "\n".join(lines)


def _count_fits(cells: Sequence[Cell]) -> str:
    n_fits = sum(cell.n_fits for cell in cells)
    n_extra = sum(cell.n_extra_fits for cell in cells)
    extra = f" and up to {n_extra:,} beyond the edges of grids" if n_extra else ""
    return f"{n_fits:,} fits{extra}"
