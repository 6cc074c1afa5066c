"""The page of the speed run says what its JSON holds, and nothing else."""

import copy
import json
import re
from pathlib import Path

import pytest

from benchmarks.speed import page as page_module
from benchmarks.speed.focal_contenders import CONTENDERS
from benchmarks.speed.goals import GOALS, Goal, Measured, quickest, ratio
from benchmarks.speed.page import page, readme_part
from benchmarks.speed.plots import PLOTS
from benchmarks.speed.reasons import REASONS
from benchmarks.speed.tables import CATALOGUE

ROOT = Path(__file__).parents[2]
OURS, LBFGS, GLUM, TORCH = "skfocal, γ=2", "scikit-learn lbfgs", "glum", "PyTorch L-BFGS"


def contender(seconds, name, **others):
    return {
        "gamma": CONTENDERS[name].gamma,
        "library": CONTENDERS[name].library,
        "group": CONTENDERS[name].group,
        "median_seconds": seconds,
        "seconds": [seconds, 2 * seconds, seconds / 2],
        "runs": 9,
        "warned": False,
        "objective": 1.0,
        "gradient": 1e-7,
    } | others


def table(name, family, n_samples=1, n_features=1, n_classes=2, **seconds):
    names = {"ours": OURS, "lbfgs": LBFGS, "glum": GLUM}
    return {
        "name": name,
        "family": family,
        "n_samples": n_samples,
        "n_features": n_features,
        "n_classes": n_classes,
        "contenders": {names[key]: contender(each, names[key]) for key, each in seconds.items()},
        "not_run": {"scikit-learn saga": "would take about 99 s"},
        "megabytes": 12.0,
    }


def climb(name, ours, torch):
    def reached(seconds):
        return {"points": [[16.0, 1e-3]], "seconds_to_target": seconds, "runs": 3}

    times = {OURS: reached(ours), TORCH: reached(torch)}
    return {"table": name, "gamma": 2.0, "best_objective": 1.0, "contenders": times}


def search(seconds, *, focal, scikit_learn, share=1.0):
    return {
        "n_candidates": 120,
        "n_folds": 5,
        "seconds": {"search": seconds, "focal": focal, "scikit-learn": scikit_learn},
        "share_timed": {"focal": share, "scikit-learn": 1.0},
        "ratio": {"focal": seconds / focal, "scikit-learn": seconds / scikit_learn},
    }


KERNEL_SECONDS = {
    "pass, γ=0": 2.0,
    "pass, γ=1.7": 2.2,
    "pass, γ=2": 2.1,
    "X @ w": 1.0,
    "r @ X": 2.0,
    "X @ coef": 1.0,
    "predict_proba": 1.5,
}
THREAD_SECONDS = {
    "one thread": 4.0,
    "all threads": 2.0,
    "one product": 1.0,
    "two products": 1.2,
}


@pytest.fixture
def report():
    return {
        "minutes": 12.3,
        "machine": {"cores": 2},
        "libraries": {"scikit-learn": "1.9", "glum": None},
        "alone": {"10,000 x 30": {OURS: 0.2, LBFGS: 1.1}},
        "tables": [
            table("300 x 10", "small", 300, 10, ours=2.0, lbfgs=1.0),
            table("10,000 x 30", "dense", 10_000, 30, ours=0.2, lbfgs=1.0, glum=0.1),
            table("100,000 x 10", "dense", 100_000, 10, ours=0.1, lbfgs=1.0),
            table("10,000,000 x 10", "dense", 10_000_000, 10, ours=12.0, lbfgs=30.0),
            table("hard", "unscaled or correlated", ours=0.1, lbfgs=1.0),
            table("200 x 20,000", "wide", ours=0.5, lbfgs=1.0),
            table("sparse", "sparse", ours=0.5, lbfgs=4.0, glum=2.0),
            table("ten", "many classes", n_classes=10, ours=0.3, lbfgs=1.0),
            table("fifty", "many classes", n_classes=50, ours=3.0, lbfgs=1.0),
        ],
        "to_target": [climb("one", 1.0, 20.0), climb("two", 1.0, 8.0), climb("three", 1.0, None)],
        "kernels": [
            {"table": "wide enough", "n_features": 30, "seconds": KERNEL_SECONDS},
            {"table": "narrow", "n_features": 29, "seconds": KERNEL_SECONDS | {"pass, γ=2": 99.0}},
        ],
        "threads": {"table": "big", "seconds": THREAD_SECONDS},
        "search": {
            "small": search(1.0, focal=8.0, scikit_learn=5.0),
            "large": search(3.0, focal=30.0, scikit_learn=60.0, share=0.25),
        },
    }


