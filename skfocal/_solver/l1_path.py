"""Candidates of a search with an L1 penalty, trained from the largest penalty downwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from skfocal._solver.objective import FocalObjective
from skfocal._solver.training import train
from skfocal._typing import Floats
from skfocal.losses import FocalLoss

__all__ = ["L1Path"]


class L1Path:
    """Minima of objectives that differ in class weights and a penalty with absolute values.

    Parameters
    ----------
    objectives : sequence of FocalObjective
        What to minimise. Their loss is replaced.
    combinations : sequence of tuple of (int, float, float)
        The index of alpha, the share of the absolute values and the C of each.
    tol : float
        Bound on the root of the estimated relative difference of an objective from its minimum.
    max_iter : int
        Maximum number of iterations of an objective.

    Notes
    -----
    The smallest C has the fewest coefficients that are not zero. Its minimum is the start for the
    next larger C of the same alpha and share.
    """

    def __init__(
        self,
        objectives: Sequence[FocalObjective],
        combinations: Sequence[tuple[int, float, float]],
        *,
        tol: float,
        max_iter: int,
    ) -> None:
        self.n_unconverged = 0
        self._objectives, self._combinations = objectives, combinations
        self._tol, self._max_iter = tol, max_iter

    def advance(self, gamma: float | Floats) -> Floats:
        """Return the raw parameters at the minima, of shape (n_objectives, ...)."""
        loss = FocalLoss(gamma)
        first = self._objectives[0]
        raw = np.empty((len(self._objectives), *first.parameters_shape))
        in_order = sorted(range(len(self._combinations)), key=self._combinations.__getitem__)
        for _, path in groupby(in_order, key=lambda index: self._combinations[index][:2]):
            start = None
            for index in path:
                objective = replace(self._objectives[index], loss=loss)
                solution = train(objective, tol=self._tol, max_iter=self._max_iter, start=start)
                start = solution.parameters
                self.n_unconverged += not solution.is_converged
                raw[index] = objective.columns.raw_parameters(start)
        return raw
