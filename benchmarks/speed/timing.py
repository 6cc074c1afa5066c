"""Interleaved timings: everyone in turn, the hopeless once only."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

__all__ = ["OURS_GROUP", "Timing", "interleave", "settle", "timed"]

OURS_GROUP = "ours"
_HOPELESS, _NOT_NEAR = 3.0, 1.5
_BRIEF_FIT, _BRIEF_ROUND, _LONG_ROUND = 0.1, 0.5, 40.0
_FEWEST_ROUNDS, _FEWEST_BRIEF_ROUNDS, _MOST_ROUNDS = 3, 11, 50
_ENOUGH_ROUNDS, _MORE_SECONDS = 11, 10.0
_SETTLING_SECONDS = 0.03


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

    @property
    def least(self) -> float:
        """Return the least time in seconds."""
        return min(self.seconds)


def settle() -> None:
    """Wait until the threads of the last call sleep, which go on spinning for a while."""
    time.sleep(_SETTLING_SECONDS)


def timed(
    call: Callable[[], Any], clock: Callable[[], float] = time.perf_counter
) -> tuple[float, Any, bool]:
    """Return the seconds that a call takes, its result, and whether it warned.

    A call that fails takes forever, and its error is the result.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
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
    once: Collection[str] = (),
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, Timing]:
    """Time calls in turn, for about so many seconds and at least three rounds.

    Of rounds below half a second there are eleven at least. In a round of more than forty
    seconds only those near the quickest stay; if it is as long even so, it is the only one.
    Those near the quickest of their group then have up to eleven, in ten seconds at most.

    Parameters
    ----------
    calls : mapping of str to callable
        What to time, all of it warmed up.
    groups : mapping of str to str
        Of each, the rivals that it is one of. One that takes more than three times as long as
        the quickest of its group cannot be the best of it: its time stands. A brief call has
        three tries before that is decided.
    seconds : float
        How long to go on.
    once : collection of str, default=()
        Groups that are timed once.
    clock : callable, default=time.perf_counter
        Tells the time.

    Notes
    -----
    The order is drawn anew for each round, so that nobody always runs after the same rival.
    """
    random = np.random.default_rng(0)
    timings: dict[str, Timing] = {}

    def time_all(names: Sequence[str]) -> None:
        for index in random.permutation(len(names)):
            name = names[index]
            elapsed, result, warned = timed(calls[name], clock)
            timings.setdefault(name, Timing([], result, warned)).seconds.append(elapsed)

    time_all(list(calls))
    brief = [name for name, each in timings.items() if each.least < _BRIEF_FIT]
    for _ in range(2):
        time_all([name for name in brief if name not in _near(timings, groups, _HOPELESS)])
    in_play = [name for name in _near(timings, groups, _HOPELESS) if groups[name] not in once]
    near = [name for name in _near(timings, groups, _NOT_NEAR) if name in in_play]
    if _round_seconds(timings, in_play) >= _LONG_ROUND:
        in_play = near
    for _ in range(_n_rounds(_round_seconds(timings, in_play), seconds) - 1):
        time_all(in_play)
    # The median of three runs says little, and of those who matter more cost less.
    for _ in range(_n_more(timings, near)):
        time_all(near)
    return {name: timings[name] for name in calls}


def _round_seconds(timings: Mapping[str, Timing], in_play: Sequence[str]) -> float:
    return sum(timings[name].least for name in in_play)


def _n_rounds(round_seconds: float, seconds: float) -> int:
    if round_seconds >= _LONG_ROUND:
        return 1
    fewest = _FEWEST_BRIEF_ROUNDS if round_seconds < _BRIEF_ROUND else _FEWEST_ROUNDS
    return int(min(max(seconds / round_seconds, fewest), _MOST_ROUNDS)) if round_seconds else 1


def _n_more(timings: Mapping[str, Timing], near: Sequence[str]) -> int:
    """Return how many rounds more there is time for, up to eleven with those that were."""
    done = min((len(timings[name].seconds) for name in near), default=_ENOUGH_ROUNDS)
    in_time = _MORE_SECONDS / max(_round_seconds(timings, near), _BRIEF_FIT)
    return max(0, min(_ENOUGH_ROUNDS - done, int(in_time)))


def _near(timings: Mapping[str, Timing], groups: Mapping[str, str], times: float) -> list[str]:
    """Return who takes at most so many times as long as the quickest of their group, and ours."""
    least = {name: timing.least for name, timing in timings.items()}
    quickest = {
        group: min(least[name] for name in least if groups[name] == group)
        for group in {groups[name] for name in least}
    }
    return [
        name
        for name in least
        if math.isfinite(least[name])
        and (groups[name] == OURS_GROUP or least[name] <= times * quickest[groups[name]])
    ]
