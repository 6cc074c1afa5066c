from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import log_softmax
from scipy.stats import binom

from skfocal.comparison.scoring.fold_predictions import FoldPredictions
from skfocal.comparison.scoring.metrics import METRICS
from skfocal.comparison.scoring.threshold_rules import ThresholdRule
from skfocal.comparison.statistics.differences import corrected_difference, paired_differences
from skfocal.comparison.statistics.intervals import (
    mean_rank_intervals,
    median_interval,
    median_intervals,
    score_intervals,
)


def test_the_interval_of_a_median_has_the_chance_that_order_statistics_give_it():
    values = np.random.default_rng(0).permutation(np.arange(20.0))
    low, high = median_interval(values)
    n_below = int(low)
    assert high == 19 - low
    assert 1 - 2 * binom.cdf(n_below, 20, 0.5) >= 0.95
    assert 1 - 2 * binom.cdf(n_below + 1, 20, 0.5) < 0.95


def test_too_few_data_sets_give_no_interval():
    assert np.isnan(median_interval([1.0, 2.0, 3.0, 4.0, 5.0])).all()
    assert median_interval([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]) == (1, 6)


def test_failures_are_left_out_of_the_median_difference():
    base = pd.Series(np.zeros(8), name="base")
    table = pd.DataFrame({"base": base, "one": [*range(1, 8), np.nan], "none": np.nan})
    found = median_intervals(table, "base")
    assert found.loc["one"].tolist() == [*median_interval(np.arange(1.0, 8))]
    assert found.loc["none"].isna().all()


def test_mean_ranks_that_never_change_have_no_width():
    ranks = pd.DataFrame({"good": [1.0] * 9, "bad": [2.0] * 9})
    found = mean_rank_intervals(ranks)
    assert found.loc["good"].tolist() == [1, 1]
    assert found.loc["bad"].tolist() == [2, 2]


def test_the_interval_of_a_mean_rank_is_about_that_of_the_normal_distribution():
    ranks = pd.DataFrame({"m": np.random.default_rng(0).integers(1, 8, 60).astype(float)})
    low, high = mean_rank_intervals(ranks).loc["m"]
    error = ranks["m"].std() / np.sqrt(60)
    np.testing.assert_allclose(
        [low, high], ranks["m"].mean() + np.array([-1.96, 1.96]) * error, atol=0.1
    )
    pd.testing.assert_frame_equal(mean_rank_intervals(ranks), mean_rank_intervals(ranks))


def test_a_single_data_set_has_no_interval_of_ranks():
    assert mean_rank_intervals(pd.DataFrame({"m": [1.0], "n": [2.0]})).isna().all(axis=None)


def test_the_interval_of_a_score_allows_for_shared_training_rows():
    scores = scores_of(np.arange(8.0))
    scores.loc[5, "log_loss"] = np.nan
    found = score_intervals(scores, replace(METRICS["log_loss"], bounds=(-np.inf, np.inf)))
    expected = corrected_difference([0, 1, 2, 3], 0.25)
    assert found.loc["m"].tolist() == pytest.approx([expected.low, expected.high])
    assert found.loc["n"].isna().all()


def test_no_interval_leaves_the_range_of_its_metric():
    scores = scores_of([0.0, 0.9, 0.1, 0.8, 0.2, 1.0, 1.0, 0.9])
    metric = replace(METRICS["f1_default"], name="log_loss")
    found = score_intervals(scores, metric)
    assert found["score_low"].min() == 0
    assert found["score_high"].max() == 1
    differences = paired_differences(scores.assign(data_set="d", n_classes=2), [metric], "m")
    assert -1 <= differences["low"].item() < differences["high"].item() <= 1


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_metric_states_a_range_that_its_scores_keep(metric):
    rng = np.random.default_rng(0)
    rule = ThresholdRule("cost", 1.0, 5.0)
    for scale in (0.1, 100.0):
        y = rng.permutation(np.arange(60) < 9).astype(int)
        log_proba = log_softmax(scale * rng.normal(size=(60, 2)), axis=1)
        y_pred = log_proba.argmax(axis=1)
        score = metric.measure(FoldPredictions(y, log_proba, y_pred, 0.0, rule))
        assert metric.bounds[0] <= score <= metric.bounds[1]


def scores_of(values):
    fold = np.arange(8) % 4
    frame = {"method": ["m"] * 4 + ["n"] * 4, "repeat": 0, "fold": fold, "log_loss": values}
    return pd.DataFrame({**frame, "n_train": 80, "n_test": 20})
