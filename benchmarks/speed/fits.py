"""The first measure: fits at default settings, and how precise they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.speed.contenders import CROSS_ENTROPY, LOGISTIC_GROUPS, OURS, Contender
from benchmarks.speed.solutions import Judge
from benchmarks.speed.tables import TableSpec
from benchmarks.speed.timing import OURS_GROUP, Timing, interleave, timed

__all__ = ["alone", "default_fits", "first_rows", "summary", "too_long"]

_WARM_UP_ROWS = 200
_TRIAL_ENTRIES = 1_000_000
_TRIAL_SHARES, _SPARSE_TRIAL_SHARE = (0.01, 0.05), 0.2
_LONGEST, _LONGEST_OF_LOGISTIC, _LONGEST_OF_ALL = 2.5, 10, 12.5
_CLOSE, _CLOSE_OF_LOGISTIC = 1.5, 3
_ONCE = ("boosting",)
_ALONE = ("scikit-learn lbfgs", "scikit-learn newton-cholesky", "scikit-learn liblinear")


def default_fits(
    contenders: Mapping[str, Contender],
    spec: TableSpec,
    X: Any,
    y: NDArray[np.int64],
    *,
    seconds: float,
) -> dict[str, Any]:
    """Time the contenders that a table suits, and judge their first solutions."""
    absent = {name: each.not_for(spec) for name, each in contenders.items()}
    present = {name: each for name, each in contenders.items() if not absent[name]}
    expected = {}
    for name, each in present.items():
        trial, result = _expected_seconds(each, X, y)
        absent[name] = _failure(result, each.group)
        if not absent[name]:
            expected[name] = trial
    groups = {name: each.group for name, each in present.items()}
    absent |= too_long(expected, groups, seconds)
    calls: dict[str, Callable[[], Any]] = {
        name: partial(each.fit, X, y) for name, each in present.items() if not absent[name]
    }
    timings = interleave(calls, groups, seconds=seconds, once=_ONCE)
    absent |= {name: _failure(each.result, groups[name]) for name, each in timings.items()}
    judge = Judge(X, y)
    return {
        "contenders": {
            name: {
                "gamma": contenders[name].gamma,
                "library": contenders[name].library,
                "group": groups[name],
                **summary(timing),
                **_quality(judge, timing, contenders[name].gamma),
            }
            for name, timing in timings.items()
            if not absent[name]
        },
        "not_run": {name: reason for name, reason in absent.items() if reason},
    }


def too_long(
    expected: Mapping[str, float], groups: Mapping[str, str], seconds: float
) -> dict[str, str]:
    """Say who would take too long to wait for, unless it may be the quickest of its group."""
    reasons = {}
    for name, each in expected.items():
        quickest = min(expected[other] for other in expected if groups[other] == groups[name])
        # The goals are measured by the quickest of these, and a forecast may err.
        logistic = groups[name] in LOGISTIC_GROUPS
        longest = seconds * (_LONGEST_OF_LOGISTIC if logistic else _LONGEST)
        close = each <= quickest * (_CLOSE_OF_LOGISTIC if logistic else _CLOSE)
        never = not logistic and each > seconds * _LONGEST_OF_ALL
        waits = groups[name] != OURS_GROUP and (never or (each > longest and not close))
        reasons[name] = f"would take about {each:,.0f} s" if waits else ""
    return reasons


def summary(timing: Timing) -> dict[str, Any]:
    """Return a timing as plain numbers."""
    return {
        "median_seconds": timing.median,
        "seconds": timing.seconds,
        "runs": len(timing.seconds),
        "warned": timing.warned,
    }


def _quality(judge: Judge, timing: Timing, gamma: float) -> dict[str, float | None]:
    if timing.result is None:
        return {"objective": None, "gradient": None}
    return judge.quality(timing.result, gamma)._asdict()


def _failure(result: Any, group: str) -> str:
    """Say why a rival failed, if it did; ours must not."""
    if not isinstance(result, Exception):
        return ""
    if group == OURS_GROUP:
        raise result
    return f"failed: {str(result).splitlines()[0]}" if str(result) else "failed"


def _expected_seconds(contender: Contender, X: Any, y: NDArray[np.int64]) -> tuple[float, Any]:
    """Warm a contender up, and tell from some of the rows of a large table what it will take.

    The second part of the answer is what its last fit returned.
    """
    some = first_rows(y, _WARM_UP_ROWS / len(y))
    _, result, _ = timed(partial(contender.fit, X[some], y[some]))
    # An array and a sparse array both count their entries so; each class has its own logits.
    n_entries = X.size * max(1, y.max())
    if n_entries < _TRIAL_ENTRIES or len(some) == len(y):
        return 0.0, result
    # A sparse table's columns are many, and what they cost does not shrink with the rows.
    share = float(np.clip(_TRIAL_ENTRIES / n_entries, *_TRIAL_SHARES))
    share = _SPARSE_TRIAL_SHARE if sparse.issparse(X) else share
    some = first_rows(y, max(share, _WARM_UP_ROWS / len(y)))
    elapsed, result, _ = timed(partial(contender.fit, X[some], y[some]))
    return elapsed * len(y) / len(some), result


def first_rows(y: NDArray[np.int64], share: float) -> NDArray[np.intp]:
    """Return the first rows of each class: that share of them, and two at least."""
    by_class = [np.flatnonzero(y == code) for code in np.unique(y)]
    return np.sort(np.concatenate([rows[: max(2, int(share * len(rows)))] for rows in by_class]))


def alone(X: Any, y: NDArray[np.int64], *, seconds: float) -> dict[str, float]:
    """Return the median times of us and of scikit-learn before any other library is imported.

    What these libraries bring, threads above all, might slow down who shares their process.
    """
    contenders = {**OURS, **{name: CROSS_ENTROPY[name] for name in _ALONE}}
    for each in contenders.values():
        _expected_seconds(each, X, y)
    calls = {name: partial(each.fit, X, y) for name, each in contenders.items()}
    groups = {name: each.group for name, each in contenders.items()}
    timings = interleave(calls, groups, seconds=seconds)
    return {name: timing.median for name, timing in timings.items()}
