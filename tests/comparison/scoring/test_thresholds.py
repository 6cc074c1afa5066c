"""Thresholds are optimal for their rule."""

import numpy as np
import pytest
from scipy.special import logit
from sklearn.metrics import f1_score, matthews_corrcoef

from skfocal.comparison import compare
from skfocal.comparison.scoring.thresholds import (
    BEST_F1,
    ThresholdRule,
    find_threshold,
    parse_threshold,
)

RNG = np.random.default_rng(0)
Y = RNG.permutation(np.arange(90) < 20).astype(int)
SCORE = (RNG.normal(size=90) + 1.5 * Y).round(1)  # with ties


def cost(y_true, y_pred, false_positive=1, false_negative=20):
    return false_positive * np.sum(y_pred > y_true) + false_negative * np.sum(y_pred < y_true)


@pytest.mark.parametrize(
    ("text", "merit"),
    [
        ("tune:f1", f1_score),
        ("tune:mcc", matthews_corrcoef),
        ("cost:fp=1,fn=20", lambda *labels: -cost(*labels)),
        ("cost: fn=1, fp=20", lambda *labels: -cost(*labels, 20, 1)),
    ],
)
def test_no_other_threshold_is_better(text, merit):
    found = find_threshold(parse_threshold(text), Y, SCORE)
    every = [merit(Y, (threshold <= SCORE).astype(int)) for threshold in (*SCORE, np.inf)]
    assert merit(Y, (found <= SCORE).astype(int)) == pytest.approx(max(every))


def test_a_fixed_threshold_does_not_depend_on_the_data():
    rule = parse_threshold("0.2")
    assert find_threshold(rule, Y, SCORE) == find_threshold(rule, 1 - Y, -SCORE) == logit(0.2)


def test_no_row_is_positive_if_that_costs_least():
    rule = parse_threshold("cost:fp=1000,fn=1")
    assert find_threshold(rule, np.array([0, 1, 0]), np.array([0.0, 1.0, 2.0])) == np.inf


def test_a_threshold_is_found_if_all_scores_are_equal():
    assert find_threshold(BEST_F1, Y, np.zeros(90)) == 0


@pytest.mark.parametrize(
    "text",
    [
        "f1",
        "tune:f2",
        "cost:fp=1",
        "cost:fp=1,fn=0",
        "cost:fp=1,fn=x",
        "cost:",
        "0",
        "1",
        "nan",
        "",
    ],
)
def test_invalid_rules_are_refused_with_the_valid_ones(text):
    with pytest.raises(ValueError, match=r"threshold must be tune:f1, .* such as 0\.5; got"):
        parse_threshold(text)


@pytest.mark.parametrize("rule", [BEST_F1, ThresholdRule("cost", 1, 20), ThresholdRule("fixed")])
def test_rules_are_described_in_words(rule):
    part = {"f1": "best F1", "cost": "20 per false negative", "fixed": "probability 0.5"}[rule.kind]
    assert part in str(rule)


@pytest.mark.slow
def test_the_rule_reaches_the_decisions_and_the_cost(mixed_frame):
    X, y = mixed_frame()
    settings = {"methods": ["class_weight"], "cv": 2, "repeats": 1}
    equal, unequal, half = (
        compare(X, y, threshold=text, **settings)
        for text in ("cost:fp=1,fn=1", "cost:fp=1,fn=1000", "0.5")
    )
    assert equal.scores["threshold"].mean() > unequal.scores["threshold"].mean()
    assert (unequal.scores["recall_tuned"] >= equal.scores["recall_tuned"]).all()
    assert half.scores["threshold"].tolist() == pytest.approx([0.5] * 4)
    for name in ("f1", "mcc"):
        tuned, default = half.scores[f"{name}_tuned"], half.scores[f"{name}_default"]
        assert tuned.tolist() == pytest.approx(default.tolist())
    # The fractions of both kinds of wrong decisions, from recall and precision.
    scores = unequal.scores
    positive = scores["prevalence"]
    missed = positive * (1 - scores["recall_tuned"])
    false = positive * scores["recall_tuned"] * (1 / scores["precision_tuned"] - 1)
    np.testing.assert_allclose(scores["cost_tuned"], 1000 * missed + false)
    assert "cost_tuned" in set(equal.summary()["metric"])
    assert "cost_tuned" not in set(half.summary()["metric"])
    assert half.scores[["cost_default", "cost_tuned"]].isna().all(axis=None)
