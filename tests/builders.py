"""What tests of the solver are built from."""

import numpy as np

from skfocal._solver.objective import FocalObjective
from skfocal._solver.penalties import Ridge
from skfocal._solver.row_blocks import ArrayBlocks
from skfocal._solver.standardization import standardize
from skfocal.losses import FocalLoss


def make_objective(
    X,
    codes,
    weights=None,
    *,
    gamma=2.0,
    strength=0.1,
    class_weight=None,
    fit_intercept=True,
    n_classes=None,
    blocks=ArrayBlocks,
):
    """Return the objective of a table, with a ridge penalty of a given strength."""
    rows = blocks(X, codes, weights)
    columns = standardize(rows, fit_intercept=fit_intercept)
    totals = np.bincount(codes, weights, minlength=n_classes or 0).astype(float)
    if class_weight is not None:
        totals = totals * class_weight
    return FocalObjective(
        rows,
        columns,
        totals,
        FocalLoss(gamma),
        Ridge(strength, columns),
        total_weight=float(totals.sum()),
        class_weight=class_weight,
    )
