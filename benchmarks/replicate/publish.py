"""Where a run's figures go: the page with its plot."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

from benchmarks.replicate.page import page
from benchmarks.replicate.plots import draw

__all__ = ["write_page"]


def write_page(results: Path, path: Path) -> None:
    """Make the page and its plot anew from a run's JSON."""
    report = json.loads(results.read_text(encoding="utf-8"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(report), encoding="utf-8")
    if find_spec("matplotlib"):
        draw(report, path.parent)
    else:
        print("No plot: pip install 'skfocal[speed]' brings matplotlib.")
