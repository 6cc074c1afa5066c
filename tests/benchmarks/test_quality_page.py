"""The page of the quality run: what the results give, whatever they are."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from benchmarks.quality.arms import ARMS, DESCRIPTIONS
from benchmarks.quality.command import PUBLISHED
from benchmarks.quality.page import page
from benchmarks.quality.plots import PLOTS, draw
from benchmarks.quality.publish import write_page
from benchmarks.quality.results import MEASURED, Results, read_results, write_results
from benchmarks.quality.standing import TWO_CLASSES, indistinct, standing
from skfocal.comparison.scoring.folds import METRICS

ROOT = Path(__file__).parents[2]
N_SETS = 12


ORIGIN = {
    "created": "2026-01-01T00:00:00+00:00",
    "versions": {"numpy": "2"},
    "platform": "one",
    "cores": 2,
    "blas": ["one"],
}
SHAPE = {
    "suite": "binary",
    "n_rows": 100,
    "n_numeric": 3,
    "n_categorical": 0,
    "n_classes": 2,
    "n_rarest": 10,
}


def results(gains, n_sets=N_SETS, failed=()):
    """Results in which every arm gains, in every ranked metric, about what is given."""
    rng = np.random.default_rng(0)
    rows = []
    for number in range(n_sets):
        base, noise = rng.uniform(0.3, 0.6), rng.normal(0, 1e-4, len(ARMS))
        for arm, wobble in zip(ARMS, noise, strict=True):
            gain = 0.0 if arm == "logistic" else gains.get(arm, 0.0) + wobble
            failure = (f"set {number}", arm) in failed
            rows.append(
                {"data_set": f"set {number}", "method": arm, **figures(base, gain, failure)}
            )
    info = {
        "command": "python -m benchmarks quality",
        "origin": ORIGIN,
        "suites": [
            {
                "name": "binary",
                "data_sets": [f"set {number}" for number in range(n_sets)],
                "cv": 5,
                "repeats": 5,
                "max_rows": None,
                "minutes": 1.0,
            }
        ],
        "arms": dict(DESCRIPTIONS),
        "data_sets": [{"data_set": f"set {number}", **SHAPE} for number in range(n_sets)],
        "chosen": {
            f"set {number}": {"focal": {"gamma": {"0.0": 20, "2.0": 5}}} for number in range(n_sets)
        },
        "failures": [
            {"data_set": name, "method": arm, "folds": 2, "reason": "ValueError: a|b <c>"}
            for name, arm in failed
        ],
        "warnings": [],
        "n_candidates": 12,
    }
    return Results(pd.DataFrame(rows), info)


def figures(base, gain, failure):
    found = {}
    for name in MEASURED:
        sign = 1 if name not in METRICS or METRICS[name].greater_is_better else -1
        found |= {f"{name}_mean": base + sign * gain, f"{name}_sd": 0.02}
        if name in METRICS:
            ends = {"difference": gain, "low": gain - 0.005, "high": gain + 0.005}
            if sign < 0:
                ends = {"difference": -gain, "low": -gain - 0.005, "high": -gain + 0.005}
            found |= {f"{name}_{end}": value for end, value in ends.items()}
    return dict.fromkeys(found, np.nan) if failure else found


def test_the_page_is_what_the_committed_results_give(tmp_path):
    for name in ("quality.csv", "quality.json"):
        assert PUBLISHED.with_name(name).stat().st_size < 1_000_000
    write_page(PUBLISHED, tmp_path / "quality.md")
    for name in ("quality.md", *PLOTS.values()):
        committed = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert (tmp_path / name).read_text(encoding="utf-8") == committed


def test_results_are_read_as_they_were_written(tmp_path):
    found = results({"platt": 0.01}, failed=[("set 3", "smote")])
    write_results(found, tmp_path / "some" / "quality")
    again = read_results(tmp_path / "some" / "quality")
    assert again.info == json.loads(json.dumps(found.info))
    pd.testing.assert_frame_equal(again.figures, found.figures, rtol=1e-4)


def test_the_answer_names_who_is_better_and_who_is_worse_with_sizes():
    text = page(results({"platt": 0.03, "smote": -0.02}))
    for label in ("average precision", "F1 at the default decision"):
        assert f"By {label}, significantly better: platt +0.030" in text
    assert "significantly worse: smote −0.020" in text
    assert "By log loss, significantly better: platt −0.030" in text


def test_the_answer_flips_with_the_figures():
    text = page(results({"platt": -0.03}))
    assert "By average precision, no arm is significantly better; significantly worse: pla" in text
    assert "significantly better: platt" not in text


def test_the_answer_says_when_nothing_differs():
    text = page(results({}))
    assert text.count("no arm differs significantly, the smallest p being") == 4


def test_the_standing_counts_wins_and_clear_differences():
    found = standing(results({"platt": 0.03, "smote": -0.001}), TWO_CLASSES, "log_loss")
    platt, smote = found.loc["platt"], found.loc["smote"]
    assert (platt["wins"], platt["ties"], platt["losses"], platt["better"]) == (
        N_SETS,
        0,
        0,
        N_SETS,
    )
    assert (smote["losses"], smote["better"], smote["worse"]) == (N_SETS, 0, 0)
    assert found.index[0] == "platt"
    assert (platt["mean_rank"], platt["rank_low"], platt["rank_high"]) == (1, 1, 1)
    inside = found["mean_rank"].between(found["rank_low"], found["rank_high"])
    assert inside.all()
    assert found["mean_rank"].mean() == pytest.approx((len(ARMS) + 1) / 2)


def test_what_is_not_run_in_full_is_told_first():
    whole = results({})
    assert "Not in full" not in page(whole)
    (suite,) = whole.info["suites"]
    large = {"data_sets": ["flights", "fars"], "repeats": 1, "max_rows": 20_000}
    whole.info["suites"] = [suite, {**suite, **large}]
    told = "Not in full: flights and fars (folds drawn once, at most about 20,000 rows); see"
    assert told in page(whole).split("##")[0]


def test_the_budget_is_that_of_the_run():
    run = results({})
    run.info["n_candidates"] = 7
    assert "Every arm has 7 candidates" in page(run)


def test_a_failure_ranks_last_and_is_told():
    failed = [("set 3", "smote")]
    found = results({"smote": 0.03}, failed=failed)
    ranks = standing(found, TWO_CLASSES, "log_loss")
    assert ranks.loc["smote", "losses"] == 1
    assert ranks.loc["smote", "mean_rank"] == pytest.approx((N_SETS - 1 + len(ARMS)) / N_SETS)
    text = page(found)
    assert "| set 3 | smote | 2 | ValueError: a\\|b &lt;c&gt; |" in text
    assert "| smote | failed |" in text


def test_what_was_chosen_is_pooled_over_data_sets():
    assert "| focal | gamma | 0.0: 80%, 2.0: 20% |" in page(results({}))


def test_arms_beside_one_bar_do_not_differ():
    runs = indistinct(results({"platt": 0.2, "smote": -0.2}, n_sets=20), TWO_CLASSES, "log_loss")
    assert all("platt" not in run and "smote" not in run for run in runs)


def test_a_diagram_names_every_arm_and_tells_it_in_words(tmp_path):
    draw(results({"platt": 0.2}), tmp_path)
    for name in PLOTS.values():
        root = ET.parse(tmp_path / name).getroot()  # noqa: S314  # just written
        words = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
        assert set(ARMS) <= set(words)
        description = root.find("{http://www.w3.org/2000/svg}desc").text
        assert description.startswith("platt 1.0; ")


def test_all_links_of_the_page_lead_somewhere():
    text = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)", text):
        assert (ROOT / "docs" / link).exists()
