"""Where a run's figures go: the page with its plots, and the README's part of them."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path

from benchmarks.kept import write_whole
from benchmarks.speed.page import page, readme_part
from benchmarks.speed.plots import draw

__all__ = ["in_readme", "write_page"]

_MARKED = re.compile(r"(<!-- speed -->\n)(.*?)(<!-- end of speed -->)", flags=re.DOTALL)


def write_page(results: Path, path: Path, readme: Path | None = None) -> None:
    """Make the page, its plots and the README's part anew from a run's JSON."""
    report = json.loads(results.read_text(encoding="utf-8"))
    write_whole(path, page(report))
    if find_spec("matplotlib"):
        draw(report, path.parent)
    else:
        print("No plots: pip install 'skfocal[speed]' brings matplotlib.")
    if readme is not None:
        text = readme.read_text(encoding="utf-8")
        write_whole(readme, in_readme(text, readme_part(report)))


def in_readme(text: str, part: str) -> str:
    """Return the README's text with its marked part replaced."""
    return _MARKED.sub(lambda found: f"{found[1]}{part}\n{found[3]}", text)
