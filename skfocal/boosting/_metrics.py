"""Evaluation metrics that the libraries compute for the estimators."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from skfocal._predictions import probabilities
from skfocal._typing import Floats
from skfocal.boosting._loss import BoostedLoss
from skfocal.losses import class_weights

__all__ = ["LOG_LOSS_NAMES", "metric_list", "metric_probabilities"]

LOG_LOSS_NAMES = {
    "binary_logloss",
    "cross_entropy",
    "logloss",
    "crossentropy",
    "mlogloss",
    "multi_logloss",
    "multiclass",
}
"""Names of log loss in the libraries, in lower case."""


def metric_list(metric: Any, ranking: Collection[str]) -> list[Any]:
    """Return the metrics that a user asked for, as a list of names and callables.

    Parameters
    ----------
    metric : None, str, callable or list of those
        Metrics. None means log loss.
    ranking : collection of str
        Metrics of the library that depend on the order of the margins only.

    Raises
    ------
    ValueError
        If the library would compute a metric from the link's probabilities.
    """
    if metric is None:
        return ["logloss"]
    metrics = list(metric) if isinstance(metric, list | tuple) else [metric]
    for one in metrics:
        name = str(one).partition(":")[0]
        is_known = name in ranking or name.lower() in LOG_LOSS_NAMES
        if isinstance(one, str) and not is_known:
            msg = (
                f"The evaluation metric must be {', '.join(map(repr, ('logloss', *ranking)))} or a "
                f"function; got {one!r}, which the library would compute from margins that are not "
                "those of log loss."
            )
            raise ValueError(msg)
    return metrics


def metric_probabilities(loss: BoostedLoss, margins: Floats) -> Floats:
    """Return the probabilities that a metric of the user gets: of class 1, or of all classes."""
    n_classes = 2 if margins.ndim == 1 else margins.shape[1]
    weight = class_weights(loss.alpha, n_classes)
    margins = margins.astype(np.float64, copy=False)
    result = probabilities(margins, loss.gamma, weight, "posterior")
    return result if margins.ndim == 2 else result[:, 1]
