"""Focal loss in the logits, binary and softmax: value, gradient, Hessian. Knows no data."""

from skfocal.losses._alpha import class_weights
from skfocal.losses._breakdown import FocalBreakdown, focal_breakdown
from skfocal.losses._checks import check_gamma, check_logits
from skfocal.losses._focal import FocalLoss
from skfocal.losses._functions import focal_loss

__all__ = [
    "FocalBreakdown",
    "FocalLoss",
    "check_gamma",
    "check_logits",
    "class_weights",
    "focal_breakdown",
    "focal_loss",
]
