"""A fit of a table on disk that no memory could hold."""

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

__all__ = ["main"]

CHUNK_ROWS = 50_000
SECONDS_BETWEEN_LOOKS = 0.02


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--gigabytes", type=click.FloatRange(min=0.1), default=20.0, show_default=True)
@click.option("--columns", type=click.IntRange(min=2), default=50, show_default=True)
@click.option("--keep", is_flag=True, help="Leave the table in the folder.")
def main(folder: Path, gigabytes: float, columns: int, *, keep: bool) -> None:
    """Write a table to a folder, fit it from there, and tell the time and the memory it takes."""
    path = folder / "skfocal-scale.npy"
    n_chunks = max(1, round(gigabytes * 1e9 / (8 * columns * CHUNK_ROWS)))
    try:
        labels = write_table(path, n_chunks, columns)
        measure(path, labels)
    finally:
        if not keep:
            path.unlink(missing_ok=True)


def write_table(path: Path, n_chunks: int, n_features: int) -> NDArray[np.bool]:
    """Write normal columns to a file, chunk by chunk, and return labels of a logistic model.

    Chunks differ in the signs of their columns and in the noise of their labels.
    """
    random = np.random.default_rng(0)
    normal = random.standard_normal((CHUNK_ROWS, n_features))
    coef = 2 * random.standard_normal(n_features) / np.sqrt(n_features)
    header = {
        "descr": normal.dtype.str,
        "fortran_order": False,
        "shape": (n_chunks * CHUNK_ROWS, n_features),
    }
    labels = np.empty((n_chunks, CHUNK_ROWS), dtype=bool)
    with path.open("wb") as file:
        np.lib.format.write_array_header_2_0(file, header)
        for chunk in range(n_chunks):
            rows = normal * random.choice([-1.0, 1.0], n_features)
            labels[chunk] = rows @ coef + random.logistic(size=CHUNK_ROWS) > 3
            file.write(rows)
    return labels.ravel()


def measure(path: Path, labels: NDArray[np.bool]) -> None:
    """Fit the table of a file and print what that took."""
    X = np.load(path, mmap_mode="r")
    model = FocalLogisticRegression()
    # What libraries allocate once is no part of the fit.
    model.fit(X[:CHUNK_ROWS], labels[:CHUNK_ROWS])
    before = anonymous_megabytes()
    with counted_rows() as rows, peak_memory() as peak:
        begin = time.perf_counter()
        model.fit(X, labels)
        seconds = time.perf_counter() - begin
    # One read more is the pass that checks and measures the columns.
    reads = 1 + sum(rows) / len(X)
    click.echo(f"table       {X.shape[0]:,} x {X.shape[1]}, {X.nbytes / 1e9:.1f} GB on disk")
    click.echo(f"time        {seconds:.1f} s, {1e9 * seconds / len(X):.0f} ns a row")
    click.echo(f"reads       {reads:.1f} of the table, {model.n_iter_} iterations")
    click.echo(f"memory      {before:.0f} MB before the fit, {max(peak):.0f} MB at its peak")
    click.echo("            (anonymous: without the pages of the file that the system keeps)")


@contextmanager
def counted_rows() -> Iterator[list[int]]:
    """Note of how many rows the loss is evaluated, each time it is."""
    rows: list[int] = []
    value_and_gradient = FocalLoss.value_and_gradient

    def noted(loss: FocalLoss, y_true: Any, logits: Any) -> Any:
        rows.append(len(y_true))
        return value_and_gradient(loss, y_true, logits)

    with mock.patch.object(FocalLoss, "value_and_gradient", noted):
        yield rows


@contextmanager
def peak_memory() -> Iterator[list[float]]:
    """Look every so often at the memory of this process that no file backs."""
    looks = [anonymous_megabytes()]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(SECONDS_BETWEEN_LOOKS):
            looks.append(anonymous_megabytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield looks
    finally:
        done.set()
        watcher.join()


def anonymous_megabytes() -> float:
    """Return the resident memory of this process that no file backs. It takes Linux to tell."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"RssAnon:\s+(\d+) kB", status)
    if found is None:
        raise click.ClickException("this system does not tell RssAnon in /proc/self/status.")
    return int(found[1]) * 1024 / 1e6


if __name__ == "__main__":
    main()
