"""Expectations of new rows: exact cases, limits, and the coverage of their intervals."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from skfocal.comparison.scoring.cell_results import EventPredictions
from skfocal.comparison.scoring.threshold_rules import BEST_F1, ThresholdRule
from skfocal.comparison.statistics.expectations import Expectations, Outcomes, measure

COSTS = ThresholdRule("cost", 1.0, 5.0)


def held_out(n_rows, rng, n_folds=5, threshold=0.3):
    """Return folds of calibrated predictions, with the same threshold in each."""
    probability = rng.beta(1, 4, n_rows)
    event = rng.uniform(size=n_rows) < probability
    parts = np.array_split(np.arange(n_rows), n_folds)
    predictions = [EventPredictions("d", "m", event[part], probability[part]) for part in parts]
    scores = pd.DataFrame(
        {
            "repeat": 0,
            "threshold": threshold,
            "average_precision": 0.4,
            "roc_auc": 0.7,
            "log_loss": 0.4,
            "brier_score": 0.1,
        },
        index=range(n_folds),
    )
    return scores, predictions


def test_numbers_of_rows_are_shares_of_the_held_out_rows():
    scores, predictions = held_out(1000, np.random.default_rng(0))
    event = np.concatenate([one.event for one in predictions])
    flagged = np.concatenate([one.probability for one in predictions]) >= 0.3
    found = Expectations(scores, predictions, COSTS).of(500)
    assert found.loc["flagged", "value"] == pytest.approx(500 * flagged.mean())
    assert found.loc["caught", "value"] == pytest.approx(500 * (flagged & event).mean())
    rows = Outcomes(event, np.concatenate([one.probability for one in predictions]), flagged)
    measured = measure(rows, COSTS)
    assert found.loc["cost", "value"] == pytest.approx(measured["cost"])
    assert measured["cost"] == pytest.approx(
        ((flagged & ~event).sum() + 5 * (event & ~flagged).sum()) / 1000
    )
    assert set(found.index) == set(measured)


@pytest.mark.slow
def test_with_many_held_out_rows_the_interval_is_that_of_the_binomial():
    scores, predictions = held_out(200_000, np.random.default_rng(1))
    share = np.concatenate([one.event for one in predictions]).mean()
    found = Expectations(scores, predictions, BEST_F1).of(300).loc["positive"]
    law = binom(300, share)
    assert abs(found["low"] - law.ppf(0.025)) <= 1
    assert abs(found["high"] - law.ppf(0.975)) <= 1


def test_a_threshold_that_varies_between_folds_widens_the_interval():
    scores, predictions = held_out(2000, np.random.default_rng(2))
    same = Expectations(scores, predictions, BEST_F1).of(1000)
    varied = scores.assign(threshold=[0.1, 0.2, 0.3, 0.4, 0.5])
    other = Expectations(varied, predictions, BEST_F1).of(1000)
    for name in ("flagged", "recall", "precision"):
        width = [frame.loc[name, "high"] - frame.loc[name, "low"] for frame in (same, other)]
        assert width[1] > 1.5 * width[0]


def test_rare_and_absent_rows_have_an_interval():
    scores, predictions = held_out(200, np.random.default_rng(3), threshold=1.0)
    found = Expectations(scores, predictions, BEST_F1).of(1000)
    assert found.loc["flagged", "value"] == 0
    assert found.loc["flagged", "low"] == 0
    assert 0 < found.loc["flagged", "high"] < 40
    assert np.isnan(found.loc["precision", "value"])


@pytest.mark.slow
def test_intervals_cover_what_is_measured_on_new_rows():
    rng = np.random.default_rng(4)
    hits, n_trials = dict.fromkeys(("flagged", "caught", "positive", "recall", "precision"), 0), 200
    for _ in range(n_trials):
        found = Expectations(*held_out(600, rng), BEST_F1).of(300)
        _, (new,) = held_out(300, rng, n_folds=1)
        measured = measure(Outcomes(new.event, new.probability, new.probability >= 0.3), BEST_F1)
        for name in hits:
            hits[name] += found.loc[name, "low"] <= measured[name] <= found.loc[name, "high"]
    for name, count in hits.items():
        assert binom.sf(count - 1, n_trials, 0.95) < 0.999, name
        assert count >= 0.9 * n_trials, name
