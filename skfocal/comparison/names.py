"""Names of methods and metrics, known without importing what they need.

The command line shows and checks them at once, while the methods themselves take seconds to
import. A test compares the names with the methods and metrics that there are.
"""

from __future__ import annotations

from collections.abc import Collection

from skfocal.comparison.errors import SettingError
from skfocal.comparison.suggestions import suggest_names

__all__ = [
    "BASELINE",
    "COST_METRICS",
    "DEFAULT_METHODS",
    "GOALS",
    "METRIC_NAMES",
    "MORE_METHODS",
    "REPORTED_NAMES",
    "check_baseline",
    "check_costs",
    "check_estimator",
    "check_goal",
    "check_method",
    "check_metric",
]

BASELINE = "logistic"
"""The method that others are compared with."""
DEFAULT_METHODS = (
    BASELINE,
    "class_weight",
    "focal",
    "focal_alpha",
    "oversample",
    "undersample",
    "smote",
)
BOOSTERS = ("xgboost", "lightgbm", "catboost")
MORE_METHODS = (
    *(
        f"{library}{suffix}"
        for library in BOOSTERS
        for suffix in ("", "_weighted", "_weighted_corrected", "_focal")
    ),
    "platt",
    "isotonic",
    "temperature",
    "focal_temperature",
    "hard_examples",
    "label_smoothing",
    "class_weight_corrected",
    "oversample_corrected",
    "undersample_corrected",
    "smote_corrected",
    "balanced_random_forest",
    "balanced_bagging",
    "easy_ensemble",
    "rusboost",
    "hist_gradient_boosting",
    "hist_gradient_boosting_weighted",
    "balanced_random_forest_corrected",
    "balanced_bagging_corrected",
    "easy_ensemble_corrected",
    "rusboost_corrected",
    "hist_gradient_boosting_weighted_corrected",
)
VIEWS = {
    name: (f"{name} (recovered)", f"{name} (raw)")
    for name in ("focal", "focal_alpha", *(f"{library}_focal" for library in BOOSTERS))
}
REPORTED_NAMES = tuple(
    reported for name in (*DEFAULT_METHODS, *MORE_METHODS) for reported in VIEWS.get(name, (name,))
)
"""Names in the report; a method with two views has two."""
COST_METRICS = ("cost_default", "cost_tuned")
"""Metrics that need costs."""
GOALS = ("probabilities", "ranking", "decisions")
"""What a method may be recommended for."""
METRIC_NAMES = (
    "average_precision",
    "roc_auc",
    "log_loss",
    "brier_score",
    "calibration_error",
    "squared_calibration_error",
    "f1_default",
    "f1_tuned",
    "balanced_accuracy_default",
    "balanced_accuracy_tuned",
    "mcc_default",
    "mcc_tuned",
    "g_mean_default",
    "g_mean_tuned",
    *COST_METRICS,
)


def check_method(name: str, known: Collection[str]) -> None:
    """Refuse the name of a method that does not exist.

    Raises
    ------
    SettingError
        If it is unknown; the message suggests similar ones.
    """
    if name not in known:
        suggestion = suggest_names(name, known, "they may be")
        raise SettingError("methods", f"got {name!r}, which is unknown; {suggestion}")


def check_estimator(path: str) -> None:
    """Refuse what does not have the form of the path of a factory.

    Raises
    ------
    SettingError
        If it has another form.
    """
    module, _, name = path.partition(":")
    if not module or not name:
        raise SettingError("estimators", f"must be package.module:factory; got {path!r}.")


def check_baseline(name: str, known: Collection[str]) -> None:
    """Refuse a baseline that is the reported name of no method; see `check_method`."""
    if name not in known:
        suggestion = suggest_names(name, known, "it may be")
        raise SettingError("baseline", f"got {name!r}, which is no method; {suggestion}")


def check_goal(name: str) -> None:
    """Refuse a goal that does not exist.

    Raises
    ------
    SettingError
        If it is unknown.
    """
    if name not in GOALS:
        raise SettingError("goal", f"must be one of {', '.join(GOALS)}; got {name!r}.")


def check_metric(name: str) -> None:
    """Refuse the name of a metric that does not exist; see `check_method`."""
    if name not in METRIC_NAMES:
        suggestion = suggest_names(name, METRIC_NAMES, "they may be")
        raise SettingError("metrics", f"got {name!r}, which is unknown; {suggestion}")


def check_costs(name: str, *, needed: bool, given: bool) -> None:
    """Refuse a metric that needs costs if the threshold rule has none."""
    if needed and not given:
        raise SettingError(
            "metrics",
            f"got {name!r}, which needs costs; set a threshold such as 'cost:fp=1,fn=20'",
        )
