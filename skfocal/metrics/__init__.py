"""Calibration metrics that scikit-learn does not have.

The parameters are those of scikit-learn's metrics, and `sklearn.metrics.make_scorer` turns the
metrics into scorers. For the G-mean, the geometric mean of the recalls, use
``imblearn.metrics.geometric_mean_score``.
"""

from skfocal.metrics._calibration import CalibrationForm, MultiClass, calibration_error
from skfocal.metrics._recalibration import InterceptSlope, calibration_intercept_slope
from skfocal.metrics._reliability import BinStrategy, ReliabilityCurve, reliability_curve

__all__ = [
    "BinStrategy",
    "CalibrationForm",
    "InterceptSlope",
    "MultiClass",
    "ReliabilityCurve",
    "calibration_error",
    "calibration_intercept_slope",
    "reliability_curve",
]
