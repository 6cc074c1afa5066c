"""Selection of gamma, alpha and C by cross-validation, with warm starts along gamma."""

from skfocal.model_selection._search import FocalLogisticRegressionCV

__all__ = ["FocalLogisticRegressionCV"]
