"""The page and the command of the time and the memory that whole comparisons take."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
import psutil
from joblib import effective_n_jobs

from benchmarks.publishing import Page, Task, page_command
from skfocal.comparison import environment, load_comparison

TARGET = "target"
SECONDS_BETWEEN_SAMPLES = 0.1
MOST_DRY_RUN, MOST_MEMORY = 5.0, 3.0
"""The goals for the seconds of a dry run and for the memory, in sizes of the table."""
SECONDS = ["tuning_seconds", "fit_seconds", "predict_seconds"]


@dataclass(frozen=True)
class MadeTable:
    """A made table of two classes: normal numbers, and columns of so many names."""

    n_rows: int
    n_numbers: int
    n_names: tuple[int, ...] = ()
    positives: float = 0.05
    goal: float = np.inf
    """Seconds of a comparison at defaults on two processes."""

    @property
    def name(self) -> str:
        """The name, such as ``9,900 x 22, up to 12 names in a column``."""
        columns = f"{self.n_rows:,} x {self.n_numbers + len(self.n_names)}"
        most = f", up to {max(self.n_names)} names in a column" if self.n_names else ""
        return columns + most

    def make(self) -> pd.DataFrame:
        """Draw the table."""
        rng = np.random.default_rng(0)
        y = rng.random(self.n_rows) < self.positives
        shift = 0.5 * rng.standard_normal(self.n_numbers)
        X = rng.standard_normal((self.n_rows, self.n_numbers)) + y[:, np.newaxis] * shift
        frame = pd.DataFrame(X, columns=[f"number {at}" for at in range(self.n_numbers)])
        for at, n_names in enumerate(self.n_names):
            # A few names are common and most are rare, and some have more positive rows.
            common = rng.zipf(1.5, self.n_rows) % n_names
            moved = np.where(y & (rng.random(self.n_rows) < 0.3), common // 2, common)
            frame[f"name {at}"] = [f"name {value}" for value in moved]
        return frame.assign(**{TARGET: np.where(y, "yes", "no")})


TABLES = (
    MadeTable(5_800, 85, positives=0.06, goal=60),
    MadeTable(9_900, 18, (3, 5, 8, 12), positives=0.08, goal=90),
    MadeTable(15_500, 12, (3, 12, 16, 31, 100, 831), positives=0.03, goal=8 * 60),
    MadeTable(300_000, 30, goal=25 * 60),
)


def measure(task: Task) -> dict[str, Any]:
    """Run comparisons at default settings, as commands."""
    n_jobs = effective_n_jobs(task.n_jobs)
    results: dict[str, Any] = {
        "command": task.repeat("comparison_time", "--table"),
        "n_jobs": n_jobs,
        "tables": [],
        "origin": environment(),
    }
    for table in TABLES[:1] if task.quick else TABLES:
        if task.names and table.name not in task.names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            results["tables"].append(_measure(table, Path(folder), n_jobs, quick=task.quick))
        task.save(results)
        click.echo(f"{results['tables'][-1]['seconds']:7.1f} s  {table.name}")
    return results


def _measure(table: MadeTable, folder: Path, n_jobs: int, *, quick: bool) -> dict[str, Any]:
    frame = table.make()
    frame.to_csv(folder / "table.csv", index=False)
    command = ["compare", "table.csv", "--target", TARGET, "-o", "out", "-j", str(n_jobs)]
    if quick:
        command += ["--repeats", "1", "--cv", "2", "--method", "class_weight"]
    dry_run_seconds, _, printed = _run([*command, "--dry-run"], folder)
    seconds, megabytes, _ = _run([*command, "-q"], folder)
    comparison = load_comparison(folder / "out")
    scores = comparison.scores.drop_duplicates(["method", "repeat", "fold"])
    by_method = scores.groupby("method")[SECONDS].mean().sum(axis=1)
    return {
        "table": table.name,
        "goal": None if np.isinf(table.goal) else table.goal,
        "repeats": comparison.settings.repeats,
        "seconds": seconds,
        "dry_run_seconds": dry_run_seconds,
        "forecast": printed.rpartition("about ")[2].partition(" with")[0],
        "megabytes": megabytes,
        # As floats, which the comparison computes with.
        "table_megabytes": 8e-6 * frame.shape[0] * (frame.shape[1] - 1),
        "failed": len(comparison.failures),
        "by_method": {str(name): float(value) for name, value in by_method.items()},
    }


def _run(arguments: list[str], folder: Path) -> tuple[float, float, str]:
    """Run a command; return its seconds, the most memory of its processes, and what it printed."""
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-m", "skfocal", *arguments], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    peak = [0.0]
    done = threading.Event()
    sampler = threading.Thread(target=_sample_memory, args=(process.pid, peak, done))
    sampler.start()
    printed, _ = process.communicate()
    done.set()
    sampler.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with exit code {process.returncode}")
    return time.perf_counter() - start, peak[0], printed


def _sample_memory(pid: int, peak: list[float], done: threading.Event) -> None:
    """Keep the largest sum of the memory that belongs to the processes alone."""
    while not done.wait(SECONDS_BETWEEN_SAMPLES):
        try:
            parent = psutil.Process(pid)
            group = [parent, *parent.children(recursive=True)]
            used = sum(one.memory_full_info().uss for one in group)
        except psutil.NoSuchProcess:
            continue
        peak[0] = max(peak[0], used / 1e6)


def view(results: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the template shows."""
    methods = list(dict.fromkeys(name for one in results["tables"] for name in one["by_method"]))
    return {
        **results,
        "methods": methods,
        "n_known": len(TABLES),
        "most_dry_run": MOST_DRY_RUN,
        "most_memory": MOST_MEMORY,
    }


PAGE = Page(
    "comparison_time",
    "Time whole comparisons at default settings, and measure their memory.",
    measure,
    view,
    names=[table.name for table in TABLES],
    option="--table",
)
command = page_command(PAGE)
