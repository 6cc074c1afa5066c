"""A few repetitions of one scenario: measured in one go, stored at once, found again later."""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import imblearn
import numpy as np
import scipy
import sklearn
from threadpoolctl import threadpool_limits

import skfocal
from benchmarks.kept import code_of, find, keep
from benchmarks.replicate import arms, measures, simulation
from benchmarks.replicate.arms import Forecast, forecasts
from benchmarks.replicate.measures import measure
from benchmarks.replicate.simulation import Scenario, draw, random_state
from skfocal.comparison.storage.environment import versions

__all__ = ["LIBRARIES", "TRUTH", "Chunk", "Rows", "finish", "stored"]

TRUTH = "true risks"
LIBRARIES = {
    "Python": platform.python_version(),
    "skfocal": skfocal.__version__,
    "scikit-learn": sklearn.__version__,
    "imbalanced-learn": imblearn.__version__,
    "scipy": scipy.__version__,
    "numpy": np.__version__,
}

Rows: TypeAlias = list[dict[str, Any]]


@dataclass(frozen=True)
class Chunk:
    """Repetitions of a scenario from `first` up to, but without, `end`."""

    scenario: Scenario
    first: int
    end: int
    n_validation: int
    seed: int

    @property
    def file_name(self) -> str:
        """Where it is stored."""
        return f"{self.scenario.name}-{self.first}-{self.end}.json"

    @property
    def key(self) -> dict[str, Any]:
        """Everything that its numbers depend on."""
        code = {"code": code_of(simulation, arms, measures), "versions": versions()}
        return asdict(self) | {"libraries": LIBRARIES, **code}


def finish(chunk: Chunk, folder: Path) -> Rows:
    """Measure a chunk, store it, and return its rows."""
    # The order of additions in a product, so the last bit, may depend on the number of threads.
    with threadpool_limits(1):
        rows = [
            row
            for repetition in range(chunk.first, chunk.end)
            for row in _repetition(chunk, repetition)
        ]
    return list(keep(folder / chunk.file_name, chunk.key, rows))


def stored(chunk: Chunk, folder: Path) -> Rows | None:
    """Return the rows of a stored chunk; None, and a word on stderr, if they cannot be used."""
    rows: Rows | None = find(folder / chunk.file_name, chunk.key)
    return rows


def _repetition(chunk: Chunk, repetition: int) -> Rows:
    scenario = chunk.scenario
    random = random_state(scenario, repetition, chunk.seed)
    X, risk = draw(scenario, scenario.n_samples, random)
    y = (random.random(len(risk)) < risk).astype(int)
    X_validation, true_risk = draw(scenario, chunk.n_validation, random)
    truth = Forecast("", TRUTH, true_risk, separated=False, converged=True)
    seed = int(random.integers(2**31))
    return [
        {
            **asdict(scenario),
            "repetition": repetition,
            "n_events": int(y.sum()),
            "penalty": each.penalty,
            "arm": each.arm,
            "separated": each.separated,
            "converged": each.converged,
            **measure(true_risk, each.probability, scenario.event_fraction),
        }
        for each in (truth, *forecasts(X, y, X_validation, seed))
    ]
