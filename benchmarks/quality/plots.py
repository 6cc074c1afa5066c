"""Critical-difference diagrams: mean ranks, their intervals, and who does not differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

import pandas as pd

from benchmarks.quality.results import Results
from benchmarks.quality.standing import TWO_CLASSES, indistinct, standing
from skfocal.comparison.scoring.folds import METRICS

__all__ = ["PLOTS", "draw"]

PLOTS: Mapping[str, str] = {
    metric: f"quality-{metric.replace('_', '-')}.svg"
    for metric in ("average_precision", "log_loss", "f1_tuned")
}
"""The files of the diagrams, by metric."""
_ROW, _TOP, _LEFT, _WIDTH, _BAR = 20, 44, 190, 380, 9
_STYLE = """\
<style>
 text { fill: #24292f; } .quiet { fill: #6e7781; }
 .grid { stroke: #d0d7de; } .span { stroke: #0969da; stroke-width: 2; }
 circle { fill: #0969da; } .same { stroke: #57606a; stroke-width: 4; }
 @media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .quiet { fill: #9198a1; } .grid { stroke: #3d444d; }
  .span { stroke: #4493f8; } circle { fill: #4493f8; } .same { stroke: #9198a1; }
 }
</style>"""


def draw(results: Results, folder: Path) -> None:
    """Write the diagrams as SVG, of the metrics and suites that were run."""
    for metric, name in PLOTS.items():
        if results.data_sets(TWO_CLASSES):
            ranks = standing(results, TWO_CLASSES, metric)
            runs = indistinct(results, TWO_CLASSES, metric)
            title = f"{METRICS[metric].label}: mean ranks of the arms"
            (folder / name).write_text(_diagram(title, ranks, runs), encoding="utf-8")


def _diagram(title: str, ranks: pd.DataFrame, runs: Sequence[Sequence[str]]) -> str:
    names = [str(name) for name in ranks.index]
    width = _LEFT + _WIDTH + 24 + _BAR * len(runs)
    height = _TOP + _ROW * len(names) + 12
    told = "; ".join(f"{arm} {rank:.1f}" for arm, rank in ranks["mean_rank"].items())
    parts = [*_axis(len(names)), *_arms(ranks), *_bars(names, runs)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="12">'
    )
    said = f"{escape(told)}. Arms beside one bar do not differ significantly."
    named = f'<title id="title">{escape(title)}</title>\n<desc id="description">{said}</desc>'
    return "\n".join([head, named, _STYLE, *parts, "</svg>\n"])


def _place(rank: float, count: int) -> float:
    return round(_LEFT + (rank - 1) / max(count - 1, 1) * _WIDTH, 1)


def _axis(count: int) -> Iterator[str]:
    bottom = _TOP + _ROW * count
    yield f'<text class="quiet" x="{_LEFT}" y="14">mean rank, 1 the best; 95 % interval</text>'
    for rank in range(1, count + 1, 2):
        x = _place(rank, count)
        yield f'<line class="grid" x1="{x}" x2="{x}" y1="{_TOP - 8}" y2="{bottom}"/>'
        yield f'<text class="quiet" x="{x}" y="{_TOP - 14}" text-anchor="middle">{rank}</text>'


def _arms(ranks: pd.DataFrame) -> Iterator[str]:
    for index, (name, row) in enumerate(ranks.iterrows()):
        y = _TOP + _ROW * index + 8
        low, middle, high = (
            _place(row[column], len(ranks)) for column in ("rank_low", "mean_rank", "rank_high")
        )
        yield f'<text x="{_LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(str(name))}</text>'
        yield f'<line class="span" x1="{low}" x2="{high}" y1="{y}" y2="{y}"/>'
        yield f'<circle cx="{middle}" cy="{y}" r="4"/>'


def _bars(names: Sequence[str], runs: Sequence[Sequence[str]]) -> Iterator[str]:
    for column, run in enumerate(runs):
        x = _LEFT + _WIDTH + 16 + _BAR * column
        top = _TOP + _ROW * names.index(run[0])
        bottom = _TOP + _ROW * names.index(run[-1]) + 16
        yield f'<line class="same" x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/>'
