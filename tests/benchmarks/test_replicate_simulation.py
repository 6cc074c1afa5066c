"""The simulated tables are the published ones, and scores are exact for their true risks."""

import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.metrics import roc_auc_score

from benchmarks.replicate.scores import SCORES, score
from benchmarks.replicate.simulation import SCENARIOS, draw_table, random_state


@pytest.mark.parametrize("scenario", SCENARIOS[::2], ids=lambda each: each.name)
def test_events_are_as_frequent_and_as_predictable_as_the_design_says(scenario):
    random = np.random.default_rng(0)
    X, risk = draw_table(scenario, 200_000, random)
    assert X.shape == (200_000, scenario.n_predictors)
    np.testing.assert_allclose(risk.mean(), scenario.event_fraction, rtol=0.125)
    events = random.random(len(risk)) < risk
    np.testing.assert_allclose(roc_auc_score(events, risk), 0.75, atol=0.025)


def test_the_design_is_full():
    assert len(set(SCENARIOS)) == 3 * 4 * 2
    assert {each.event_fraction for each in SCENARIOS if each.quick} == {0.3, 0.1, 0.01}


def test_repetitions_are_deterministic_and_differ_from_each_other():
    first = random_state(SCENARIOS[0], 3, seed=0).random()
    assert random_state(SCENARIOS[0], 3, seed=0).random() == first
    others = [
        random_state(SCENARIOS[0], 4, seed=0),
        random_state(SCENARIOS[1], 3, seed=0),
        random_state(SCENARIOS[0], 3, seed=1),
    ]
    assert first not in [each.random() for each in others]


@pytest.fixture
def risk():
    return draw_table(SCENARIOS[-1], 4_000, np.random.default_rng(0))[1]


def test_true_risks_are_calibrated_without_any_chance(risk):
    found = score(risk, risk, 0.01)
    assert tuple(found) == SCORES
    assert found["intercept"] == pytest.approx(0, abs=1e-9)
    assert found["slope"] == pytest.approx(1, abs=1e-7)
    assert found["calibration_error"] == pytest.approx(0, abs=1e-12)


def test_errors_of_risks_are_measured_exactly(risk):
    shifted = score(risk, expit(logit(risk) + 2), 0.01)
    assert shifted["intercept"] == pytest.approx(-2, abs=1e-9)
    assert shifted["slope"] == pytest.approx(1, abs=1e-7)
    assert score(risk, expit(logit(risk) / 2), 0.01)["slope"] == pytest.approx(2, abs=1e-6)


def test_true_risks_have_the_least_loss_and_the_highest_auc(risk):
    truth = score(risk, risk, 0.01)
    noise = np.random.default_rng(1).normal(scale=0.5, size=len(risk))
    other = score(risk, expit(logit(risk) + noise), 0.01)
    assert other["log_loss"] > truth["log_loss"]
    assert other["brier"] > truth["brier"]
    assert other["auc"] < truth["auc"]


def test_scores_are_the_limits_of_those_of_drawn_outcomes(risk):
    random = np.random.default_rng(2)
    forecast = expit(0.8 * logit(risk) + 0.3)
    many = np.tile(forecast, 200)
    events = random.random(len(many)) < np.tile(risk, 200)
    found = score(risk, forecast, 0.01)
    n_events = events.sum()
    within = 4 / np.sqrt(n_events)
    assert found["auc"] == pytest.approx(roc_auc_score(events, many), abs=within)
    assert found["sensitivity_fraction"] == pytest.approx((many[events] >= 0.01).mean(), abs=within)
    assert found["specificity_fraction"] == pytest.approx((many[~events] < 0.01).mean(), abs=within)


def test_wrong_certainty_has_finite_scores(risk):
    found = score(risk, np.where(risk > np.median(risk), 1.0, 0.0), 0.01)
    assert np.isfinite(list(found.values())).all()
    assert found["slope"] < 0.1
