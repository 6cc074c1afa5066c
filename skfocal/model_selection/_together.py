"""All candidates of a grid, fitted to the same rows together."""

from __future__ import annotations

import warnings
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_X_y

from skfocal._solver import canonical, encode_labels, objective_on_table, ordered_map
from skfocal.linear_model import FocalLogisticRegression
from skfocal.losses import FocalLoss
from skfocal.model_selection._folds import FitSettings, fit_candidates, fitted_model
from skfocal.model_selection._grid import Grid

__all__ = ["fit_together"]


def fit_together(
    model: FocalLogisticRegression,
    grid: Grid,
    X: Any,
    y: ArrayLike,
    sample_weight: ArrayLike | None = None,
) -> list[FocalLogisticRegression]:
    """Fit a model with each combination of parameters to the same rows.

    Each pass over the rows serves many candidates, so this takes less time than one fit after the
    other. The minima are the same up to the tolerance, except where focal loss has several.

    Parameters
    ----------
    model : FocalLogisticRegression
        Unfitted model with the parameters that are the same for all candidates.
    grid : Grid
        Values of gamma, alpha and C, and perhaps of l1_ratio.
    X : {ndarray, sparse array} of shape (n_samples, n_features)
        Training data.
    y : array-like of shape (n_samples,)
        Class labels.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights. None means 1.

    Returns
    -------
    models : list of FocalLogisticRegression
        Fitted models, in the order of ``grid.candidates()``.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not valid, or a candidate cannot be fitted to these rows.

    Warns
    -----
    ConvergenceWarning
        If candidates did not converge.
    """
    if grid.l1_ratios is None and model.l1_ratio:
        grid = replace(grid, l1_ratios=[model.l1_ratio])
    for parameters in grid.candidates():
        copy(model).set_params(**parameters)._check_parameters()  # noqa: SLF001 - as in `fit`
    X, y = check_X_y(
        X, y, accept_sparse="csr", dtype=[np.float64, np.float32], ensure_all_finite=False
    )
    data = encode_labels(canonical(X), y, sample_weight)
    settings = FitSettings(model.fit_intercept, model.tol, model.max_iter)
    with ordered_map() as map_:
        base = objective_on_table(
            data,
            FocalLoss(),
            map_,
            fit_intercept=model.fit_intercept,
            estimator_name=type(model).__name__,
            n_candidates=len(grid.settings),
        )
        fits = fit_candidates(base, np.arange(len(data.classes)), data.classes, grid, settings)
    if fits.errors:
        raise ValueError(next(iter(fits.errors.values())))
    if fits.n_unconverged:
        msg = (
            f"{fits.n_unconverged} of {len(fits.raw)} fits did not converge (tol={model.tol:.2g}, "
            f"max_iter={model.max_iter}). Increase max_iter or tol."
        )
        warnings.warn(msg, ConvergenceWarning, stacklevel=2)
    shape = len(grid.gammas), len(grid.settings)
    in_order = grid.by_candidate(np.arange(np.prod(shape)).reshape(shape))
    indices = [divmod(int(each), len(grid.settings)) for each in in_order]
    return [fitted_model(fits, data, index, grid, model) for index in indices]
