"""The group of the boosted trees in the speed run."""

import importlib

import pytest

from benchmarks.speed import timing
from benchmarks.speed.goals import judge_goals
from benchmarks.speed.tables import TableSpec

group = importlib.import_module("benchmarks.speed.boosting")


@pytest.mark.slow
@pytest.mark.parametrize("n_classes", [2, 4])
def test_every_library_is_timed_with_both_losses(monkeypatch, n_classes):
    monkeypatch.setattr(timing, "PAUSE", 0.0)
    monkeypatch.setattr(group, "N_TREES", 4)
    records = group.boosting({}, TableSpec(300, 5, n_classes=n_classes), rounds=2)
    libraries = [one["library"] for one in records]
    assert libraries == ["xgboost", "lightgbm", "catboost"][: 3 if n_classes == 2 else 2]
    for one in records:
        assert {len(each["seconds"]) for each in one["calls"].values()} == {2}
        assert one["n_rounds"] == (4 if n_classes == 2 else 1)


def test_the_ratio_of_both_losses_is_judged():
    calls = {"log loss": {"median_seconds": 2.0}, "focal loss": {"median_seconds": 3.0}}
    about = {"table": "200,000 x 30", "processor": "AVX2", "calls": calls}
    results = {"fits": [], "target": [], "searches": [], "predictions": []}
    results["boosting"] = [{**about, "library": name} for name in ("lightgbm", "catboost")]
    goals = {
        (goal.name, goal.details["processor"]): (goal.details["value"], goal.verdict)
        for goal in judge_goals(results)
    }
    assert goals["boosting", "AVX2"] == (1.5, "does not hold")
    assert goals["boosting, CatBoost", "AVX2"] == (1.5, "holds")
    assert goals["boosting", "AVX-512"][1] == "not shown"


def test_versions_are_reported():
    assert set(group.versions()) == {"xgboost", "lightgbm", "catboost", "numpy"}
