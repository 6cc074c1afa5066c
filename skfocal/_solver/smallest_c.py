"""The penalty at which all coefficients are zero."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from skfocal._solver.objective import FocalObjective
from skfocal._solver.penalties import Ridge
from skfocal._solver.row_blocks import ArrayBlocks
from skfocal._solver.standardization import Standardization
from skfocal._solver.training import train
from skfocal._typing import Floats

__all__ = ["largest_slope"]

# Far below the error of a fit.
_TOL = 1e-12


def largest_slope(objective: FocalObjective) -> float:
    """Return the largest slope of the summed loss in a coefficient where all of them are zero.

    Parameters
    ----------
    objective : FocalObjective
        Its penalty is ignored.

    Returns
    -------
    float
        The slope; 0 if only one class has weight and there is an intercept.
    """
    if objective.columns.fit_intercept and np.count_nonzero(objective.class_totals) == 1:
        return 0.0  # the best intercept is infinite, and all losses are zero
    constant = _best_constant(objective)
    smooth = replace(objective, penalty=Ridge(0.0, objective.columns))
    gradient = smooth.value_and_gradient(constant)[1][..., :-1]
    inverse_scale = objective.columns.inverse_scale
    raw = np.divide(gradient, inverse_scale, out=np.zeros_like(gradient), where=inverse_scale > 0)
    return float(np.abs(raw).max(initial=0.0)) * objective.total_weight


def _best_constant(objective: FocalObjective) -> Floats:
    """Return parameters with the best intercepts for coefficients of zero.

    Without features all rows of a class are the same, so one of each, with their weight, suffices.
    """
    parameters = np.zeros(objective.parameters_shape)
    if objective.columns.fit_intercept:
        n_classes = objective.n_classes
        columns = Standardization(np.zeros(1), np.zeros(1), fit_intercept=True)
        rows = ArrayBlocks(np.zeros((n_classes, 1)), np.arange(n_classes), objective.class_totals)
        by_class = replace(
            objective,
            blocks=rows,
            columns=columns,
            penalty=Ridge(0.0, columns),
            class_weight=None,
        )
        parameters[..., -1] = train(by_class, tol=_TOL, max_iter=1000).parameters[..., -1]
    return parameters
