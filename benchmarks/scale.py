"""The command `scale`: a fit to a table on disk that is larger than the memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.speed.memory import STATUS, process_megabytes
from skfocal import FocalLogisticRegression

CHUNK_ROWS = 50_000
N_FEATURES = 50
SAMPLING_SECONDS = 0.02


@click.command("scale")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--gigabytes", type=click.FloatRange(min=0.1), default=20.0, show_default=True)
def command(folder: Path, gigabytes: float) -> None:
    """Write a table to a folder, fit it from there, and report time, passes and memory."""
    if not STATUS.exists():
        raise click.ClickException(f"memory is measured on Linux only: there is no {STATUS}.")
    with TemporaryDirectory(dir=folder) as temporary:
        path = Path(temporary) / "table.npy"
        labels = write_table(path, gigabytes)
        measure(np.load(path, mmap_mode="r"), labels)


def write_table(path: Path, gigabytes: float) -> NDArray[np.bool]:
    """Write normal columns to a file in chunks, and return labels of a logistic model."""
    random = np.random.default_rng(0)
    normal = random.standard_normal((CHUNK_ROWS, N_FEATURES))
    coef = 2 * random.standard_normal(N_FEATURES) / np.sqrt(N_FEATURES)
    n_chunks = max(1, round(gigabytes * 1e9 / normal.nbytes))
    table = np.lib.format.open_memmap(path, "w+", normal.dtype, (n_chunks * CHUNK_ROWS, N_FEATURES))
    labels = np.empty((n_chunks, CHUNK_ROWS), dtype=bool)
    for chunk in range(n_chunks):
        rows = normal * random.choice([-1.0, 1.0], N_FEATURES)
        labels[chunk] = rows @ coef + random.logistic(size=CHUNK_ROWS) > 3
        table[chunk * CHUNK_ROWS : (chunk + 1) * CHUNK_ROWS] = rows
    table.flush()
    return labels.ravel()


def measure(X: NDArray[np.float64], labels: NDArray[np.bool]) -> None:
    """Fit a memory-mapped table, and print time, passes and memory."""
    model = FocalLogisticRegression()
    model.fit(X[:CHUNK_ROWS], labels[:CHUNK_ROWS])  # one-time allocations of the libraries
    with sample_memory() as samples:
        start = time.perf_counter()
        model.fit(X, labels)
        seconds = time.perf_counter() - start
    click.echo(f"table    {X.shape[0]:,} x {X.shape[1]}, {X.nbytes / 1e9:.1f} GB on disk")
    click.echo(f"time     {seconds:.1f} s, {1e9 * seconds / len(X):.0f} ns per row")
    click.echo(f"passes   {model.n_passes_:.1f} over the table, {model.n_iter_} iterations")
    click.echo(f"memory   {samples[0]:.0f} MB before the fit, {max(samples):.0f} MB at its peak")
    click.echo("         (anonymous memory, without the cached pages of the file)")


@contextmanager
def sample_memory() -> Iterator[list[float]]:
    """Sample the anonymous memory of this process, first at once."""
    samples = [process_megabytes("RssAnon")]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLING_SECONDS):
            samples.append(process_megabytes("RssAnon"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield samples
    finally:
        done.set()
        watcher.join()
