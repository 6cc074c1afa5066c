"""The command that predicts the rows of a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from skfocal.cli.meter import meter
from skfocal.cli.output import (
    UsageError,
    check_writable_file,
    file_type,
    interruptible,
    quiet_option,
    usage_errors,
)
from skfocal.cli.table_options import examples
from skfocal.comparison.errors import ModelError

if TYPE_CHECKING:
    from skfocal.comparison.deployment.model import Model
    from skfocal.comparison.deployment.prediction import PredictionSummary

__all__ = ["predict"]

MAX_NAMED = 10
MANY = 0.5
"""Share of rows with values that cannot be used, from which on a column is a warning."""


@click.command(
    epilog=examples(
        "skfocal predict model.skops new.csv -o predictions.csv",
        "skfocal predict model.skops new.csv --id patient -o predictions.parquet",
        "skfocal predict model.skops new.csv --estimate-prevalence -o predictions.csv",
    )
)
@click.argument("model", type=file_type)
@click.argument("new", type=file_type)
@click.option(
    "-o",
    "output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT",
    help="File to write, .csv or .parquet.",
)
@click.option("--id", "id_column", metavar="COLUMN", help="Column of NEW to copy to OUT.")
@click.option(
    "--threshold",
    type=float,
    metavar="T",
    help="Probability from which on a row is positive.  [default: that of MODEL]",
)
@click.option(
    "--prevalence",
    type=float,
    metavar="P",
    help="Share of positive rows in NEW, if it differs from that in the training data.",
)
@click.option(
    "--estimate-prevalence",
    is_flag=True,
    help="Estimate the shares of the classes in NEW from its predictions.",
)
@quiet_option
def predict(  # one for each option
    *,
    model: Path,
    new: Path,
    output: Path,
    id_column: str | None,
    threshold: float | None,
    prevalence: float | None,
    estimate_prevalence: bool,
    quiet: bool,
) -> None:
    """Predict the rows of NEW with MODEL, and write a row for each to OUT.

    OUT has the probability of every class and the decision. NEW is a file as for `skfocal
    compare`. Its columns are read as those of the training data were. Columns that MODEL does not
    use are ignored. Missing values, unknown categories and numbers outside the range of the
    training data are counted on stderr.

    Text, Parquet and Arrow files are read in chunks, so that memory does not depend on the number
    of rows. OUT appears when it is complete. With --prevalence or --estimate-prevalence the rows
    of each class must be like those of the training data; the threshold applies to the adjusted
    probabilities.
    """
    with usage_errors(ValueError, ModelError), interruptible("Nothing is written."):
        if prevalence is not None and estimate_prevalence:
            raise UsageError(
                "--prevalence and --estimate-prevalence exclude each other; give one of them"
            )
        check_writable_file(output)
        from skfocal.comparison.deployment.model_file import (  # noqa: PLC0415  # takes seconds
            load_model,
        )
        from skfocal.comparison.deployment.prediction import predict_file  # noqa: PLC0415

        loaded = load_model(model)
        adjust = None
        if prevalence is not None or estimate_prevalence:
            adjust = _adjuster(loaded, new, prevalence, quiet=quiet)
        try:
            with meter("predicting", quiet=quiet) as advance:
                summary = predict_file(
                    loaded,
                    new,
                    output,
                    id_column=id_column,
                    threshold=threshold,
                    adjust=adjust,
                    advance=advance,
                )
        except OSError as error:
            raise UsageError(f"cannot write {output}: {error.strerror or error}") from error
    for line in _notes(summary, loaded):
        click.echo(line, err=True)
    if not quiet:
        click.echo(_decided(summary, loaded))
    click.echo(output)


def _adjuster(
    model: Model, new: Path, prevalence: float | None, *, quiet: bool
) -> Callable[[Any], Any]:
    """Return the map of probabilities to the shares of the classes in the new rows."""
    from skfocal.comparison.deployment.prevalence import (  # noqa: PLC0415  # takes seconds
        adjuster,
        estimated_shares,
        given_shares,
        prevalence_notes,
    )

    if prevalence is not None:
        shares = given_shares(model, prevalence)
    else:
        with meter("estimating the prevalence", quiet=quiet) as advance:
            shares = estimated_shares(model, new, advance)
        named = ", ".join(
            f"{label} {100 * share:.3g} %"
            for label, share in zip(model.classes, shares, strict=True)
        )
        click.echo(f"Estimated shares of the classes: {named}", err=True)
    for text in prevalence_notes(model):
        click.echo(f"Warning: {text}", err=True)
    return adjuster(model, shares)


def _decided(summary: PredictionSummary, model: Model) -> str:
    counts = ", ".join(
        f"{count:,} {label!r}" for label, count in zip(model.classes, summary.decided, strict=True)
    )
    return f"{summary.n_rows:,} row{'s' if summary.n_rows != 1 else ''}: {counts}"


def _notes(summary: PredictionSummary, model: Model) -> list[str]:
    """Describe what was unusual about the rows."""
    notes = [f"Warning: {text}" for text in summary.findings]
    if summary.ignored:
        target = model.card["target"]
        named = ", ".join(
            f"{name!r} (the target)" if name == target else repr(name)
            for name in summary.ignored[:MAX_NAMED]
        )
        more = len(summary.ignored) - MAX_NAMED
        notes.append(f"Note: not used: {named}" + (f" and {more} more" if more > 0 else ""))
    shares: dict[str, float] = {}
    for one in model.card["features"]:
        shares[one["column"]] = max(shares.get(one["column"], 0.0), one["missing_share"])
    for name, counts in summary.columns.items():
        parts = []
        examples_of = ", ".join(repr(value) for value in counts.examples)
        if counts.unreadable:
            parts.append(f"{counts.unreadable:,} unreadable, taken as missing ({examples_of})")
        if counts.unseen:
            parts.append(f"{counts.unseen:,} of an unknown category ({examples_of})")
        if counts.outside:
            parts.append(f"{counts.outside:,} outside the range of the training data")
        if counts.missing:
            share = f"{100 * shares[name]:.1f} % in the training data"
            parts.append(f"{counts.missing:,} missing ({share})")
        if parts:
            unusable = counts.unreadable + counts.unseen >= MANY * summary.n_rows
            kind = "Warning" if unusable else "Note"
            notes.append(f"{kind}: values of column {name!r}: {'; '.join(parts)}")
    return notes
