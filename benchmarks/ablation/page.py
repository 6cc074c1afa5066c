"""The page and the command of the ablation."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.ablation import measure as measurement
from benchmarks.ablation import tables, variants
from benchmarks.ablation.measure import L1, measure_table
from benchmarks.ablation.tables import REAL, SEARCHED, TABLES
from benchmarks.ablation.variants import BASELINE, VARIANTS, Variant
from benchmarks.cache import measure_parts, source_key
from benchmarks.publishing import MeasuredTable, Page, Task, page_command
from skfocal import _solver
from skfocal.comparison import environment

GAIN = 1.10
"""A ratio of times that counts."""
MIN_TABLES = 2
MIN_SECONDS = 0.005
"""Baseline time from which on a table counts."""
PRECISION = 1e-6
"""Largest relative suboptimality of a fit, and error of a score of a search."""
MEMORY_RATIO, MIN_MEGABYTES = 2, 16
"""Memory is lost above this many times that of the released solver, and above this."""
SEARCH = ", search"
QUICK = ("kc1", "satimage", "10,000 x 30")


def measure(task: Task) -> MeasuredTable:
    """Measure what is not stored yet, one table after the other unless by processor time."""
    names = task.names or (QUICK if task.quick else TABLES)
    parts = [(use, name) for use in ("fit", "l1") for name in names]
    parts += [("search", name) for name in names if name in SEARCHED]
    by_cpu = "cpu" in task.flags
    found = pkgutil.iter_modules(_solver.__path__, "skfocal._solver.")
    solver = [importlib.import_module(module.name) for module in found]
    key = source_key(measurement, tables, variants, *solver)
    n_jobs = task.n_jobs if by_cpu else 1
    rows = chain.from_iterable(measure_parts(measure_table, parts, key, task.folder, n_jobs))
    figures = pd.DataFrame(rows)
    return MeasuredTable(
        figures.drop(columns="load"),
        {
            "command": task.repeat("ablation", "--table") + " --cpu" * by_cpu,
            "clock": "cpu" if by_cpu else "wall",
            "load": round(float(figures["load"].max()), 1),
            "variants": [[each.heuristic, each.change, *each.uses] for each in VARIANTS],
            "origin": environment(),
        },
    )


@dataclass(frozen=True)
class Summary:
    """What a variant does over the tables where it may be used."""

    variant: Variant
    ratios: pd.Series[float]
    """Its time divided by that of the released solver for each table, and for each table of
    searches; of fits the geometric mean over gamma. 1 where it changes nothing."""
    passes: float
    """The same for the passes; geometric mean where the variant changes something."""
    slower: int
    """Number of tables that count on which it takes 10 % more."""
    faster: int
    is_exercised: bool
    """Whether it changes anything on any table."""
    lost: Sequence[str]
    """What the released solver has and it loses: convergence, precision or bounded memory."""

    def mean(self, *, real: bool) -> float:
        """Return the geometric mean of the ratios over the real or the synthetic tables."""
        is_real = self.ratios.index.str.removesuffix(SEARCH).str.removesuffix(L1).isin(REAL)
        return geometric_mean(self.ratios[is_real == real])

    @property
    def verdict(self) -> str:
        """What the rule says."""
        if not self.is_exercised:
            return "not exercised"
        helps = self.slower >= MIN_TABLES and self.slower > self.faster
        hurts = self.faster >= MIN_TABLES and self.faster > self.slower
        if self.variant.is_off:
            return "keep" if helps or self.lost else "remove"
        if hurts and not self.lost:
            return "change"
        return "worse" if helps or self.lost else "no difference"


def summarize(variant: Variant, figures: pd.DataFrame, clock: str) -> Summary:
    """Compare a variant with the released solver."""
    is_search = figures["use"] == "search"
    is_l1 = figures["use"].str.endswith(L1)
    label = figures["table"] + np.select([is_search, is_l1], [SEARCH, L1], "")
    uses = np.select([is_search, is_l1], ["search", "l1"], "fit")
    is_used = np.isin(uses, list(variant.uses))
    indexed = figures[is_used].assign(label=label).set_index(["label", "use"])
    base = indexed[indexed["variant"] == BASELINE.name].drop(columns="variant")
    own = indexed[indexed["variant"] == variant.name].drop(columns="variant")
    other = base.reindex(own.index)
    by_use = (own[clock] / other[clock]).reindex(base.index).fillna(1.0)
    ratios = by_use.groupby(level="label", sort=False).agg(geometric_mean)
    counted = ratios[base[clock].groupby(level="label", sort=False).max() >= MIN_SECONDS]
    losses = {
        "convergence": own["warnings"] > other["warnings"],
        "precision": (own["error"] > PRECISION) & (other["error"] <= PRECISION),
        "memory": own["megabytes"] > (MEMORY_RATIO * other["megabytes"]).clip(MIN_MEGABYTES),
    }
    lost = [
        f"{what}: {table}"
        for what, is_lost in losses.items()
        for table in is_lost.index[is_lost].unique("label")
    ]
    passes = geometric_mean((own["passes"] / other["passes"]).dropna())
    slower, faster = (counted >= GAIN).sum(), (counted <= 1 / GAIN).sum()
    return Summary(variant, ratios, passes, slower, faster, len(own) > 0, lost)


def geometric_mean(ratios: Any) -> float:
    """Return the geometric mean; 1 of nothing."""
    return float(np.exp(np.log(ratios).mean())) if len(ratios) else 1.0


def view(results: MeasuredTable) -> Mapping[str, Any]:
    """Return what the template shows."""
    figures, info = results.figures, results.info
    # Those that were measured, whatever the constants are today.
    measured = [Variant(name, change, uses=uses) for name, change, *uses in info["variants"]]
    summaries = [summarize(variant, figures, info["clock"]) for variant in measured]
    return {
        **info,
        "summaries": [each for each in summaries if len(each.ratios)],
        "released": figures[figures["variant"] == BASELINE.name].to_dict("records"),
        "missing": [name for name in TABLES if name not in set(figures["table"])],
        "gain": GAIN - 1,
        "min_tables": MIN_TABLES,
        "min_seconds": MIN_SECONDS,
        "precision": PRECISION,
        "memory": (MEMORY_RATIO, MIN_MEGABYTES),
    }


PAGE = Page(
    "ablation",
    "Measure fits and searches without each heuristic of the solver.",
    measure,
    view,
    TABLES,
    "--table",
    flags={"cpu": "Compare processor time, on a machine that does other work."},
    section="develop",
)
command = page_command(PAGE)
