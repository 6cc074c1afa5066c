"""All that the benchmarks import from inside the comparison; everything else is public."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from numpy.typing import NDArray

from skfocal.comparison import Comparison, Method, Table
from skfocal.comparison.storage.environment import environment
from skfocal.comparison.plan import make_plan, run_plan
from skfocal.comparison.data.preparation import Layout, coder, expander, layout_of
from skfocal.comparison.run.progress import progress_on_stderr
from skfocal.comparison.report.figures import rank_panel
from skfocal.comparison.report.templating import template
from skfocal.comparison.data.splits import Split, make_splits
from skfocal.comparison.statistics import differences, intervals
from skfocal.comparison.statistics.differences import every_pair
from skfocal.comparison.statistics.intervals import median_interval

__all__ = [
    "Layout",
    "Split",
    "coder",
    "environment",
    "every_pair",
    "expander",
    "layout_of",
    "make_splits",
    "median_interval",
    "prepare",
    "rank_figure",
    "rank_methods",
    "run_comparison",
]


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

    There is one score for each data set (rows) and method (columns), NaN for a failure.
    """
    direction = {"greater_is_better": greater_is_better}
    ranks = differences.data_set_ranks(scores, **direction)
    versus = differences.against_baseline(scores, **direction, baseline=baseline)
    versus = versus.join(intervals.median_intervals(scores, baseline))
    versus["p_holm"] = differences.holm(versus["p_value"])
    frame = pd.DataFrame({"mean_rank": ranks.mean()}).join(intervals.mean_rank_intervals(ranks))
    return frame.join(versus).sort_values("mean_rank", kind="stable")


def rank_figure(
    key: str, label: str, ranking: pd.DataFrame, differing: set[frozenset[str]]
) -> dict[str, str]:
    """Return the report's critical-difference diagram: attributes and content of its SVG."""
    columns = {"mean_rank": "value", "rank_low": "low", "rank_high": "high"}
    ranks = ranking.rename(columns=columns)[list(columns.values())]
    macros: Any = template("macros.html").module
    figure = str(macros.row_figure(rank_panel(key, label, ranks, differing), "ranks"))
    _, _, svg = figure.partition("<svg ")
    attributes, _, content = svg.partition(">")
    return {"attributes": attributes, "content": content.partition("</svg>")[0]}
