"""Logistic regression with focal loss on Dask collections.

Needs the extra ``skfocal[dask]``.
"""

from skfocal.dask._cluster import ClusterError
from skfocal.dask._logistic import FocalLogisticRegression
from skfocal.dask._search import FocalLogisticRegressionCV

__all__ = ["ClusterError", "FocalLogisticRegression", "FocalLogisticRegressionCV"]
