"""The timing protocol: interleaved rounds, medians and a time limit."""

import warnings

import pytest
from sklearn.exceptions import ConvergenceWarning

from benchmarks.speed import timing as timing_module
from benchmarks.speed.timing import time_interleaved


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr(timing_module, "PAUSE", 0.0)


class Clock:
    """Time passes only in the calls."""

    def __init__(self):
        self.now = 0.0
        self.calls = []

    def __call__(self):
        return self.now

    def call(self, name, *seconds):
        left = list(seconds)

        def run():
            self.now += left.pop(0) if len(left) > 1 else left[0]
            self.calls.append(name)
            return f"{name} {len(self.calls)}"

        return run


def test_each_round_calls_everyone_once_in_a_new_order():
    clock = Clock()
    calls = {name: clock.call(name, 1.0) for name in "abcd"}
    time_interleaved(calls, rounds=8, time_limit=100, clock=clock)
    rounds = [clock.calls[4 * i : 4 * i + 4] for i in range(8)]
    assert all(sorted(each) == list("abcd") for each in rounds)
    assert len({tuple(each) for each in rounds}) > 1
    assert len(clock.calls) == 32


def test_times_are_medians_and_results_those_of_the_first_run():
    clock = Clock()
    timings = time_interleaved({"a": clock.call("a", 4.0, 0.5, 0.75)}, rounds=3, clock=clock)
    assert timings["a"].summary() == {
        "median_seconds": 0.75,
        "seconds": [4.0, 0.5, 0.75],
        "warned": False,
    }
    assert timings["a"].result == "a 1"


def test_a_call_is_not_repeated_beyond_the_time_limit():
    clock = Clock()
    calls = {"slow": clock.call("slow", 6.0), "fast": clock.call("fast", 1.0)}
    timings = time_interleaved(calls, rounds=5, time_limit=10, clock=clock)
    assert {name: len(each.seconds) for name, each in timings.items()} == {"slow": 2, "fast": 5}


def test_a_failure_ends_one_call_and_not_the_run():
    def fail():
        raise MemoryError("no room")

    clock = Clock()
    timings = time_interleaved({"fails": fail, "a": clock.call("a", 1.0)}, rounds=3, clock=clock)
    assert timings["fails"].failed
    assert isinstance(timings["fails"].result, MemoryError)
    assert [len(each.seconds) for each in timings.values()] == [1, 3]


def test_only_a_warning_of_no_convergence_counts():
    def warn(category):
        return lambda: warnings.warn("text", category, stacklevel=2)

    calls = {"not converged": warn(ConvergenceWarning), "other": warn(UserWarning)}
    timings = time_interleaved(calls, rounds=2)
    assert {name: each.warned for name, each in timings.items()} == {
        "not converged": True,
        "other": False,
    }
