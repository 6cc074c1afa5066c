"""The command that writes and opens the explorer."""

from __future__ import annotations

from pathlib import Path

import click

from skfocal.cli.output import UsageError
from skfocal.cli.table_options import examples
from skfocal.explorer import write_element, write_page

__all__ = ["explore"]


@click.command(epilog=examples("skfocal explore", "skfocal explore -o page.html --no-open"))
@click.option(
    "-o",
    "output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File to write.  [default: focal-explorer.html, or focal-loss-viz.js with --element]",
)
@click.option("--open/--no-open", "show", default=True, help="Open the page in the browser.")
@click.option(
    "--element",
    is_flag=True,
    help="Write the element <focal-loss-viz> for other pages, as one JavaScript module.",
)
def explore(*, output: Path | None, show: bool, element: bool) -> None:
    """Write an interactive page about focal loss, and open it.

    The page is one file and needs no network. It shows the loss, a fit on a small sample, the
    recovered posterior, and the loss of one prediction.
    """
    write, name = (
        (write_element, "focal-loss-viz.js") if element else (write_page, "focal-explorer.html")
    )
    output = output or Path(name)
    try:
        path = write(output)
    except OSError as error:
        raise UsageError(f"cannot write to {output}: {error.strerror}") from error
    click.echo(path)
    if show and not element:
        click.launch(str(path))
