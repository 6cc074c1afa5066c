"""Grid of candidates, in the order of `GridSearchCV`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.model_selection import ParameterGrid

from skfocal._checks import check_integer, check_number
from skfocal._typing import Alpha, Floats, Gamma

__all__ = ["Grid", "make_grid"]

_LOG10_RANGE_OF_CS = (-4, 4)


@dataclass(frozen=True)
class Grid:
    """All combinations of gamma, alpha and C."""

    gammas: Sequence[Gamma]
    alphas: Sequence[Alpha]
    Cs: Sequence[float]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Return all pairs of an index of alpha and an index of C."""
        return list(product(range(len(self.alphas)), range(len(self.Cs))))

    def candidates(self) -> list[dict[str, Any]]:
        """Return the parameters of the candidates, in the order of `GridSearchCV`."""
        return list(ParameterGrid({"gamma": self.gammas, "alpha": self.alphas, "C": self.Cs}))

    def by_candidate(self, scores: Floats) -> Floats:
        """Order an array of shape (n_gammas, n_pairs) by candidate.

        `GridSearchCV` sorts the parameters by name, and the last one varies fastest.
        """
        sizes = (len(self.gammas), len(self.alphas), len(self.Cs))
        return scores.reshape(sizes).swapaxes(0, 2).ravel()


def make_grid(gammas: Any, alphas: Any, Cs: Any) -> Grid:
    """Validate the parameters of a search and return its grid.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not a sequence of valid values, or is empty.
    """
    gammas = _sequence("gammas", gammas, "numbers >= 0")
    alphas = _sequence("alphas", alphas, "values of alpha")
    if isinstance(Cs, Integral):
        n_Cs = check_integer("Cs", Cs, "an integer >= 1 or a sequence of numbers > 0", 1)
        Cs = np.logspace(*_LOG10_RANGE_OF_CS, n_Cs)
    Cs = _sequence("Cs", Cs, "numbers > 0, or an integer >= 1")
    for gamma in gammas:
        if isinstance(gamma, Real) or not isinstance(gamma, Mapping | Sequence | np.ndarray):
            check_number("gammas", gamma, "finite numbers >= 0", above=0, closed=True)
    for C in Cs:
        check_number("Cs", C, "numbers > 0, or np.inf for no penalty", above=0, finite=False)
    return Grid(gammas, alphas, Cs)


def _sequence(name: str, values: Any, content: str) -> list[Any]:
    """Return the values of an iterable parameter as a list."""
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        msg = f"{name} must be a sequence of {content}; got {values!r}."
        raise TypeError(msg)
    items: list[Any] = list(values)
    if not items:
        msg = f"{name} must hold at least one value; got an empty sequence."
        raise ValueError(msg)
    return items
