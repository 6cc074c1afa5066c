"""L-BFGS on several objectives at once, so that one pass over the table serves them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky
from scipy.linalg.lapack import dtrtri

from skfocal._solver import heuristics
from skfocal._solver.batched_objective import values_and_gradients
from skfocal._solver.lbfgs import Tolerance
from skfocal._solver.objective import FocalObjective
from skfocal._solver.preconditioning import centre
from skfocal._typing import Floats

__all__ = ["BatchVariables", "minimize_batch"]

# Relative to the diagonal, it keeps a factor of a singular matrix finite.
_JITTER = 1e-10
# A step that increases the objective is shortened by this factor.
_SHORTER = 0.25
# An increase of the objective below this share of it is rounding.
_ROUNDING = 1e-13


@dataclass(frozen=True)
class BatchVariables:
    """Variables for each of several objectives in which its Hessian is nearly the identity.

    Parameters are ``inv(L)^T`` times the variables, with ``L`` the Cholesky factor of the
    curvature of a similar objective plus that of the objective's own penalty.
    """

    inverse_factors: Floats
    """``inv(L)``, of shape (n_objectives, n_rows, n_parameters, n_parameters), with one row for
    each class of a softmax."""
    centred: slice
    """Parameters whose sum over the classes stays zero."""

    @classmethod
    def of(
        cls, curvatures: Sequence[Floats], penalties: Sequence[Floats], centred: slice
    ) -> BatchVariables:
        """Factor the curvatures of the losses, each plus that of the penalty of its objective.

        The floor is for columns that are almost constant in the rows that were measured.
        """
        raised = np.stack(curvatures)
        diagonal = np.einsum("...ii->...i", raised)
        typical = diagonal.max(axis=-1, keepdims=True)
        typical[typical == 0] = 1
        np.maximum(diagonal, heuristics.CURVATURE_FLOOR * typical, out=diagonal)
        diagonal *= 1 + _JITTER
        diagonal += np.stack(penalties)
        for curvature in raised.reshape(-1, *raised.shape[-2:]):
            # The transpose is the same matrix in Fortran order, so LAPACK works in place.
            factor = cholesky(curvature.T, lower=True, overwrite_a=True, check_finite=False)
            curvature[:] = dtrtri(factor, lower=True, overwrite_c=True)[0]
        return cls(raised, centred)

    def forward(self, steps: Floats, chosen: NDArray[np.intp]) -> Floats:
        """Return steps in the parameters for steps in the variables of the chosen objectives."""
        rows = (steps[:, :, np.newaxis] @ self.inverse_factors[chosen])[:, :, 0]
        return centre(rows, self.centred)

    def adjoint(self, gradients: Floats, chosen: NDArray[np.intp]) -> Floats:
        """Return gradients in the variables for those in the parameters of the objectives."""
        factors = self.inverse_factors[chosen]
        return np.asarray((factors @ centre(gradients, self.centred)[..., np.newaxis])[..., 0])


def minimize_batch(
    objectives: Sequence[FocalObjective],
    starts: Floats,
    variables: BatchVariables,
    *,
    tols: Sequence[Tolerance],
    max_passes: int,
) -> tuple[Floats, NDArray[np.bool]]:
    """Minimise several objectives that differ only in penalty and class weights.

    Parameters
    ----------
    objectives : sequence of FocalObjective
        What to minimise.
    starts : ndarray of shape (n_objectives, ...)
        Where to begin.
    variables : BatchVariables
        Those of the objectives.
    tols : sequence of Tolerance
        Bound on the estimated difference of each objective from its minimum.
    max_passes : int
        Maximum number of passes over the table.

    Returns
    -------
    parameters : ndarray of the shape of `starts`
        Parameters at the end of each search.
    converged : ndarray of shape (n_objectives,)
        Whether the tolerance was reached.
    """
    search = _Search(objectives, starts, variables)
    active = np.arange(len(starts))
    for _ in range(max_passes):
        steps = search.next_steps(active)
        bounds = [tols[each].at(search.values[each]) for each in active.tolist()]
        done = search.excesses(active, steps) <= bounds
        active, steps = active[~done], steps[~done]
        if len(active) == 0:
            break
        search.advance(active, steps)
    converged = np.ones(len(starts), dtype=bool)
    converged[active] = False
    return search.parameters.reshape(starts.shape), converged


class _Search:
    """The state of each search, with its last steps. A step that is too long is shortened."""

    def __init__(
        self, objectives: Sequence[FocalObjective], starts: Floats, variables: BatchVariables
    ) -> None:
        self.objectives = objectives
        self.variables = variables
        self._shape = starts.shape[1:]
        self.parameters = starts.reshape(len(starts), -1, starts.shape[-1]).copy()
        everyone = np.arange(len(starts))
        self.values, self.gradients = self._evaluate(everyone, self.parameters)
        self.slopes = variables.adjoint(self.gradients, everyone)
        self.lengths = np.ones(len(starts))
        self.past_steps = np.zeros((heuristics.PAIRS, *self.slopes.shape))
        self.past_changes = np.zeros_like(self.past_steps)
        self.inverse_products = np.zeros((heuristics.PAIRS, len(starts)))
        self.scales = np.ones(len(starts))

    def excesses(self, chosen: NDArray[np.intp], steps: Floats) -> Floats:
        """Estimate the differences from the minima, as `lbfgs.minimize` does."""
        slopes = self.slopes[chosen]
        return 0.5 * np.maximum(_dots(slopes, slopes), -_dots(slopes, steps))

    def advance(self, chosen: NDArray[np.intp], steps: Floats) -> None:
        """Try a step of each chosen search; accept it if the objective does not increase."""
        steps = steps * self.lengths[chosen, None, None]
        parameters = self.parameters[chosen] + self.variables.forward(steps, chosen)
        values, gradients = self._evaluate(chosen, parameters)
        slack = _ROUNDING * np.abs(self.values[chosen])
        taken = values <= self.values[chosen] + slack
        self.lengths[chosen] = np.where(taken, 1.0, _SHORTER * self.lengths[chosen])
        chosen = chosen[taken]
        slopes = self.variables.adjoint(gradients[taken], chosen)
        self._remember(chosen, steps[taken], slopes - self.slopes[chosen])
        self.slopes[chosen], self.gradients[chosen] = slopes, gradients[taken]
        self.parameters[chosen], self.values[chosen] = parameters[taken], values[taken]

    def _evaluate(self, chosen: NDArray[np.intp], parameters: Floats) -> tuple[Floats, Floats]:
        objectives = [self.objectives[each] for each in chosen]
        shaped = parameters.reshape(len(parameters), *self._shape)
        values, gradients = values_and_gradients(objectives, shaped)
        return values, gradients.reshape(parameters.shape)

    def _remember(self, chosen: NDArray[np.intp], steps: Floats, changes: Floats) -> None:
        """Replace the oldest pair of step and change of the gradient.

        A step along which the curvature is negative is not used.
        """
        product = _dots(steps, changes)
        inverse = np.divide(1.0, product, out=np.zeros_like(product), where=product > 0)
        # The inverse of the curvature is scaled down where the curvature is larger than measured.
        self.scales[chosen] = np.minimum(
            1.0,
            np.divide(
                product, _dots(changes, changes), out=np.ones_like(product), where=product > 0
            ),
        )
        for memory, latest in (
            (self.past_steps, steps),
            (self.past_changes, changes),
            (self.inverse_products, inverse),
        ):
            memory[:-1, chosen] = memory[1:, chosen]
            memory[-1, chosen] = latest

    def next_steps(self, chosen: NDArray[np.intp]) -> Floats:
        """Return L-BFGS's steps in the variables, by the two-loop recursion."""
        result = self.slopes[chosen]
        past = list(
            zip(
                self.past_steps[:, chosen],
                self.past_changes[:, chosen],
                self.inverse_products[:, chosen],
                strict=True,
            )
        )
        shares = []
        for steps, changes, inverse in reversed(past):
            share = inverse * _dots(steps, result)
            result -= share[:, None, None] * changes
            shares.append(share)
        result *= self.scales[chosen, None, None]
        for (steps, changes, inverse), share in zip(past, reversed(shares), strict=True):
            correction = share - inverse * _dots(changes, result)
            result += correction[:, None, None] * steps
        return np.negative(result, out=result)


def _dots(left: Floats, right: Floats) -> Floats:
    return np.asarray(np.einsum("kij,kij->k", left, right))
