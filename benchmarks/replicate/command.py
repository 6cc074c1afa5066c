"""The replicate command: the simulation, its summary, and the page made from that."""

from __future__ import annotations

import sys
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any

import click

from benchmarks.kept import in_parallel, write_whole
from benchmarks.options import data_set_option, directory, jobs_option, page_option
from benchmarks.replicate.chunks import LIBRARIES, Chunk, Rows, finish, stored
from benchmarks.replicate.publish import write_page
from benchmarks.replicate.simulation import QUICK_SCENARIOS, SCENARIOS
from benchmarks.replicate.summary import as_text, summarize
from skfocal.cli import output_directory

__all__ = ["chunks_of", "main", "run"]

REPETITIONS, QUICK_REPETITIONS = 30, 5
CHUNK_REPETITIONS = 5
N_VALIDATION = 10_000
SEED = 0
_PUBLISHED = Path("benchmarks/results/replicate.json"), Path("docs/replicate.md")
_WORK = Path("report/replicate")


@click.command()
@click.option(
    "-o",
    "output",
    type=directory,
    metavar="DIR",
    help="Where the results go: replicate.json, replicate.md and its plot.  "
    "[default: those that are published; with --quick report/replicate/quick, "
    "with --dataset alone report/replicate/part]",
)
@jobs_option
@data_set_option(
    [scenario.name for scenario in SCENARIOS],
    "One is named by event fraction, predictors and rows, as 0.01-24-2500.  [default: all]",
)
@click.option("--quick", is_flag=True, help="A quarter of the scenarios, about a minute.")
@click.option("--no-resume", is_flag=True, help="Measure anew what is stored.")
@page_option
def main(
    output: Path | None,
    jobs: int | None,
    names: tuple[str, ...],
    *,
    quick: bool,
    no_resume: bool,
    page_only: bool,
) -> None:
    """Simulate the harm of imbalance corrections once more, and see where focal loss stands.

    Finished parts are kept in report/replicate, or in DIR: the same command goes on from there.
    """
    if output is None and (quick or names):
        output = _WORK / ("quick" if quick else "part")
    published = output is None
    results, path = (
        _PUBLISHED if published else (output / n for n in ("replicate.json", "replicate.md"))
    )
    if not page_only:
        output_directory(results.parent)
        chunks = chunks_of(names, quick=quick)
        rows = run(chunks, (output or _WORK) / "parts", jobs or -1, resume=not no_resume)
        report = _report(rows, names, quick=quick)
        write_whole(results, as_text(report))
    write_page(results, path)
    print(f"{results}\n{path}")


def chunks_of(names: Collection[str] = (), *, quick: bool) -> list[Chunk]:
    """Return the parts of a run, or of its data sets of these names, in the order of the design."""
    scenarios, n_repetitions = (
        (QUICK_SCENARIOS, QUICK_REPETITIONS) if quick else (SCENARIOS, REPETITIONS)
    )
    if names:
        scenarios = tuple(one for one in SCENARIOS if one.name in names)
    return [
        Chunk(scenario, first, min(first + CHUNK_REPETITIONS, n_repetitions), N_VALIDATION, SEED)
        for scenario in scenarios
        for first in range(0, n_repetitions, CHUNK_REPETITIONS)
    ]


def run(chunks: list[Chunk], folder: Path, n_jobs: int, *, resume: bool = True) -> Rows:
    """Measure all chunks that are not stored in the folder, and return the rows of all in order."""
    found = {chunk: stored(chunk, folder) if resume else None for chunk in chunks}
    missing = [chunk for chunk in chunks if found[chunk] is None]
    print(f"{len(chunks) - len(missing)} of {len(chunks)} parts are stored.", file=sys.stderr)
    measure = partial(finish, folder=folder)
    new = dict(in_parallel(measure, missing, n_jobs, lambda chunk: chunk.scenario.name))
    return [row for rows in (found | new).values() for row in rows or ()]


def _report(rows: Rows, names: tuple[str, ...], *, quick: bool) -> dict[str, Any]:
    return {
        "quick": quick,
        "data_sets": names,
        "n_repetitions": QUICK_REPETITIONS if quick else REPETITIONS,
        "n_validation": N_VALIDATION,
        "seed": SEED,
        "libraries": LIBRARIES,
        "summary": summarize(rows),
    }
