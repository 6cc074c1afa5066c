"""Where a run's figures go: the page with its plot."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from benchmarks.kept import write_whole
from benchmarks.replicate.page import page
from benchmarks.replicate.plots import draw
from benchmarks.replicate.summary import from_text

__all__ = ["write_page"]


def write_page(results: Path, path: Path) -> None:
    """Make the page and its plot anew from a run's JSON."""
    report = from_text(results.read_text(encoding="utf-8"))
    write_whole(path, page(report))
    if find_spec("matplotlib"):
        draw(report, path.parent)
    else:
        print("No plot: pip install 'skfocal[speed]' brings matplotlib.")
