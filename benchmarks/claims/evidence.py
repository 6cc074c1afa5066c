"""The measurements that the claims are judged by, one number per data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from benchmarks.publishing import MeasuredTable
from benchmarks.quality.ranking import TWO_CLASSES, clear_counts
from benchmarks.quality.results import data_sets, scores
from benchmarks.quality.shared_fits import BASELINE

__all__ = ["Evidence"]


@dataclass(frozen=True)
class Evidence:
    """The results on data sets of two classes.

    Attributes
    ----------
    quality : MeasuredTable
        Of the quality run, with tuned methods.
    experiment : mapping
        Of the experiment with one setting changed at a time.
    """

    quality: MeasuredTable
    experiment: Mapping[str, Any]

    def tuned(self, method: str, metric: str, statistic: str = "mean") -> pd.Series:
        """Return a statistic of a tuned method."""
        return scores(self.quality, TWO_CLASSES, metric, statistic)[method]

    def gain(self, method: str, metric: str) -> pd.Series:
        """Return the difference of a tuned method from plain logistic regression."""
        return self.tuned(method, metric) - self.tuned(BASELINE, metric)

    def clear(self, method: str, metric: str) -> tuple[int, int]:
        """Return on how many data sets a tuned method is clearly better, and clearly worse."""
        counts = clear_counts(self.quality, TWO_CLASSES, metric).loc[method]
        return int(counts["better"]), int(counts["worse"])

    def chosen(self, method: str, parameter: str, values: Sequence[str]) -> pd.Series:
        """Return the fraction of the folds in which tuning chose one of some values."""
        fractions = {}
        for record in data_sets(self.quality, TWO_CLASSES):
            counts = self.quality.info["chosen"][record["data_set"]][method][parameter]
            chosen = sum(count for value, count in counts.items() if value in values)
            fractions[record["data_set"]] = chosen / sum(counts.values())
        return pd.Series(fractions, dtype=float)

    def setting(
        self,
        setting: str,
        figure: str = "average_precision",
        statistic: str = "mean",
        part: str = "settings",
    ) -> pd.Series:
        """Return a statistic of one setting of the experiment."""
        return pd.Series(
            {
                name: table[part][setting][figure][statistic]
                for name, table in self.experiment["tables"].items()
            },
            dtype=float,
        )

    def spread(self, settings: Sequence[str], figure: str = "average_precision") -> pd.Series:
        """Return the range of a figure over some settings of the experiment."""
        table = pd.concat([self.setting(one, figure) for one in settings], axis=1)
        return table.max(axis=1) - table.min(axis=1)

    def table(self, key: str) -> pd.Series:
        """Return a figure of the experiment that describes a data set as a whole."""
        tables = self.experiment["tables"]
        return pd.Series({name: one[key] for name, one in tables.items()}, dtype=float)
