"""Where a run's figures go: the page with its plots."""

from __future__ import annotations

from pathlib import Path

from benchmarks.kept import write_whole
from benchmarks.quality.page import page
from benchmarks.quality.plots import draw
from benchmarks.quality.results import Results, read_results

__all__ = ["write_page"]


def write_page(stem: Path, path: Path) -> Results:
    """Make the page and its plots anew from a run's results, and return these."""
    results = read_results(stem)
    write_whole(path, page(results))
    draw(results, path.parent)
    return results
