"""Probabilities for the right class shares: after class weights, resampling, or a shift."""

from skfocal.calibration._corrected import PriorCorrectedClassifier
from skfocal.calibration._prior import adjust_prior

__all__ = ["PriorCorrectedClassifier", "adjust_prior"]
