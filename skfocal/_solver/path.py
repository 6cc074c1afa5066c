"""Candidates of a search, trained along a path of gamma."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skfocal._solver import heuristics
from skfocal._solver.l1_path import L1Path
from skfocal._solver.objective import FocalObjective
from skfocal._solver.smooth_path import SmoothPath
from skfocal._typing import Floats

__all__ = ["Paths", "search_tolerance"]


def search_tolerance(tol: float) -> float:
    """Return the tolerance for the candidates of a search, so that log losses are exact to 1e-6.

    Parameters
    ----------
    tol : float
        The tolerance of the final fit.
    """
    return heuristics.SEARCH_TOL * tol


class Paths:
    """Minima of objectives that differ in penalty and class weights, for increasing gamma.

    Parameters
    ----------
    objectives : sequence of FocalObjective
        One for each combination of alpha, share of L1 and C. Their loss is replaced.
    combinations : sequence of tuple of (int, float, float)
        The index of alpha, the share of L1 and the C of each.
    tol : float
        Bound on the root of the estimated relative difference of an objective from its minimum.
    max_iter : int
        Maximum number of iterations of an objective that does not converge together with others.
    """

    def __init__(
        self,
        objectives: Sequence[FocalObjective],
        combinations: Sequence[tuple[int, float, float]],
        *,
        tol: float,
        max_iter: int,
    ) -> None:
        with_l1 = np.array([each.penalty.l1 is not None for each in objectives])
        self._shape = (len(objectives), *objectives[0].parameters_shape)
        self._paths: list[tuple[list[int], SmoothPath | L1Path]] = []
        for kind, of_kind in ((SmoothPath, ~with_l1), (L1Path, with_l1)):
            chosen = np.flatnonzero(of_kind).tolist()
            if chosen:
                of_path = [objectives[each] for each in chosen]
                its_combinations = [combinations[each] for each in chosen]
                path = kind(of_path, its_combinations, tol=tol, max_iter=max_iter)
                self._paths.append((chosen, path))

    @property
    def n_unconverged(self) -> int:
        """Return the number of fits so far that did not converge."""
        return sum(path.n_unconverged for _, path in self._paths)

    def advance(self, gamma: float | Floats) -> Floats:
        """Return the raw parameters at the minima.

        Parameters
        ----------
        gamma : float or ndarray of shape (n_classes,)
            Focusing parameter, on average at least that of the call before.

        Returns
        -------
        raw : ndarray of shape (n_objectives, ...)
            Parameters of the raw columns for each objective.
        """
        raw = np.empty(self._shape)
        for chosen, path in self._paths:
            raw[chosen] = path.advance(gamma)
        return raw
