"""Where a run's figures go: the page with its plots."""

from __future__ import annotations

from pathlib import Path

from benchmarks.quality.page import page
from benchmarks.quality.plots import draw
from benchmarks.quality.results import read_results

__all__ = ["write_page"]


def write_page(stem: Path, path: Path) -> None:
    """Make the page and its plots anew from a run's results."""
    results = read_results(stem)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(results), encoding="utf-8")
    draw(results, path.parent)
