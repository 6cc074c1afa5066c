"""The page of the simulation says what its JSON holds, and its verdicts follow from that."""

import copy
import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks.replicate.arms import ARMS, CORRECTIONS, NONE, PENALTIES
from benchmarks.replicate.chunks import TRUTH
from benchmarks.replicate.findings import (
    FOCAL_CLAIMS,
    PUBLISHED_CLAIMS,
    beyond_chance,
    findings,
)
from benchmarks.replicate.measures import MEASURES
from benchmarks.replicate.page import page
from benchmarks.replicate.plots import PLOT, draw
from benchmarks.replicate.published import PUBLISHED
from benchmarks.replicate.simulation import SCENARIOS
from benchmarks.replicate.summary import as_text, from_text, summarize

ROOT = Path(__file__).parents[2]
N_REPETITIONS = 20


def row(scenario, repetition, penalty, arm, **others):
    """A repetition in which nothing differs between arms but what is told."""
    figures = dict.fromkeys(MEASURES, 0.5) | {"intercept": 0.0, "slope": 1.0}
    return {
        "event_fraction": scenario.event_fraction,
        "n_predictors": scenario.n_predictors,
        "n_samples": scenario.n_samples,
        "repetition": repetition,
        "n_events": 20,
        "penalty": penalty,
        "arm": arm,
        "separated": False,
        "converged": True,
        **figures,
        **others,
    }


def rows_of(change):
    return [
        row(scenario, repetition, penalty, arm, **change(arm, repetition, scenario.event_fraction))
        for scenario in SCENARIOS
        for repetition in range(N_REPETITIONS)
        for penalty, arm in [("", TRUTH), *((p, a) for a in ARMS for p in PENALTIES)]
    ]


def verdicts(change):
    summary = summarize(rows_of(change))
    claims = {**{f"published {k}": v for k, v in PUBLISHED_CLAIMS.items()}, **FOCAL_CLAIMS}
    return dict(zip(claims, [each.verdict for each in findings(claims, summary)], strict=True))


@pytest.mark.slow
def test_verdicts_are_as_published_where_corrections_do_harm():
    def harm(arm, repetition, event_fraction):
        if arm in CORRECTIONS:
            return {
                "intercept": np.log(event_fraction) + 0.001 * repetition,
                "slope": 0.6,
                "auc": 0.4,
            }
        return {"intercept": 0.01 * (repetition - 10)}

    found = verdicts(harm)
    assert [found[name] for name in found if name.startswith("published")] == ["holds"] * 5
    assert found["raw"] == "holds"
    assert found["AUC"] == "does not hold"


@pytest.mark.slow
def test_verdicts_turn_where_corrections_help():
    def help_them(arm, *_):
        better = {"auc": 0.9, "sensitivity_half": 0.9, "slope": 1.1}
        return better if arm in CORRECTIONS else {}

    found = verdicts(help_them)
    assert [found[name] for name in found if name.startswith("published")] == ["does not hold"] * 5


@pytest.mark.slow
def test_verdicts_on_focal_loss_follow_the_figures():
    def unwelcome(arm, _, event_fraction):
        if "focal" not in arm:
            return {}
        rare = event_fraction == 0.01
        return {"intercept": -0.3, "slope": 0.8, "log_loss": 0.6, "auc": 0.7 if rare else 0.4}

    found = verdicts(unwelcome)
    assert found["raw"] == found["intercept"] == found["slope"] == "does not hold"
    assert found["log loss"] == "does not hold"
    assert found["AUC"] == "holds in part"


@pytest.mark.slow
def test_a_slope_is_farther_from_one_only_beyond_chance():
    def farther(arm, repetition, _):
        return {"slope": 1 + (0.11 if "focal" in arm else 0.1) * (-1) ** repetition}

    def noise(arm, repetition, _):
        nearer = "focal" in arm and repetition < N_REPETITIONS * 0.4
        return {"slope": 0.95 if nearer else 0.89 if "focal" in arm else 0.9}

    assert verdicts(farther)["slope"] == "does not hold"
    assert verdicts(noise)["slope"] == "holds"


