"""The outcome of a comparison: scores, what follows from them, and the files they go to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from skfocal.comparison.environment import environment
from skfocal.comparison.files import write_text
from skfocal.comparison.measures import DESCRIPTIONS, METRICS, Metric
from skfocal.comparison.report import render
from skfocal.comparison.splits import duplicate_groups
from skfocal.comparison.statistics import (
    against_baseline,
    data_set_ranks,
    data_set_scores,
    every_pair,
    holm,
    paired_differences,
)

if TYPE_CHECKING:
    from skfocal.comparison.methods import Method
    from skfocal.comparison.runner import CellResult, Predictions
    from skfocal.comparison.tables import Table

__all__ = ["Comparison", "Settings", "describe_tables", "new_origin"]


@dataclass(frozen=True)
class Settings:
    """How a comparison was made."""

    cv: int
    repeats: int
    inner_cv: int
    random_state: int
    baseline: str
    metrics: tuple[str, ...]
    threshold: str


class Comparison:
    """Scores of several methods on one or more tables.

    Attributes
    ----------
    scores : DataFrame
        One row per data set, method, repeat and fold: every metric, the chosen parameters, the
        seconds, the threshold, and the failure if the method failed there.
    differences : DataFrame
        Paired differences from the baseline, one row per data set, method and metric.
    data_sets : DataFrame
        One row per data set: what it consists of.
    methods : sequence of Method
        What was compared.
    predictions : sequence of Predictions
        The predictions for the test folds.
    settings : Settings
        How it was done.
    origin : mapping of str to object
        When, with what and by which command it was made.
    """

    def __init__(
        self,
        results: Sequence[CellResult],
        data_sets: pd.DataFrame,
        methods: Sequence[Method],
        settings: Settings,
        origin: Mapping[str, Any],
    ) -> None:
        self.scores = pd.DataFrame([row for result in results for row in result.rows])
        self.predictions: list[Predictions] = [
            prediction for result in results for prediction in result.predictions
        ]
        self.data_sets = data_sets
        self.methods = methods
        self.settings = settings
        self.origin = origin
        self.differences = paired_differences(self.scores, self.metrics, baseline=settings.baseline)

    @property
    def metrics(self) -> list[Metric]:
        """The metrics that the methods are compared by."""
        return [METRICS[key] for key in self.settings.metrics]

    @property
    def failures(self) -> pd.DataFrame:
        """The rows of `scores` that failed."""
        return self.scores[self.scores["failure"] != ""]

    def summary(self) -> pd.DataFrame:
        """Rank the methods over data sets by every metric.

        Returns
        -------
        DataFrame
            One row per metric and method: the mean of the data sets' scores and the mean rank;
            against the baseline wins, ties and losses, the median difference over data sets, the
            direction (1 better, -1 worse), p_value and p_holm, which allows for the number of
            methods. The p-values are those of
            the Wilcoxon signed-rank test over data sets or, with a single data set, of the
            corrected t-test over its folds.
        """
        return self._summary.copy()

    @cached_property
    def _summary(self) -> pd.DataFrame:
        frames = [self._summarise(metric) for metric in self.metrics]
        return pd.concat([frame for frame in frames if len(frame)], ignore_index=True)

    def _summarise(self, metric: Metric) -> pd.DataFrame:
        table = data_set_scores(self.scores, metric)
        better = metric.greater_is_better
        ranks = data_set_ranks(table, greater_is_better=better)
        frame = pd.DataFrame({"mean_score": table.mean(skipna=False), "mean_rank": ranks.mean()})
        versus = against_baseline(table, greater_is_better=better, baseline=self.settings.baseline)
        if len(table) == 1:
            differences = self.differences[self.differences["metric"] == metric.key]
            versus["p_value"] = differences.set_index("method")["p_value"]
        versus["p_holm"] = holm(versus["p_value"])
        frame = frame.join(versus).rename_axis("method").reset_index()
        frame.insert(0, "metric", metric.key)
        return frame if len(table) else frame.iloc[:0]

    def pairwise(self) -> pd.DataFrame:
        """Compare every two methods over data sets by every metric.

        Returns
        -------
        DataFrame
            One row per metric and pair of methods: wins, ties and losses of the first against the
            other, the direction (1 better, -1 worse), p_value of the Wilcoxon signed-rank test,
            and p_holm, which allows for the number of pairs. Metrics measured on fewer than two
            data sets are left out.
        """
        return self._pairwise.copy()

    @cached_property
    def _pairwise(self) -> pd.DataFrame:
        frames = [self._pairs(metric) for metric in self.metrics]
        return pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)

    def _pairs(self, metric: Metric) -> pd.DataFrame:
        table = data_set_scores(self.scores, metric)
        pairs = every_pair(table, greater_is_better=metric.greater_is_better)
        pairs.insert(0, "metric", metric.key)
        return pairs if len(table) > 1 else pairs.iloc[:0]

    def descriptions(self) -> pd.DataFrame:
        """Return what is measured too, but ranks no method: medians over all test folds.

        Returns
        -------
        DataFrame
            One row per method: calibration intercept and slope (NaN on folds where no finite ones
            exist, which are left out), precision and recall at both decisions, and the threshold.
        """
        folds = self.scores.groupby("method", sort=False)[list(DESCRIPTIONS)]
        return folds.median().reset_index()

    def class_recalls(self) -> pd.DataFrame:
        """Return how many rows of each class are found by the default decision.

        Returns
        -------
        DataFrame
            One row per data set, method and class: the mean recall over the test folds on which
            the method did not fail.
        """
        told = self.scores[self.scores["failure"] == ""]
        records = [
            {"data_set": data_set, "method": method, "class": label, "recall": recall}
            for data_set, method, recalls in zip(
                told["data_set"], told["method"], told["class_recalls"], strict=True
            )
            for label, recall in json.loads(recalls).items()
        ]
        columns = ["data_set", "method", "class"]
        frame = pd.DataFrame(records, columns=[*columns, "recall"])
        return frame.groupby(columns, sort=False)["recall"].mean().reset_index()

    def to_html(self, path: str | Path, *, command: str | None = None) -> Path:
        """Write the report: one file that needs no network.

        Parameters
        ----------
        path : str or Path
            Where to.
        command : str, default=None
            Command line that repeats the comparison, to be shown in place of its own.

        Returns
        -------
        Path
            The file written.
        """
        return write_text(Path(path), render(self, command=command))

    def write(self, directory: str | Path, *, command: str | None = None) -> list[Path]:
        """Write `report.html`, `scores.csv` and `summary.json` to a directory.

        Each file appears when it is complete, so that an interruption leaves no half of one.
        """
        target = Path(directory)
        target.mkdir(parents=True, exist_ok=True)
        summary = json.dumps(self.to_dict(command=command), indent=1, allow_nan=False)
        return [
            self.to_html(target / "report.html", command=command),
            write_text(target / "scores.csv", self.scores.to_csv(index=False)),
            write_text(target / "summary.json", summary + "\n"),
        ]

    def to_dict(self, *, command: str | None = None) -> dict[str, Any]:
        """Return the manifest, the data sets, the ranking and the differences as plain data."""
        return {
            "manifest": self.manifest(command=command),
            "data_sets": _records(self.data_sets),
            "ranking": _records(self.summary()),
            "differences": _records(self.differences),
            "pairwise": _records(self.pairwise()),
            "descriptions": _records(self.descriptions()),
            "class_recalls": _records(self.class_recalls()),
            "failures": _records(
                self.failures[["data_set", "method", "repeat", "fold", "failure"]]
            ),
        }

    def manifest(self, *, command: str | None = None) -> dict[str, Any]:
        """Return what a repetition needs to know."""
        return {
            **self.origin,
            "command": command or self.origin["command"],
            "settings": {**asdict(self.settings), "metrics": list(self.settings.metrics)},
            "grids": {
                method.name: {name: list(values) for name, values in method.tuned.items()}
                for method in self.methods
            },
        }


def new_origin(command: str | None) -> dict[str, Any]:
    """Return when, with what and by which command a comparison is made now."""
    created = datetime.now(UTC).isoformat(timespec="seconds")
    return {"created": created, "command": command, **environment()}


def describe_tables(tables: Sequence[Table]) -> pd.DataFrame:
    """Describe each table in one row."""
    return pd.DataFrame(
        [
            {
                "data_set": table.name,
                "n_rows": len(table.y),
                "n_numeric": len(table.numeric),
                "n_categorical": len(table.categorical),
                "numeric": list(table.numeric),
                "categorical": list(table.categorical),
                "n_classes": table.n_classes,
                "class_of_interest": table.classes[1] if table.n_classes == 2 else "",
                "n_rarest": int(np.bincount(table.y).min()),
                "prevalence": table.prevalence,
                "missing_share": float(table.X.isna().to_numpy().mean()),
                "duplicate_rows": len(table.y) - len(np.unique(duplicate_groups(table.X))),
            }
            for table in tables
        ]
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain data, None for what is not a number."""
    plain: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=12))
    return plain
