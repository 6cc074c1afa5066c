"""The command that shows the effects of the columns of a model."""

from __future__ import annotations

from pathlib import Path

import click

from skfocal.cli.output import UsageError, check_writable_file, file_type, usage_errors
from skfocal.cli.table_options import examples
from skfocal.comparison.errors import ModelError

__all__ = ["explain"]

SUFFIXES = (".html", ".csv")


@click.command(
    epilog=examples(
        "skfocal explain model.skops",
        "skfocal explain model.skops -o effects.html --open",
        "skfocal explain model.skops -o effects.csv",
    )
)
@click.argument("model", type=file_type)
@click.option(
    "-o",
    "output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT",
    help="File to write: .html, a page with a figure, or .csv.  [default: print the table]",
)
@click.option("--open", "show", is_flag=True, help="Open the page in the browser.")
def explain(*, model: Path, output: Path | None, show: bool) -> None:
    """Show the coefficients and effects of the columns of MODEL, the largest effect first.

    Coefficients are on the columns and units of the data. Odds ratios are shown if the probability
    is a logistic function of the columns, which it is not for focal loss with γ above 0 or more
    than two classes. The average effect on the probability is shown for every linear model.
    """
    with usage_errors(ModelError):
        if output is not None:
            if output.suffix.lower() not in SUFFIXES:
                raise UsageError(f"-o must end in {' or '.join(SUFFIXES)}; got {str(output)!r}")
            check_writable_file(output)
        from skfocal.comparison.deployment.explanation import (  # noqa: PLC0415  # takes a second
            effect_table,
            explanation_page,
            explanation_text,
        )
        from skfocal.comparison.deployment.model_file import read_card  # noqa: PLC0415
        from skfocal.comparison.storage.files import write_text  # noqa: PLC0415

        card = read_card(model)
        if output is None:
            click.echo(explanation_text(card), nl=False)
            return
        is_page = output.suffix.lower() == ".html"
        content = explanation_page(card) if is_page else effect_table(card).to_csv(index=False)
        try:
            click.echo(write_text(output, content))
        except OSError as error:
            raise UsageError(f"cannot write {output}: {error.strerror}") from error
    if show and is_page:
        click.launch(str(output))
