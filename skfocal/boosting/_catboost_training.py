"""What CatBoost trains with in place of the parameters of the user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from skfocal._typing import Floats
from skfocal.boosting._classifier import FocalProblem, check_loss_parameters
from skfocal.boosting._metrics import LOG_LOSS_NAMES, metric_list
from skfocal.boosting._native import CatBoostObjective, PosteriorLogloss

__all__ = ["check_metrics", "check_parameters", "training_parameters"]

# What CatBoost computes correctly from the margins of two classes.
_MARGIN_METRICS = ("AUC", "NormalizedGini", "PRAUC")
# Parameters with which CatBoost weights the classes of its own losses.
_CLASS_WEIGHTS = ("auto_class_weights", "class_weights", "scale_pos_weight")
_EVALUATIONS = ("custom_loss", "custom_metric")
_REPLACED = ("boost_from_average", "eval_metric", "loss_function", "objective")


def check_parameters(params: Mapping[str, Any]) -> None:
    """Raise an error for parameters that focal loss and the encoded labels replace.

    Raises
    ------
    ValueError
        If one of them was set.
    """
    check_loss_parameters(
        params,
        ["loss_function", "objective"],
        _CLASS_WEIGHTS,
        defaults=("Logloss", "MultiClass"),
    )
    if params.get("class_names") is not None:
        msg = (
            "class_names must be left at its default, because the classes are those of y, "
            f"sorted; got {params['class_names']!r}."
        )
        raise ValueError(msg)


def check_metrics(metrics: Any, n_classes: int) -> None:
    """Raise an error for metrics that CatBoost would compute from the link of the margins.

    Raises
    ------
    ValueError
        If it would compute one of them.
    """
    ranking = _ranking_metrics(n_classes)
    for metric in metrics if isinstance(metrics, list | tuple) else [metrics]:
        if str(metric).partition(":")[0] not in ranking:
            msg = (
                f"metrics must be among {', '.join(map(repr, _MARGIN_METRICS))}, for two "
                f"classes; got {str(metric)!r}, which CatBoost would compute from margins that "
                "are not those of log loss. Compute it from predict_proba."
            )
            raise ValueError(msg)


def training_parameters(
    params: Mapping[str, Any], problem: FocalProblem, start: Any, *, has_eval_set: bool
) -> dict[str, Any]:
    """Return the parameters of CatBoost that train focal loss.

    Parameters
    ----------
    params : mapping of str to object
        The parameters that the user has set.
    problem : FocalProblem
        The loss and the encoded labels.
    start : float or ndarray of shape (n_classes,)
        Margins where training starts.
    has_eval_set : bool
        Whether the user passes evaluation sets.

    Raises
    ------
    ValueError
        If CatBoost would compute a metric from wrong probabilities.
    """
    ranking = _ranking_metrics(problem.n_classes)
    for name in _EVALUATIONS:
        if name in params:
            metric_list(params[name], ranking)
    (metric,) = metric_list(params.get("eval_metric"), ranking)
    trained = {name: value for name, value in params.items() if name not in _REPLACED}
    # CatBoost scores splits by the weights of rows, so those of the classes are among them.
    trained["loss_function"] = CatBoostObjective(replace(problem.loss, alpha=None), start)
    if problem.n_classes > 2:
        trained["classes_count"] = problem.n_classes
    if has_eval_set or "eval_fraction" in params:
        trained["eval_metric"] = _evaluation(metric, problem, start)
    else:
        # A metric in Python would be computed after every tree, and nobody reads it.
        name = "Logloss" if problem.n_classes == 2 else "MultiClass"
        trained["eval_metric"] = f"{name}:hints=skip_train~true"
    return trained


def _ranking_metrics(n_classes: int) -> tuple[str, ...]:
    return _MARGIN_METRICS if n_classes == 2 else ()


def _evaluation(metric: Any, problem: FocalProblem, start: Any) -> Any:
    """Return the metric that CatBoost computes for one of the user."""
    if not isinstance(metric, str):
        return _ShiftedMetric(metric, start)
    return PosteriorLogloss(problem.loss, start) if metric.lower() in LOG_LOSS_NAMES else metric


class _ShiftedMetric:
    """A user's metric object, which gets the whole margins.

    Parameters
    ----------
    metric : object
        Metric, as CatBoost calls it.
    start : float or ndarray of shape (n_classes,)
        Margins that are added to those of CatBoost, which begin at zero.
    """

    no_jit: ClassVar = True  # see CatBoostObjective

    def __init__(self, metric: Any, start: Any) -> None:
        self.metric = metric
        self.start = start

    def is_max_optimal(self) -> bool:
        """Return whether higher is better."""
        return bool(self.metric.is_max_optimal())

    def evaluate(
        self, margins: Sequence[Floats], labels: Floats, weights: Floats | None
    ) -> tuple[float, float]:
        """Return error and weight of a block of rows."""
        starts = np.broadcast_to(self.start, len(margins))
        shifted = [one + start for one, start in zip(margins, starts, strict=True)]
        error, weight = self.metric.evaluate(shifted, labels, weights)
        return float(error), float(weight)

    def get_final_error(self, error: float, weight: float) -> float:
        """Return the value of the metric."""
        return float(self.metric.get_final_error(error, weight))
