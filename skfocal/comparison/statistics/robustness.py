"""Spread of scores over seeds and folds, and sensitivity to hyperparameters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from skfocal.comparison.methods.method import Method
from skfocal.comparison.scoring.metric import Metric

__all__ = ["parameter_sensitivity", "seed_spread"]


def seed_spread(scores: pd.DataFrame, metrics: Iterable[Metric]) -> pd.DataFrame:
    """Spread of the scores on one data set; the median over data sets.

    Parameters
    ----------
    scores : DataFrame
        One row per data set, method, repeat and fold. Each repeat has another seed for its folds
        and all that is random in them.
    metrics : iterable of Metric
        The metrics.

    Returns
    -------
    DataFrame
        One row per metric and method: over_seeds, the standard deviation over repeats of the mean
        over folds, and over_folds, that over the folds of one repeat; medians over the data sets
        on which the method never failed. NaN with a single repeat, or without such a data set.
    """
    frames = []
    for metric in metrics:
        applicable = scores[scores["n_classes"].map(metric.applies_to)]
        if applicable.empty:
            continue
        one_repeat = applicable.groupby(["method", "data_set", "repeat"], sort=False)[metric.name]
        complete = (one_repeat.count() == one_repeat.size()).groupby(level=[0, 1]).transform("all")
        over_seeds = one_repeat.mean().where(complete).groupby(level=[0, 1], sort=False).std()
        over_folds = one_repeat.std().where(complete).groupby(level=[0, 1], sort=False).mean()
        spread = pd.DataFrame({"over_seeds": over_seeds, "over_folds": over_folds})
        medians = spread.groupby(level=0, sort=False).median().reset_index()
        medians.insert(0, "metric", metric.name)
        frames.append(medians)
    return pd.concat(frames, ignore_index=True)


def parameter_sensitivity(scores: pd.DataFrame, methods: Sequence[Method]) -> pd.DataFrame:
    """Measure how much average precision other values of a hyperparameter would have lost.

    Returns
    -------
    DataFrame
        One row per method, parameter and value: loss, the average precision on the inner held-out
        rows that is lost if this parameter alone is set to the value, and worst, the loss at the
        worst value on each fold. Means over folds, then over data sets.
    """
    columns = ["method", "parameter", "value", "loss", "worst"]
    frames = [_sensitivity(scores, method) for method in methods]
    return pd.concat([frame for frame in frames if len(frame)] or [pd.DataFrame(columns=columns)])[
        columns
    ].reset_index(drop=True)


def _sensitivity(scores: pd.DataFrame, method: Method) -> pd.DataFrame:
    name = next(iter(method.reported))
    rows = scores[(scores["method"] == name) & (scores["failure"] == "")]
    profiles = [json.loads(text) for text in rows["tuning_profiles"]]
    records = []
    for parameter, values in method.tuned.items() if profiles else ():
        merits = np.array([profile[parameter] for profile in profiles], dtype=np.float64)
        losses = pd.DataFrame(merits.max(axis=1, keepdims=True) - merits)
        losses["worst"] = losses.max(axis=1)
        means = losses.groupby(rows["data_set"].to_numpy()).mean().mean()
        records += [
            {
                "method": method.name,
                "parameter": parameter,
                "value": str(value),
                "loss": float(means[index]),
                "worst": float(means["worst"]),
            }
            for index, value in enumerate(values)
        ]
    return pd.DataFrame(records)
