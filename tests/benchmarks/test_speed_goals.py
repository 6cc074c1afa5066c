"""Every goal of speed is judged by what was measured."""

import copy

import pytest

from benchmarks.publishing import RESULTS, read_results
from benchmarks.speed.goals import GOALS, fastest, judge_goals, ratio
from benchmarks.speed.page import growth, mean_ratios, view

CROSS, FOCAL = "skfocal, γ=0", "skfocal, γ=2"
LBFGS, GLUM, TORCH = "scikit-learn lbfgs", "glum", "PyTorch L-BFGS"


def at_target(name, family, cross, focal, *, processor="AVX-512", n_samples=1, **others):
    names = {"lbfgs": LBFGS, "glum": GLUM, "torch": TORCH}
    times = {CROSS: cross, FOCAL: focal, **{names[key]: each for key, each in others.items()}}
    return {
        "processor": processor,
        "table": name,
        "family": family,
        "n_samples": n_samples,
        "n_features": 10,
        "solvers": {key: {"median_seconds": each} for key, each in times.items()},
    }


def at_defaults(name, n_samples, seconds, megabytes=12.0, family="dense"):
    return {
        "name": name,
        "family": family,
        "n_samples": n_samples,
        "solvers": {FOCAL: {"median_seconds": seconds}},
        "megabytes": megabytes,
    }


def calls(table="one", processor="AVX-512", **seconds):
    times = {name: {"median_seconds": each} for name, each in seconds.items()}
    return {"processor": processor, "table": table, "calls": times}


@pytest.fixture
def results():
    own = "FocalLogisticRegressionCV"
    return {
        "processors": ["AVX-512", "AVX2"],
        "fits": [
            at_defaults("100,000 x 10", 100_000, 0.1),
            at_defaults("10,000,000 x 10", 10_000_000, 12.0),
            at_defaults("wide", 200, 1.0, megabytes=70.0, family="sparse"),
        ],
        "target": [
            at_target("300 x 10", "small", 2.0, 3.0, n_samples=300, lbfgs=2.0, torch=0.1),
            at_target("10,000 x 30", "dense", 0.2, 0.1, lbfgs=1.0, glum=0.5),
            at_target("kc1", "real", 1.0, 4.0, lbfgs=4.0, glum=2.0),
            at_target("yeast", "real", 1.0, 2.0, lbfgs=4.0, glum=None),
            at_target("kc1", "real", 3.0, 1.0, processor="AVX2", lbfgs=2.0),
        ],
        "searches": [
            calls(**{own: 1.0, "LogisticRegressionCV, lbfgs": 4.0, "LogisticRegressionCV, x": 2.0}),
            calls(**{own: 1.0, "GridSearchCV(LogisticRegression)": 20.0}),
        ],
        "predictions": [calls(**{"X @ coef": 1.0, "predict_proba": 1.5})],
    }


def judged(results):
    return {(goal.name, goal.details["processor"]): goal for goal in judge_goals(results)}


def test_goals_are_computed_from_what_was_measured(results):
    goals = judged(results)
    expected = {
        ("real mean", "AVX-512"): (0.5 * 2.0 * 0.25 * 0.5) ** 0.25,
        ("real worst", "AVX-512"): 2.0,
        ("real worst", "AVX2"): 1.5,
        ("small", "AVX-512"): 1.5,
        ("10,000 x 30", "AVX-512"): 0.4,
        ("predictions", "AVX-512"): 1.5,
        ("search", "AVX-512"): 0.5,
        ("focal search", "AVX-512"): 0.05,
        ("growth", "AVX-512"): 1.2,
        ("memory", "AVX-512"): 12.0,
    }
    found = {key: goals[key].details["value"] for key in expected}
    assert found == pytest.approx(expected)
    assert goals["real worst", "AVX-512"].verdict == "does not hold"
    assert goals["10,000 x 30", "AVX-512"].verdict == "holds"


def test_a_goal_without_measurements_is_not_shown():
    nothing = {"fits": [], "target": [], "searches": [], "predictions": []}
    assert {goal.verdict for goal in judge_goals(nothing)} == {"not shown"}
    assert len(judge_goals(nothing)) == sum(len(goal.bounds) for goal in GOALS)


def test_a_target_that_ours_does_not_reach_is_missed(results):
    results["target"][1]["solvers"][FOCAL]["median_seconds"] = None
    assert judged(results)["10,000 x 30", "AVX-512"].verdict == "does not hold"


def test_the_fastest_solver_is_of_cross_entropy_and_not_ours(results):
    small, dense = copy.deepcopy(results["target"][:2])
    assert fastest(small) == LBFGS
    assert fastest(dense) == GLUM
    assert ratio(dense, CROSS) == pytest.approx(0.4)
    dense["solvers"] = {FOCAL: dense["solvers"][FOCAL]}
    assert fastest(dense) is ratio(dense) is None


def test_means_are_over_real_tables_of_one_processor(results):
    by_table = {"kc1": {one["processor"]: one for one in results["target"][2::2]}}
    (row,) = mean_ratios(by_table, ["AVX-512"])
    assert row["worst"][CROSS] == pytest.approx(0.5)
    assert row["mean"][FOCAL] == pytest.approx(2.0)


def test_growth_has_all_else_fixed(results):
    lines = growth(results, "n_samples", "n_features", 10)
    assert lines[FOCAL] == [(1, 0.1), (300, 3.0)]
    assert lines[GLUM] == [(1, 0.5)]


def test_the_committed_run_is_whole():
    shown = view(read_results(RESULTS / "speed"))
    assert len(shown["by_table"]) == shown["n_known"]
    assert set(shown["in_readme"]) <= set(shown["by_table"])
    # Tables that were added after the run on one processor are measured on another.
    measured = {processor for one in shown["by_table"].values() for processor in one}
    assert measured == set(shown["processors"]) == set(shown["origins"])
