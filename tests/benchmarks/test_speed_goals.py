"""Every goal of speed is judged by what was measured."""

import copy

import pytest

from benchmarks.publishing import RESULTS, read_results
from benchmarks.speed.goals import fastest, judge_goals, ratio
from benchmarks.speed.page import growth, view
from benchmarks.speed.solvers import SOLVERS

OURS, LBFGS, GLUM, TORCH = "skfocal, γ=2", "scikit-learn lbfgs", "glum", "PyTorch L-BFGS"


def table(name, family, n_samples=1, n_classes=2, **seconds):
    names = {"ours": OURS, "lbfgs": LBFGS, "glum": GLUM}
    solvers = {
        names[key]: {
            "gamma": SOLVERS[names[key]].gamma,
            "library": SOLVERS[names[key]].library,
            "median_seconds": each,
            "warned": False,
        }
        for key, each in seconds.items()
    }
    sizes = {"n_samples": n_samples, "n_features": 10, "n_classes": n_classes}
    return {"name": name, "family": family, **sizes, "solvers": solvers, "megabytes": 12.0}


def at_target(name, ours, torch):
    times = {OURS: {"median_seconds": ours}, TORCH: {"median_seconds": torch}}
    return {"table": name, "gamma": 2.0, "solvers": times}


def calls(**seconds):
    return {
        "table": "one",
        "calls": {name: {"median_seconds": each} for name, each in seconds.items()},
    }


@pytest.fixture
def results():
    grids = {
        "FocalLogisticRegressionCV": 1.0,
        "GridSearchCV(FocalLogisticRegression)": 8.0,
        "GridSearchCV(LogisticRegression)": 5.0,
    }
    return {
        "fits": [
            table("300 x 10", "small", 300, ours=2.0, lbfgs=1.0),
            table("10,000 x 30", "dense", 10_000, ours=0.2, lbfgs=1.0, glum=0.1),
            table("100,000 x 10", "dense", 100_000, ours=0.1, lbfgs=1.0),
            table("10,000,000 x 10", "dense", 10_000_000, ours=12.0, lbfgs=30.0),
            table("hard", "unscaled or correlated", ours=0.1, lbfgs=1.0),
            table("wide", "wide", ours=0.5, lbfgs=1.0),
            table("sparse", "sparse", ours=0.5, lbfgs=4.0, glum=2.0),
            table("ten", "many classes", n_classes=10, ours=0.3, lbfgs=1.0),
            table("fifty", "many classes", n_classes=50, ours=3.0, lbfgs=1.0),
        ],
        "target": [at_target("one", 1.0, 20.0), at_target("two", 1.0, 8.0)],
        "searches": [calls(**grids)],
        "predictions": [calls(**{"X @ coef": 1.0, "predict_proba": 1.5})],
    }


def test_every_goal_is_computed_from_what_was_measured(results):
    goals = judge_goals(results)
    assert {goal.name: goal.details["value"] for goal in goals} == {
        "dense mean": pytest.approx((2.0 * 0.2 * 0.1 * 0.4) ** 0.25),
        "dense worst": pytest.approx(0.4),
        "hard": pytest.approx(0.1),
        "small and wide": 2.0,
        "sparse": 0.25,
        "ten classes": 0.3,
        "to target": 1 / 8,
        "growth": pytest.approx(1.2),
        "memory": 12.0,
        "predictions": 1.5,
        "search": 1 / 8,
        "search and scikit-learn": 0.2,
    }
    missed = {goal.name for goal in goals if goal.verdict == "does not hold"}
    assert missed == {
        "dense mean",
        "small and wide",
        "to target",
        "predictions",
        "search and scikit-learn",
    }


def test_a_goal_without_measurements_is_not_shown():
    nothing = {"fits": [], "target": [], "searches": [], "predictions": []}
    assert {goal.verdict for goal in judge_goals(nothing)} == {"not shown"}


@pytest.mark.parametrize("family", ["unscaled or correlated", "sparse"])
def test_a_fit_that_did_not_converge_misses_its_goal(results, family):
    for one in results["fits"]:
        one["solvers"][OURS]["warned"] = one["family"] == family
    missed = {goal.name for goal in judge_goals(results) if goal.verdict == "does not hold"}
    assert ("hard" if family != "sparse" else "sparse") in missed


def test_a_target_that_only_the_other_reaches_is_missed(results):
    goal = "to target"
    results["target"] = [at_target("one", 1.0, None), at_target("two", 1.0, 20.0)]
    assert {g.name: g.verdict for g in judge_goals(results)}[goal] == "holds"
    results["target"].append(at_target("three", None, 1.0))
    assert {g.name: g.verdict for g in judge_goals(results)}[goal] == "does not hold"


def test_the_fastest_solver_is_of_cross_entropy_and_not_ours(results):
    both = copy.deepcopy(results["fits"][1])
    assert fastest(both) == GLUM
    assert fastest(both, "scikit-learn") == LBFGS
    assert ratio(both) == pytest.approx(2.0)
    both["solvers"] = {OURS: both["solvers"][OURS]}
    assert fastest(both) is ratio(both) is None


def test_growth_has_all_else_fixed(results):
    lines = growth({"fits": results["fits"]}, "n_samples", "n_features", 10)
    assert lines[OURS] == [(300, 2.0), (10_000, 0.2), (100_000, 0.1), (10_000_000, 12.0)]
    assert lines[GLUM] == [(10_000, 0.1)]


def test_the_readme_claims_no_more_than_the_committed_run_shows():
    results = read_results(RESULTS / "speed")
    claimed = {
        one["name"]: ratio(one, "scikit-learn")
        for one in results["fits"]
        if one["n_samples"] >= 10_000 and one["n_features"] <= 1_000
    }
    assert {"10,000 x 30", "10,000 x 1,000", "1,000,000 x 30, unscaled"} <= set(claimed)
    assert {name: each for name, each in claimed.items() if each >= 1} == {}
    assert set(view(results)["in_readme"]) <= {one["name"] for one in results["fits"]}
