"""Logistic regression with focal loss for scikit-learn."""

from typing import TYPE_CHECKING

from skfocal._lazy import lazy_names
from skfocal._version import __version__

if TYPE_CHECKING:
    from skfocal._classes import effective_number_alpha
    from skfocal.displays import FocalSearchDisplay
    from skfocal.explorer import explore
    from skfocal.linear_model import FocalLogisticRegression
    from skfocal.losses import FocalBreakdown, FocalLoss, focal_breakdown, focal_loss
    from skfocal.model_selection import FocalLogisticRegressionCV
    from skfocal.posterior import focal_posterior

__all__ = [
    "FocalBreakdown",
    "FocalLogisticRegression",
    "FocalLogisticRegressionCV",
    "FocalLoss",
    "FocalSearchDisplay",
    "__version__",
    "effective_number_alpha",
    "explore",
    "focal_breakdown",
    "focal_loss",
    "focal_posterior",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "skfocal._classes": ["effective_number_alpha"],
        "skfocal.displays": ["FocalSearchDisplay"],
        "skfocal.explorer": ["explore"],
        "skfocal.linear_model": ["FocalLogisticRegression"],
        "skfocal.losses": ["FocalBreakdown", "FocalLoss", "focal_breakdown", "focal_loss"],
        "skfocal.model_selection": ["FocalLogisticRegressionCV"],
        "skfocal.posterior": ["focal_posterior"],
    },
    [
        *("boosting", "calibration", "displays", "explorer", "inference", "linear_model"),
        *("losses", "metrics", "model_selection", "onnx", "posterior"),
    ],
)
