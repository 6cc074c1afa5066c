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
        "us": clock.call("us", 5.0),
        "quick": clock.call("quick", 3.0, 1.0),
        "near": clock.call("near", 8.9),
        "hopeless": clock.call("hopeless", 9.1),
        "other": clock.call("other", 20.0),
    }
    groups = {"us": "ours", "quick": "a", "near": "a", "hopeless": "a", "other": "b"}
    timings = interleave(calls, groups, seconds=400.0, clock=clock)
    n_rounds = int(400 / (5 + 3 + 8.9 + 20))
    assert {name: len(timing.seconds) for name, timing in timings.items()} == {
        **dict.fromkeys(("us", "quick", "near", "other"), n_rounds),
        "hopeless": 1,
    }
    assert timings["quick"].median == 1.0
    assert timings["quick"].result == "quick"
    assert sorted(clock.calls[:5]) == sorted(calls) != clock.calls[:5]
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
    assert [len(each.seconds) for each in timings.values()] == [4, 1, 4]


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


@pytest.mark.parametrize(
    ("seconds", "n_rounds"), [(0.01, 50), (0.2, 11), (0.6, 11), (4.0, 5), (39.0, 3), (41.0, 1)]
)
def test_there_are_several_rounds_unless_one_is_long(seconds, n_rounds):
    clock = Clock()
    calls = {"us": clock.call("us", seconds)}
    timings = interleave(calls, {"us": "ours"}, seconds=1.0, clock=clock)
    assert len(timings["us"].seconds) == n_rounds


@pytest.mark.parametrize(
    ("seconds", "n_rounds"),
    [
        # Of a round of fifty seconds the farthest is spared.
        ((10.0, 10.0, 14.0, 16.0), [3, 3, 3, 1]),
        # Three rounds, and in ten seconds five more of 1.7 seconds.
        ((0.5, 0.5, 0.7, 0.8), [8, 8, 8, 3]),
    ],
)
def test_those_near_the_quickest_have_more_rounds_than_the_rest(seconds, n_rounds):
    clock = Clock()
    groups = {"us": "ours", "quick": "a", "near": "a", "far": "a"}
    calls = {name: clock.call(name, each) for name, each in zip(groups, seconds, strict=True)}
    timings = interleave(calls, groups, seconds=1.0, clock=clock)
    assert [len(each.seconds) for each in timings.values()] == n_rounds


def test_a_brief_call_is_not_given_up_for_one_cold_run():
    clock = Clock()
    calls = {
        "quick": clock.call("quick", 0.01),
        "cold": clock.call("cold", 0.09, 0.01),
        "hopeless": clock.call("hopeless", 0.09),
    }
    groups = dict.fromkeys(calls, "a")
    timings = interleave(calls, groups, seconds=1.0, clock=clock)
    n_runs = {name: len(each.seconds) for name, each in timings.items()}
    assert n_runs["hopeless"] == 3
    assert n_runs["cold"] == n_runs["quick"] + 1
    assert timings["cold"].median == pytest.approx(0.01)


def test_who_is_there_for_orientation_runs_once():
    clock = Clock()
    calls = {name: clock.call(name, 1.0) for name in ("us", "tree")}
    groups = {"us": "ours", "tree": "trees"}
    timings = interleave(calls, groups, seconds=5.0, once=("trees",), clock=clock)
    assert [len(each.seconds) for each in timings.values()] == [11, 1]


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


def test_a_forecast_alone_leaves_no_rival_at_cross_entropy_out():
    expected = {"lbfgs": 14.0, "liblinear": 5.0, "saga": 20.0, "glum": 25.0}
    groups = dict.fromkeys(expected, "scikit-learn") | {"glum": "cross-entropy elsewhere"}
    assert not any(too_long(expected, groups, seconds=2.0).values())
    reasons = too_long(expected, groups, seconds=1.0)
    assert [name for name, reason in reasons.items() if reason] == ["saga"]


def test_nobody_else_is_waited_for_beyond_a_limit():
    groups = {"adam": "focal", "trees": "boosting"}
    reasons = too_long({"adam": 200.0, "trees": 12.0}, groups, seconds=1.0)
    assert reasons == {"adam": "would take about 200 s", "trees": ""}
