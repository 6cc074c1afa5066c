"""Gradient-boosted trees trained with focal loss by XGBoost, LightGBM and CatBoost."""

from typing import TYPE_CHECKING

from skfocal._lazy import lazy_names

if TYPE_CHECKING:
    from skfocal.boosting._catboost import FocalCatBoostClassifier
    from skfocal.boosting._lightgbm import FocalLGBMClassifier
    from skfocal.boosting._native import Library, focal_metric, focal_objective
    from skfocal.boosting._start import constant_start
    from skfocal.boosting._xgboost import FocalXGBClassifier

__all__ = [
    "FocalCatBoostClassifier",
    "FocalLGBMClassifier",
    "FocalXGBClassifier",
    "Library",
    "constant_start",
    "focal_metric",
    "focal_objective",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "skfocal.boosting._catboost": ["FocalCatBoostClassifier"],
        "skfocal.boosting._lightgbm": ["FocalLGBMClassifier"],
        "skfocal.boosting._native": ["Library", "focal_metric", "focal_objective"],
        "skfocal.boosting._start": ["constant_start"],
        "skfocal.boosting._xgboost": ["FocalXGBClassifier"],
    },
)
