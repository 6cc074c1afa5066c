"""Peak memory of a fit above its table, measured in a separate process."""

from __future__ import annotations

import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from sklearn.base import BaseEstimator

from benchmarks.speed.tables import TableSpec, make_data

STATUS = Path("/proc/self/status")
CLEAR_REFS = Path("/proc/self/clear_refs")
RESET_PEAK = "5"


def megabytes_above_table(estimator: BaseEstimator, spec: TableSpec) -> float | None:
    """Return by how much a fit raises the peak memory of its process; None if not on Linux.

    The table is loaded before. A fit to a small table comes first, so that one-time allocations do
    not count.
    """
    if not CLEAR_REFS.exists():
        return None
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        return executor.submit(_measure, estimator, spec).result()


def _measure(estimator: BaseEstimator, spec: TableSpec) -> float:
    estimator.fit(*make_data(TableSpec(20_000, 5)))
    X, y = make_data(spec)
    CLEAR_REFS.write_text(RESET_PEAK, encoding="ascii")
    before = process_megabytes("VmHWM")
    estimator.fit(X, y)
    return process_megabytes("VmHWM") - before


def process_megabytes(field: str) -> float:
    """Return a field of the status of this process in megabytes; NaN if there is no such field."""
    found = re.search(rf"{field}:\s+(\d+) kB", STATUS.read_text(encoding="ascii"))
    return int(found[1]) * 1024 / 1e6 if found else float("nan")
