"""The methods do what their names say, and show on a small table what was published."""

import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from benchmarks.replicate.forecasts import (
    CORRECTIONS,
    LAMBDAS,
    METHODS,
    NONE,
    PENALTIES,
    PRIOR_CORRECTED,
    make_forecasts,
    prior_corrected,
)
from benchmarks.replicate.scores import score
from benchmarks.replicate.simulation import Scenario, draw_table, random_state


def tables(scenario, repetition=0, n_validation=4_000):
    random = random_state(scenario, repetition, seed=0)
    X, risk = draw_table(scenario, scenario.n_samples, random)
    y = (random.random(len(risk)) < risk).astype(int)
    return X, y, *draw_table(scenario, n_validation, random)


@pytest.fixture(scope="module")
def measured():
    scenario = Scenario(0.1, 6, 5_000)
    X, y, X_validation, risk = tables(scenario)
    found = make_forecasts(X, y, X_validation, 0)
    return {
        (each.penalty, each.method): score(risk, each.probability, scenario.event_fraction)
        for each in found
    }


def test_every_method_comes_once_with_each_penalty(measured):
    assert set(measured) == {(penalty, method) for penalty in PENALTIES for method in METHODS}


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("correction", CORRECTIONS)
def test_corrections_overestimate_risks_and_rank_no_better(measured, penalty, correction):
    none, corrected = measured[penalty, NONE], measured[penalty, correction]
    assert abs(none["intercept"]) < 0.2
    assert corrected["intercept"] < -1.8
    assert corrected["auc"] == pytest.approx(none["auc"], abs=0.01)
    assert corrected["log_loss"] > 1.5 * none["log_loss"]
    assert corrected["sensitivity_half"] > none["sensitivity_half"] + 0.4


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("correction", CORRECTIONS)
def test_the_prior_correction_undoes_the_overestimation_alone(measured, penalty, correction):
    before, after = measured[penalty, correction], measured[penalty, PRIOR_CORRECTED[correction]]
    assert abs(after["intercept"]) < 0.25
    assert after["slope"] == pytest.approx(before["slope"], rel=1e-6)
    assert after["auc"] == pytest.approx(before["auc"], abs=1e-12)


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("method", ["focal", "focal with α"])
def test_raw_focal_scores_are_no_probabilities_and_recovered_ones_are(measured, penalty, method):
    raw, recovered = measured[penalty, f"{method}, raw"], measured[penalty, f"{method}, recovered"]
    assert raw["intercept"] < -1
    assert raw["slope"] > 1.5
    assert abs(recovered["intercept"]) < 0.2
    assert abs(recovered["slope"] - 1) < 0.25
    assert recovered["auc"] == pytest.approx(raw["auc"], abs=1e-9)


def test_the_prior_correction_is_exact_where_the_model_is():
    # Two groups with 40 of 100 and 30 of 300 events; each event is repeated six times.
    x = np.repeat([0, 0, 1, 1], [60, 40 * 6, 270, 30 * 6])[:, np.newaxis]
    y = np.repeat([0, 1, 0, 1], [60, 40 * 6, 270, 30 * 6])
    model = LogisticRegression(C=1e100, solver="newton-cholesky", tol=1e-12).fit(x, y)
    logits = model.decision_function([[0], [1]])
    assert expit(logits[0]) == pytest.approx(0.8)
    np.testing.assert_allclose(prior_corrected(logits, 70 / 400, y.mean()), [0.4, 0.1])


@pytest.mark.slow
def test_the_ridge_is_that_of_a_grid_search_over_logistic_regression():
    X, y, X_validation, _ = tables(Scenario(0.1, 6, 2_500), n_validation=500)
    found = {(each.penalty, each.method): each for each in make_forecasts(X, y, X_validation, 7)}
    search = GridSearchCV(
        LogisticRegression(solver="newton-cholesky", tol=1e-10, max_iter=1000),
        {"C": [*(1 / (len(y) * LAMBDAS)), 1e100]},
        cv=StratifiedKFold(10, shuffle=True, random_state=7),
        scoring="neg_log_loss",
    ).fit(X, y)
    expected = search.decision_function(X_validation)
    np.testing.assert_allclose(logit(found["ridge", NONE].probability), expected, atol=1e-4)


def test_a_forecast_does_not_depend_on_other_validation_rows():
    X, y, X_validation, _ = tables(Scenario(0.3, 3, 2_500), n_validation=200)
    for all_rows, few in zip(
        make_forecasts(X, y, X_validation, 0),
        make_forecasts(X, y, X_validation[:20], 0),
        strict=True,
    ):
        np.testing.assert_allclose(few.probability, all_rows.probability[:20], rtol=1e-10)


@pytest.mark.slow
def test_plain_fits_to_separated_rows_are_marked():
    X, y, X_validation, _ = tables(Scenario(0.01, 24, 2_500), n_validation=200)
    marked = {
        (each.penalty, each.method)
        for each in make_forecasts(X, y, X_validation, 0)
        if each.separated
    }
    assert ("plain", "under-sampling") in marked
    assert ("plain", NONE) not in marked
    assert all(penalty == "plain" for penalty, _ in marked)
