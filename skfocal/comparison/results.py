"""The results of a comparison: scores and statistics. No plots and no files."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from typing import Any, NamedTuple, Self

import pandas as pd

from skfocal.comparison.methods.method import Method
from skfocal.comparison.scoring.cell_results import CellResult, EventPredictions
from skfocal.comparison.scoring.metric import ASPECTS, Metric
from skfocal.comparison.scoring.metrics import DESCRIPTIONS, METRICS
from skfocal.comparison.scoring.threshold_rules import parse_threshold
from skfocal.comparison.settings import ComparisonSettings
from skfocal.comparison.statistics.choices import Choices, chosen_values
from skfocal.comparison.statistics.costs import running_times
from skfocal.comparison.statistics.curves import (
    Curve,
    precision_curves,
    roc_curves,
    threshold_curves,
)
from skfocal.comparison.statistics.differences import (
    compare_all_pairs,
    data_set_scores,
    paired_differences,
)
from skfocal.comparison.statistics.edges import edge_shares
from skfocal.comparison.statistics.recalls import mean_class_recalls
from skfocal.comparison.statistics.reliability import Reliability, pooled_reliability
from skfocal.comparison.statistics.robustness import parameter_sensitivity, seed_spread
from skfocal.comparison.statistics.summary import summarize_metric

__all__ = ["SIGNIFICANCE", "Results", "ThresholdCurves"]

SIGNIFICANCE = 0.05
"""Level of all tests."""

HASHES = ("data_set", "data_hash", "split_hash")
"""Columns of the data sets that identify the same rows and splits."""


class ThresholdCurves(NamedTuple):
    """The score at every threshold, and the thresholds that were chosen."""

    curves: list[Curve]
    """One per method, x being the log-odds."""
    thresholds: dict[str, float]
    """Median of the tuned thresholds of each method, as a probability."""
    scores: dict[str, float]
    """Mean score of the decisions at them, each fold at its own threshold."""
    label: str
    """Name of the score."""
    greater_is_better: bool
    """Its direction."""

    @property
    def optimum(self) -> str:
        """Word for the best score."""
        return "maximum" if self.greater_is_better else "minimum"


class Results:
    """Scores of several methods on one or more tables.

    Attributes
    ----------
    scores : DataFrame
        One row per data set, method, repeat and fold: every metric, the chosen parameters, the
        seconds, the threshold, and the failure if the method failed.
    differences : DataFrame
        Paired differences from the baseline, one row per data set, method and metric.
    data_sets : DataFrame
        One row per data set: its size, columns and classes, and the findings about it.
    methods : sequence of Method
        The methods.
    metrics : sequence of Metric
        The metrics that the methods are ranked by; the first one orders the ranking.
    predictions : sequence of EventPredictions
        The predictions for the test folds.
    first_predictions : sequence of EventPredictions
        Those of the first repeat: one for each row of each data set and each method.
    settings : ComparisonSettings
        How the comparison was made.
    origin : mapping of str to object
        When, with which versions and by which command it was made.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skfocal.comparison import compare
    >>> X, y = make_classification(n_samples=200, weights=[0.9], random_state=0)
    >>> comparison = compare(X, y, methods=["class_weight"], cv=2, repeats=1)
    >>> comparison.scores.groupby("method").size().to_dict()
    {'class_weight': 2, 'logistic': 2}
    >>> comparison.metrics[0].name
    'average_precision'
    """

    def __init__(  # one for each attribute
        self,
        results: Sequence[CellResult],
        *,
        data_sets: pd.DataFrame,
        methods: Sequence[Method],
        metrics: Sequence[Metric],
        settings: ComparisonSettings,
        origin: Mapping[str, Any],
    ) -> None:
        self.scores = pd.DataFrame([row for result in results for row in result.rows])
        self.predictions: list[EventPredictions] = [
            prediction for result in results for prediction in result.predictions
        ]
        self.first_predictions: list[EventPredictions] = [
            prediction
            for result in results
            for row, prediction in zip(result.rows, result.predictions, strict=False)
            if row["repeat"] == 0
        ]
        self.data_sets = data_sets
        self.methods = methods
        self.metrics = metrics
        self.settings = settings
        self.origin = origin
        self.differences = paired_differences(self.scores, metrics, baseline=settings.baseline)

    @property
    def failures(self) -> pd.DataFrame:
        """The rows of `scores` that failed."""
        return self.scores[self.scores["failure"] != ""]

    @property
    def findings(self) -> dict[str, list[str]]:
        """What was changed or is doubtful in the data, by data set; only those with findings."""
        found = zip(self.data_sets["data_set"], self.data_sets["findings"], strict=True)
        return {name: list(texts) for name, texts in found if texts}

    @property
    def is_single(self) -> bool:
        """Whether there is a single data set, so that tests are over its folds."""
        return len(self.data_sets) == 1

    def only(self, method: str) -> Self:
        """Return the scores and predictions of one reported method, without the others.

        Parameters
        ----------
        method : str
            Reported name of the method.

        Returns
        -------
        Results
            Of the same kind.
        """
        part = copy.copy(self)
        part.scores = self.scores[self.scores["method"] == method]
        part.predictions = [one for one in self.predictions if one.method == method]
        return part

    def summary(self) -> pd.DataFrame:
        """Rank the methods over data sets by every metric.

        Returns
        -------
        DataFrame
            One row per metric and method: mean_score over data sets and mean_rank; against the
            baseline wins, ties and losses, the median difference over data sets, the direction
            (1 better, -1 worse), p_value and p_holm, adjusted for the number of methods. The
            p-values are those of the Wilcoxon signed-rank test over data sets or, with a single
            data set, of the corrected t-test over its folds. Columns that end in _low and _high
            are 95 % intervals: of the mean rank and the median difference over data sets or, with
            a single one, of the mean score and the mean difference over its folds; NaN otherwise.
        """
        return self._summary.copy()

    @cached_property
    def _summary(self) -> pd.DataFrame:
        baseline = self.settings.baseline
        frames = [
            summarize_metric(self.scores, self.differences, metric, baseline)
            for metric in self.metrics
        ]
        return pd.concat([frame for frame in frames if len(frame)], ignore_index=True)

    def pairwise(self) -> pd.DataFrame:
        """Compare every pair of methods over data sets by every metric.

        Returns
        -------
        DataFrame
            One row per metric and pair of methods: wins, ties and losses of the first against the
            other, the direction (1 better, -1 worse), p_value of the Wilcoxon signed-rank test,
            and p_holm, adjusted for the number of pairs. Metrics that apply to fewer than two
            data sets have no rows.
        """
        return self._pairwise.copy()

    @cached_property
    def _pairwise(self) -> pd.DataFrame:
        frames = [self._pairs(metric) for metric in self.metrics]
        return pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)

    def _pairs(self, metric: Metric) -> pd.DataFrame:
        table = data_set_scores(self.scores, metric)
        pairs = compare_all_pairs(table, greater_is_better=metric.greater_is_better)
        pairs.insert(0, "metric", metric.name)
        return pairs if len(table) > 1 else pairs.iloc[:0]

    def descriptions(self) -> pd.DataFrame:
        """Return the medians over all test folds of measures that rank no method.

        Returns
        -------
        DataFrame
            One row per method: calibration intercept and slope (folds on which no finite ones
            exist are ignored), precision and recall of both decisions, and the threshold.
        """
        folds = self.scores.groupby("method", sort=False)[list(DESCRIPTIONS)]
        return folds.median().reset_index()

    def class_recalls(self) -> pd.DataFrame:
        """Return the recall of every class at the default decision.

        Returns
        -------
        DataFrame
            One row per data set, method and class: the mean recall over the test folds on which
            the method did not fail.
        """
        return mean_class_recalls(self.scores)

    def seed_spread(self) -> pd.DataFrame:
        """Measure the spread of the scores over the seeds of the repeats, and over folds.

        Returns
        -------
        DataFrame
            One row per metric and method: the standard deviations over_seeds, of the means of the
            repeats, and over_folds, of the folds of one repeat; medians over data sets. The first
            is NaN with a single repeat.
        """
        return seed_spread(self.scores, self.metrics)

    def sensitivity(self) -> pd.DataFrame:
        """Measure how much average precision other hyperparameter values would have lost.

        Returns
        -------
        DataFrame
            One row per method, parameter and value: loss, the average precision on inner held-out
            rows that is lost at this value, and worst, that at the worst value of the parameter.
        """
        return parameter_sensitivity(self.scores, self.methods)

    def chosen_values(self) -> Choices:
        """Return the share of folds by method, parameter and value that tuning chose."""
        return chosen_values(self.scores, self.methods)

    def edge_shares(self) -> pd.DataFrame:
        """Return how often the best value of a parameter was at the edge of those tried.

        Returns
        -------
        DataFrame
            One row per method, parameter and edge that occurs: the share of the folds.
        """
        return edge_shares(self.scores, self.methods)

    def running_times(self) -> pd.DataFrame:
        """Compare the times of a fit and a prediction with those of the baseline.

        Returns
        -------
        DataFrame
            One row per method: fit_ratio and predict_ratio with their _low and _high, fit_seconds
            and tuning_seconds.
        """
        return running_times(self.scores, self.settings.baseline)

    def method_order(self) -> list[str]:
        """Return the reported names by mean rank in the first metric, the best first."""
        summary = self.summary()
        rows = summary[summary["metric"] == summary["metric"].iloc[0]]
        return list(rows.sort_values("mean_rank", kind="stable")["method"])

    def measured_metrics(self) -> list[Metric]:
        """Return the metrics that apply to some data set, by aspect."""
        measured = set(self.summary()["metric"])
        built_in = list(METRICS)
        chosen = [metric for metric in self.metrics if metric.name in measured]

        def position(metric: Metric) -> tuple[int, int]:
            place = built_in.index(metric.name) if metric.name in METRICS else len(built_in)
            return ASPECTS.index(metric.aspect), place

        return sorted(chosen, key=position)

    def prominent_metrics(self) -> list[Metric]:
        """Return the metrics of high prominence; all of them if there are none."""
        measured = self.measured_metrics()
        return [metric for metric in measured if metric.prominence == "high"] or measured

    def roc_curves(self) -> list[Curve]:
        """Return the mean ROC curve of each method over the binary data sets."""
        return roc_curves(self._binary_predictions(), self.method_order())

    def precision_recall_curves(self) -> list[Curve]:
        """Return the mean precision-recall curve of each method over the binary data sets."""
        return precision_curves(self._binary_predictions(), self.method_order())

    def threshold_curves(self) -> ThresholdCurves:
        """Return the score at every threshold for each method over the binary data sets."""
        rule = parse_threshold(self.settings.threshold)
        curves = threshold_curves(self._binary_predictions(), self.method_order(), rule)
        metric = METRICS[{"mcc": "mcc_tuned", "cost": "cost_tuned"}.get(rule.kind, "f1_tuned")]
        means = data_set_scores(self.scores, metric).mean()
        medians = self.scores.groupby("method")["threshold"].median()
        return ThresholdCurves(
            curves,
            {str(method): float(median) for method, median in medians.items()},
            {str(method): float(mean) for method, mean in means.items()},
            rule.score_label,
            metric.greater_is_better,
        )

    def reliability(self) -> list[Reliability]:
        """Return the reliability diagram of each method, pooled over all data sets."""
        return pooled_reliability(self.first_predictions, self.method_order())

    def _binary_predictions(self) -> list[EventPredictions]:
        counts = self.data_sets.set_index("data_set")["n_classes"]
        return [one for one in self.first_predictions if counts[one.data_set] == 2]

    def manifest(self, *, command: str | None = None) -> dict[str, Any]:
        """Return all that is needed to repeat the comparison.

        Parameters
        ----------
        command : str, default=None
            Command line that repeats it; by default the one it was made with.

        Returns
        -------
        dict
            Plain data.
        """
        splits = zip(*(self.data_sets[name] for name in HASHES), strict=True)
        origin = {name: value for name, value in self.origin.items() if name != "source"}
        return {
            **origin,
            "command": command or self.origin["command"],
            "settings": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in asdict(self.settings).items()
            },
            "grids": {
                method.name: {name: list(values) for name, values in method.tuned.items()}
                for method in self.methods
            },
            "hashes": {name: {"data": data, "splits": split} for name, data, split in splits},
        }
