import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from skfocal.comparison.scoring.metrics import METRICS
from skfocal.comparison.statistics.differences import corrected_difference
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
    scores = pd.DataFrame(
        {"method": ["m"] * 4 + ["n"] * 4, "n_train": 80, "n_test": 20, "log_loss": np.arange(8.0)}
    )
    scores.loc[5, "log_loss"] = np.nan
    found = score_intervals(scores, METRICS["log_loss"])
    expected = corrected_difference([0, 1, 2, 3], 0.25)
    assert found.loc["m"].tolist() == pytest.approx([expected.low, expected.high])
    assert found.loc["n"].isna().all()
