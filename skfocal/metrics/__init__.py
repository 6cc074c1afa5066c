"""Measures of calibration that scikit-learn lacks.

They take what scikit-learn's own metrics take, and serve as scorers through
`sklearn.metrics.make_scorer`. For the G-mean, the geometric mean of the recalls, use
``imblearn.metrics.geometric_mean_score``: it takes any labels and sample weights, and
``make_scorer(geometric_mean_score, pos_label=...)`` makes it a scorer of two classes.
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
