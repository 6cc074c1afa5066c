"""Everyone is timed in turn, by the rules that the page states."""

import warnings

import pytest
from sklearn.exceptions import ConvergenceWarning

from benchmarks.speed.contenders import OURS, Contender
from benchmarks.speed.fits import default_fits, too_long
from benchmarks.speed.tables import TableSpec, make_table
from benchmarks.speed.timing import interleave, timed

TINY = TableSpec(400, 5)


class Clock:
    """Time passes only in the calls that tell it to."""

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
            return name

        return run


def test_the_hopeless_run_once_and_the_rest_in_turn():
    clock = Clock()
    calls = {
        "us": clock.call("us", 50.0),
        "quick": clock.call("quick", 3.0, 1.0),
        "near": clock.call("near", 8.9),
        "hopeless": clock.call("hopeless", 9.1),
        "other": clock.call("other", 20.0),
    }
    groups = {"us": "ours", "quick": "a", "near": "a", "hopeless": "a", "other": "b"}
    timings = interleave(calls, groups, seconds=400.0, clock=clock)
    n_rounds = int(400 / (50 + 3 + 8.9 + 20))
    assert {name: len(timing.seconds) for name, timing in timings.items()} == {
        **dict.fromkeys(("us", "quick", "near", "other"), n_rounds),
        "hopeless": 1,
    }
    assert timings["quick"].median == 1.0
    assert timings["quick"].result == "quick"
    rounds = [clock.calls[5 + 4 * i : 9 + 4 * i] for i in range(n_rounds - 1)]
    assert all(sorted(each) == ["near", "other", "quick", "us"] for each in rounds)
    assert len({tuple(each) for each in rounds}) > 1


def test_who_fails_is_out_and_nobody_is_measured_by_it():
    def fail():
        raise MemoryError("no room")

    clock = Clock()
    calls = {"us": clock.call("us", 1.0), "fails": fail, "slow": clock.call("slow", 9.0)}
    groups = {"us": "ours", "fails": "a", "slow": "a"}
    timings = interleave(calls, groups, seconds=30.0, clock=clock)
    assert isinstance(timings["fails"].result, MemoryError)
    assert [len(each.seconds) for each in timings.values()] == [3, 1, 3]


def test_a_failure_is_told_unless_it_is_ours():
    def fail(X, y):
        raise MemoryError(f"no room for {X.shape[1]} and {y.ndim}")

    rival = {"rival": Contender(fail, "scipy", 0.0, "a"), **OURS}
    found = default_fits(rival, TINY, *make_table(TINY), seconds=0.01)
    assert found["not_run"] == {"rival": "failed: no room for 5 and 1"}
    assert set(found["contenders"]) == set(OURS)
    ours = {"ours": Contender(fail, "skfocal", 0.0, "ours")}
    with pytest.raises(MemoryError, match="no room"):
        default_fits(ours, TINY, *make_table(TINY), seconds=0.01)


@pytest.mark.parametrize(("seconds", "n_rounds"), [(39.0, 3), (41.0, 1)])
def test_slow_calls_have_three_rounds_unless_one_is_long(seconds, n_rounds):
    clock = Clock()
    calls = {"us": clock.call("us", seconds)}
    timings = interleave(calls, {"us": "ours"}, seconds=1.0, clock=clock)
    assert len(timings["us"].seconds) == n_rounds


def test_a_warning_of_no_convergence_is_noted():
    def warn(category):
        warnings.warn("not there", category, stacklevel=1)

    assert timed(lambda: warn(ConvergenceWarning))[2]
    assert not timed(lambda: warn(UserWarning))[2]


def test_only_who_would_take_long_and_is_not_the_quickest_is_left_out():
    groups = {"us": "ours", "a": "x", "b": "x", "c": "x", "d": "x"}
    expected = {"us": 99.0, "a": 40.0, "b": 90.0, "c": 59.0, "d": 61.0}
    reasons = too_long(expected, groups, seconds=6.0)
    assert reasons == {
        "us": "",
        "a": "",
        "b": "would take about 90 s",
        "c": "",
        "d": "would take about 61 s",
    }
    assert not any(too_long(expected, groups, seconds=36.0).values())


def test_a_forecast_alone_leaves_no_likely_rival_out():
    names = ("scikit-learn liblinear", "scikit-learn lbfgs", "scikit-learn newton-cg")
    expected = dict(zip(names, (5.0, 14.0, 20.0), strict=True))
    groups = dict.fromkeys(names, "scikit-learn")
    assert not any(too_long(expected, groups, seconds=2.0).values())
    reasons = too_long(expected, groups, seconds=1.0)
    assert [name for name, reason in reasons.items() if reason] == ["scikit-learn newton-cg"]
