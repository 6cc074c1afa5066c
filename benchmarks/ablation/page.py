"""The page of the ablation: one table of figures and verdicts for each heuristic."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks.ablation.tables import FIT_TABLES, REAL, SEARCH_TABLES
from benchmarks.ablation.variants import FITS, SEARCHES, UNPENALISED_FITS, Variant

__all__ = ["Summary", "render", "summarize"]

GAIN = 1.10
"""A difference in time that counts."""
MIN_SECONDS = 0.005
"""Baseline time from which on a table counts."""
MIN_TABLES = 2
PROMISED = 1e-6
"""Relative suboptimality, or error of a score, that a variant must not exceed if we do not."""


@dataclass(frozen=True)
class Summary:
    """What a variant does to time, work and precision over the tables.

    Attributes
    ----------
    variant : Variant
        The variant.
    ratios : mapping of str to float
        Its time divided by the baseline's for each table; geometric mean over gamma.
    passes : float
        The same for the passes; geometric mean over the tables where the variant is active.
    slower, faster : sequence of str
        Tables that count, on which it takes 10 % more, or less.
    less_precise : sequence of str
        Tables where it warns, or misses the promised precision, and the baseline does not.
    """

    variant: Variant
    ratios: Mapping[str, float]
    passes: float
    slower: Sequence[str]
    faster: Sequence[str]
    less_precise: Sequence[str]

    @property
    def real(self) -> float:
        """Geometric mean of the ratios over the real tables."""
        return _mean(ratio for name, ratio in self.ratios.items() if name in REAL)

    @property
    def synthetic(self) -> float:
        """Geometric mean of the ratios over the synthetic tables."""
        return _mean(ratio for name, ratio in self.ratios.items() if name not in REAL)

    @property
    def extremes(self) -> tuple[str, str]:
        """Tables of the smallest and the largest ratio."""
        ratio = self.ratios.__getitem__
        return min(self.ratios, key=ratio), max(self.ratios, key=ratio)

    @property
    def verdict(self) -> str:
        """What the rule says."""
        helps = len(self.slower) >= MIN_TABLES and len(self.slower) > len(self.faster)
        hurts = len(self.faster) >= MIN_TABLES and len(self.faster) > len(self.slower)
        if self.variant.is_off:
            return "keep" if helps or self.less_precise else "remove"
        if hurts and not self.less_precise:
            return "change"
        return "keep the value" if helps or self.less_precise else "no difference"


def summarize(variant: Variant, tables: Mapping[str, Mapping[str, Any]], clock: str) -> Summary:
    """Summarize a variant over the results of some tables."""
    ratios, passes = {}, []
    slower, faster, less_precise = [], [], []
    for name, cells in tables.items():
        measured = [
            (cell["variants"][variant.name], cell["variants"]["as released: nothing"])
            for cell in cells.values()
            if variant.name in cell["variants"]
        ]
        # Where a variant changes nothing its ratio is 1.
        n_same = len(cells) - len(measured)
        ratios[name] = _mean([*(own[clock] for own, _ in measured), *[1.0] * n_same])
        passes += [own["passes"] / base["passes"] for own, base in measured]
        if any(_is_less_precise(own, base) for own, base in measured):
            less_precise.append(name)
        if all(cell["seconds"] < MIN_SECONDS for cell in cells.values()):
            continue
        if ratios[name] >= GAIN:
            slower.append(name)
        elif ratios[name] <= 1 / GAIN:
            faster.append(name)
    return Summary(variant, ratios, _mean(passes), slower, faster, less_precise)


def render(results: Mapping[str, Any], clock: str) -> str:
    """Return the page of some results, with times by the wall clock or the processor's."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - the page is Markdown
        keep_trailing_newline=True,
    )
    variants = {"fits": FITS, "unpenalised fits": UNPENALISED_FITS, "searches": SEARCHES}
    sections = {
        section: [summarize(variant, tables, clock) for variant in variants[section]]
        for section, tables in results["sections"].items()
        if tables
    }
    missing = {
        section: [name for name in everything if name not in results["sections"][section]]
        for section, everything in (
            ("fits", FIT_TABLES),
            ("unpenalised fits", FIT_TABLES),
            ("searches", SEARCH_TABLES),
        )
    }
    return environment.get_template("page.md.jinja").render(
        sections=sections,
        missing={section: names for section, names in missing.items() if names},
        tables=results["sections"],
        environment=results["environment"],
        clock={"wall": "elapsed time", "cpu": "processor time"}[clock],
        seconds={"wall": "seconds", "cpu": "cpu_seconds"}[clock],
        real=REAL,
        gain=GAIN,
        min_milliseconds=1000 * MIN_SECONDS,
        min_tables=MIN_TABLES,
        promised=PROMISED,
    )


def _is_less_precise(own: Mapping[str, Any], base: Mapping[str, Any]) -> bool:
    misses = own["suboptimality"] > PROMISED >= base["suboptimality"]
    return bool(misses or own["warnings"] > base["warnings"])


def _mean(ratios: Iterable[float]) -> float:
    """Return the geometric mean; 1 of nothing."""
    logarithms = [math.log(ratio) for ratio in ratios]
    return math.exp(sum(logarithms) / len(logarithms)) if logarithms else 1.0
