"""The answer in words, computed from the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from skfocal.comparison.results import SIGNIFICANCE, Results
from skfocal.comparison.scoring.metric import ASPECTS, Metric
from skfocal.comparison.statistics.differences import data_set_scores

__all__ = [
    "Statement",
    "answer",
    "describe_edges",
    "describe_focusing",
    "format_difference",
    "format_interval",
    "format_p",
    "join_names",
]

CERTAIN = 0.999
"""A p-value above is only said to be so."""
OFTEN = 0.2
"""Share of folds from which a value at an edge is stated."""
MIN_FOLDS = 3
"""Number of test folds of a single data set below which no method is named as the nearest."""
MAX_NAMED = 4
"""Number of methods that a sentence names; the others are counted."""


class Statement(NamedTuple):
    """One part of the answer."""

    subject: str
    """The aspect that it is about."""
    text: str
    """What was found, in one sentence."""


def answer(results: Results) -> list[Statement]:
    """State for each aspect, in one sentence, which methods are better or worse."""
    summaries = dict(list(results.summary().groupby("metric")))
    statements = []
    for aspect in ASPECTS:
        metrics = _headline_metrics(
            [one for one in results.metrics if one.aspect == aspect and one.name in summaries]
        )
        clauses = [_clause(metric, summaries[metric.name], results) for metric in metrics]
        if clauses:
            statements.append(Statement(aspect.capitalize(), f"By {'; by '.join(clauses)}."))
    return statements


def describe_focusing(results: Results) -> str:
    """State how often tuning chose γ = 0; empty if no method tunes γ."""
    shares = [
        f"{100 * values['gamma']['0.0']:.0f} % of the folds of {method}"
        for method, values in results.chosen_values().items()
        if "0.0" in values.get("gamma", {})
    ]
    return f"Tuning chose γ = 0, no focusing, in {join_names(shares)}." if shares else ""


def describe_edges(results: Results) -> str:
    """State which parameters are often at the edge of all that was tried; empty if none is."""
    found = results.edge_shares()
    often = found[found["share"] >= OFTEN].to_dict("records")
    named = [
        f"{row['parameter']} of {row['method']} "
        f"({row['edge']} in {100 * row['share']:.0f} % of the folds)"
        for row in often[:MAX_NAMED]
    ]
    if len(often) > MAX_NAMED:
        named.append(f"{len(often) - MAX_NAMED} more")
    if not named:
        return ""
    return (
        f"The best value is at the edge of those tried for {join_names(named)}: a wider grid may "
        "give better scores."
    )


def format_p(p_value: float) -> str:
    """Format a p-value with its relation sign."""
    if p_value > CERTAIN:
        return "> .999"
    return "< .001" if p_value < 0.001 else f"= {p_value:.3f}".replace("0.", ".")


def format_difference(difference: float) -> str:
    """Format a difference with its sign and three decimals."""
    return f"{difference:+z.3f}".replace("-", "−")


def format_interval(low: float, high: float) -> str:
    """Format the interval of a difference; empty if it is unknown."""
    if np.isnan(low):
        return ""
    return f"[{format_difference(low)} to {format_difference(high)}]"


def join_names(names: Sequence[str]) -> str:
    """Join names with commas and "and"."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _headline_metrics(metrics: Sequence[Metric]) -> list[Metric]:
    """Return the metrics with the largest positive headline number, or all if there is none."""
    largest = max((metric.headline for metric in metrics), default=0)
    return [metric for metric in metrics if largest in (0, metric.headline)]


