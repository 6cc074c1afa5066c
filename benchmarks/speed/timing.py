"""The timing protocol: interleaved rounds, medians and a time limit."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

ROUNDS = 7
TIME_LIMIT = 5.0
"""Seconds; a call whose runs have taken longer in total is not repeated."""
PAUSE = 0.03
"""Seconds before each call, in which the threads of the last one go to sleep."""


@dataclass
class Timing:
    """The runs of one call."""

    seconds: list[float] = field(default_factory=list)
    result: Any = None
    """Of the first run; an exception if a run failed."""
    warned: bool = False
    """Whether a run warned that it did not converge."""

    @property
    def failed(self) -> bool:
        """Whether a run raised an exception."""
        return isinstance(self.result, Exception)

    def summary(self) -> dict[str, Any]:
        """Return the median and all runs as plain data."""
        times = {"median_seconds": median(self.seconds), "seconds": self.seconds}
        return {**times, "warned": self.warned}


def time_interleaved(
    calls: Mapping[str, Callable[[], Any]],
    *,
    rounds: int,
    time_limit: float = TIME_LIMIT,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, Timing]:
    """Time calls in turn, in a new random order in each round."""
    random = np.random.default_rng(0)
    timings = {name: Timing() for name in calls}
    for _ in range(rounds):
        for name in random.permutation(list(calls)).tolist():
            timing = timings[name]
            if timing.failed or sum(timing.seconds) > time_limit:
                continue
            seconds, result, warned = time_call(calls[name], clock)
            timing.seconds.append(seconds)
            timing.warned |= warned
            if len(timing.seconds) == 1 or isinstance(result, Exception):
                timing.result = result
    return timings


def time_call(
    call: Callable[[], Any], clock: Callable[[], float] = time.perf_counter
) -> tuple[float, Any, bool]:
    """Return the time of a call, its result, and whether it warned of no convergence.

    The time of a call that fails is infinite, and its exception is the result.
    """
    time.sleep(PAUSE)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        start = clock()
        try:
            result = call()
        except Exception as error:  # noqa: BLE001 - a failure of one solver must not end the run
            return math.inf, error, False
        seconds = clock() - start
    return seconds, result, any(issubclass(each.category, ConvergenceWarning) for each in caught)