def test_every_goal_is_computed_from_what_was_measured(report):
    measured = {name: goal.measure(report) for name, goal in GOALS.items()}
    assert {name: each.value for name, each in measured.items()} == {
        "dense mean": pytest.approx((2.0 * 0.2 * 0.1 * 0.4) ** 0.25),
        "dense worst": pytest.approx(0.4),
        "unscaled": pytest.approx(0.1),
        "small": 2.0,
        "sparse": 0.25,
        "ten classes": 0.3,
        "PyTorch": 1 / 8,
        "pass": pytest.approx(2.1 / 3.0),
        "gamma": pytest.approx(1.05),
        "any gamma": pytest.approx(2.2 / 2.1),
        "growth": pytest.approx(1.2),
        "memory": 12.0,
        "threads": 0.5,
        "predict": 1.5,
        "search": pytest.approx(0.125),
        "search and scikit-learn": pytest.approx(0.2),
    }
    missed = {name for name, goal in GOALS.items() if not goal.reached(measured[name])}
    assert missed == {"dense mean", "small", "PyTorch", "predict", "search and scikit-learn"}
    assert measured["PyTorch"].detail.startswith("0.05 at one to 0.12 at two; at most")
    assert measured["PyTorch"].detail.endswith("stopped before it was there: three")


def test_a_goal_of_which_nothing_was_measured_is_neither_reached_nor_missed(report):
    empty = {"tables": [], "to_target": [], "kernels": [], "threads": {}, "search": {}}
    assert all(goal.measure(empty) is None for goal in GOALS.values())
    assert page(report | empty | {"alone": {}}).count("not measured") == len(GOALS) + 1


def test_hard_columns_count_only_if_every_fit_converged(report):
    goal = GOALS["unscaled"]
    assert goal.reached(goal.measure(report))
    report["tables"][4]["contenders"][OURS]["warned"] = True
    assert not goal.reached(goal.measure(report))
    assert "not converged: hard" in goal.measure(report).detail
    report["tables"][4]["contenders"][OURS] |= {"warned": False, "gradient": 1.1e-6}
    assert not goal.reached(goal.measure(report))


def test_a_target_that_we_miss_is_a_goal_that_is_missed(report):
    goal = GOALS["PyTorch"]
    report["to_target"] = [climb("one", 1.0, 20.0), climb("two", None, 8.0)]
    assert goal.measure(report).value == pytest.approx(0.05)
    assert not goal.reached(goal.measure(report))
    assert "not there at two" in goal.measure(report).detail


def test_the_quickest_rival_is_of_the_library_asked_for(report):
    dense = report["tables"][1]
    assert (quickest(dense), quickest(dense, "scikit-learn")) == (GLUM, LBFGS)
    assert (ratio(dense), ratio(dense, "scikit-learn")) == (2.0, 0.2)
    assert ratio(table("alone", "dense", ours=1.0)) is None


def test_the_page_tells_what_is_missing_once_or_unmet(report, monkeypatch):
    monkeypatch.setattr(page_module, "REASONS", {"small": "overhead", "growth": "unseen"})
    report["tables"][1]["contenders"][LBFGS] |= {"runs": 1, "warned": True}
    text = page(report)
    assert "- glum: **missing**, not measured" in text
    assert "1.00 s once, 1e-07!" in text
    assert "| scikit-learn saga | its forecast is too long | 300 x 10: 99 s; 10,000 x 30: " in text
    assert "*: overhead" in text
    assert "unseen" not in text
    assert "1e-03 after 16.00 s" in text
    assert "| 10,000 x 30 | scikit-learn lbfgs | 1.10 s | 1.00 s |" in text
    assert page(copy.deepcopy(report)) == text


