"""Plots of losses, probabilities, thresholds and searches. They need matplotlib."""

from skfocal.displays._loss import FocalLossDisplay
from skfocal.displays._posterior import FocalPosteriorDisplay
from skfocal.displays._reliability import ReliabilityDisplay
from skfocal.displays._search import FocalSearchDisplay
from skfocal.displays._threshold import ThresholdDisplay

__all__ = [
    "FocalLossDisplay",
    "FocalPosteriorDisplay",
    "FocalSearchDisplay",
    "ReliabilityDisplay",
    "ThresholdDisplay",
]
