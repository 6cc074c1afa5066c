"""Verdicts follow from estimates, intervals and bounds."""

import numpy as np
import pytest
from sklearn.datasets import make_classification

from benchmarks.verdicts import (
    Claim,
    Estimate,
    Statement,
    Verdict,
    combine,
    exact,
    median,
    proportion,
)
from skfocal.comparison import compare_tables, make_table

HOLDS, PART, OPEN, FAILS = Verdict.HOLDS, Verdict.IN_PART, Verdict.NOT_SHOWN, Verdict.FAILS


@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(0.1, 0.3, HOLDS), (-0.1, 0.3, OPEN), (-0.3, -0.1, FAILS)]
)
def test_a_verdict_follows_from_the_whole_interval(low, high, verdict):
    assert Statement("", Estimate(0, low, high, 9), ">").verdict is verdict
    assert Statement("", Estimate(0, -high, -low, 9), "<").verdict is verdict


def test_the_bound_itself_is_not_above_it_and_not_too_much():
    assert Statement("", exact(1.0), ">", 1.0).verdict is FAILS
    assert Statement("", exact(1.0), "≤", 1.0).verdict is HOLDS
    assert Statement("", exact(float("nan")), "≤", 1.0).verdict is OPEN


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(-0.005, 0.004, HOLDS), (-0.005, 0.02, OPEN), (0.011, 0.02, FAILS), (-0.02, -0.011, FAILS)],
)
def test_a_small_absolute_value_needs_the_whole_interval(low, high, verdict):
    assert Statement("", Estimate(0, low, high, 9), "±", 0.01).verdict is verdict


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        ([HOLDS, HOLDS], HOLDS),
        ([HOLDS, FAILS], PART),
        ([HOLDS, OPEN], PART),
        ([OPEN, OPEN], OPEN),
        ([OPEN, FAILS], FAILS),
        ([FAILS], FAILS),
        ([], OPEN),
    ],
)
def test_a_claim_combines_its_parts(verdicts, verdict):
    assert combine(verdicts) is verdict
    claim = Claim("", tuple(verdicts))
    assert claim.verdict is verdict
    assert claim.count("holds") == verdicts.count(HOLDS)


@pytest.mark.parametrize("count", range(6))
def test_too_few_values_show_nothing(count):
    estimate = median(np.ones(count))
    assert (estimate.low, estimate.high) == (-np.inf, np.inf)
    assert Statement("", estimate, ">").verdict is OPEN


def test_missing_values_do_not_count():
    estimate = median([1.0, 2.0, 3.0, np.nan, 4.0, 5.0, 6.0])
    assert (estimate.value, estimate.low, estimate.high, estimate.n) == (3.5, 1, 6, 6)


@pytest.mark.slow
def test_the_interval_is_that_of_the_comparison():
    tables = [
        make_table(*make_classification(120, weights=[0.8], random_state=seed), name=str(seed))
        for seed in range(6)
    ]
    comparison = compare_tables(tables, methods=["class_weight"], cv=2, repeats=1, inner_cv=2)
    scores = comparison.scores.pivot_table(index="data_set", columns="method", values="log_loss")
    estimate = median(scores["class_weight"] - scores["logistic"])
    row = comparison.summary().set_index(["metric", "method"]).loc[("log_loss", "class_weight")]
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx(
        tuple(row[["difference", "difference_low", "difference_high"]])
    )


def test_proportions_have_an_exact_interval():
    estimate = proportion(0, 30)
    assert (estimate.value, estimate.low) == (0, 0)
    assert estimate.high == pytest.approx(1 - 0.025 ** (1 / 30))
    assert proportion(0, 0).high == 1
