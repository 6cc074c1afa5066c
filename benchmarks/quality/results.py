"""What a quality run leaves behind: one table of figures and one file of all the rest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.kept import write_whole
from benchmarks.quality.arms import DESCRIPTIONS as ARM_DESCRIPTIONS
from benchmarks.quality.arms import N_CANDIDATES
from benchmarks.quality.suites import Suite
from skfocal.comparison import Comparison, Method
from skfocal.comparison.scoring.metrics import COSTS, DESCRIPTIONS, METRICS

__all__ = ["MEASURED", "RANKED", "Results", "Run", "collect", "read_results", "write_results"]

SECONDS = ("fit_seconds", "tuning_seconds", "predict_seconds")
RANKED = tuple(key for key in METRICS if key not in COSTS)
MEASURED = (*RANKED, *DESCRIPTIONS, *SECONDS)
"""No arm is told what errors cost, so that none has a figure of that."""
DIFFERENCE = ("mean", "low", "high")
PLACE = ["data_set", "method"]


@dataclass(frozen=True)
class Run:
    """A suite that has been run."""

    suite: Suite
    comparison: Comparison

    @property
    def minutes(self) -> float:
        """What all cells took, one after the other, whenever they were run."""
        scores = self.comparison.scores
        once = scores[scores["method"].isin([_first_view(one) for one in self.comparison.methods])]
        return float(once[list(SECONDS)].sum().sum()) / 60


@dataclass(frozen=True)
class Results:
    """The results of a quality run.

    Attributes
    ----------
    figures : DataFrame
        One row per data set and arm, its columns for every metric: mean and standard deviation
        over the folds (`METRIC_mean`, `METRIC_sd`; empty if the arm failed on any of them), and
        of the ranked ones the paired difference from plain logistic regression with the ends of
        its interval (`METRIC_difference`, `METRIC_low`, `METRIC_high`).
    info : dict
        All the rest: settings, data sets, arms, chosen parameters, failures and warnings.
    """

    figures: pd.DataFrame
    info: dict[str, Any]

    def scores(self, suites: Sequence[str], metric: str, statistic: str = "mean") -> pd.DataFrame:
        """One figure per data set (rows) and arm (columns); data sets without it are left out."""
        names = [record["data_set"] for record in self.data_sets(suites)]
        table = self.figures.pivot_table(
            index="data_set", columns="method", values=f"{metric}_{statistic}", dropna=False
        )
        arms = [arm for arm in self.info["arms"] if arm in table.columns]
        return table.reindex(index=names, columns=arms).dropna(how="all")

    def data_sets(self, suites: Sequence[str]) -> list[dict[str, Any]]:
        """Describe the data sets of some suites."""
        return [record for record in self.info["data_sets"] if record["suite"] in suites]


def collect(runs: Sequence[Run], command: str) -> Results:
    """Bring what was run to the figures that are kept."""
    figures = pd.concat([_figures(run.comparison) for run in runs], ignore_index=True)
    info = {
        "command": command,
        "origin": dict(runs[0].comparison.origin),
        "suites": [
            {
                **asdict(run.suite),
                "minutes": round(run.minutes, 1),
                "settings": asdict(run.comparison.settings),
            }
            for run in runs
        ],
        "arms": ARM_DESCRIPTIONS,
        "n_candidates": N_CANDIDATES,
        "data_sets": [record for run in runs for record in _data_sets(run)],
        "chosen": {name: each for run in runs for name, each in _chosen(run.comparison)},
        "failures": [record for run in runs for record in _told(run.comparison, "failure")],
        "warnings": [record for run in runs for record in _told(run.comparison, "warnings")],
    }
    return Results(figures, info)


def write_results(results: Results, stem: Path) -> list[Path]:
    """Write the figures, to five digits, beside all the rest."""
    table, rest = stem.with_suffix(".csv"), stem.with_suffix(".json")
    write_whole(table, results.figures.to_csv(index=False, float_format="%.5g"))
    text = json.dumps(results.info, indent=1, ensure_ascii=False)
    write_whole(rest, text + "\n")
    return [table, rest]


def read_results(stem: Path) -> Results:
    """Read what `write_results` wrote."""
    info = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
    return Results(pd.read_csv(stem.with_suffix(".csv")), info)


def _figures(comparison: Comparison) -> pd.DataFrame:
    groups = comparison.scores.groupby(PLACE, sort=False)[list(MEASURED)]
    complete = groups.count().eq(groups.size(), axis=0)
    # No finite slope exists on a fold whose outcomes some threshold separates: that is no failure.
    complete[list(DESCRIPTIONS)] = True
    means = groups.mean().where(complete).add_suffix("_mean")
    spread = groups.std().where(complete).add_suffix("_sd")
    differences = comparison.differences.pivot_table(
        index=PLACE, columns="metric", values=list(DIFFERENCE), dropna=False
    )
    differences.columns = [
        f"{metric}_{'difference' if end == 'mean' else end}" for end, metric in differences.columns
    ]
    return means.join(spread).join(differences).reset_index()


def _data_sets(run: Run) -> Iterator[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(run.comparison.data_sets.to_json(orient="records"))
    for record in records:
        plain = {key: value for key, value in record.items() if not isinstance(value, list)}
        yield {"suite": run.suite.name, **plain}


def _chosen(comparison: Comparison) -> Iterator[tuple[str, dict[str, Any]]]:
    """Count how often each value of each parameter was chosen, by data set and fitted method."""
    scores = comparison.scores[comparison.scores["failure"] == ""]
    for name, rows in scores.groupby("data_set", sort=False):
        counts: dict[str, Any] = {}
        for method in comparison.methods:
            fitted = rows[rows["method"] == _first_view(method)]
            picked = [json.loads(text) for text in fitted["params"]]
            counts[method.name] = {
                parameter: dict(sorted(Counter(str(one[parameter]) for one in picked).items()))
                for parameter in method.tuned
                if len(method.tuned[parameter]) > 1
            }
        yield str(name), counts


def _first_view(method: Method) -> str:
    """Name the arm that stands for the common fit."""
    return next(iter(method.reported))


def _told(comparison: Comparison, column: str) -> Iterator[dict[str, Any]]:
    """Say where folds failed or warned: how many of them, and the first reason."""
    told = comparison.scores[comparison.scores[column] != ""]
    for (data_set, method), rows in told.groupby(PLACE, sort=False):
        reason = rows[column].iloc[0]
        yield {"data_set": data_set, "method": method, "folds": len(rows), "reason": reason[:200]}
