"""The replicate command: the simulation, its summary, and the page made from that."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from joblib import Parallel, delayed

from benchmarks.replicate.chunks import LIBRARIES, Chunk, Rows, finish, stored, write_whole
from benchmarks.replicate.publish import write_page
from benchmarks.replicate.simulation import QUICK_SCENARIOS, SCENARIOS
from benchmarks.replicate.summary import as_text, summarize

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
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where the results go: replicate.json, replicate.md and its plot.  "
    "[default: those that are published; with --quick, report/replicate/quick]",
)
@click.option(
    "-j",
    "jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes.  [default: one per core]",
)
@click.option("--quick", is_flag=True, help="A quarter of the scenarios, about a minute.")
@click.option("--no-resume", is_flag=True, help="Measure anew what is stored.")
@click.option("--page", "page_only", is_flag=True, help="Make the page anew, measure nothing.")
def main(
    output: Path | None, jobs: int | None, *, quick: bool, no_resume: bool, page_only: bool
) -> None:
    """Simulate the harm of imbalance corrections once more, and see where focal loss stands.

    Finished parts are kept in report/replicate, or in DIR: the same command goes on from there.
    """
    if output is None and quick:
        output = _WORK / "quick"
    published = output is None
    results, path = (
        _PUBLISHED if published else (output / n for n in ("replicate.json", "replicate.md"))
    )
    if not page_only:
        report = run((output or _WORK) / "parts", jobs or -1, quick=quick, resume=not no_resume)
        write_whole(results, as_text(report))
    write_page(results, path)
    print(f"{results}\n{path}")


def run(folder: Path, n_jobs: int, *, quick: bool, resume: bool = True) -> dict[str, Any]:
    """Measure all chunks that are not stored in the folder, and return the report on all."""
    chunks = chunks_of(quick=quick)
    rows = [row for part in _rows(chunks, folder, n_jobs, resume=resume) for row in part]
    return {
        "quick": quick,
        "n_repetitions": QUICK_REPETITIONS if quick else REPETITIONS,
        "n_validation": N_VALIDATION,
        "seed": SEED,
        "libraries": LIBRARIES,
        "summary": summarize(rows),
    }


def chunks_of(*, quick: bool) -> list[Chunk]:
    """Return the parts of a run, in the order of the design."""
    scenarios, n_repetitions = (
        (QUICK_SCENARIOS, QUICK_REPETITIONS) if quick else (SCENARIOS, REPETITIONS)
    )
    return [
        Chunk(scenario, first, min(first + CHUNK_REPETITIONS, n_repetitions), N_VALIDATION, SEED)
        for scenario in scenarios
        for first in range(0, n_repetitions, CHUNK_REPETITIONS)
    ]


def _rows(chunks: list[Chunk], folder: Path, n_jobs: int, *, resume: bool) -> list[Rows]:
    """Return the rows of all chunks, in their order, telling on stderr how far it is."""
    found = {chunk: stored(chunk, folder) if resume else None for chunk in chunks}
    missing = [chunk for chunk in chunks if found[chunk] is None]
    print(f"{len(chunks) - len(missing)} of {len(chunks)} parts are stored.", file=sys.stderr)
    start = time.monotonic()
    for n_done, (chunk, rows) in enumerate(_finished(missing, folder, n_jobs), start=1):
        found[chunk] = rows
        left = (time.monotonic() - start) / n_done * (len(missing) - n_done) / 60
        told = f"{chunk.scenario.name}: {n_done} of {len(missing)} parts, {left:.1f} min left"
        print(told, file=sys.stderr, flush=True)
    return [rows for rows in found.values() if rows is not None]


def _finished(missing: list[Chunk], folder: Path, n_jobs: int) -> Iterator[tuple[Chunk, Rows]]:
    parallel = Parallel(n_jobs, return_as="generator_unordered", batch_size=1)
    yield from parallel(delayed(_finish)(chunk, folder) for chunk in missing)


def _finish(chunk: Chunk, folder: Path) -> tuple[Chunk, Rows]:
    # Through JSON, as those that were stored before: the same numbers, the same types.
    return chunk, json.loads(json.dumps(finish(chunk, folder)))
