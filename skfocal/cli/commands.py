"""The group of commands, and those that do not fit models.

What takes long to import is imported by the command that needs it, after its arguments have been
checked.
"""

from __future__ import annotations

from pathlib import Path

import click

from skfocal.cli.compare import compare
from skfocal.cli.explore import explore
from skfocal.cli.output import (
    directory_type,
    finish,
    open_option,
    output_option,
    quiet_option,
    usage_errors,
)
from skfocal.comparison.errors import StoreError
from skfocal.comparison.storage.files import check_run

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="skfocal")
def main() -> None:
    """Compare logistic regression with focal loss and other methods for class imbalance."""


main.add_command(compare)
main.add_command(explore)


@main.command()
@click.argument("directory", metavar="DIR", type=directory_type)
@open_option
@quiet_option
def report(*, directory: Path, show: bool, quiet: bool) -> None:
    """Write the report of the comparison in DIR again, from its stored results."""
    with usage_errors(StoreError):
        check_run(directory)
        from skfocal.comparison import load_comparison  # noqa: PLC0415  # takes seconds

        comparison = load_comparison(directory)
    finish(comparison, directory, quiet=quiet, show=show)


@main.command()
@click.argument("directories", metavar="DIR...", nargs=-1, required=True, type=directory_type)
@output_option
@open_option
@quiet_option
def merge(*, directories: tuple[Path, ...], output: Path, show: bool, quiet: bool) -> None:
    """Merge comparisons of different data sets or methods with the same settings."""
    with usage_errors(StoreError):
        for directory in directories:
            check_run(directory)
        from skfocal.comparison import load_comparison, merge_runs  # noqa: PLC0415  # takes seconds

        merge_runs(directories, output)
        comparison = load_comparison(output)
    finish(comparison, output, quiet=quiet, show=show)


@main.command()
def info() -> None:
    """Print the versions, the BLAS libraries and the number of cores."""
    from skfocal.comparison import environment  # noqa: PLC0415  # takes seconds

    found = environment()
    for name, number in found["versions"].items():
        click.echo(f"{name} {number}")
    for library in found["blas"]:
        click.echo(f"BLAS: {library}")
    click.echo(f"{found['platform']}, {found['cores']} cores")
