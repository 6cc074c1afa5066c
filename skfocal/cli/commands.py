"""The group of commands, and those that fit nothing."""

from __future__ import annotations

from pathlib import Path

import click

from skfocal.cli.compare import compare
from skfocal.cli.output import (
    directory_type,
    finish,
    open_option,
    output_option,
    quiet_option,
    wrong_use,
)
from skfocal.comparison import StoreError, load_comparison, merge_runs
from skfocal.comparison.storage.environment import environment

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="skfocal")
def main() -> None:
    """Linear models with focal loss, compared on your own data."""


main.add_command(compare)


@main.command()
@click.argument("directory", metavar="DIR", type=directory_type)
@open_option
@quiet_option
def report(*, directory: Path, show: bool, quiet: bool) -> None:
    """Write the report of the comparison in DIR again, from what is stored; nothing is fitted."""
    with wrong_use(StoreError):
        comparison = load_comparison(directory)
    finish(comparison, directory, quiet=quiet, show=show)


@main.command()
@click.argument("directories", metavar="DIR...", nargs=-1, required=True, type=directory_type)
@output_option
@open_option
@quiet_option
def merge(*, directories: tuple[Path, ...], output: Path, show: bool, quiet: bool) -> None:
    """Combine comparisons of different data sets or methods, made with the same settings."""
    with wrong_use(StoreError):
        merge_runs(directories, output)
        comparison = load_comparison(output)
    finish(comparison, output, quiet=quiet, show=show)


@main.command()
def info() -> None:
    """Tell the versions, the BLAS libraries and the number of cores."""
    here = environment()
    for name, number in here["versions"].items():
        click.echo(f"{name} {number}")
    for library in here["blas"]:
        click.echo(f"BLAS: {library}")
    click.echo(f"{here['platform']}, {here['cores']} cores")
