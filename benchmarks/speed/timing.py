"""Interleaved timings: everyone in turn, the hopeless once only."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

__all__ = ["HOPELESS", "OURS_GROUP", "Timing", "interleave", "settle", "timed"]

OURS_GROUP = "ours"
HOPELESS = 3.0
_FEWEST_ROUNDS, _MOST_ROUNDS = 3, 50
_LONG_ROUND = 40.0
_SETTLING_SECONDS = 0.03
_SHORT = 0.1


@dataclass
class Timing:
    """What one contender did on one table."""

    seconds: list[float]
    result: Any
    """That of its first run."""
    warned: bool
    """Whether it said that it had not converged."""

    @property
    def median(self) -> float:
        """Return the median time in seconds."""
        return median(self.seconds)


def settle() -> None:
    """Wait until the threads of the last call sleep, which go on spinning for a while."""
    time.sleep(_SETTLING_SECONDS)


def timed(
    call: Callable[[], Any],
    clock: Callable[[], float] = time.perf_counter,
    *,
    at_once: bool = False,
) -> tuple[float, Any, bool]:
    """Return the seconds that a call takes, its result, and whether it warned.

    A call that fails takes forever, and its error is the result.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if not at_once:
            settle()
        start = clock()
        try:
            result = call()
        except Exception as error:  # noqa: BLE001 - one contender's fault must not end the run
            return math.inf, error, False
        elapsed = clock() - start
    return elapsed, result, any(issubclass(each.category, ConvergenceWarning) for each in caught)


def interleave(
    calls: Mapping[str, Callable[[], Any]],
    groups: Mapping[str, str],
    *,
    seconds: float,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, Timing]:
    """Time calls in turn, for about so many seconds and at least three rounds.

    A round of more than forty seconds is the only one.

    Parameters
    ----------
    calls : mapping of str to callable
        What to time, all of it warmed up.
    groups : mapping of str to str
        Of each, the rivals that it is one of. One that takes more than three times as long as
        the quickest of its group cannot be the best of it: its single time stands.
    seconds : float
        How long to go on.
    clock : callable, default=time.perf_counter
        Tells the time.

    Notes
    -----
    The order is drawn anew for each round, so that nobody always runs after the same rival.
    """
    timings = {}
    for name, call in calls.items():
        elapsed, result, warned = timed(call, clock)
        timings[name] = Timing([elapsed], result, warned)
    first = {name: timing.seconds[0] for name, timing in timings.items()}
    in_play = [
        name
        for name, group in groups.items()
        if name in calls
        and math.isfinite(first[name])
        and first[name] <= _bound(first, groups, group)
    ]
    round_seconds = sum(first[name] for name in in_play)
    fewest = _FEWEST_ROUNDS if round_seconds < _LONG_ROUND else 1
    n_rounds = int(min(max(seconds / round_seconds, fewest), _MOST_ROUNDS))
    # Small tables keep no threads busy, and after a pause the processor would be cold.
    at_once = round_seconds < _SHORT
    random = np.random.default_rng(0)
    for _ in range(n_rounds - 1):
        for index in random.permutation(len(in_play)):
            name = in_play[index]
            elapsed, _, _ = timed(calls[name], clock, at_once=at_once)
            timings[name].seconds.append(elapsed)
    return timings


def _bound(first: Mapping[str, float], groups: Mapping[str, str], group: str) -> float:
    """Return the time beyond which a member of a group has no hope; nobody of ours is hopeless."""
    if group == OURS_GROUP:
        return math.inf
    return HOPELESS * min(first[name] for name in first if groups[name] == group)
