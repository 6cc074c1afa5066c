"""Cross-validated choice of gamma, alpha and C, along warm-started paths."""

from skfocal.model_selection._search import FocalLogisticRegressionCV

__all__ = ["FocalLogisticRegressionCV"]
