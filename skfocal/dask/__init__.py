"""Logistic regression with focal loss on Dask collections.

Needs the extra ``skfocal[dask]``.
"""

from skfocal.dask._cluster import ClusterError
from skfocal.dask._logistic import FocalLogisticRegression

__all__ = ["ClusterError", "FocalLogisticRegression"]
