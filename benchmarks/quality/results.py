"""The results of the quality run: one figure per data set, method and metric."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from benchmarks.publishing import MeasuredTable
from benchmarks.quality.shared_fits import DESCRIPTIONS, N_CANDIDATES
from benchmarks.quality.suites import Suite
from skfocal.comparison import Comparison

SECONDS = ("fit_seconds", "tuning_seconds", "predict_seconds")
PLACE = ["data_set", "method"]
Records = list[dict[str, Any]]


def data_sets(results: MeasuredTable, suites: Sequence[str]) -> Records:
    """Return the descriptions of the data sets of some suites."""
    return [record for record in results.info["data_sets"] if record["suite"] in suites]


def scores(
    results: MeasuredTable, suites: Sequence[str], metric: str, statistic: str = "mean"
) -> pd.DataFrame:
    """Return one statistic of a metric for each data set (rows) and method (columns).

    Statistics are "mean" and "sd" over the folds, and the "difference" from the baseline with the
    ends of its interval, "low" and "high". Data sets to which the metric does not apply are
    dropped.
    """
    names = [record["data_set"] for record in data_sets(results, suites)]
    table = results.figures.pivot_table(
        index="data_set", columns="method", values=f"{metric}_{statistic}", dropna=False
    )
    methods = [method for method in results.info["methods"] if method in table.columns]
    return table.reindex(index=names, columns=methods).dropna(how="all")


def collect(
    runs: Sequence[tuple[Suite, Comparison]],
    command: str,
    descriptions: Mapping[str, str] = DESCRIPTIONS,
) -> MeasuredTable:
    """Reduce the comparisons of the suites to the results that are published."""
    first = runs[0][1]
    return MeasuredTable(
        pd.concat([_figures(comparison) for _, comparison in runs], ignore_index=True),
        {
            "command": command,
            "origin": dict(first.origin),
            "suites": [
                {**asdict(suite), "minutes": _minutes(comparison)} for suite, comparison in runs
            ],
            "methods": dict(descriptions),
            "metrics": {metric.name: metric.to_dict() for metric in first.metrics},
            "n_candidates": N_CANDIDATES,
            "data_sets": [record for run in runs for record in _data_sets(*run)],
            "chosen": {name: counts for _, one in runs for name, counts in _chosen(one)},
            "failures": [record for _, one in runs for record in _reasons(one, "failure")],
            "warnings": [record for _, one in runs for record in _reasons(one, "warnings")],
        },
    )


def _figures(comparison: Comparison) -> pd.DataFrame:
    ranked = [metric.name for metric in comparison.metrics]
    described = [str(name) for name in comparison.descriptions() if name != "method"]
    groups = comparison.scores.groupby(PLACE, sort=False)[[*ranked, *described, *SECONDS]]
    complete = groups.count().eq(groups.size(), axis=0)
    complete[described] = True  # a calibration slope exists only where the classes overlap
    means = groups.mean().where(complete).add_suffix("_mean")
    spread = groups.std().where(complete).add_suffix("_sd")
    differences = comparison.differences.rename(columns={"mean": "difference"}).pivot_table(
        index=PLACE, columns="metric", values=["difference", "low", "high"], dropna=False
    )
    differences.columns = differences.columns.map(lambda names: f"{names[1]}_{names[0]}")
    return means.join(spread).join(differences).reset_index()


def _minutes(comparison: Comparison) -> float:
    """Return the time of all cells on one core; a shared fit counts once."""
    fitted = [next(iter(method.reported)) for method in comparison.methods]
    once = comparison.scores[comparison.scores["method"].isin(fitted)]
    return round(float(once[list(SECONDS)].sum().sum()) / 60, 1)


def _data_sets(suite: Suite, comparison: Comparison) -> Iterator[dict[str, Any]]:
    records: Records = json.loads(comparison.data_sets.to_json(orient="records"))
    for record in records:
        plain = {key: one for key, one in record.items() if not isinstance(one, list | dict)}
        yield {"suite": suite.name, **plain}


def _chosen(comparison: Comparison) -> Iterator[tuple[str, dict[str, Any]]]:
    """Count how often each value was chosen, by data set, fitted method and parameter."""
    rows = comparison.scores[comparison.scores["failure"] == ""]
    for name, of_one in rows.groupby("data_set", sort=False):
        counts: dict[str, Any] = {}
        for method in comparison.methods:
            fitted = of_one[of_one["method"] == next(iter(method.reported))]
            chosen = [json.loads(text) for text in fitted["params"]]
            counts[method.name] = {
                parameter: dict(sorted(Counter(str(one[parameter]) for one in chosen).items()))
                for parameter, values in method.tuned.items()
                if len(values) > 1
            }
        yield str(name), counts


def _reasons(comparison: Comparison, column: str) -> Iterator[dict[str, Any]]:
    """Return the number of folds that failed, or warned, and the first reason."""
    rows = comparison.scores[comparison.scores[column] != ""]
    for (data_set, method), folds in rows.groupby(PLACE, sort=False):
        reason = folds[column].iloc[0][:200]
        yield {"data_set": data_set, "method": method, "folds": len(folds), "reason": reason}
