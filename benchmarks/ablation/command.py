"""The command that measures the ablation and writes its page."""

from __future__ import annotations

import gc
import hashlib
import json
import math
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

import benchmarks.ablation
import skfocal._solver
from benchmarks.ablation.measure import GAMMAS, measure_fits, measure_searches
from benchmarks.ablation.page import render
from benchmarks.ablation.tables import FIT_TABLES, SEARCH_TABLES, TableMaker
from benchmarks.ablation.variants import FITS, SEARCHES, UNPENALISED_FITS
from skfocal.comparison.storage.environment import environment

__all__ = ["ablation", "measure"]

RESULTS, PAGE = Path("benchmarks/results/ablation.json"), Path("docs/develop/ablation.md")

UNPENALISED = {"tol": 1e-9, "C": math.inf}


@click.command()
@click.option(
    "--table",
    "names",
    multiple=True,
    type=click.Choice(list(FIT_TABLES)),
    metavar="NAME",
    help="Only the table of this name; may be repeated.  [default: all]",
)
@click.option(
    "--cpu", is_flag=True, help="Compare processor time, for a machine that does other work."
)
@click.option("--page", "page_only", is_flag=True, help="Write the page only, measure nothing.")
def ablation(names: Sequence[str], *, cpu: bool, page_only: bool) -> None:
    """Measure fits and searches without each heuristic of the solver."""
    if not page_only:
        measure(names or list(FIT_TABLES), RESULTS)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    PAGE.write_text(render(results, "cpu" if cpu else "wall"), encoding="utf-8")
    click.echo(f"{RESULTS}\n{PAGE}")


def measure(names: Sequence[str], path: Path) -> None:
    """Measure what is missing in the results of this code, and store each table's when done."""
    results = _earlier(path)
    for section, stored in results["sections"].items():
        tables = SEARCH_TABLES if section == "searches" else FIT_TABLES
        for name in (each for each in tables if each in names):
            if name in stored:
                continue
            begin = time.monotonic()
            stored[name] = _measured(section, tables[name])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
            seconds = time.monotonic() - begin
            print(f"{section}, {name}: {seconds:.0f} s", file=sys.stderr, flush=True)


def _measured(section: str, make_table: TableMaker) -> Mapping[str, Any]:
    X, y = make_table()
    gc.collect()
    if section == "searches":
        return {"all": measure_searches(X, y, SEARCHES)}
    variants, settings = (FITS, {}) if section == "fits" else (UNPENALISED_FITS, UNPENALISED)
    return {f"{gamma:g}": measure_fits(X, y, variants, gamma, **settings) for gamma in GAMMAS}


def _earlier(path: Path) -> dict[str, Any]:
    """Return the stored results if they were measured with this code, else empty ones."""
    sections: dict[str, Any] = {"fits": {}, "unpenalised fits": {}, "searches": {}}
    empty: dict[str, Any] = {
        "code": _digest(),
        "environment": environment(),
        "sections": sections,
    }
    if not path.exists():
        return empty
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return stored if stored["code"] == empty["code"] else empty


def _digest() -> str:
    """Return a digest of the solver, the variants and the tables."""
    digest = hashlib.sha256()
    for package in (skfocal._solver, benchmarks.ablation):  # noqa: SLF001
        for path in sorted(Path(package.__path__[0]).glob("*.py")):
            if path.name not in {"command.py", "page.py"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
