"""How far scores spread over seeds and folds, and what a wrong hyperparameter would cost."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skfocal.comparison.scoring.metrics import Metric

if TYPE_CHECKING:
    from skfocal.comparison.methods.catalogue import Method

__all__ = ["parameter_sensitivity", "seed_spread"]


def seed_spread(scores: pd.DataFrame, metrics: Iterable[Metric]) -> pd.DataFrame:
    """Spread of the scores on one data set, in the middle of all data sets.

    Parameters
    ----------
    scores : DataFrame
        One row per data set, method, repeat and fold. Each repeat draws its folds, and all that
        is random in them, from another seed.
    metrics : iterable of Metric
        Whose scores.

    Returns
    -------
    DataFrame
        One row per metric and method: over_seeds, the standard deviation over repeats of the mean
        over folds, and over_folds, that over the folds of one repeat; medians over the data sets
        on which the method never failed. NaN with a single repeat, or nothing to measure.
    """
    frames = []
    for metric in metrics:
        suited = scores[scores["n_classes"].map(metric.suits)]
        if suited.empty:
            continue
        one_repeat = suited.groupby(["method", "data_set", "repeat"], sort=False)[metric.key]
        complete = (one_repeat.count() == one_repeat.size()).groupby(level=[0, 1]).transform("all")
        over_seeds = one_repeat.mean().where(complete).groupby(level=[0, 1], sort=False).std()
        over_folds = one_repeat.std().where(complete).groupby(level=[0, 1], sort=False).mean()
        spread = pd.DataFrame({"over_seeds": over_seeds, "over_folds": over_folds})
        medians = spread.groupby(level=0, sort=False).median().reset_index()
        medians.insert(0, "metric", metric.key)
        frames.append(medians)
    return pd.concat(frames, ignore_index=True)


def parameter_sensitivity(scores: pd.DataFrame, methods: Sequence[Method]) -> pd.DataFrame:
    """Measure what another value of one hyperparameter than the chosen one would have cost.

    Returns
    -------
    DataFrame
        One row per method, parameter and value: loss, by how much the average precision on the
        inner held-out rows falls short of that of the chosen values when this parameter alone is
        set to the value, and worst, the loss at the worst value of the parameter, whichever that
        is on each fold; means over folds, then over data sets. Both are in units of average
        precision and 0 or more.
    """
    columns = ["method", "parameter", "value", "loss", "worst"]
    frames = [_sensitivity(scores, method) for method in methods]
    return pd.concat([frame for frame in frames if len(frame)] or [pd.DataFrame(columns=columns)])[
        columns
    ].reset_index(drop=True)


def _sensitivity(scores: pd.DataFrame, method: Method) -> pd.DataFrame:
    view = next(iter(method.reported))
    rows = scores[(scores["method"] == view) & (scores["failure"] == "")]
    profiles = [json.loads(text) for text in rows["tuning_profiles"]]
    records = []
    for parameter, values in method.tuned.items() if profiles else ():
        reached = np.array([profile[parameter] for profile in profiles], dtype=np.float64)
        losses = pd.DataFrame(reached.max(axis=1, keepdims=True) - reached)
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
