"""The command `scale`: a fit to a table on disk that is larger than the memory."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import click
import numpy as np
from numpy.typing import NDArray

from skfocal import FocalLogisticRegression, FocalLoss

CHUNK_ROWS = 50_000
SAMPLING_SECONDS = 0.02


@click.command("scale")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--gigabytes", type=click.FloatRange(min=0.1), default=20.0, show_default=True)
@click.option("--columns", type=click.IntRange(min=2), default=50, show_default=True)
@click.option("--keep", is_flag=True, help="Keep the table in the folder.")
def command(folder: Path, gigabytes: float, columns: int, *, keep: bool) -> None:
    """Write a table to a folder, fit it from there, and report time, reads and memory."""
    path = folder / "skfocal-scale.npy"
    n_chunks = max(1, round(gigabytes * 1e9 / (8 * columns * CHUNK_ROWS)))
    try:
        measure(path, write_table(path, n_chunks, columns))
    finally:
        if not keep:
            path.unlink(missing_ok=True)


def write_table(path: Path, n_chunks: int, n_features: int) -> NDArray[np.bool]:
    """Write normal columns to a file in chunks, and return labels of a logistic model."""
    random = np.random.default_rng(0)
    normal = random.standard_normal((CHUNK_ROWS, n_features))
    coef = 2 * random.standard_normal(n_features) / np.sqrt(n_features)
    table = np.lib.format.open_memmap(path, "w+", normal.dtype, (n_chunks * CHUNK_ROWS, n_features))
    labels = np.empty((n_chunks, CHUNK_ROWS), dtype=bool)
    for chunk in range(n_chunks):
        rows = normal * random.choice([-1.0, 1.0], n_features)
        labels[chunk] = rows @ coef + random.logistic(size=CHUNK_ROWS) > 3
        table[chunk * CHUNK_ROWS : (chunk + 1) * CHUNK_ROWS] = rows
    table.flush()
    return labels.ravel()


def measure(path: Path, labels: NDArray[np.bool]) -> None:
    """Fit the table in a file and print what that takes."""
    X = np.load(path, mmap_mode="r")
    model = FocalLogisticRegression()
    model.fit(X[:CHUNK_ROWS], labels[:CHUNK_ROWS])  # one-time allocations of the libraries
    before = anonymous_megabytes()
    with count_rows() as rows, sample_memory() as samples:
        start = time.perf_counter()
        model.fit(X, labels)
        seconds = time.perf_counter() - start
    # One more pass checks and measures the columns.
    reads = 1 + sum(rows) / len(X)
    click.echo(f"table       {X.shape[0]:,} x {X.shape[1]}, {X.nbytes / 1e9:.1f} GB on disk")
    click.echo(f"time        {seconds:.1f} s, {1e9 * seconds / len(X):.0f} ns per row")
    click.echo(f"reads       {reads:.1f} of the table, {model.n_iter_} iterations")
    click.echo(f"memory      {before:.0f} MB before the fit, {max(samples):.0f} MB at its peak")
    click.echo("            (anonymous memory, without the cached pages of the file)")


@contextmanager
def count_rows() -> Iterator[list[int]]:
    """Record the number of rows of each evaluation of the loss."""
    rows: list[int] = []
    value_and_gradient = FocalLoss.value_and_gradient

    def recorded(loss: FocalLoss, y_true: Any, logits: Any) -> Any:
        rows.append(len(y_true))
        return value_and_gradient(loss, y_true, logits)

    with mock.patch.object(FocalLoss, "value_and_gradient", recorded):
        yield rows


@contextmanager
def sample_memory() -> Iterator[list[float]]:
    """Sample the anonymous memory of this process."""
    samples = [anonymous_megabytes()]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLING_SECONDS):
            samples.append(anonymous_megabytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield samples
    finally:
        done.set()
        watcher.join()


def anonymous_megabytes() -> float:
    """Return the anonymous resident memory of this process; it needs Linux."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"RssAnon:\s+(\d+) kB", status)
    if found is None:
        raise click.ClickException("memory cannot be measured: /proc/self/status has no RssAnon.")
    return int(found[1]) * 1024 / 1e6
