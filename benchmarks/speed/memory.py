"""Peak memory of a fit above its table, measured in a process of its own."""

from __future__ import annotations

import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from sklearn.base import BaseEstimator

from benchmarks.speed.tables import TableSpec, make_table

_RESET_PEAK = "5"


def megabytes_above_table(estimator: BaseEstimator, spec: TableSpec) -> float | None:
    """Return the peak memory of a fit above that of its process before; None if not on Linux.

    A fit to a small table comes first, so that one-time allocations do not count.
    """
    if not Path("/proc/self/clear_refs").exists():
        return None
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        return executor.submit(_measure, estimator, spec).result()


def _measure(estimator: BaseEstimator, spec: TableSpec) -> float:
    estimator.fit(*make_table(TableSpec(20_000, 5)))
    X, y = make_table(spec)
    Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
    before = _peak_kibibytes()
    estimator.fit(X, y)
    return (_peak_kibibytes() - before) * 1024 / 1e6


def _peak_kibibytes() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(peak[1]) if peak else 0
