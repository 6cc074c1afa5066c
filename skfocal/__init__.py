"""Logistic regression with focal loss for scikit-learn."""

from skfocal._classes import effective_number_alpha
from skfocal._version import __version__
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
