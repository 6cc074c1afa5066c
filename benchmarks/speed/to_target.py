"""The second measure: time to a relative suboptimality, whatever settings that takes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed.contenders import Contender
from benchmarks.speed.solutions import Judge
from benchmarks.speed.tables import TableSpec
from benchmarks.speed.timing import timed
from skfocal import FocalLogisticRegression

__all__ = ["PATIENCE", "TARGET", "climb", "read_off"]

TARGET = 1e-6
_ENOUGH = 1e-9
_REPEATS = 2
_REPEATED = 3.0
PATIENCE = 40


def climb(
    contenders: Mapping[str, Contender],
    spec: TableSpec,
    X: Any,
    y: NDArray[np.int64],
    *,
    seconds: float,
) -> list[dict[str, Any]]:
    """Time every contender at ever tighter settings, each fit from scratch.

    A contender stops climbing once it has reached the best objective known, or the sum of its
    times has passed `seconds` and forty times what we take to the best known. The rungs of those
    who took less than a third of `seconds` are timed twice more, in turn.
    """
    judge = Judge(X, y)
    present = {
        name: each for name, each in contenders.items() if each.ladder and not each.not_for(spec)
    }
    gammas = {each.gamma for each in present.values()}
    took, best = {}, {}
    for gamma in gammas:
        took[gamma], best[gamma] = _best_of_ours(gamma, X, y, judge)
    climbs = {
        name: _first_climb(
            each, X, y, judge, best[each.gamma], max(seconds, PATIENCE * took[each.gamma])
        )
        for name, each in present.items()
    }
    climbs = {name: rungs for name, rungs in climbs.items() if rungs}
    for _ in range(_REPEATS):
        for name, rungs in climbs.items():
            if _REPEATED * sum(rung["seconds"][0] for rung in rungs) < seconds:
                for settings, rung in zip(present[name].ladder, rungs, strict=False):
                    rung["seconds"].append(timed(partial(present[name].fit, X, y, **settings))[0])
    return [
        {
            "table": spec.name,
            "gamma": gamma,
            **read_off({n: climbs[n] for n in climbs if present[n].gamma == gamma}, best[gamma]),
        }
        for gamma in sorted(best)
    ]


def read_off(climbs: Mapping[str, list[dict[str, Any]]], known: float) -> dict[str, Any]:
    """Turn times and objectives into suboptimalities and the least time to the target.

    Parameters
    ----------
    climbs : mapping of str to list of dict
        Of each contender, the rungs: the times in "seconds", and the "objective".
    known : float
        An objective that is known to be reached.
    """
    best = min([known, *(rung["objective"] for rungs in climbs.values() for rung in rungs)])
    contenders = {}
    for name, rungs in climbs.items():
        points = [[median(rung["seconds"]), rung["objective"] / best - 1] for rung in rungs]
        reached = [seconds for seconds, suboptimality in points if suboptimality <= TARGET]
        contenders[name] = {
            "points": points,
            "seconds_to_target": min(reached, default=None),
            "runs": min(len(rung["seconds"]) for rung in rungs),
        }
    return {"best_objective": best, "contenders": contenders}


def _first_climb(
    contender: Contender,
    X: Any,
    y: NDArray[np.int64],
    judge: Judge,
    best: float,
    seconds: float,
) -> list[dict[str, Any]]:
    rungs: list[dict[str, Any]] = []
    timed(partial(contender.fit, X, y, **contender.ladder[0]))
    for settings in contender.ladder:
        elapsed, solution, _ = timed(partial(contender.fit, X, y, **settings))
        if isinstance(solution, Exception):
            break
        objective = judge.quality(solution, contender.gamma).objective
        rungs.append({"seconds": [elapsed], "objective": objective})
        if objective <= best * (1 + _ENOUGH) or sum(r["seconds"][0] for r in rungs) > seconds:
            break
    return rungs


def _best_of_ours(gamma: float, X: Any, y: NDArray[np.int64], judge: Judge) -> tuple[float, float]:
    """Return how long we take to converge, and the objective there."""
    model = FocalLogisticRegression(gamma, tol=1e-10, max_iter=1_000)
    elapsed, fitted, _ = timed(partial(model.fit, X, y))
    return elapsed, judge.quality((fitted.coef_, fitted.intercept_), gamma).objective
