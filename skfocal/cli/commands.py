"""The group of commands, and those that do not fit models.

What takes long to import is imported by the command that needs it, after its arguments have been
checked.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from skfocal.cli.compare import compare
from skfocal.cli.explain import explain
from skfocal.cli.explore import explore
from skfocal.cli.fit import fit
from skfocal.cli.output import (
    directory_type,
    file_type,
    finish,
    open_option,
    output_option,
    quiet_option,
    usage_errors,
)
from skfocal.cli.predict import predict
from skfocal.cli.table_options import examples, goal_option
from skfocal.comparison.errors import ModelError, StoreError
from skfocal.comparison.storage.files import check_run

__all__ = ["main"]


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "skfocal compare patients.csv --target died -o report",
        "skfocal fit patients.csv --from report -o model.skops",
        "skfocal predict model.skops new.csv -o predictions.csv",
    ),
)
@click.version_option(package_name="skfocal")
@click.pass_context
def main(context: click.Context) -> None:
    """Compare methods for class imbalance on a table, fit the recommended one, and predict.

    All commands exit with 0 on success, 1 if some results failed, 2 if the command, the data or a
    model file cannot be used, 130 after Ctrl-C and 143 after SIGTERM. Progress and warnings are
    written to stderr, results to stdout.

    Shell completion: eval "$(_SKFOCAL_COMPLETE=bash_source skfocal)", or zsh_source in zsh; for
    fish, _SKFOCAL_COMPLETE=fish_source skfocal | source.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


main.add_command(compare)
main.add_command(fit)
main.add_command(predict)
main.add_command(explain)
main.add_command(explore)


@main.command(
    epilog=examples("skfocal report report", "skfocal report report --goal decisions --open")
)
@click.argument("directory", metavar="DIR", type=directory_type)
@goal_option
@open_option
@quiet_option
def report(*, directory: Path, goal: str | None, show: bool, quiet: bool) -> None:
    """Write the report of the comparison in DIR again, from its stored results."""
    with usage_errors(StoreError):
        check_run(directory)
        from skfocal.comparison import load_comparison  # noqa: PLC0415  # takes seconds

        comparison = load_comparison(directory)
    if goal is not None:
        comparison.settings = replace(comparison.settings, goal=goal)
    finish(comparison, directory, quiet=quiet, show=show)


@main.command(epilog=examples("skfocal merge report-a report-b -o all"))
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


@main.command(epilog=examples("skfocal info", "skfocal info model.skops"))
@click.argument("model", required=False, type=file_type)
def info(*, model: Path | None) -> None:
    """Print the versions, the BLAS libraries and the number of cores, or the card of MODEL."""
    if model is not None:
        with usage_errors(ModelError):
            from skfocal.comparison.deployment.card import (  # noqa: PLC0415  # takes seconds
                write_card_text,
            )
            from skfocal.comparison.deployment.model_file import (  # noqa: PLC0415  # takes seconds
                read_card,
            )

            click.echo(write_card_text(read_card(model)), nl=False)
        return
    from skfocal.comparison import environment  # noqa: PLC0415  # takes seconds

    found = environment()
    for name, number in found["versions"].items():
        click.echo(f"{name} {number}")
    for library in found["blas"]:
        click.echo(f"BLAS: {library}")
    click.echo(f"{found['platform']}, {found['cores']} cores")
