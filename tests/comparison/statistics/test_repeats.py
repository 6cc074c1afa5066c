"""Large tables need fewer repeats for narrow intervals."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.publishing import RESULTS, read_results
from skfocal.comparison import make_plan, make_table
from skfocal.comparison.statistics.differences import corrected_difference
from skfocal.comparison.statistics.repeats import (
    MOST_REPEATS,
    NARROW,
    SPREAD,
    default_repeats,
    expected_half_width,
)


def table(n_rows, n_positive, name="t"):
    rng = np.random.default_rng(0)
    y = np.arange(n_rows) < n_positive
    return make_table(rng.normal(size=(n_rows, 1)), y, name=name)


def test_the_spread_is_that_of_the_published_run():
    published = read_results(RESULTS / "quality")
    data_sets = pd.DataFrame(published.info["data_sets"])
    scores = published.figures.query("method == 'logistic'").merge(data_sets, on="data_set")
    binary = scores[scores["n_classes"] == 2]
    spread = binary["average_precision_sd"] * np.sqrt(binary["n_rarest"] / 5)
    assert round(spread.quantile(0.75), 2) == SPREAD


@pytest.mark.parametrize("repeats", [1, 2, 5])
def test_the_expected_width_is_that_of_the_corrected_t_test(repeats):
    n_folds, n_rarest = 5 * repeats, 500
    scores = np.random.default_rng(0).normal(size=n_folds)
    scores *= SPREAD / np.sqrt(n_rarest / 5) / scores.std(ddof=1)
    found = corrected_difference(scores, 1 / 4)
    assert expected_half_width(n_rarest, 5, repeats) == pytest.approx((found.high - found.low) / 2)


@pytest.mark.parametrize("n_positive", [20, 1_000, 3_000, 4_000, 6_500, 100_000])
def test_the_fewest_repeats_with_narrow_intervals_are_chosen(n_positive):
    repeats, reason = default_repeats([table(2 * n_positive, n_positive)], 5)
    widths = [expected_half_width(n_positive, 5, each) for each in range(1, MOST_REPEATS)]
    narrow = [each for each, width in enumerate(widths, 1) if width <= NARROW]
    assert repeats == min(narrow, default=MOST_REPEATS)
    assert bool(reason) == bool(narrow)


def test_the_smallest_table_decides():
    large, small = table(20_000, 8_000, "large"), table(200, 40, "small")
    assert default_repeats([large], 5).repeats == 1
    assert default_repeats([large, small], 5).repeats == MOST_REPEATS


def test_a_plan_states_why_it_has_fewer_repeats():
    plan = make_plan([table(20_000, 8_000)], methods=["logistic"])
    assert plan.settings.repeats == 1
    assert "8,000" in plan.settings.repeats_reason
    assert plan.settings.reductions == ()
    assert make_plan([table(20_000, 8_000)], repeats=3).settings.repeats_reason == ""
    assert make_plan([table(300, 60)], methods=["logistic"]).settings.repeats == MOST_REPEATS