def test_who_did_not_run_stands_in_one_table_with_each_reason_once(report):
    few = {"glum": "two classes only", "skglm": "two classes only", LBFGS: "failed: a | b"}
    for each in report["tables"][:2]:
        each["not_run"] = few
    for each in report["tables"][2:]:
        each["not_run"] = {}
    text = page(report)
    assert text.count("### Not run") == 1
    assert "| glum; skglm | two classes only | 300 x 10; 10,000 x 30 |" in text
    assert text.count("two classes only") == 1
    assert r"failed: a \| b" in text
    for each in report["tables"]:
        each["not_run"] = {}
    assert "Not run" not in page(report)


def test_the_page_says_of_how_many_runs_its_medians_are(report):
    ours, theirs = (report["tables"][0]["contenders"][name] for name in (OURS, LBFGS))
    ours |= {"runs": 5}
    theirs |= {"runs": 1}
    text = page(report)
    assert "medians of 5 to 9 runs, in brackets the range" in text
    assert "| 300 x 10 | 2.00 s (1.00 s to 4.00 s) |" in text
    assert "Everyone's medians of 5 runs" in text
    assert "| 1.00 s once | 1e-07 | 2.00 | 5 and 1 | 12 MB |" in text
    assert "| 2.00 | 5 and 1 |" in readme_part(report)


@pytest.mark.parametrize(
    ("unit", "bound", "value", "written"),
    [
        ("", 1.05, 1.0541, "1.054"),
        ("", 1.05, 1.05012, "1.0501"),
        ("", 1.05, 1.06, "1.06"),
        ("", 1.05, 1.05, "1.05"),
        ("MB", 64, 64.3, "64.3"),
        ("MB", 64, 75.5, "76"),
    ],
)
def test_a_figure_never_looks_like_a_bound_that_it_is_not(
    report, monkeypatch, unit, bound, value, written
):
    goal = Goal("figure", bound, lambda _: Measured(value, "detail"), unit)
    monkeypatch.setattr(page_module, "GOALS", {"figure": goal})
    assert f"| {written} {unit}".strip() + " | " in page(report)


def test_the_page_claims_the_full_run_only_if_no_table_is_missing(report):
    assert "**only a part of `python -m benchmarks speed`" in page(report)
    assert "**only the quick form of `python" in page(report | {"quick": True})
    report["tables"] = [table(spec.name, spec.family, ours=1.0, lbfgs=2.0) for spec in CATALOGUE]
    assert "12 minutes: `python -m benchmarks speed`.\n" in page(report)


def test_the_date_and_the_memory_of_the_machine_are_told_where_they_are_known(report):
    assert "memory:" not in page(report)
    report["machine"] |= {"date": "2026-01-31", "memory_gb": 8}
    text = page(report)
    assert "- date: 2026-01-31\n" in text
    assert "- memory: 8 GB\n" in text


def test_every_table_of_the_page_is_rectangular(report):
    for block in re.findall(r"(?:^\|.*\n)+", page(report), flags=re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1


def test_the_readme_shows_a_few_rows_and_the_count_of_goals(report):
    part = readme_part(report)
    assert part.startswith("| table | focal γ=2 |")
    assert "| 10,000,000 x 10 |" in part
    assert "hard" not in part
    assert part.endswith(
        f"Of {len(GOALS)} goals set beforehand, for all kinds of tables, this run measured "
        f"{len(GOALS)}, and 11 are reached."
    )


def test_reasons_are_given_for_goals():
    assert set(REASONS) <= set(GOALS)


def test_every_goal_that_the_committed_run_misses_has_its_reason():
    text = (ROOT / "benchmarks" / "results" / "speed.json").read_text(encoding="utf-8")
    found = {name: goal.measure(json.loads(text)) for name, goal in GOALS.items()}
    missed = {name for name, figure in found.items() if figure and not GOALS[name].reached(figure)}
    assert missed <= set(REASONS)


def test_the_committed_page_is_made_from_the_committed_run():
    path = ROOT / "benchmarks" / "results" / "speed.json"
    committed = json.loads(path.read_text(encoding="utf-8"))
    assert (ROOT / "docs" / "speed.md").read_text(encoding="utf-8") == page(committed)
    assert readme_part(committed) in (ROOT / "README.md").read_text(encoding="utf-8")
    assert all((ROOT / "docs" / name).exists() for name in PLOTS)
