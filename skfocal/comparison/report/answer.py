"""The answer in words, computed from the numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from skfocal.comparison.scoring.metrics import METRICS, Metric
from skfocal.comparison.statistics.differences import data_set_scores

if TYPE_CHECKING:
    from skfocal.comparison.comparison import Comparison

__all__ = [
    "Finding",
    "chosen_values",
    "findings",
    "focusing",
    "format_difference",
    "format_p",
    "join_names",
]

SIGNIFICANT = 0.05
N_NAMED = 4
"""More methods than these are counted, not named."""
QUESTIONS: Mapping[str, Sequence[Sequence[str]]] = {
    "ranking": [("average_precision",)],
    "probabilities": [("log_loss",)],
    "decisions": [("cost_default", "cost_tuned"), ("f1_default", "f1_tuned")],
}
"""What answers for each aspect; of several the first that is measured."""
FOCAL = ("focal", "focal_alpha", "lightgbm_focal")
"""Methods whose gamma and alpha are those of the focal loss; elsewhere the names mean others."""


class Finding(NamedTuple):
    """One part of the answer."""

    subject: str
    """What it is about."""
    text: str
    """What was found, in a sentence."""


def findings(comparison: Comparison) -> list[Finding]:
    """Say in one sentence each which methods rank, predict and decide better or worse."""
    by_metric = dict(list(comparison.summary().groupby("metric")))
    answers = []
    for aspect, questions in QUESTIONS.items():
        own = [key for key in comparison.settings.metrics if METRICS[key].aspect == aspect]
        candidates = [[key for key in keys if key in by_metric] for keys in (*questions, own)]
        measured = next((keys for keys in candidates if keys), [])
        clauses = [_clause(METRICS[key], by_metric[key], comparison) for key in measured]
        if clauses:
            sentence = "; by ".join(clauses)
            answers.append(Finding(aspect.capitalize(), f"By {sentence}."))
    return answers


def focusing(comparison: Comparison) -> str:
    """Say how often tuning declined to focus; nothing where no focal loss took part."""
    unfocused = [
        f"{100 * shares['gamma']['0.0']:.0f} % of the folds of {method}"
        for method, shares in chosen_values(comparison).items()
        if "0.0" in shares.get("gamma", {})
    ]
    if not unfocused:
        return ""
    return f"Tuning chose γ = 0, which is no focusing at all, in {join_names(unfocused)}."


def chosen_values(comparison: Comparison) -> dict[str, dict[str, dict[str, float]]]:
    """Share of folds in which tuning chose each value of γ and α, for each focal method."""
    scores = comparison.scores
    shares: dict[str, dict[str, dict[str, float]]] = {}
    for method in comparison.methods:
        rows = scores[(scores["method"] == next(iter(method.reported))) & (scores["failure"] == "")]
        if method.name not in FOCAL or rows.empty:
            continue
        chosen = pd.DataFrame([json.loads(params) for params in rows["params"]]).astype(str)
        shares[method.name] = {
            name: {str(value): float((chosen[name] == str(value)).mean()) for value in values}
            for name, values in method.grid.items()
            if name in {"gamma", "alpha"}
        }
    return shares


def format_p(p_value: float) -> str:
    """Write a p-value the way it is read."""
    if p_value > 0.999:
        return "> .999"
    return "< .001" if p_value < 0.001 else f"= {p_value:.3f}".replace("0.", ".")


def format_difference(difference: float) -> str:
    """Write a difference with its sign and three decimals."""
    return f"{difference:+z.3f}".replace("-", "−")


def join_names(names: Sequence[str]) -> str:
    """Join names as in a sentence."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _clause(metric: Metric, summary: pd.DataFrame, comparison: Comparison) -> str:
    baseline = comparison.settings.baseline
    rows = summary.set_index("method")
    table = data_set_scores(comparison.scores, metric)
    label = _label(metric) + _where(len(table), len(comparison.data_sets))
    if np.isnan(rows["p_holm"]).all():
        if rows.index.tolist() == [baseline]:
            return f"{label}, there is nothing to compare {baseline} with"
        return f"{label}, nothing could be tested: see the failures"
    n_failed = table.isna().sum() if len(table) > 1 else pd.Series(dtype=np.float64)
    rows["n_failed"] = n_failed.reindex(rows.index, fill_value=0)
    significant = rows[rows["p_holm"] < SIGNIFICANT]
    better = significant[significant["direction"] > 0]
    worse = significant[significant["direction"] < 0]
    if better.empty and worse.empty:
        reason = _why_not(rows, len(table))
        return f"{label}, no method differed significantly from {baseline}: {reason}"
    than = f"{baseline}{_failed(rows['n_failed'][baseline])}"
    parts = [
        f"significantly {word} than {than}: {_with_sizes(found)}"
        for word, found in (("better", better), ("worse", worse))
        if len(found)
    ]
    parts += ["none significantly better"] if better.empty else []
    sizes = "mean differences over folds" if len(table) == 1 else "median differences"
    return f"{label}, {', '.join(parts)} ({sizes}, 95 % intervals)"


def _label(metric: Metric) -> str:
    label = metric.label
    return label[0].lower() + label[1:] if label[1].islower() else label


def _where(n_measured: int, n_data_sets: int) -> str:
    """Say on which data sets, unless on all."""
    if n_measured == n_data_sets:
        return ""
    if n_measured == 1:
        return " on the one data set of two classes"
    return f" on the {n_measured} data sets of two classes"


def _with_sizes(found: pd.DataFrame) -> str:
    """Name the methods, the most different first, each with its difference where it has one."""
    order = found["difference"].abs().sort_values(ascending=False, kind="stable").index
    largest = found.loc[order].head(N_NAMED)
    named = [
        f"{method}{_size(row)}{_failed(row['n_failed'])}" for method, row in largest.iterrows()
    ]
    rest = len(found) - N_NAMED
    if rest > 0:
        named.append(f"{rest} more")
    return join_names(named)


def _failed(n_data_sets: float) -> str:
    """Say on how many data sets a method lost by failing, which its difference leaves out."""
    return f" (failed on {n_data_sets:.0f})" if n_data_sets else ""


def _size(row: pd.Series[Any]) -> str:
    """Write a difference and its interval, as far as they are known, after a space."""
    if np.isnan(row["difference"]):
        return ""
    size = f" {format_difference(row['difference'])}"
    if np.isnan(row["difference_low"]):
        return size
    ends = (format_difference(row[f"difference_{end}"]) for end in ("low", "high"))
    return f"{size} [{' to '.join(ends)}]"


def _why_not(rows: pd.DataFrame, n_data_sets: int) -> str:
    n_others = int(rows["p_holm"].notna().sum())
    least = min(1.0, n_others * 2.0 ** (1 - n_data_sets))
    if n_data_sets > 1 and least >= SIGNIFICANT:
        return f"{n_data_sets} data sets are too few for a test of {n_others} methods to show one"
    method, nearest = next(rows.sort_values(["p_holm", "p_value"], kind="stable").iterrows())
    p = f"p {format_p(nearest['p_holm'])} corrected for {n_others} methods"
    return f"{method}{_size(nearest)}{_failed(nearest['n_failed'])} came nearest, {p}"
