"""Penalties on the coefficients.

A penalty is added to the mean loss, as a function of the parameters of the standardised columns.
To add one, write a class with the attributes of `Penalty` and return it from `make_penalty`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Protocol, Self

import numpy as np

from skfocal._solver.standardization import Standardization
from skfocal._typing import Floats

__all__ = ["ElasticNet", "Penalty", "Ridge", "make_penalty"]

# The largest curvature. Beyond it products with parameters would overflow.
_MAX_CURVATURE = 1e300


class Penalty(Protocol):
    """A penalty on the raw coefficients: a smooth part, and perhaps weighted absolute values."""

    is_rotation_invariant: ClassVar[bool]
    """Whether it depends on the length of the coefficients alone, so that the best ones of a wide
    table are a combination of its rows."""

    is_centred: ClassVar[bool]
    """Whether the best coefficients of a softmax sum to zero over the classes."""

    @property
    def l1(self) -> Floats | None:
        """Return finite weights of the absolute values of the parameters, (n_features + 1,).

        None for a smooth penalty.
        """

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the smooth part of the penalty and its gradient in the parameters."""

    def curvature(self, parameters: Floats) -> Floats:
        """Return a bound >= 0 on the second derivatives, of a shape that adds to `parameters`."""

    def with_columns(self, columns: Standardization) -> Self:
        """Return the same penalty for coefficients of other columns."""


@dataclass(frozen=True)
class Ridge:
    """``strength ||w||^2 / 2``, with ``w`` the raw coefficients."""

    strength: float
    columns: Standardization
    # Not a cached property: before Python 3.12 that takes a lock, which a forked process inherits.
    _curvature: Floats = field(init=False, repr=False, compare=False)

    is_rotation_invariant: ClassVar[bool] = True
    is_centred: ClassVar[bool] = True
    l1: ClassVar[None] = None

    def __post_init__(self) -> None:
        """Compute the second derivatives once."""
        # A column with almost no spread has a coefficient of almost zero, not of nan.
        with np.errstate(over="ignore"):
            by_coef = np.square(np.sqrt(self.strength) * self.columns.inverse_scale)
        curvature = np.append(np.minimum(by_coef, _MAX_CURVATURE), 0.0)
        object.__setattr__(self, "_curvature", curvature)

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the penalty and its gradient in the parameters."""
        gradient = self._curvature * parameters
        return 0.5 * float(np.vdot(gradient, parameters)), gradient

    def curvature(self, parameters: Floats) -> Floats:
        """Return the second derivatives, of shape (n_features + 1,)."""
        del parameters
        return self._curvature

    def with_columns(self, columns: Standardization) -> Ridge:
        """Return the same penalty for coefficients of other columns."""
        return Ridge(self.strength, columns)


@dataclass(frozen=True)
class ElasticNet:
    """``strength ((1 - l1_ratio) ||w||^2 / 2 + l1_ratio ||w||_1)``, with ``w`` the same."""

    strength: float
    l1_ratio: float
    columns: Standardization
    l1: Floats = field(init=False, repr=False, compare=False)
    _ridge: Ridge = field(init=False, repr=False, compare=False)

    is_rotation_invariant: ClassVar[bool] = False
    is_centred: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Compute the weights of the absolute values once."""
        with np.errstate(over="ignore"):
            by_coef = self.l1_ratio * self.strength * self.columns.inverse_scale
        l1 = np.append(np.minimum(by_coef, _MAX_CURVATURE), 0.0)
        object.__setattr__(self, "l1", l1)
        ridge = Ridge((1 - self.l1_ratio) * self.strength, self.columns)
        object.__setattr__(self, "_ridge", ridge)

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the smooth part of the penalty and its gradient in the parameters."""
        return self._ridge.value_and_gradient(parameters)

    def curvature(self, parameters: Floats) -> Floats:
        """Return the second derivatives of the smooth part, of shape (n_features + 1,)."""
        return self._ridge.curvature(parameters)

    def with_columns(self, columns: Standardization) -> ElasticNet:
        """Return the same penalty for coefficients of other columns."""
        return ElasticNet(self.strength, self.l1_ratio, columns)


def make_penalty(strength: float, columns: Standardization, l1_ratio: float = 0.0) -> Penalty:
    """Return the penalty of an estimator.

    Parameters
    ----------
    strength : float
        ``1 / (C sum_i s_i alpha_i)``, since the penalty is added to the mean loss.
    columns : Standardization
        The columns that the parameters belong to.
    l1_ratio : float, default=0
        The share of the absolute values, from 0 to 1.
    """
    if l1_ratio == 0 or strength == 0:
        return Ridge(strength, columns)
    return ElasticNet(strength, l1_ratio, columns)
