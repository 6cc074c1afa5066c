"""All that the benchmarks import from inside the comparison; everything else is public."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from numpy.typing import NDArray

from skfocal.comparison import Comparison, Method, Table
from skfocal.comparison.environment import environment
from skfocal.comparison.plan import make_plan, run_plan
from skfocal.comparison.preparation import Layout, coder, expander, layout_of
from skfocal.comparison.progress import progress_on_stderr
from skfocal.comparison.report.figures import rank_panel
from skfocal.comparison.report.templating import template
from skfocal.comparison.splits import Split, make_splits
from skfocal.comparison.statistics.differences import (
    against_baseline,
    data_set_ranks,
    every_pair,
    holm,
)
from skfocal.comparison.statistics.intervals import (
    mean_rank_intervals,
    median_interval,
    median_intervals,
)


SVG = re.compile(r"<svg (?P<attributes>[^>]*)>(?P<content>.*)</svg>", flags=re.DOTALL)
STYLE = """<style>
 text { font: 11px system-ui, sans-serif; fill: #24292f; } .tick { text-anchor: middle; }
 .grid { stroke: #d0d7de; } .interval { stroke: #0969da; } .dot { fill: #0969da; }
 .bar { stroke: #57606a; stroke-width: 2.4; fill: none; }
 @media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .grid { stroke: #3d444d; }
  .interval { stroke: #4493f8; } .dot { fill: #4493f8; } .bar { stroke: #9198a1; }
 }
</style>"""


def run_comparison(
    tables: Sequence[Table],
    *,
    directory: Path,
    methods: Sequence[Method] | None = None,
    n_jobs: int = -1,
    timeout: float | None = None,
    resume: bool = True,
    command: str | None = None,
    **settings: Any,
) -> Comparison:
    """Run `compare_tables` with its progress on stderr and the command in its manifest."""
    plan = make_plan(tables, methods=methods, **settings)
    with progress_on_stderr() as progress:
        return run_plan(
            plan,
            n_jobs=n_jobs,
            timeout=timeout,
            directory=directory,
            resume=resume,
            command=command,
            progress=progress,
        )


def prepare(table: Table) -> tuple[Any, NDArray[Any]]:
    """Encode all rows of a table as the comparison encodes training rows."""
    layout = layout_of(table, table.X)
    coded = coder(layout).fit_transform(table.X)
    return expander(layout).fit_transform(coded), table.y


def rank_methods(scores: pd.DataFrame, *, greater_is_better: bool, baseline: str) -> pd.DataFrame:
    """Rank methods over data sets as `Comparison.summary` does, the best first.

    Parameters
    ----------
    scores : DataFrame of shape (n_data_sets, n_methods)
        One score each; NaN for a method that failed.
    greater_is_better : bool
        Direction of the score.
    baseline : str
        The method to compare with.
    """
    ranks = data_set_ranks(scores, greater_is_better=greater_is_better)
    versus = against_baseline(scores, greater_is_better=greater_is_better, baseline=baseline)
    versus = versus.join(median_intervals(scores, baseline)).assign(p_holm=holm(versus["p_value"]))
    frame = pd.DataFrame({"mean_rank": ranks.mean()}).join(mean_rank_intervals(ranks))
    return frame.join(versus).sort_values("mean_rank", kind="stable")


def rank_diagram(
    key: str, label: str, ranking: pd.DataFrame, differing: set[frozenset[str]]
) -> str:
    """Return the report's critical-difference diagram as an SVG file.

    Parameters
    ----------
    key, label : str
        Of the metric.
    ranking : DataFrame
        What `rank_methods` returns.
    differing : set of frozenset of str
        The pairs of methods that differ significantly.
    """
    columns: Mapping[str, str] = {"mean_rank": "value", "rank_low": "low", "rank_high": "high"}
    ranks = ranking.rename(columns=columns)[list(columns.values())]
    panel = rank_panel(key, label, ranks, differing)
    figure = str(template("macros.html").module.row_figure(panel, "ranks"))  # type: ignore[attr-defined] # macros are attributes at run time
    found = SVG.search(figure)
    if found is None:
        raise ValueError("the report's figure holds no SVG.")
    namespace = 'xmlns="http://www.w3.org/2000/svg"'
    return f"<svg {namespace} {found['attributes']}>\n{STYLE}{found['content']}</svg>\n"