def _clause(metric: Metric, summary: pd.DataFrame, results: Results) -> str:
    baseline = results.settings.baseline
    rows = summary.set_index("method")
    table = data_set_scores(results.scores, metric)
    label = _inline(metric.label) + _where(len(table), len(results.data_sets))
    if np.isnan(rows["p_holm"]).all():
        if rows.index.tolist() == [baseline]:
            return f"{label}, there is no method to compare {baseline} with"
        return f"{label}, nothing could be tested: see the failures"
    n_failed = table.isna().sum() if len(table) > 1 else pd.Series(dtype=np.float64)
    rows["n_failed"] = n_failed.reindex(rows.index, fill_value=0)
    significant = rows[rows["p_holm"] < SIGNIFICANCE]
    better = significant[significant["direction"] > 0]
    worse = significant[significant["direction"] < 0]
    if better.empty and worse.empty:
        n_folds = results.settings.cv * results.settings.repeats
        reason = _why_not(rows, len(table), n_folds)
        return f"{label}, no method differed significantly from {baseline}: {reason}"
    than = f"{baseline}{_failures(rows['n_failed'][baseline])}"
    parts = [
        f"significantly {word} than {than}: {_with_sizes(found)}"
        for word, found in (("better", better), ("worse", worse))
        if len(found)
    ]
    parts += ["none significantly better"] if better.empty else []
    sizes = "mean differences over folds" if len(table) == 1 else "median differences"
    return f"{label}, {', '.join(parts)} ({sizes}, 95 % intervals)"


def _inline(label: str) -> str:
    """Write a label within a sentence: in lower case, unless it is an abbreviation."""
    return label[0].lower() + label[1:] if label[1:2].islower() else label


def _where(n_measured: int, n_data_sets: int) -> str:
    """Name the number of data sets, unless it is all of them."""
    if n_measured == n_data_sets:
        return ""
    if n_measured == 1:
        return " on the only binary data set"
    return f" on the {n_measured} binary data sets"


def _with_sizes(found: pd.DataFrame) -> str:
    """Name the methods with their differences, the largest difference first."""
    order = found["difference"].abs().sort_values(ascending=False, kind="stable").index
    largest = found.loc[order].head(MAX_NAMED)
    named = [
        f"{method}{_size(row)}{_failures(row['n_failed'])}" for method, row in largest.iterrows()
    ]
    n_more = len(found) - MAX_NAMED
    if n_more > 0:
        named.append(f"{n_more} more")
    return join_names(named)


def _failures(n_data_sets: float) -> str:
    """Name the number of data sets on which a method failed, which its difference ignores."""
    return f" (failed on {n_data_sets:.0f})" if n_data_sets else ""


def _size(row: pd.Series[Any]) -> str:
    """Format a difference and its interval, as far as they are known, after a blank."""
    if np.isnan(row["difference"]):
        return ""
    interval = format_interval(row["difference_low"], row["difference_high"])
    return f" {format_difference(row['difference'])} {interval}".rstrip()


def _methods(number: int) -> str:
    return "1 method" if number == 1 else f"{number} methods"


def _why_not(rows: pd.DataFrame, n_data_sets: int, n_folds: int) -> str:
    """State why no difference is significant."""
    if n_data_sets == 1 and n_folds < MIN_FOLDS:
        return f"{n_folds} test folds are too few to compare methods, use more folds or repeats"
    n_others = int(rows["p_holm"].notna().sum())
    smallest = min(1.0, n_others * 2.0 ** (1 - n_data_sets))
    if n_data_sets > 1 and smallest >= SIGNIFICANCE:
        return (
            f"{n_data_sets} data sets are too few for a significant difference among "
            f"{_methods(n_others)}"
        )
    method, nearest = next(rows.sort_values(["p_holm", "p_value"], kind="stable").iterrows())
    if nearest["p_holm"] > CERTAIN:
        return f"every p {format_p(nearest['p_holm'])}, corrected for {_methods(n_others)}"
    size = f"{_size(nearest)}{_failures(nearest['n_failed'])}"
    p_value = f"p {format_p(nearest['p_holm'])}, corrected for {_methods(n_others)}"
    which = {1: ", which is better,", -1: ", which is worse,"}.get(int(nearest["direction"]), "")
    return f"the nearest to a difference is {method}{size}{which} with {p_value}"
