"""Coefficients as a sparse matrix."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from skfocal._typing import Floats

__all__ = ["SparseCoefMixin", "dense_coef"]


class SparseCoefMixin:
    """Mixin for estimators whose `coef_` can be a sparse matrix."""

    coef_: Any

    def sparsify(self) -> Self:
        """Convert `coef_` to a sparse matrix.

        It takes less memory if most coefficients are zero, as with an L1 penalty. Predictions are
        the same.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        NotFittedError
            If the estimator has not been fitted.
        """
        check_is_fitted(self)
        self.coef_ = sparse.csr_matrix(self.coef_)
        return self

    def densify(self) -> Self:
        """Convert `coef_` back to an array.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        NotFittedError
            If the estimator has not been fitted.
        """
        check_is_fitted(self)
        self.coef_ = dense_coef(self)
        return self


def dense_coef(model: Any) -> Floats:
    """Return the coefficients of a model as an array, also after ``sparsify``."""
    coef = model.coef_
    return np.asarray(coef.toarray() if sparse.issparse(coef) else coef)
