"""The page and the command of the claims."""

from __future__ import annotations

import time
import warnings
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.cache import measure_parts, source_key
from benchmarks.claims import costs, experiment
from benchmarks.claims.costs import coefficient_gap, exact_factors, fit_cost, loss_costs
from benchmarks.claims.evidence import Evidence
from benchmarks.claims.experiment import NOISE, run_balanced, run_table
from benchmarks.claims.statements import judge
from benchmarks.data_sets import BINARY, load
from benchmarks.publishing import RESULTS, Page, Task, page_command, read_results
from benchmarks.quality.ranking import TWO_CLASSES
from benchmarks.quality.results import data_sets
from benchmarks.quality.suites import SUITES
from benchmarks.verdicts import Verdict
from skfocal.comparison import environment

TABLES: Sequence[str] = SUITES[0].data_sets
QUICK_STEP = 5
DIGITS = 6


def measure(task: Task) -> dict[str, Any]:
    """Run the experiment. Times are measured first, before anything runs in parallel."""
    names = task.names or (TABLES[::QUICK_STEP] if task.quick else TABLES)
    start = time.perf_counter()
    with threadpool_limits(limits=1):
        loss = {"loss_costs": loss_costs(), "factors": exact_factors()}
        fit = {name: fit_cost(load(name)) for name in names}
    minutes = (time.perf_counter() - start) / 60
    key = source_key(experiment, costs)
    found = measure_parts(measure_table, names, key, task.folder, task.n_jobs)
    minutes += sum(one["minutes"] for one in found)
    tables = {name: {"fit_cost": fit[name], **one} for name, one in zip(names, found, strict=True)}
    settings = {"minutes": round(minutes, 2), "noise": NOISE}
    return {"origin": environment(), **settings, **loss, "tables": _round(tables)}


def measure_table(name: str, _: dict[str, str]) -> dict[str, Any]:
    """Run the experiment on one data set."""
    start = time.perf_counter()
    table = load(name)
    n_negative, n_positive = np.bincount(table.y)
    with threadpool_limits(limits=1), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = {
            "n_rows": len(table.y),
            "imbalance": float(n_negative / n_positive),
            "coefficient_gap": coefficient_gap(table),
            "settings": _summarise(run_table(table)),
            "balanced": _summarise(run_balanced(table)),
        }
    found["warnings"] = sorted({str(one.message)[:200] for one in caught})
    found["minutes"] = (time.perf_counter() - start) / 60
    return found


def _summarise(settings: dict[str, dict[str, list[float]]]) -> dict[str, Any]:
    """Return mean and standard deviation over the folds."""
    return {
        setting: {
            name: {"mean": float(np.mean(values)), "sd": float(np.std(values, ddof=1))}
            for name, values in figures.items()
        }
        for setting, figures in settings.items()
    }


def _round(value: Any) -> Any:
    """Round all numbers to six significant digits."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {name: _round(one) for name, one in value.items()}
    return [_round(one) for one in value] if isinstance(value, list) else value


def view(results: dict[str, Any]) -> dict[str, Any]:
    """Return what the template shows."""
    quality, ensembles, temperature = (
        read_results(RESULTS / name) for name in ("quality", "ensembles", "temperature")
    )
    claims = judge(Evidence(quality, results, ensembles, temperature))
    return {
        "claims": claims,
        "counts": Counter(claim.verdict for claim in claims),
        "verdicts": list(Verdict),
        "n_tuned": len(data_sets(quality, TWO_CLASSES)),
        "n_ensembles": len(ensembles.info["data_sets"]),
        "n_binary": len(BINARY),
        "n_experiment": len(results["tables"]),
        "n_tables": len(TABLES),
        "minutes": results["minutes"],
        "noise": results["noise"],
        "origin": results["origin"],
        "warnings": {name: one["warnings"] for name, one in results["tables"].items()},
    }


PAGE = Page(
    "claims",
    "Judge common claims about focal loss by the quality run and an experiment.",
    measure,
    view,
    names=TABLES,
)
command = page_command(PAGE)
