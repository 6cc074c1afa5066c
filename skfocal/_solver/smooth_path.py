"""Candidates of a search with a smooth penalty, those of one gamma trained together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skfocal._solver import heuristics
from skfocal._solver.batched_lbfgs import BatchVariables, minimize_batch
from skfocal._solver.minimum_norm import shortest
from skfocal._solver.objective import FocalObjective, constant_parameters
from skfocal._solver.preconditioning import centred_parameters, fits_double_factor
from skfocal._solver.row_space import is_wide, row_space
from skfocal._solver.sampling import subsample
from skfocal._solver.training import has_one_class, sample_size, tolerance_of, train
from skfocal._typing import Floats
from skfocal.losses import FocalLoss

__all__ = ["SmoothPath"]


class SmoothPath:
    """Minima of objectives that differ in penalty and class weights, for increasing gamma.

    Parameters
    ----------
    objectives : sequence of FocalObjective
        What to minimise. Their loss is replaced.
    combinations : sequence of tuple of (int, float, float)
        The index of alpha, the share of L1 and the C of each.
    tol : float
        Bound on the root of the estimated relative difference of an objective from its minimum.
    max_iter : int
        Maximum number of iterations of an objective that does not converge together with others.

    Notes
    -----
    Logits at a minimum scale about like ``1 / (1 + gamma)``. So each search starts from the minimum
    at the previous gamma, scaled accordingly. At the first gamma it starts near the minimum at a
    neighbouring value of C, found on a sample if the table is long. The curvature is measured on
    the same rows, once for neighbouring values of C; each adds its penalty.
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
        self._columns = objectives[0].columns
        self._space = row_space(objectives[0]) if is_wide(objectives[0]) else None
        if self._space is not None:
            objectives = [self._space.reduce(each) for each in objectives]
        self._objectives = objectives
        self._samples = _sampled(objectives)
        # The others keep the constant minimum.
        self._varying = np.flatnonzero([not has_one_class(each) for each in objectives])
        self._combinations = combinations
        self._tol, self._max_iter = tol, max_iter
        self._latest: tuple[Any, Floats] | None = None

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
        loss = FocalLoss(gamma)
        objectives = [replace(each, loss=loss) for each in self._objectives]
        samples = [replace(each, loss=loss) for each in self._samples]
        in_batches = fits_double_factor(objectives[0].parameters_shape)
        unfinished = self._varying
        parameters = self._starts(objectives, samples)
        if in_batches:
            unfinished = self._descend(
                objectives, samples, parameters, unfinished, self._tol, heuristics.ROUNDS
            )
        is_cold = self._latest is None and not in_batches
        for each in unfinished.tolist():
            solution = train(
                objectives[each],
                tol=self._tol,
                max_iter=self._max_iter,
                # Without a start it fits a sample first.
                start=None if is_cold else parameters[each],
            )
            parameters[each] = solution.parameters
            self.n_unconverged += not solution.is_converged
        for each in self._varying.tolist():
            if not objectives[each].penalty_curvature(parameters[each]).any():
                parameters[each] = shortest(objectives[each], parameters[each])
        self._latest = gamma, parameters
        if self._space is not None:
            parameters = np.stack([self._space.lift(each) for each in parameters])
        return self._columns.raw_parameters(parameters)

    def _starts(
        self, objectives: Sequence[FocalObjective], samples: Sequence[FocalObjective]
    ) -> Floats:
        parameters = np.stack([constant_parameters(each) for each in objectives])
        varying = self._varying
        if self._latest is not None:
            gamma, latest = self._latest
            shrunk = (1 + np.mean(gamma)) / (1 + np.mean(objectives[0].loss.gamma))
            parameters[varying] = shrunk * latest[varying]
            return parameters
        middles = _middles(varying, self._combinations)
        first = np.unique(middles)
        is_sample = samples[0].blocks is not objectives[0].blocks
        if fits_double_factor(parameters.shape[1:]) and (is_sample or len(first) < len(varying)):
            tol = max(self._tol, heuristics.SAMPLE_TOL)
            self._descend(samples, samples, parameters, first, tol, rounds=1)
        parameters[varying] = parameters[middles]
        return parameters

    def _descend(
        self,
        objectives: Sequence[FocalObjective],
        curved: Sequence[FocalObjective],
        parameters: Floats,
        chosen: NDArray[np.intp],
        tol: float,
        rounds: int,
    ) -> NDArray[np.intp]:
        """Move parameters to the minima, in place; return the indices of those not converged.

        As many objectives are optimised together as their factors fit into memory.
        """
        factor_floats = parameters[0].size * parameters.shape[-1]
        at_once = max(
            heuristics.CS_PER_CURVATURE, heuristics.MAX_BATCH_FACTOR_FLOATS // factor_floats
        )
        groups = [chosen[start : start + at_once] for start in range(0, len(chosen), at_once)]
        unfinished = [
            self._descend_batch(objectives, curved, parameters, group, tol, rounds)
            for group in groups
        ]
        return np.concatenate([chosen[:0], *unfinished])

    def _descend_batch(
        self,
        objectives: Sequence[FocalObjective],
        curved: Sequence[FocalObjective],
        parameters: Floats,
        chosen: NDArray[np.intp],
        tol: float,
        rounds: int,
    ) -> NDArray[np.intp]:
        """Do the same for objectives that are optimised together.

        After each round the curvature is measured again for those that did not converge, at their
        current parameters.
        """
        for _ in range(rounds):
            measured_at = _middles(chosen, self._combinations)
            curvatures = {
                each: curved[each].curvature(parameters[each]) for each in set(measured_at.tolist())
            }
            together = [objectives[each] for each in chosen.tolist()]
            variables = BatchVariables.of(
                [curvatures[each] for each in measured_at.tolist()],
                [objectives[each].penalty_curvature(parameters[each]) for each in chosen.tolist()],
                centred_parameters(together[0]),
            )
            parameters[chosen], converged = minimize_batch(
                together,
                parameters[chosen],
                variables,
                tols=[tolerance_of(each, tol, constant_parameters(each)) for each in together],
                max_passes=heuristics.PASSES_PER_ROUND,
            )
            chosen = chosen[~converged]
            if len(chosen) == 0:
                break
        return chosen


def _middles(
    chosen: NDArray[np.intp], combinations: Sequence[tuple[int, float, float]]
) -> NDArray[np.intp]:
    """Return for each objective the middle one of a few with the same alpha and a similar C."""
    middles = np.empty(len(combinations), dtype=np.intp)
    in_order = sorted(chosen.tolist(), key=combinations.__getitem__)
    for _, group in groupby(in_order, key=lambda index: combinations[index][0]):
        path = list(group)
        for start in range(0, len(path), heuristics.CS_PER_CURVATURE):
            neighbours = path[start : start + heuristics.CS_PER_CURVATURE]
            middles[neighbours] = neighbours[len(neighbours) // 2]
    return middles[chosen]


def _sampled(objectives: Sequence[FocalObjective]) -> Sequence[FocalObjective]:
    """Return the objectives on one sample of the rows, or themselves for a short table."""
    first = objectives[0]
    n_rows = sample_size(first)
    if n_rows is None or not fits_double_factor(first.parameters_shape):
        return objectives
    sample = subsample(replace(first, class_weight=None), n_rows)
    totals = sample.blocks.class_totals(sample.n_classes)
    ones = np.ones(len(totals))
    return [
        replace(
            sample,
            class_totals=each.class_totals,
            penalty=each.penalty,
            class_weight=each.class_weight,
            total_weight=float(totals @ (ones if each.class_weight is None else each.class_weight)),
        )
        for each in objectives
    ]
