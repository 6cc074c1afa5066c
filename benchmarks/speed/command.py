"""The speed command: every measurement in one run on this machine, written as it comes."""

from __future__ import annotations

import json
import math
import os
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

from benchmarks.kept import write_whole
from benchmarks.search import measure_search
from benchmarks.speed.fits import alone, default_fits
from benchmarks.speed.focal_contenders import CONTENDERS
from benchmarks.speed.memory import megabytes_above_table
from benchmarks.speed.passes import KERNEL_TABLES, THREAD_TABLE, kernel_times, thread_times
from benchmarks.speed.tables import CATALOGUE, QUICK, TO_TARGET, TableSpec, make_table
from benchmarks.speed.to_target import climb
from skfocal import FocalLogisticRegression

__all__ = ["measure"]

_LIGHT = {"scikit-learn", "scipy", "skfocal"}
_SECONDS = 1.2
"""For how long the contenders who are near the quickest go on."""
_ALONE = (TableSpec(1_000, 20), TableSpec(100_000, 30))


class _Log:
    """The report so far, on disk after every step."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.start = time.perf_counter()
        self.report: dict[str, Any] = {}

    def note(self, text: str, **found: Any) -> None:
        """Add what was found, say so, and write all of it."""
        self.report.update(found)
        minutes = (time.perf_counter() - self.start) / 60
        self.report["minutes"] = round(minutes, 1)
        text_of_all = json.dumps(self.report, indent=1, ensure_ascii=False) + "\n"
        write_whole(self.path, text_of_all)
        print(f"{minutes:5.1f} min  {text}", flush=True)


def measure(path: Path, *, quick: bool, only: Sequence[str] = ()) -> dict[str, Any]:
    """Run all measurements, or those on the tables that `only` names.

    Contenders whose library is missing are left out and told; a quick run needs no library
    beyond those that the package itself does.
    """
    contenders = {
        name: each
        for name, each in CONTENDERS.items()
        if (each.library in _LIGHT if quick else each.version)
    }
    log = _Log(path)

    def chosen(specs: Sequence[TableSpec]) -> list[TableSpec]:
        return [s for s in specs if not only or s.name in only]

    log.note(
        "with scikit-learn and skfocal alone",
        quick=quick,
        alone={spec.name: alone(*make_table(spec), seconds=_SECONDS) for spec in chosen(_ALONE)},
        tables=[],
        to_target=[],
        kernels=[],
        threads={},
        search={},
        machine=_machine(),
        libraries=_libraries(),
    )
    for spec in chosen(QUICK if quick else CATALOGUE):
        found = _table(spec, contenders)
        log.note(_line(found), tables=[*log.report["tables"], found])
    for spec in chosen(QUICK[3:4] if quick else TO_TARGET):
        found = climb(contenders, spec, *make_table(spec), seconds=_SECONDS)
        log.note(f"to target: {spec.name}", to_target=log.report["to_target"] + found)
    for spec in chosen(KERNEL_TABLES[:1] if quick else KERNEL_TABLES):
        times = _below_the_fit(spec, kernel_times)
        log.note(f"kernels: {spec.name}", kernels=[*log.report["kernels"], times])
    for spec in chosen(() if quick else (THREAD_TABLE,)):
        log.note("threads", threads=_below_the_fit(spec, thread_times))
    if not (quick or only):
        log.note("searches", search=measure_search())
    # Once more: by now every library is imported, and has brought its threads.
    log.note("done", machine=_machine())
    return log.report


def _table(spec: TableSpec, contenders: Any) -> dict[str, Any]:
    X, y = make_table(spec)
    n_samples, n_features = X.shape
    fits = default_fits(contenders, spec, X, y, seconds=_SECONDS)
    del X
    return {
        "name": spec.name,
        "family": spec.family,
        "n_samples": n_samples,
        "n_features": n_features,
        "n_classes": int(y.max()) + 1,
        "rarest": float(np.bincount(y).min() / len(y)),
        **fits,
        "megabytes": megabytes_above_table(FocalLogisticRegression(), spec),
    }


def _below_the_fit(spec: TableSpec, times: Callable[..., dict[str, float]]) -> dict[str, Any]:
    return {
        "table": spec.name,
        "n_features": spec.n_features,
        "seconds": times(spec, seconds=_SECONDS),
    }


def _line(table: dict[str, Any]) -> str:
    times = sorted((each["median_seconds"], name) for name, each in table["contenders"].items())
    return f"{table['name']}: " + "; ".join(
        f"{name} {seconds * 1e3:,.1f} ms" for seconds, name in times
    )


def _libraries() -> dict[str, str | None]:
    """Return the version of every contender's library, None where it is missing."""
    return {each.library: each.version for each in CONTENDERS.values()}


def _machine() -> dict[str, Any]:
    """Return what a timing depends on beside the libraries."""
    pools = {
        " ".join(
            str(pool[key])
            for key in ("internal_api", "version", "architecture")
            if pool.get(key) is not None
        )
        + f", {pool['num_threads']} threads"
        for pool in threadpool_info()
    }
    return {
        "date": time.strftime("%Y-%m-%d"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": _memory(),
        "system": platform.system(),
        "Python": platform.python_version(),
        "numpy": np.__version__,
        "thread pools": "; ".join(sorted(pools)),
    }


def _memory() -> int | None:
    """Return the main memory in gigabytes, or None where the system does not tell."""
    names = ("SC_PAGE_SIZE", "SC_PHYS_PAGES")
    if not set(names) <= set(getattr(os, "sysconf_names", ())):
        return None
    return round(math.prod(os.sysconf(name) for name in names) / 1e9)


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="ascii", errors="replace").splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
