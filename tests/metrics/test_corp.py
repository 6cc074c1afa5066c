"""Reliability without bins, and the consistency bars of bins."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss

from skfocal.metrics import _corp
from skfocal.metrics._checks import check_forecast


def corp(event, probability, sample_weight=None):
    return _corp.corp(check_forecast(event, probability, sample_weight, None))


def consistency_bins(event, probability, n_bins, sample_weight=None):
    return _corp.consistency_bins(check_forecast(event, probability, sample_weight, None), n_bins)


@pytest.fixture
def forecast():
    rng = np.random.default_rng(0)
    probability = rng.beta(1, 6, 4000).round(3)
    return rng.uniform(size=4000) < probability, probability


def test_the_parts_add_up_to_the_brier_score(forecast):
    found = corp(*forecast)
    whole = found.miscalibration - found.discrimination + found.uncertainty
    assert whole == pytest.approx(brier_score_loss(*forecast), abs=1e-12)
    assert found.miscalibration >= 0
    assert found.discrimination >= 0


def test_recalibrated_probabilities_increase_and_are_frequencies(forecast):
    event, probability = forecast
    found = corp(event, probability)
    assert np.all(np.diff(found.probability) > 0)
    assert np.all(np.diff(found.recalibrated) >= 0)
    group = np.searchsorted(found.probability, probability)
    for level in np.unique(found.recalibrated):
        rows = found.recalibrated[group] == level
        assert event[rows].mean() == pytest.approx(level)


def test_recalibrated_probabilities_are_not_miscalibrated(forecast):
    event, probability = forecast
    found = corp(event, probability)
    group = np.searchsorted(found.probability, probability)
    again = corp(event, found.recalibrated[group])
    assert again.miscalibration == pytest.approx(0, abs=1e-12)
    assert again.discrimination == pytest.approx(found.discrimination)


def test_discrimination_is_invariant_to_row_order_and_increasing_maps(forecast):
    event, probability = forecast
    order = np.random.default_rng(1).permutation(len(event))
    other = corp(event[order], np.sqrt(probability[order]))
    assert other.discrimination == pytest.approx(corp(*forecast).discrimination)


@pytest.mark.slow
def test_calibrated_probabilities_lie_within_their_bars_at_the_nominal_rate():
    rng = np.random.default_rng(2)
    within = []
    for _ in range(60):
        probability = rng.beta(1, 4, 1000)
        bins = consistency_bins(rng.uniform(size=1000) < probability, probability, 8)
        within += [one.low <= one.frequency <= one.high for one in bins]
    assert 0.93 < np.mean(within) < 0.99  # 95 %, and slightly more because counts are whole numbers


@pytest.mark.parametrize(("slope", "spread"), [(6, 0), (2, 2)])
def test_weighted_bars_have_the_nominal_rate(slope, spread):
    rng = np.random.default_rng(4)
    within = []
    for _ in range(60):
        probability = rng.beta(1, 4, 1000)
        weight = np.exp(slope * probability + spread * rng.normal(size=1000))
        event = rng.uniform(size=1000) < probability
        bins = consistency_bins(event, probability, 3, weight)
        within += [one.low <= one.frequency <= one.high for one in bins]
    assert 0.9 < np.mean(within) < 0.99


def test_equal_weights_do_not_matter(forecast):
    weight = np.full(len(forecast[0]), 7.0)
    assert consistency_bins(*forecast, 10, weight) == consistency_bins(*forecast, 10)


def test_miscalibrated_probabilities_lie_outside_their_bars(forecast):
    event, probability = forecast
    bins = consistency_bins(event, np.clip(2 * probability, 0, 1), 8)
    assert sum(one.frequency < one.low for one in bins) >= 7


def test_bars_contain_the_mean_prediction_and_are_deterministic(forecast):
    bins = consistency_bins(*forecast, 10)
    assert bins == consistency_bins(*forecast, 10)
    assert all(one.low <= one.probability <= one.high for one in bins)


def test_probabilities_of_0_and_1_have_bars_without_width():
    event = np.array([False] * 5 + [True] * 5)
    assert consistency_bins(event, event.astype(float), 2) == [(0, 0, 0, 0), (1, 1, 1, 1)]


def test_weights_are_repetitions(forecast):
    event, probability = (each[:200] for each in forecast)
    weight = np.random.default_rng(3).integers(0, 3, 200)
    weighted = corp(event, probability, weight)
    repeated = corp(np.repeat(event, weight), np.repeat(probability, weight))

    np.testing.assert_allclose(weighted.recalibrated, repeated.recalibrated)
    assert weighted[2:] == pytest.approx(repeated[2:])
