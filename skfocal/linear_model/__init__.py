"""Linear models trained with focal loss."""

from skfocal.linear_model._logistic import FocalLogisticRegression

__all__ = ["FocalLogisticRegression"]
