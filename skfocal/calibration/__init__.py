"""Probabilities for the right class shares: after class weights, resampling, or a shift."""

from skfocal.calibration._corrected import PriorCorrectedClassifier
from skfocal.calibration._estimation import PriorEstimate, estimate_prior
from skfocal.calibration._focal_temperature import FocalTemperatureClassifier
from skfocal.calibration._prior import adjust_prior
from skfocal.calibration._shift import PriorShiftClassifier

__all__ = [
    "FocalTemperatureClassifier",
    "PriorCorrectedClassifier",
    "PriorEstimate",
    "PriorShiftClassifier",
    "adjust_prior",
    "estimate_prior",
]
