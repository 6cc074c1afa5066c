"""The measurements for the claims, one number per data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from benchmarks.publishing import MeasuredTable
from benchmarks.quality.ranking import TWO_CLASSES, clear_counts
from benchmarks.quality.results import data_sets, scores
from benchmarks.quality.shared_fits import BASELINE


@dataclass(frozen=True)
class Evidence:
    """The results of the quality run on two classes, of two other runs, and of the experiment."""

    quality: MeasuredTable
    experiment: Mapping[str, Any]
    ensembles: MeasuredTable
    temperature: MeasuredTable

    def tuned(self, method: str, metric: str, statistic: str = "mean") -> pd.Series:
        """Return a statistic of a tuned method."""
        return scores(self.quality, TWO_CLASSES, metric, statistic)[method]

    def gain(self, method: str, metric: str) -> pd.Series:
        """Return the difference of a tuned method from plain logistic regression."""
        return self.tuned(method, metric) - self.tuned(BASELINE, metric)

    def ensemble(self, metric: str) -> pd.DataFrame:
        """Return a metric of the methods of the ensemble run, by data set."""
        return scores(self.ensembles, ["ensembles"], metric)

    def calibrated(self, metric: str) -> pd.DataFrame:
        """Return a metric of the calibrators of the temperature run, by data set."""
        return scores(self.temperature, TWO_CLASSES, metric)

    def clear(self, method: str, metric: str) -> tuple[int, int]:
        """Return on how many data sets a tuned method is clearly better, and clearly worse."""
        better, worse = clear_counts(self.quality, TWO_CLASSES, metric).loc[method].to_numpy()
        return int(better), int(worse)

    def chosen(self, method: str, parameter: str, values: Sequence[str]) -> pd.Series:
        """Return the fraction of the folds in which tuning chose one of some values."""
        names = [record["data_set"] for record in data_sets(self.quality, TWO_CLASSES)]
        counts = {name: self.quality.info["chosen"][name][method][parameter] for name in names}
        table = pd.DataFrame(counts).T.fillna(0)
        return table[table.columns.intersection(list(values))].sum(axis=1) / table.sum(axis=1)

    def setting(
        self,
        setting: str,
        figure: str = "average_precision",
        statistic: str = "mean",
        part: str = "settings",
    ) -> pd.Series:
        """Return a statistic of one setting of the experiment."""
        tables = self.experiment["tables"].items()
        return pd.Series({name: one[part][setting][figure][statistic] for name, one in tables})

    def change(
        self, setting: str, other: str, figure: str = "average_precision", **where: str
    ) -> pd.Series:
        """Return the difference between two settings of the experiment."""
        return self.setting(setting, figure, **where) - self.setting(other, figure, **where)

    def spread(self, settings: Sequence[str], figure: str = "average_precision") -> pd.Series:
        """Return the range of a figure over some settings of the experiment."""
        table = pd.concat([self.setting(one, figure) for one in settings], axis=1)
        return table.max(axis=1) - table.min(axis=1)

    def table(self, key: str) -> pd.Series:
        """Return a figure of the experiment that describes a data set as a whole."""
        return pd.Series({name: one[key] for name, one in self.experiment["tables"].items()})
