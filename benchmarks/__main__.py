"""Published runs: ``python -m benchmarks COMMAND``; ``--help`` lists the commands."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from benchmarks.ablation.command import ablation
from benchmarks.claims.command import claims
from benchmarks.datasets import DEFAULT, load
from benchmarks.options import directory, jobs_option, page_option
from benchmarks.picture import draw
from benchmarks.quality.command import list_data_sets, quality
from benchmarks.replicate.command import main as replicate
from benchmarks.scale import main as scale
from benchmarks.speed.command import measure
from benchmarks.speed.publish import write_page
from benchmarks.speed.tables import CATALOGUE
from skfocal.cli import finish, output_directory, wrong_use
from skfocal.comparison import StoreError
from skfocal.comparison.plan import make_plan, run_plan
from skfocal.comparison.run.progress import progress_on_stderr

CV, REPEATS = 5, 1
QUICK_CV, QUICK_REPEATS = 3, 1


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run the comparison on published data."""


@main.command()
@click.option(
    "-o",
    "output",
    type=directory,
    default="report",
    show_default=True,
    metavar="DIR",
    help="Where report.html, scores.csv, summary.json and all finished cells go.",
)
@jobs_option
@click.option("--quick", is_flag=True, help=f"{QUICK_CV} folds once: a look, not a finding.")
@click.option("--no-resume", is_flag=True, help="Run again what an earlier run stored in DIR.")
def report(output: Path, jobs: int | None, *, quick: bool, no_resume: bool) -> None:
    """Compare the methods on the default data sets."""
    output_directory(output)
    cv, repeats = (QUICK_CV, QUICK_REPEATS) if quick else (CV, REPEATS)
    plan = make_plan([load(name) for name in DEFAULT], cv=cv, repeats=repeats)
    with wrong_use(StoreError), progress_on_stderr() as progress:
        comparison = run_plan(
            plan,
            n_jobs=jobs or -1,
            directory=output,
            resume=not no_resume,
            command=shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]]),
            progress=progress,
        )
    finish(comparison, output)


@main.command()
@click.option(
    "-o",
    "output",
    type=directory,
    metavar="DIR",
    help="Where the results go: speed.json, speed.md and its plots.  "
    "[default: those that are published; with --quick or --table, report/speed]",
)
@click.option("--quick", is_flag=True, help="A few tables, under two minutes.")
@click.option(
    "--table",
    "only",
    type=click.Choice([spec.name for spec in CATALOGUE]),
    multiple=True,
    metavar="NAME",
    help="Only the table of this name; may be repeated.",
)
@page_option
def speed(output: Path | None, only: tuple[str, ...], *, quick: bool, page_only: bool) -> None:
    """Time fits beside those of other libraries, and measure their memory."""
    if output is None and (quick or only):
        output = Path("report/speed")
    published = output is None
    results = Path("benchmarks/results/speed.json") if published else output / "speed.json"
    path = Path("docs/speed.md") if published else output / "speed.md"
    if not page_only:
        measure(results, quick=quick, only=only)
    write_page(results, path, Path("README.md") if published else None)
    print(f"{results}\n{path}")


@main.command()
def picture() -> None:
    """Draw the picture of the README."""
    draw(Path("docs/probabilities.svg"))


main.add_command(ablation)
main.add_command(replicate, "replicate")
main.add_command(scale, "scale")
main.add_command(list_data_sets)
main.add_command(quality)
main.add_command(claims)


if __name__ == "__main__":
    main()
