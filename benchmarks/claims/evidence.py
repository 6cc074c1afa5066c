"""The measurements that claims are judged by, data set by data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from benchmarks.quality.results import Results
from benchmarks.quality.standing import TWO_CLASSES
from skfocal.comparison.methods.catalogue import BASELINE
from skfocal.comparison.scoring.folds import METRICS

__all__ = ["Evidence"]


@dataclass(frozen=True)
class Evidence:
    """Results of the tuned arms, and of the claims' own run.

    Attributes
    ----------
    quality : Results
        Those of the quality run; of it the data sets of two classes count.
    own : mapping
        Those of the claims' own run.
    """

    quality: Results
    own: Mapping[str, Any]

    def arm(self, arm: str, metric: str, statistic: str = "mean") -> pd.Series:
        """One figure of an arm on each data set of two classes."""
        return self.quality.scores(TWO_CLASSES, metric, statistic)[arm]

    def gain(self, arm: str, metric: str) -> pd.Series:
        """Difference of an arm from plain logistic regression on each of them."""
        return self.arm(arm, metric) - self.arm(BASELINE, metric)

    def clear(self, arm: str, metric: str) -> tuple[int, int]:
        """On how many of them the arm is clearly better, and clearly worse."""
        above = int((self.quality.scores(TWO_CLASSES, metric, "low")[arm] > 0).sum())
        below = int((self.quality.scores(TWO_CLASSES, metric, "high")[arm] < 0).sum())
        return (above, below) if METRICS[metric].greater_is_better else (below, above)

    def chosen(self, method: str, parameter: str, values: Sequence[str]) -> pd.Series:
        """Share of folds of each of them in which tuning chose one of some values."""
        shares = {}
        for record in self.quality.data_sets(TWO_CLASSES):
            counts = self.quality.info["chosen"][record["data_set"]][method][parameter]
            kept = sum(count for value, count in counts.items() if value in values)
            shares[record["data_set"]] = kept / sum(counts.values())
        return pd.Series(shares, dtype=float)

    def setting(
        self, setting: str, figure: str = "average_precision", statistic: str = "mean"
    ) -> pd.Series:
        """One figure of a setting of the own run on each of its data sets."""
        return pd.Series(
            {
                name: table["settings"][setting][figure][statistic]
                for name, table in self.own["tables"].items()
            },
            dtype=float,
        )

    def spread(self, settings: Sequence[str], figure: str = "average_precision") -> pd.Series:
        """Distance from the worst to the best of some settings on each of them."""
        table = pd.concat([self.setting(one, figure) for one in settings], axis=1)
        return table.max(axis=1) - table.min(axis=1)

    def table(self, key: str) -> pd.Series:
        """One figure that the own run has of each data set as a whole."""
        return pd.Series({name: one[key] for name, one in self.own["tables"].items()}, dtype=float)
