"""The outcome of a comparison: scores, what follows from them, and the files they go to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from skfocal.comparison.data.descriptions import class_recalls
from skfocal.comparison.report import plots
from skfocal.comparison.report.plots import Figure
from skfocal.comparison.report.rendering import render
from skfocal.comparison.report.writing import to_plain_data, write_files
from skfocal.comparison.scoring.metrics import DESCRIPTIONS, METRICS, Metric
from skfocal.comparison.statistics.differences import (
    against_baseline,
    data_set_ranks,
    data_set_scores,
    every_pair,
    holm,
    paired_differences,
)
from skfocal.comparison.statistics.intervals import (
    mean_rank_intervals,
    median_intervals,
    score_intervals,
)
from skfocal.comparison.statistics.robustness import parameter_sensitivity, seed_spread
from skfocal.comparison.storage.files import write_text

if TYPE_CHECKING:
    from skfocal.comparison.methods.catalogue import Method
    from skfocal.comparison.run.cell import CellResult, Predictions

__all__ = ["Comparison", "Settings"]

HASHES = ("data_set", "data_hash", "split_hash")
"""Columns of the data sets that tell whether a repetition has the same rows and splits."""


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
    first_predictions : sequence of Predictions
        Those of the first repeat: one for each row of each data set and each method.
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
        # Of the first repeat alone, so that each row counts once.
        self.first_predictions: list[Predictions] = [
            prediction
            for result in results
            for row, prediction in zip(result.rows, result.predictions, strict=False)
            if row["repeat"] == 0
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
            One row per metric and method: mean_score over data sets and mean_rank; against the
            baseline wins, ties and losses, the median difference over data sets, the direction
            (1 better, -1 worse), p_value and p_holm, which allows for the number of methods. The
            p-values are those of the Wilcoxon signed-rank test over data sets or, with a single
            data set, of the corrected t-test over its folds. Columns that end in _low and _high
            are 95 % intervals: of the mean rank and the median difference over data sets or, with
            a single one, of the mean score and the mean difference over its folds; else NaN.
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
            found = differences.set_index("method")
            versus["p_value"] = found["p_value"]
            versus[["difference_low", "difference_high"]] = found[["low", "high"]]
            frame = frame.join(score_intervals(self.scores, metric))
        else:
            versus = versus.join(median_intervals(table, self.settings.baseline))
            frame[["score_low", "score_high"]] = np.nan
        versus["p_holm"] = holm(versus["p_value"])
        frame = frame.join(mean_rank_intervals(ranks)).join(versus)
        frame = frame.rename_axis("method").reset_index()
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
        return class_recalls(self.scores)

    def seed_spread(self) -> pd.DataFrame:
        """Measure how far scores spread over the seeds of the repeats, and over folds.

        Returns
        -------
        DataFrame
            One row per metric and method: the standard deviations over_seeds, of the means of the
            repeats, and over_folds, of the folds of one repeat; medians over data sets. The first
            is NaN with a single repeat.
        """
        return seed_spread(self.scores, self.metrics)

    def sensitivity(self) -> pd.DataFrame:
        """Measure what other values of a hyperparameter than the chosen ones would have cost.

        Returns
        -------
        DataFrame
            One row per method, parameter and value: loss, the average precision on inner held-out
            rows that is lost at this value, and worst, that at the worst value of the parameter.
        """
        return parameter_sensitivity(self.scores, self.methods)

    def plot_ranking(self) -> Figure:
        """Draw mean ranks with intervals and what does not differ, or scores of one data set."""
        return plots.plot_ranking(self)

    def plot_differences(self) -> Figure:
        """Draw the differences from the baseline on every data set, with intervals."""
        return plots.plot_differences(self)

    def plot_roc(self) -> Figure:
        """Draw the ROC curve of every method, over data sets of two classes."""
        return plots.plot_roc(self)

    def plot_precision_recall(self) -> Figure:
        """Draw precision against recall for every method, over data sets of two classes."""
        return plots.plot_precision_recall(self)

    def plot_reliability(self) -> Figure:
        """Draw the reliability diagram of every method, with consistency bars."""
        return plots.plot_reliability(self)

    def plot_thresholds(self) -> Figure:
        """Draw the score that the threshold is chosen by against the threshold."""
        return plots.plot_thresholds(self)

    def plot_cost(self) -> Figure:
        """Draw the times of a fit and of predicting beside the baseline's."""
        return plots.plot_cost(self)

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
        """Write the report and the same numbers in other forms to a directory.

        These are `report.html`, `report.md`, `scores.csv`, `summary.json` and, where pyarrow is
        installed, `scores.parquet`. Each file appears when it is complete, so that an
        interruption leaves no half of one.
        """
        return write_files(self, Path(directory), command=command)

    def to_dict(self, *, command: str | None = None) -> dict[str, Any]:
        """Return the manifest, the data sets, the ranking and the differences as plain data."""
        return to_plain_data(self, command=command)

    def manifest(self, *, command: str | None = None) -> dict[str, Any]:
        """Return what a repetition needs to know."""
        splits = zip(*(self.data_sets[name] for name in HASHES), strict=True)
        return {
            **self.origin,
            "command": command or self.origin["command"],
            "settings": {**asdict(self.settings), "metrics": list(self.settings.metrics)},
            "grids": {
                method.name: {name: list(values) for name, values in method.tuned.items()}
                for method in self.methods
            },
            "hashes": {name: {"data": data, "splits": split} for name, data, split in splits},
        }
