"""The largest penalty that matters."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_X_y

from skfocal._checks import check_boolean, check_l1_ratio, check_labels
from skfocal._classes import resolve_alpha, resolve_gamma
from skfocal._solver import (
    canonical,
    encode_labels,
    largest_slope,
    objective_on_table,
    ordered_map,
)
from skfocal._typing import Alpha, Gamma
from skfocal.losses import FocalLoss

__all__ = ["l1_min_c"]


def l1_min_c(
    X: Any,
    y: ArrayLike,
    *,
    gamma: Gamma = 2.0,
    alpha: Alpha = None,
    l1_ratio: float = 1.0,
    fit_intercept: bool = True,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Compute the lowest bound for `C`.

    For `C` up to this value, all coefficients of `FocalLogisticRegression` with an L1 penalty are
    zero. For larger values they are not. Paths of `C` start here. If a `C` is nearer to the bound
    than `tol`, the fit may have tiny coefficients or none on either side.

    Parameters
    ----------
    X : {array-like, sparse matrix} of shape (n_samples, n_features)
        Training data.
    y : array-like of shape (n_samples,)
        Class labels: strings, booleans or integers.
    gamma, alpha : object
        As in `FocalLogisticRegression`.
    l1_ratio : float, default=1.0
        Share of the L1 penalty, > 0 and at most 1.
    fit_intercept : bool, default=True
        As in `FocalLogisticRegression`.
    sample_weight : float or array-like of shape (n_samples,), default=None
        Sample weights, >= 0. A number is the weight of every sample. None means 1.

    Returns
    -------
    l1_min_c : float
        The bound. It is infinite if the coefficients are zero for any `C`.

    Raises
    ------
    TypeError
        If a parameter is of the wrong type.
    ValueError
        If a parameter, `X`, `y` or `sample_weight` is not as described above.

    See Also
    --------
    FocalLogisticRegression : The model with a penalty.
    sklearn.svm.l1_min_c : The bound for two other losses.

    Notes
    -----
    Coefficients of zero are stationary if no slope of ``C sum_i s_i alpha_{y_i} FL_i`` in a
    coefficient exceeds `l1_ratio`, for the intercept that is best without features. For
    ``gamma > 0`` the objective is not convex, so another minimum may exist also for a smaller `C`.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skfocal import FocalLogisticRegression
    >>> from skfocal.linear_model import l1_min_c
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> smallest = l1_min_c(X, y)
    >>> [
    ...     int((FocalLogisticRegression(C=C, l1_ratio=1).fit(X, y).coef_ != 0).sum())
    ...     for C in smallest * np.array([1, 1.1, 100])
    ... ]
    [0, 1, 2]
    """
    check_labels("y", y)
    check_boolean("fit_intercept", fit_intercept)
    if check_l1_ratio("l1_ratio", l1_ratio) == 0:
        msg = f"l1_ratio must be > 0: without an L1 penalty no coefficient is zero; got {l1_ratio}."
        raise ValueError(msg)
    X, y = check_X_y(
        X, y, accept_sparse="csr", dtype=[np.float64, np.float32], ensure_all_finite=False
    )
    data = encode_labels(canonical(X), y, sample_weight)
    class_weight = resolve_alpha(alpha, data.classes, data.class_totals)
    loss = FocalLoss(resolve_gamma(gamma, data.classes))
    with ordered_map() as map_:
        objective = objective_on_table(
            data, loss, map_, fit_intercept=fit_intercept, estimator_name="l1_min_c"
        ).weighted(class_weight, C=1.0)
        slope = largest_slope(objective)
    return l1_ratio / slope if slope > 0 else np.inf
