"""Linear models trained with focal loss."""

from skfocal.linear_model._l1_min_c import l1_min_c
from skfocal.linear_model._logistic import FocalLogisticRegression

__all__ = ["FocalLogisticRegression", "l1_min_c"]
