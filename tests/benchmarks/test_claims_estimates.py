"""Estimates with intervals, and the verdicts that follow from them."""

import numpy as np
import pytest
from scipy import stats

from benchmarks.claims.estimates import (
    Estimate,
    Verdict,
    above,
    below,
    combined,
    share,
    typical,
    within,
)

RNG = np.random.default_rng(0)
HOLDS, PART, OPEN, FAILS = Verdict.HOLDS, Verdict.IN_PART, Verdict.NOT_SHOWN, Verdict.FAILS


@pytest.mark.parametrize("count", [6, 9, 15])
def test_the_interval_holds_the_centres_that_the_signed_rank_test_does_not_reject(count):
    values = RNG.normal(0.4, 1, count)
    found = typical(values)
    rows, columns = np.triu_indices(count)
    means = np.sort((values[rows] + values[columns]) / 2)
    for centre in (means[:-1] + means[1:]) / 2:
        p_value = stats.wilcoxon(values - centre, method="exact").pvalue
        assert (p_value > 0.05) == (found.low < centre < found.high)


def test_the_centre_is_the_median_of_the_means_of_pairs():
    assert typical([1.0, 2.0, 9.0]).value == 3.5
    assert typical([4.0, 4.0]).value == 4.0


def test_the_interval_moves_and_turns_with_the_values():
    values = RNG.normal(size=12)
    found, moved, turned = typical(values), typical(values + 3), typical(-values)
    assert moved.low == pytest.approx(found.low + 3)
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


@pytest.mark.parametrize("count", range(6))
def test_too_few_values_show_nothing(count):
    found = typical(np.ones(count))
    assert (found.low, found.high) == (-np.inf, np.inf)
    assert above(found, 0) is below(found, 0) is OPEN


def test_six_values_can_show_something_and_missing_ones_do_not_count():
    found = typical([1.0, 2.0, 3.0, np.nan, 4.0, 5.0, 6.0])
    assert (found.low, found.high, found.count) == (1.0, 6.0, 6)


def test_shares_have_an_exact_interval():
    found = share(0, 30)
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(1 - 0.025 ** (1 / 30))
    assert share(0, 0).high == 1


@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(0.1, 0.3, HOLDS), (-0.1, 0.3, OPEN), (-0.3, -0.1, FAILS)]
)
def test_verdicts_flip_with_the_interval(low, high, verdict):
    found, mirrored = Estimate((low + high) / 2, low, high, 9), Estimate(0, -high, -low, 9)
    assert above(found, 0) is verdict
    assert below(mirrored, 0) is verdict


def test_alike_means_that_the_whole_interval_is_near_zero():
    assert within(Estimate(0, -0.005, 0.004, 9), 0.01) is HOLDS
    assert within(Estimate(0, -0.005, 0.02, 9), 0.01) is OPEN
    assert within(Estimate(0, 0.011, 0.02, 9), 0.01) is FAILS


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        ([HOLDS, HOLDS], HOLDS),
        ([HOLDS, FAILS], PART),
        ([HOLDS, OPEN], PART),
        ([OPEN, OPEN], OPEN),
        ([OPEN, FAILS], FAILS),
        ([FAILS], FAILS),
    ],
)
def test_a_claim_is_judged_by_its_parts(verdicts, verdict):
    assert combined(verdicts) is verdict