def test_a_sign_test_grows_stricter_with_the_number_of_comparisons():
    figures = {"n_used": 40, "n_auc_gain_positive": 28}  # one-sided p-value of 0.0083
    assert beyond_chance(figures, "auc_gain", 6)
    assert not beyond_chance(figures, "auc_gain", 7)
    assert not beyond_chance(figures, "auc_gain", 1, below=True)
    assert beyond_chance(figures | {"n_auc_gain_positive": 12}, "auc_gain", 6, below=True)


@pytest.mark.slow
def test_separated_fits_are_counted_and_left_out():
    def separate(arm, repetition, _):
        if arm == "under-sampling" and repetition < 5:
            return {"separated": True, "intercept": -30.0}
        return {}

    summary = summarize(rows_of(separate))
    alike = [each for each in summary if each["arm"] == "under-sampling" and each["n_samples"]]
    assert {(each["n_used"], each["n_separated"]) for each in alike} == {(N_REPETITIONS - 5, 5)}
    assert all(each["intercept"] == [0, 0, 0] for each in alike)
    text = page({**report_of(summary), "n_repetitions": N_REPETITIONS})
    assert "5 of 20 at 0.01, 24, 2,500 (plain, under-sampling)" in text


@pytest.mark.slow
def test_gains_are_paired_within_a_repetition():
    def drift(arm, repetition, _):
        return {"auc": 0.5 + 0.01 * repetition + (0.002 if arm == "SMOTE" else 0.0)}

    summary = summarize(rows_of(drift))
    for each in summary:
        if each["arm"] == "SMOTE":
            np.testing.assert_allclose(each["auc_gain"], 0.002, rtol=1e-3)
            assert each["n_auc_gain_positive"] == each["n_used"]
        if each["arm"] == TRUTH:
            assert "auc_gain" not in each


def report_of(summary):
    return {
        "quick": False,
        "data_sets": [],
        "n_repetitions": 1,
        "n_validation": 100,
        "seed": 0,
        "libraries": {"numpy": "2"},
        "summary": summary,
    }


@pytest.fixture(scope="module")
def committed():
    path = ROOT / "benchmarks" / "results" / "replicate.json"
    return from_text(path.read_text(encoding="utf-8"))


def test_the_text_of_a_report_is_a_table_with_a_line_for_each_row(committed):
    text = as_text(committed)
    assert from_text(text) == committed
    assert len(text) < 300_000
    assert len(text.splitlines()) > len(committed["summary"])
    assert (ROOT / "benchmarks/results/replicate.json").read_text(encoding="utf-8") == text


def test_the_committed_page_is_made_from_the_committed_run(committed, tmp_path):
    assert (ROOT / "docs" / "replicate.md").read_text(encoding="utf-8") == page(committed)
    assert not committed["quick"]
    assert "Only a part of the design" not in page(committed)
    draw(committed, tmp_path)
    first = (tmp_path / PLOT).read_bytes()
    draw(committed, tmp_path)
    assert (tmp_path / PLOT).read_bytes() == first
    assert (ROOT / "docs" / PLOT).exists()


def test_a_part_of_the_design_is_told_as_such(committed):
    part = copy.deepcopy(committed)
    part["summary"] = [each for each in part["summary"] if each["event_fraction"] == 0.1]
    assert "**Only a part of the design: 8 of 24 scenarios.**" in page(part)
    assert "holds" in page(part)


def test_every_table_of_the_page_is_rectangular(committed):
    for block in re.findall(r"(?:^\|.*\n)+", page(committed), flags=re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1


def test_the_published_figures_are_of_arms_that_are_measured():
    assert {key[:2] for key in PUBLISHED} == {
        (penalty, arm) for penalty in PENALTIES for arm in (NONE, *CORRECTIONS)
    }
    assert len(PUBLISHED) == 24
