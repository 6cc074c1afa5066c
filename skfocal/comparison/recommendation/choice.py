"""The rule of the recommendation: the simplest of the methods that may be the best."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import entr
from scipy.stats import norm

from skfocal.comparison.errors import DataError
from skfocal.comparison.methods.method import Method
from skfocal.comparison.names import check_goal
from skfocal.comparison.results import SIGNIFICANCE, Results
from skfocal.comparison.scoring.metric import Metric
from skfocal.comparison.scoring.metrics import METRICS
from skfocal.comparison.scoring.threshold_rules import DEFAULT_RULE, ThresholdRule, parse_threshold
from skfocal.comparison.statistics.differences import (
    compare_with_baseline,
    corrected_difference,
    data_set_ranks,
    data_set_scores,
    holm,
)

__all__ = ["Choice", "Rival", "choose", "default_goal", "margin", "metric_of_goal"]

MARGIN = 0.01
"""Smallest difference of a score that counts, as a share of its scale."""
DECIMALS = 9
"""Means that agree to this number of decimals differ by rounding only."""


class Rival(NamedTuple):
    """The best of the other methods."""

    method: str
    """Its reported name."""
    gain: float
    """Mean difference from the recommended method, above 0 if the rival is better."""
    low: float
    """Lower end of its 95 % interval."""
    high: float
    """Upper end of its 95 % interval."""


@dataclass(frozen=True)
class Choice:
    """The recommended method, and how sure that is.

    Attributes
    ----------
    goal : {"probabilities", "ranking", "decisions"}
        What the methods were judged by.
    metric : Metric
        The metric of the goal.
    method : str
        Reported name of the recommended method.
    worse : tuple of str
        Methods that are significantly worse than the best.
    failed : tuple of str
        Methods that failed on a fold.
    rival : Rival or None
        The rival; None without another method, or with several data sets.
    margin : float
        Smallest difference that counts.
    more_positives : int or None
        If the data cannot decide, how many more positive rows would; otherwise None.
    """

    goal: str
    metric: Metric
    method: str
    worse: tuple[str, ...]
    failed: tuple[str, ...]
    rival: Rival | None
    margin: float
    more_positives: int | None

    @property
    def decided(self) -> bool:
        """Whether the data can decide."""
        return self.more_positives is None


def default_goal(results: Results) -> str:
    """Return the goal of a comparison from what was asked for."""
    settings = results.settings
    if settings.goal is not None:
        return settings.goal
    if settings.threshold != DEFAULT_RULE:
        return "decisions"
    every = {name for name, metric in METRICS.items() if not metric.needs_costs}
    if set(settings.metrics) == every:
        return "probabilities"
    return results.metrics[0].aspect


def metric_of_goal(goal: str, rule: ThresholdRule, *, binary: bool) -> Metric:
    """Return the metric that a goal is judged by."""
    if goal == "probabilities":
        return METRICS["log_loss"]
    if goal == "ranking":
        return METRICS["average_precision"]
    if not binary:
        return METRICS["f1_default"]
    return METRICS[{"cost": "cost_tuned", "mcc": "mcc_tuned"}.get(rule.kind, "f1_tuned")]


def margin(metric: Metric, rule: ThresholdRule, shares: list[float]) -> float:
    """Return the smallest difference that counts.

    Parameters
    ----------
    metric : Metric
        The metric.
    rule : ThresholdRule
        The costs, if there are any.
    shares : list of float
        Share of each class; with two, the positive class is the last.

    Returns
    -------
    float
        0.01 for scores between 0 and 1. 1 % of the log loss of the class shares, and of the cost
        of the better of flagging all rows and none.
    """
    if metric.name == "log_loss":
        return MARGIN * float(np.sum(entr(shares)))
    if metric.needs_costs:
        all_or_none = shares[0] * rule.false_positive, shares[-1] * rule.false_negative
        return MARGIN * min(all_or_none)
    return MARGIN


def choose(results: Results, goal: str | None = None) -> Choice:
    """Choose a method by the rule that docs/develop/comparison.md states.

    Raises
    ------
    SettingError
        If there is no such goal.
    DataError
        If every method failed.
    """
    if goal is not None:
        check_goal(goal)
    goal = goal or default_goal(results)
    rule = parse_threshold(results.settings.threshold)
    binary = bool((results.data_sets["n_classes"] == 2).any())
    metric = metric_of_goal(goal, rule, binary=binary)
    table = data_set_scores(results.scores, metric)
    complete = table.columns[table.notna().all()]
    failed = tuple(str(name) for name in table.columns if name not in complete)
    if not len(complete):
        raise DataError(
            "no method can be recommended: each of them failed on some fold; see the failures"
        )
    table = table[complete]
    ordered = _by_simplicity(results, table, metric)
    best = _best(table, ordered, metric)
    worse = _significantly_worse(results, table, metric, best)
    method = next(name for name in ordered if name not in worse)
    delta = margin(metric, rule, _class_shares(results))
    others = [name for name in ordered if name != method]
    rival = None
    if results.is_single and others:
        name = _best(table[others], others, metric)
        rival = Rival(name, *_gain(results, metric, name, method)[:3])
    more = None
    if rival is not None and rival.high > delta:
        n_positive = int(results.data_sets["n_rarest"].iloc[0])
        more = _more_positives(rival, delta, n_positive, n_compared=len(others))
    return Choice(goal, metric, method, worse, failed, rival, delta, more)


def _by_simplicity(results: Results, table: pd.DataFrame, metric: Metric) -> list[str]:
    """Return the reported names, the simplest method first."""
    mean = table.mean() * (-1 if metric.greater_is_better else 1)
    methods = {name: method for method in results.methods for name in method.reported}
    names = [str(name) for name in table.columns]

    def place(name: str) -> tuple[int, bool, float, float, int]:
        method: Method = methods[name]
        corrected = name in method.corrections
        score = round(float(mean[name]), DECIMALS)
        return method.complexity, corrected, method.cost, score, names.index(name)

    return sorted(names, key=place)


def _best(table: pd.DataFrame, ordered: list[str], metric: Metric) -> str:
    """Return the method with the best mean rank or score, the simplest of equal ones."""
    if len(table) > 1:
        merit = -data_set_ranks(table, greater_is_better=metric.greater_is_better).mean()
    else:
        merit = table.mean() * (1 if metric.greater_is_better else -1)
    rounded = merit.round(DECIMALS)
    return next(name for name in ordered if rounded[name] == rounded.max())


def _significantly_worse(
    results: Results, table: pd.DataFrame, metric: Metric, best: str
) -> tuple[str, ...]:
    others = [str(name) for name in table.columns if name != best]
    if not others:
        return ()
    if len(table) > 1:
        found = compare_with_baseline(
            table, greater_is_better=metric.greater_is_better, baseline=best
        )
        p_values, below = found["p_value"], found["direction"] < 0
    else:
        gaps = [_gain(results, metric, name, best) for name in others]
        p_values = pd.Series([gap[3] for gap in gaps], index=others)
        below = pd.Series([gap[0] < 0 for gap in gaps], index=others)
    adjusted = holm(p_values)
    significant = pd.Series(adjusted, index=p_values.index) < SIGNIFICANCE
    return tuple(name for name in others if significant[name] and below[name])


def _gain(
    results: Results, metric: Metric, method: str, other: str
) -> tuple[float, float, float, float]:
    """Return the mean gain over another method, its interval and its p-value."""
    folds = results.scores.set_index(["repeat", "fold"])
    applicable = folds[folds["n_classes"].map(metric.applies_to)]
    own, base = (applicable[applicable["method"] == name] for name in (method, other))
    gain = (own[metric.name] - base[metric.name]).to_numpy(np.float64)
    ratio = float(base["n_test"].mean() / base["n_train"].mean())
    found = corrected_difference(gain if metric.greater_is_better else -gain, ratio)
    return found.mean, found.low, found.high, found.p_value


def _more_positives(rival: Rival, delta: float, n_positive: int, *, n_compared: int) -> int:
    """Return the number of further positive rows that would decide, at the same gain."""
    half = (rival.high - rival.low) / 2
    too_wide = []  # by which factors
    if rival.gain > 0:  # it would be significant
        tail = SIGNIFICANCE / 2
        correction = norm.ppf(1 - tail / n_compared) / norm.ppf(1 - tail)
        too_wide.append(correction * half / rival.gain)
    if rival.gain < delta:  # a gain that counts would be excluded
        too_wide.append(half / (delta - rival.gain))
    more = max(n_positive * (min(too_wide) ** 2 - 1), 1.0)
    digits = 10.0 ** max(math.floor(math.log10(more)) - 1, 0)  # two digits are meant
    return int(math.ceil(more / digits) * digits)


def _class_shares(results: Results) -> list[float]:
    """Return the shares of the classes: those of two, or equal ones if they are not known."""
    first = results.data_sets.iloc[0]
    if first["n_classes"] == 2:
        return [1 - float(first["prevalence"]), float(first["prevalence"])]
    n_classes = int(first["n_classes"])
    return [1 / n_classes] * n_classes
