"""The claims: every verdict follows from the figures, and flips with them."""

import copy
import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.claims.claims import CLAIMS
from benchmarks.claims.command import RESULTS
from benchmarks.claims.estimates import Verdict
from benchmarks.claims.evidence import Evidence
from benchmarks.claims.page import page
from benchmarks.quality.arms import FOCAL
from benchmarks.quality.command import PUBLISHED
from benchmarks.quality.results import read_results

ROOT = Path(__file__).parents[2]
HOLDS, FAILS, OPEN = Verdict.HOLDS, Verdict.FAILS, Verdict.NOT_SHOWN


@pytest.fixture(scope="module")
def published():
    return Evidence(read_results(PUBLISHED), json.loads(RESULTS.read_text(encoding="utf-8")))


def test_the_page_is_what_the_committed_results_give(published):
    committed = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    assert page(published.quality, published.own) == committed
    assert RESULTS.stat().st_size < 1_000_000


def test_there_are_twelve_claims_each_with_its_verdict(published):
    text = page(published.quality, published.own)
    assert len(CLAIMS) == 12
    for number, claim in enumerate(CLAIMS, 1):
        verdict = claim.verdict(published)
        assert f"| {number} | {claim.text} | **{verdict}** |" in text
        assert f"## {number}. {claim.text}\n\nVerdict: **{verdict}**." in text


def test_every_statement_has_a_figure_and_an_interval_around_it(published):
    for claim in CLAIMS:
        for part in claim.judge(published):
            estimate = part.estimate
            assert estimate.low <= estimate.value <= estimate.high
            assert estimate.count > 0


def with_figures(evidence, arm, metric, change, ends=("mean",)):
    """Change an arm's figures on every data set."""
    figures = evidence.quality.figures.copy()
    rows = figures["method"] == arm
    for end in ends:
        column = f"{metric}_{end}"
        figures.loc[rows, column] = change(figures, column, rows)
    return replace(evidence, quality=replace(evidence.quality, figures=figures))


def from_plain(gap):
    def change(figures, column, rows):
        plain = figures[figures["method"] == "logistic"].set_index("data_set")[column]
        return (figures.loc[rows, "data_set"].map(plain) + gap).to_numpy()

    return change


def judged(evidence, number, text):
    (part,) = [part for part in CLAIMS[number - 1].judge(evidence) if text in part.what]
    return part.verdict


@pytest.mark.parametrize(("gap", "verdict"), [(0.02, HOLDS), (-0.02, FAILS)])
def test_whether_focal_loss_beats_cross_entropy_follows_its_scores(published, gap, verdict):
    changed = with_figures(published, FOCAL, "average_precision", from_plain(gap))
    assert judged(changed, 6, "average_precision of tuned focal") is verdict


@pytest.mark.parametrize(("gap", "verdict"), [(-0.02, HOLDS), (0.02, FAILS)])
def test_whether_focal_loss_is_calibrated_follows_its_errors(published, gap, verdict):
    changed = with_figures(published, FOCAL, "calibration_error", from_plain(gap))
    assert judged(changed, 4, f"{FOCAL} has a lower") is verdict


@pytest.mark.parametrize(("gap", "verdict"), [(0.0, HOLDS), (0.3, FAILS)])
def test_whether_a_rival_keeps_up_follows_its_loss(published, gap, verdict):
    same = with_figures(published, FOCAL, "log_loss", from_plain(0.0))
    changed = with_figures(same, "platt", "log_loss", from_plain(gap))
    assert judged(changed, 12, "log_loss of platt") is verdict


@pytest.mark.parametrize(("factor", "verdict"), [(1.01, FAILS), (3.0, HOLDS)])
def test_what_smote_costs_follows_its_seconds(published, factor, verdict):
    def times(figures, column, rows):
        return from_plain(0.0)(figures, column, rows) * factor

    changed = with_figures(published, "smote", "fit_seconds", times)
    assert judged(changed, 5, "fit smote") is verdict


def with_own(evidence, change):
    own = copy.deepcopy(dict(evidence.own))
    change(own)
    return replace(evidence, own=own)


@pytest.mark.parametrize(("ratio", "verdict"), [(1.01, HOLDS), (1.3, FAILS)])
def test_the_cost_follows_the_ratios(published, ratio, verdict):
    def change(own):
        own["loss_costs"] = [ratio] * 20
        for table in own["tables"].values():
            table["fit_cost"] = ratio

    changed = with_own(published, change)
    assert CLAIMS[0].verdict(changed) is verdict


@pytest.mark.parametrize(("gap", "verdict"), [(1e-12, HOLDS), (1e-3, FAILS)])
def test_equality_at_gamma_zero_follows_the_coefficients(published, gap, verdict):
    def change(own):
        for table in own["tables"].values():
            table["coefficient_gap"] = gap

    assert judged(with_own(published, change), 9, "coefficients") is verdict


@pytest.mark.parametrize(("gap", "verdict"), [(0.05, HOLDS), (-0.05, FAILS)])
def test_the_standard_gamma_follows_its_precision(published, gap, verdict):
    def change(own):
        for table in own["tables"].values():
            none = table["settings"]["gamma=0"]["average_precision"]["mean"]
            table["settings"]["gamma=2"]["average_precision"]["mean"] = none + gap

    assert judged(with_own(published, change), 7, "γ = 2 less that at γ = 0") is verdict


def test_few_data_sets_show_nothing(published):
    few = list(published.own["tables"])[:4]
    changed = with_own(published, lambda own: own.update(tables={n: own["tables"][n] for n in few}))
    assert judged(changed, 7, "γ = 2 less that at γ = 0") is OPEN
