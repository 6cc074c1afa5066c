"""The simulated tables: independent normal predictors of equal weight, and a logistic outcome.

The design and the coefficients are those of R. van den Goorbergh, M. van Smeden, D. Timmerman and
B. Van Calster (2022), "The harm of class imbalance corrections for risk prediction models:
illustration and simulation using logistic regression", JAMIA 29(9), 1525-1534,
doi:10.1093/jamia/ocac093.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

COEFFICIENTS: Mapping[float, Mapping[int, tuple[float, float]]] = {
    0.3: {3: (-1.0043, 0.5635), 6: (-1.0001, 0.4052), 12: (-1.0, 0.3), 24: (-1.0001, 0.2018)},
    0.1: {3: (-2.5, 0.5214), 6: (-2.5, 0.4), 12: (-2.5, 0.2995), 24: (-2.5, 0.2)},
    0.01: {3: (-5.0, 0.5001), 6: (-5.0, 0.3999), 12: (-5.0, 0.3), 24: (-5.0, 0.1999)},
}
"""By event fraction and number of predictors: the intercept and the weight of each predictor."""


@dataclass(frozen=True)
class Scenario:
    """One cell of the published design."""

    event_fraction: float
    n_predictors: int
    n_samples: int

    @property
    def name(self) -> str:
        """The name, such as 0.01-24-2500."""
        return f"{self.event_fraction:g}-{self.n_predictors}-{self.n_samples}"

    @property
    def quick(self) -> bool:
        """Whether it is part of a quick run."""
        return self.n_samples == 2_500 and self.n_predictors in {3, 24}


SCENARIOS = tuple(
    Scenario(event_fraction, n_predictors, n_samples)
    for event_fraction, by_size in COEFFICIENTS.items()
    for n_predictors in by_size
    for n_samples in (2_500, 5_000)
)


def draw_table(
    scenario: Scenario, n_samples: int, random: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return predictors, of shape (n_samples, n_predictors), and each row's true risk."""
    intercept, weight = COEFFICIENTS[scenario.event_fraction][scenario.n_predictors]
    X = random.standard_normal((n_samples, scenario.n_predictors))
    return X, expit(intercept + weight * X.sum(axis=1))


def random_state(scenario: Scenario, repetition: int, seed: int) -> np.random.Generator:
    """Return the random generator of one repetition, independent of all others."""
    return np.random.default_rng([seed, SCENARIOS.index(scenario), repetition])
