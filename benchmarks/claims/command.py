"""The claims command: their own run, and the page of the verdicts."""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.claims import experiment, timing
from benchmarks.claims.experiment import NOISE, balanced, balanced_settings, run_table
from benchmarks.claims.page import page
from benchmarks.claims.timing import coefficient_gap, exact_factors, fit_cost, loss_costs
from benchmarks.datasets import load
from benchmarks.kept import code_of, find, in_parallel, keep, write_whole
from benchmarks.options import data_set_option, directory, jobs_option, page_option
from benchmarks.quality.command import PUBLISHED
from benchmarks.quality.results import read_results
from benchmarks.quality.suites import SUITES
from skfocal.cli import output_directory
from skfocal.comparison import Table
from skfocal.comparison.storage.environment import environment, versions
from skfocal.comparison.storage.keys import content_hash

__all__ = ["claims", "figures_of", "measure"]

RESULTS = Path("benchmarks/results/claims.json")
TABLES: Sequence[str] = SUITES[0].data_sets


@click.command()
@data_set_option(TABLES, "[default: all of two classes but the widest]")
@click.option("--quick", is_flag=True, help="Six data sets: a look, not a finding.")
@jobs_option
@click.option(
    "-o",
    "output",
    type=directory,
    metavar="DIR",
    help="Where the results go: claims.json and claims.md.  "
    "[default: those that are published; with --quick or --dataset, report/claims]",
)
@click.option(
    "--cells",
    type=directory,
    default="report/claims/tables",
    show_default=True,
    metavar="DIR",
    help="Where each data set's measurements are kept, for the next call to go on from.",
)
@page_option
def claims(
    names: tuple[str, ...],
    jobs: int | None,
    output: Path | None,
    cells: Path,
    *,
    quick: bool,
    page_only: bool,
) -> None:
    """Judge twelve claims by the quality run and by a run of their own."""
    if output is None and (quick or names):
        output = Path("report/claims")
    results = RESULTS if output is None else output / "claims.json"
    path = Path("docs/claims.md") if output is None else output / "claims.md"
    if not page_only:
        output_directory(results.parent)
        found = measure(names or (TABLES[::5] if quick else TABLES), cells, jobs or -1)
        kept = {**found, "tables": _rounded(found["tables"])}
        text = json.dumps(kept, indent=1, ensure_ascii=False)
        write_whole(results, text + "\n")
    own = json.loads(results.read_text(encoding="utf-8"))
    write_whole(path, page(read_results(PUBLISHED), own))
    print(f"{results}\n{path}")


def measure(names: Sequence[str], cells: Path, jobs: int) -> dict[str, Any]:
    """Measure what the tuned arms cannot tell, from what is stored of it on.

    Times are taken first, while nothing else runs.
    """
    start = time.perf_counter()
    tables = {name: load(name) for name in names}
    with threadpool_limits(limits=1):
        costs = {"loss_costs": loss_costs(), "factors": exact_factors()}
        times = {name: fit_cost(table) for name, table in tables.items()}
    timing_minutes = (time.perf_counter() - start) / 60
    found = figures_of(tables, cells, jobs)
    measured = {name: {"fit_cost": times[name], **found[name]} for name in names}
    minutes = timing_minutes + sum(one["minutes"] for one in measured.values())
    settings = {"minutes": round(minutes, 2), "noise": NOISE}
    return {"origin": environment(), **settings, **costs, "tables": measured}


def figures_of(tables: dict[str, Table], cells: Path, jobs: int) -> dict[str, dict[str, Any]]:
    """Return what is stored of each table, and measure the others."""
    keys = {name: _key(table) for name, table in tables.items()}
    stored = {name: find(cells / f"{name}.json", keys[name]) for name in tables}
    missing = [name for name in tables if stored[name] is None]
    told = f"{len(tables) - len(missing)} of {len(tables)} data sets are stored."
    print(told, file=sys.stderr)
    return stored | dict(in_parallel(partial(_store, cells, keys), missing, jobs, str))


def _key(table: Table) -> dict[str, Any]:
    """Everything that the figures of a table depend on."""
    code = code_of(experiment, timing)
    return {"table": content_hash(table), "versions": versions(), "code": code}


def _store(cells: Path, keys: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = keep(cells / f"{name}.json", keys[name], _table(name))
    return found


def _table(name: str) -> dict[str, Any]:
    start = time.perf_counter()
    table = load(name)
    n_negative, n_positive = np.bincount(table.y)
    with threadpool_limits(limits=1), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = {
            "n_rows": len(table.y),
            "imbalance": float(n_negative / n_positive),
            "coefficient_gap": coefficient_gap(table),
            "settings": dict(_folded(run_table(table))),
            "balanced": dict(_folded(balanced_settings(balanced(table)))),
        }
    found["warnings"] = sorted({str(one.message)[:200] for one in caught})
    found["minutes"] = (time.perf_counter() - start) / 60
    return found


def _folded(
    settings: dict[str, dict[str, list[float]]],
) -> Iterator[tuple[str, dict[str, dict[str, float]]]]:
    """Replace one number for each fold by their mean and standard deviation."""
    for setting, figures in settings.items():
        yield (
            setting,
            {
                name: {"mean": float(np.mean(values)), "sd": float(np.std(values, ddof=1))}
                for name, values in figures.items()
            },
        )


def _rounded(value: Any) -> Any:
    """Keep six digits of every number."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list) else value
