"""Grid of candidates, in the order of `GridSearchCV`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from numbers import Integral, Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import ParameterGrid

from skfocal._checks import check_integer, check_l1_ratio, check_number
from skfocal._typing import Alpha, Gamma

__all__ = ["Grid", "Setting", "make_grid"]

# As in LogisticRegressionCV.
_LOG10_RANGE_OF_CS = (-4, 4)


class Setting(NamedTuple):
    """What candidates differ in besides gamma."""

    alpha: int
    """Index of alpha."""
    l1_ratio: float
    C: float


@dataclass(frozen=True)
class Grid:
    """All combinations of gamma, alpha, C and l1_ratio."""

    gammas: Sequence[Gamma]
    alphas: Sequence[Alpha]
    Cs: Sequence[float]
    l1_ratios: Sequence[float] | None = None
    """None if there is only the L2 penalty, and l1_ratio is no parameter of the candidates."""

    @property
    def settings(self) -> list[Setting]:
        """Return all combinations but for gamma."""
        ratios = (0.0,) if self.l1_ratios is None else self.l1_ratios
        return [Setting(*each) for each in product(range(len(self.alphas)), ratios, self.Cs)]

    def candidates(self) -> list[dict[str, Any]]:
        """Return the parameters of the candidates, in the order of `GridSearchCV`."""
        grid: dict[str, Any] = {"gamma": self.gammas, "alpha": self.alphas, "C": self.Cs}
        if self.l1_ratios is not None:
            grid["l1_ratio"] = self.l1_ratios
        return list(ParameterGrid(grid))

    def parameters(self, index: int, setting: int) -> dict[str, Any]:
        """Return the parameters of a candidate, by the indices of its gamma and its setting."""
        alpha, l1_ratio, C = self.settings[setting]
        of_all = {"gamma": self.gammas[index], "alpha": self.alphas[alpha], "C": C}
        return of_all if self.l1_ratios is None else {**of_all, "l1_ratio": l1_ratio}

    def by_candidate(self, scores: NDArray[Any]) -> NDArray[Any]:
        """Order an array of shape (n_gammas, n_settings) by candidate.

        `GridSearchCV` sorts the parameters by name, and the last one varies fastest.
        """
        n_ratios = 1 if self.l1_ratios is None else len(self.l1_ratios)
        sizes = (len(self.gammas), len(self.alphas), n_ratios, len(self.Cs))
        return scores.reshape(sizes).transpose(3, 1, 0, 2).ravel()


def make_grid(gammas: Any, alphas: Any, Cs: Any, l1_ratios: Any) -> Grid:
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
    if l1_ratios is not None:
        l1_ratios = _sequence("l1_ratios", l1_ratios, "numbers from 0 to 1")
        for l1_ratio in l1_ratios:
            check_l1_ratio("l1_ratios", l1_ratio, "numbers from 0 to 1")
    return Grid(gammas, alphas, Cs, l1_ratios)


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
