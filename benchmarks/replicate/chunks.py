"""A few repetitions of one scenario: measured in one go, stored at once, found again later."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import imblearn
import numpy as np
import scipy
import sklearn
from threadpoolctl import threadpool_limits

import skfocal
from benchmarks.replicate import arms, measures, simulation
from benchmarks.replicate.arms import Forecast, forecasts
from benchmarks.replicate.measures import measure
from benchmarks.replicate.simulation import Scenario, draw, random_state

__all__ = ["LIBRARIES", "TRUTH", "Chunk", "Rows", "finish", "stored", "write_whole"]

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
        return asdict(self) | {"libraries": LIBRARIES, "code": _code()}


def finish(chunk: Chunk, folder: Path) -> Rows:
    """Measure a chunk, store it, and return its rows."""
    # The order of additions in a product, so the last bit, may depend on the number of threads.
    with threadpool_limits(1):
        rows = [
            row
            for repetition in range(chunk.first, chunk.end)
            for row in _repetition(chunk, repetition)
        ]
    write_whole(folder / chunk.file_name, json.dumps({"key": chunk.key, "rows": rows}))
    return rows


def stored(chunk: Chunk, folder: Path) -> Rows | None:
    """Return the rows of a stored chunk; None, and a word on stderr, if they cannot be used."""
    path = folder / chunk.file_name
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["key"] == chunk.key:
            return list(content["rows"])
        reason = "other versions, code or settings"
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
    print(f"{path} is measured anew ({reason}).", file=sys.stderr)
    return None


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is never seen in part, whenever the process may end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


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


def _code() -> str:
    """Return a digest of the modules that make the numbers."""
    digest = hashlib.sha256()
    for module in (simulation, arms, measures):
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()
