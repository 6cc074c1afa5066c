"""The claims: every verdict follows from the measurements, and changes with them."""

import copy
from dataclasses import replace

import pytest

from benchmarks.claims.evidence import Evidence
from benchmarks.claims.page import measure_table
from benchmarks.claims.statements import judge
from benchmarks.publishing import RESULTS, read_results
from benchmarks.quality.shared_fits import FOCAL
from benchmarks.verdicts import Verdict

HOLDS, FAILS, OPEN = Verdict.HOLDS, Verdict.FAILS, Verdict.NOT_SHOWN


@pytest.fixture(scope="module")
def published():
    names = ("quality", "claims", "ensembles", "temperature")
    return Evidence(*(read_results(RESULTS / name) for name in names))


def test_every_statement_has_a_value_inside_its_interval(published):
    claims = judge(published)
    assert len(claims) == 16
    for claim in claims:
        for statement in claim.details:
            estimate = statement.estimate
            assert estimate.low <= estimate.value <= estimate.high
            assert estimate.n > 0


def with_gap(evidence, method, metric, change):
    """Change a tuned method's figures to those that `change` makes of plain logistic regression."""
    figures = evidence.quality.figures.set_index(["data_set", "method"])
    column = figures[f"{metric}_mean"].unstack()
    column[method] = change(column["logistic"])
    figures[f"{metric}_mean"] = column.stack().reindex(figures.index)
    return replace(evidence, quality=replace(evidence.quality, figures=figures.reset_index()))


def with_experiment(evidence, change):
    experiment = copy.deepcopy(dict(evidence.experiment))
    for table in experiment["tables"].values():
        change(table)
    return replace(evidence, experiment=experiment)


def verdict(evidence, claim, text):
    (found,) = [one for one in judge(evidence) if one.name == claim]
    (statement,) = [one for one in found.details if text in one.text]
    return statement.verdict


@pytest.mark.parametrize(("gap", "expected"), [(0.02, HOLDS), (-0.02, FAILS)])
def test_the_gain_of_focal_loss_follows_its_scores(published, gap, expected):
    changed = with_gap(published, FOCAL, "average_precision", lambda plain: plain + gap)
    assert verdict(changed, "gain", "average_precision of tuned") is expected


@pytest.mark.parametrize(("gap", "expected"), [(-0.02, HOLDS), (0.02, FAILS)])
def test_the_calibration_of_focal_loss_follows_its_errors(published, gap, expected):
    changed = with_gap(published, FOCAL, "calibration_error", lambda plain: plain + gap)
    assert verdict(changed, "calibration", FOCAL) is expected


@pytest.mark.parametrize(("gap", "expected"), [(0.0, HOLDS), (0.3, FAILS)])
def test_the_rivals_follow_their_losses(published, gap, expected):
    same = with_gap(published, FOCAL, "log_loss", lambda plain: plain)
    changed = with_gap(same, "platt", "log_loss", lambda plain: plain + gap)
    assert verdict(changed, "mining", "log_loss of platt") is expected


@pytest.mark.parametrize(("factor", "expected"), [(1.01, FAILS), (3.0, HOLDS)])
def test_the_overhead_follows_the_times(published, factor, expected):
    changed = with_gap(published, "smote", "fit_seconds", lambda plain: plain * factor)
    assert verdict(changed, "overhead", "smote") is expected


@pytest.mark.parametrize(("ratio", "expected"), [(1.01, HOLDS), (1.3, FAILS)])
def test_the_cost_follows_the_ratios(published, ratio, expected):
    changed = with_experiment(published, lambda table: table.update(fit_cost=ratio))
    changed.experiment["loss_costs"] = [ratio] * 20
    (cost,) = [one for one in judge(changed) if one.name == "cost"]
    assert cost.verdict is expected


@pytest.mark.parametrize(("gap", "expected"), [(1e-12, HOLDS), (1e-3, FAILS)])
def test_exactness_follows_the_coefficients(published, gap, expected):
    changed = with_experiment(published, lambda table: table.update(coefficient_gap=gap))
    assert verdict(changed, "exactness", "coefficients") is expected


@pytest.mark.parametrize(("gap", "expected"), [(0.05, HOLDS), (-0.05, FAILS)])
def test_the_default_gamma_follows_its_precision(published, gap, expected):
    def change(table):
        plain = table["settings"]["gamma=0"]["average_precision"]["mean"]
        table["settings"]["gamma=2"]["average_precision"]["mean"] = plain + gap

    assert verdict(with_experiment(published, change), "gamma", "at γ = 0 − at") is expected


@pytest.mark.parametrize(("gap", "expected"), [(0.1, HOLDS), (-0.1, FAILS)])
def test_the_correction_of_smote_follows_its_losses(published, gap, expected):
    changed = with_gap(published, "smote_corrected", "log_loss", lambda plain: plain + gap)
    assert verdict(changed, "correction", "log_loss of smote_corrected − of log") is expected


def with_method(evidence, run, method, metric, like, gap):
    """Change the figures of a method of another run to those of another method plus a gap."""
    results = getattr(evidence, run)
    figures = results.figures.set_index(["data_set", "method"])
    column = figures[f"{metric}_mean"].unstack()
    column[method] = column[like] + gap
    figures[f"{metric}_mean"] = column.stack().reindex(figures.index)
    return replace(evidence, **{run: replace(results, figures=figures.reset_index())})


@pytest.mark.parametrize(("gap", "expected"), [(0.1, HOLDS), (-0.1, FAILS)])
def test_the_ensembles_follow_their_precision(published, gap, expected):
    changed = with_method(
        published, "ensembles", "rusboost", "average_precision", "undersample", gap
    )
    assert verdict(changed, "ensembles", "average_precision of rusboost") is expected


@pytest.mark.parametrize(("gap", "expected"), [(-0.1, HOLDS), (0.1, FAILS)])
def test_focal_temperature_scaling_follows_its_losses(published, gap, expected):
    changed = with_method(
        published, "temperature", "focal_temperature", "log_loss", "temperature", gap
    )
    assert verdict(changed, "focal_temperature", "log_loss") is expected


def test_few_data_sets_show_nothing(published):
    tables = dict(list(published.experiment["tables"].items())[:4])
    few = replace(published, experiment={**published.experiment, "tables": tables})
    assert verdict(few, "gamma", "at γ = 0 − at") is OPEN


@pytest.mark.slow
def test_the_experiment_measures_the_published_figures_again(published):
    found, committed = measure_table("glass2", {}), published.experiment["tables"]["glass2"]
    assert found["imbalance"] == pytest.approx(committed["imbalance"], rel=1e-5)
    assert list(found["settings"]) == list(committed["settings"])
    for setting in ("gamma=2", "alpha=balanced", "smote ratio=1", "noise gamma=2", "hardest"):
        for name, figures in committed["settings"][setting].items():
            assert found["settings"][setting][name] == pytest.approx(figures, rel=1e-4, abs=1e-4)
