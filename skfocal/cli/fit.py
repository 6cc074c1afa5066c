"""The command that fits a method on all rows and writes a model file."""

from __future__ import annotations

import shlex
import sys
import textwrap
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from skfocal.cli.output import (
    UsageError,
    check_writable_file,
    directory_type,
    file_type,
    interruptible,
    quiet_option,
    usage_errors,
)
from skfocal.cli.table_options import examples, goal_option, read_data, table_options
from skfocal.comparison.errors import ModelError, StoreError
from skfocal.comparison.names import (
    BASELINE,
    DEFAULT_METHODS,
    MORE_METHODS,
    REPORTED_NAMES,
    check_method,
)
from skfocal.comparison.scoring.threshold_rules import DEFAULT_RULE, parse_threshold
from skfocal.comparison.storage.files import check_run

if TYPE_CHECKING:
    from skfocal.comparison import Comparison, Recommendation, Table
    from skfocal.comparison.deployment.model import Model

__all__ = ["fit"]

READING = ("positive", "drop", "keep", "keep_na", "drop_missing_target", "group")
"""Settings of the table that a comparison stores."""
CV, REPEATS = 5, 1
"""Folds on which a method is evaluated that comes from no comparison."""


@click.command(
    epilog=examples(
        "skfocal fit patients.csv --from report -o model.skops",
        "skfocal fit patients.csv --target died --method focal -o model.skops",
        "skfocal fit patients.csv --target died --threshold cost:fp=1,fn=20 -o model.skops",
    )
)
@click.argument("data", type=file_type)
@click.option(
    "--target",
    metavar="COLUMN",
    help="Column to predict.  [default: that of the comparison in DIR]",
)
@click.option(
    "--method",
    metavar="NAME",
    help=f"Method to fit, as `skfocal compare` names it.  [default: {BASELINE}]",
)
@click.option(
    "--from",
    "directory",
    type=directory_type,
    metavar="DIR",
    help="Take the recommendation and the settings of the comparison in DIR.",
)
@goal_option
@click.option(
    "--threshold",
    metavar="RULE",
    help="Rule for the threshold: tune:f1, tune:mcc, cost:fp=1,fn=20 or a probability.  [default: "
    f"that of the comparison in DIR, or {DEFAULT_RULE}]",
)
@table_options
@click.option(
    "-o",
    "output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="MODEL",
    help="Model file to write, such as model.skops.",
)
@quiet_option
@click.pass_context
def fit(  # one for each option
    context: click.Context,
    /,
    *,
    data: Path,
    target: str | None,
    method: str | None,
    directory: Path | None,
    goal: str | None,
    threshold: str | None,
    output: Path,
    quiet: bool,
    **reading: Any,
) -> None:
    """Fit a method on all rows of DATA, and write it to a model file.

    Tuning and the threshold use cross-validation inside DATA. The method is that recommended by a
    comparison, or one by name, which is first evaluated by 5-fold cross-validation, so that the
    model states what to expect of it.

    The model file holds no code. `skfocal info MODEL` prints its card: the data, the columns, the
    parameters, the threshold, what to expect, and the versions.
    """
    with usage_errors(ValueError, StoreError, ModelError):
        if method is not None and directory is not None:
            raise UsageError("--method and --from exclude each other; give one of them")
        if threshold is not None:
            parse_threshold(threshold)
        if method is not None:
            check_method(method, {*DEFAULT_METHODS, *MORE_METHODS, *REPORTED_NAMES})
        if output.suffix != ".skops":
            raise UsageError(f"-o must end in .skops; got {str(output)!r}")
        check_writable_file(output)
        stored = None if directory is None else _load(directory)
        source: Mapping[str, Any] = {} if stored is None else stored.origin.get("source") or {}
        target = target or source.get("target")
        if target is None:
            raise UsageError("Missing option '--target'")
        settings = {name: _setting(context, name, reading[name], source) for name in READING}
        table = read_data(data, target, settings)
        from skfocal.comparison.recommendation.recommendation import (  # noqa: PLC0415
            recommend,
        )

        with interruptible("No model is written."):
            comparison = stored or _evaluate(table, method, threshold, quiet=quiet)
            if stored is None:
                comparison = _best_view(comparison, method, goal)
            recommendation = recommend(comparison, goal, threshold=threshold)
            model = _fit(
                recommendation, table, output, target=target, from_stored=stored is not None
            )
    if not quiet:
        _describe(recommendation, model)
    click.echo(output)


def _load(directory: Path) -> Comparison:
    check_run(directory)
    from skfocal.comparison import load_comparison  # noqa: PLC0415  # takes seconds

    comparison = load_comparison(directory)
    if not comparison.is_single:
        raise UsageError(
            f"{directory} compares methods on {len(comparison.data_sets)} data sets; --from needs "
            "a comparison of one"
        )
    return comparison


def _setting(context: click.Context, name: str, value: Any, source: Mapping[str, Any]) -> Any:
    """Return an option that was given, or else the setting of the comparison."""
    given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    return value if given or name not in source else source[name]


def _evaluate(
    table: Table, method: str | None, threshold: str | None, *, quiet: bool
) -> Comparison:
    """Evaluate one method by cross-validation."""
    from skfocal.comparison import make_plan, progress_on_stderr, run_plan  # noqa: PLC0415
    from skfocal.comparison.methods.catalogue import method_of  # noqa: PLC0415  # takes seconds

    chosen = method_of(method or BASELINE)
    plan = make_plan(
        [table],
        methods=[chosen],
        baseline=next(iter(chosen.reported)),
        cv=CV,
        repeats=REPEATS,
        threshold=threshold or DEFAULT_RULE,
    )
    with nullcontext() if quiet else progress_on_stderr() as progress:
        return run_plan(plan, n_jobs=1, progress=progress)


def _best_view(comparison: Comparison, method: str | None, goal: str | None) -> Comparison:
    """Keep one reported name of the method: that which was asked for, or the recommended one."""
    from skfocal.comparison.recommendation.choice import choose  # noqa: PLC0415  # takes seconds

    if method is None or method not in set(comparison.scores["method"]):
        method = choose(comparison, goal).method
    return comparison.only(method)


def _fit(
    recommendation: Recommendation, table: Table, output: Path, *, target: str, from_stored: bool
) -> Model:
    from skfocal.comparison.deployment.fitting import fit_model  # noqa: PLC0415
    from skfocal.comparison.deployment.model_file import save_model  # noqa: PLC0415

    command = shlex.join(["skfocal", *sys.argv[1:]])
    model = fit_model(recommendation, table, target=target, command=command)
    if from_stored and not model.card["expected_of_same_data"]:
        click.echo(
            "Warning: the data differ from those of the comparison (--from), on which the "
            "expected numbers were measured",
            err=True,
        )
    try:
        save_model(model, output)
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error.strerror}") from error
    return model


def _describe(recommendation: Recommendation, model: Model) -> None:
    """Print the recommendation, and the threshold of the model if it has one."""
    from skfocal.comparison.recommendation.words import format_probability  # noqa: PLC0415
    from skfocal.comparison.report.text import WIDTH, recommendation_text  # noqa: PLC0415

    click.echo(recommendation_text(recommendation))
    threshold = model.card["threshold"]
    if threshold is not None and 0 < threshold < 1:
        text = (
            f"The model is fitted on all {model.card['data']['rows']:,} rows, and flags rows with "
            f"a probability of {format_probability(threshold)} or more."
        )
        click.echo(textwrap.fill(text, WIDTH))
    click.echo()
