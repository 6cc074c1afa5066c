"""Focal loss of the logits, binary and multiclass, with its gradient and Hessian."""

from skfocal.losses._alpha import class_weights
from skfocal.losses._breakdown import FocalBreakdown, focal_breakdown
from skfocal.losses._checks import check_logits
from skfocal.losses._focal import FocalLoss
from skfocal.losses._functions import focal_loss
from skfocal.losses._gamma import check_gamma, class_gammas

__all__ = [
    "FocalBreakdown",
    "FocalLoss",
    "check_gamma",
    "check_logits",
    "class_gammas",
    "class_weights",
    "focal_breakdown",
    "focal_loss",
]
