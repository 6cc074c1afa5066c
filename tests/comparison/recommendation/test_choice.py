"""The rule: the simplest of the methods that may be the best."""

import numpy as np
import pytest
from scipy.special import entr
from scipy.stats import t as student_t

from skfocal.comparison import DataError, SettingError
from skfocal.comparison.recommendation.choice import choose

EVEN = {"logistic": 0.3, "class_weight": 0.3, "oversample": 0.3}


def test_the_simplest_of_equal_methods_is_chosen(given):
    assert choose(given({**EVEN, "lightgbm": 0.3})).method == "logistic"
    without_plain = {"class_weight": 0.3, "oversample": 0.3, "lightgbm": 0.3}
    assert choose(given(without_plain, baseline="oversample")).method == "class_weight"


def test_a_corrected_method_follows_the_same_without_a_correction(given):
    assert choose(given({"logistic": 0.3, "platt": 0.299})).method == "logistic"
    chosen = choose(given({"platt": 0.3, "class_weight": 0.299}, baseline="platt"))
    assert chosen.method == "platt"


def test_the_cost_of_fitting_breaks_ties_of_simplicity(given):
    chosen = choose(
        given({"focal (recovered)": 0.29, "class_weight": 0.3}, baseline="class_weight")
    )
    assert chosen.method == "class_weight"


def test_a_simpler_method_that_is_significantly_worse_is_passed_over(given):
    chosen = choose(given({"logistic": 0.4, "class_weight": 0.3, "oversample": 0.3}))
    assert chosen.method == "class_weight"
    assert chosen.worse == ("logistic",)


def test_holm_adjusts_for_the_number_of_methods(given):
    few = {"logistic": 0.3, "lightgbm": 0.3 - 0.045}
    many = {**few, "class_weight": 0.3, "oversample": 0.3, "undersample": 0.3, "smote": 0.3}
    assert choose(given(few, spread=0.025)).method == "lightgbm"
    assert choose(given(many, spread=0.025)).method == "logistic"


def test_failed_methods_are_not_chosen(given):
    results = given(EVEN)
    results.scores.loc[results.scores["method"] == "logistic", "log_loss"] = np.nan
    chosen = choose(results)
    assert chosen.method == "class_weight"
    assert chosen.failed == ("logistic",)
    results.scores["log_loss"] = np.nan
    with pytest.raises(DataError, match="failed"):
        choose(results)


def test_over_data_sets_ranks_decide(given):
    means = {"logistic": 0.4, "class_weight": 0.3}
    assert choose(given(means, data_sets=8)).method == "class_weight"
    assert choose(given(means, data_sets=3)).method == "logistic"  # too few for significance


@pytest.mark.parametrize(
    ("settings", "goal", "metric"),
    [
        ({}, "probabilities", "log_loss"),
        ({"threshold": "cost:fp=1,fn=20"}, "decisions", "cost_tuned"),
        ({"threshold": "tune:mcc"}, "decisions", "mcc_tuned"),
        ({"threshold": "0.2"}, "decisions", "f1_tuned"),
        ({"metrics": ("roc_auc", "log_loss")}, "ranking", "average_precision"),
        ({"metrics": ("f1_tuned",)}, "decisions", "f1_tuned"),
        ({"goal": "ranking", "threshold": "0.2"}, "ranking", "average_precision"),
    ],
)
def test_the_goal_follows_from_what_was_asked(given, settings, goal, metric):
    chosen = choose(given(EVEN, **settings))
    assert (chosen.goal, chosen.metric.name) == (goal, metric)


def test_an_unknown_goal_is_refused(given):
    with pytest.raises(SettingError, match="goal must be one of"):
        choose(given(EVEN), "profit")


def test_narrow_intervals_decide(given):
    chosen = choose(given(EVEN, spread=0.001))
    assert chosen.decided
    assert chosen.rival.high < chosen.margin
    assert chosen.margin == pytest.approx(0.01 * np.sum(entr([0.2, 0.8])))


def test_wide_intervals_do_not_decide_and_more_positives_would(given):
    spread, n_folds, n_positive = 0.05, 20, 100
    chosen = choose(given({"logistic": 0.3, "class_weight": 0.28}, spread=spread))
    variance = 2 * spread**2 * (1 / n_folds + 1 / 4)  # of independent noise, test to train is 1/4
    half = student_t.ppf(0.975, n_folds - 1) * np.sqrt(variance)
    assert chosen.method == "logistic"
    assert (chosen.rival.high - chosen.rival.low) / 2 == pytest.approx(half, rel=0.25)
    width = (chosen.rival.high - chosen.rival.low) / 2
    needed = n_positive * (width / chosen.rival.gain) ** 2 - n_positive
    assert not chosen.decided
    assert needed <= chosen.more_positives <= 1.1 * needed + 1


@pytest.mark.parametrize("gain", [-0.02, 0.0, 0.001, 0.004, 0.005])
def test_with_the_positives_that_are_asked_for_the_data_decide(given, gain):
    chosen = choose(given({"logistic": 0.3, "class_weight": 0.3 - gain}, spread=0.05))
    n_positive, half = 100, (chosen.rival.high - chosen.rival.low) / 2
    shrunk = half * np.sqrt(n_positive / (n_positive + chosen.more_positives))
    excluded = chosen.rival.gain + shrunk <= chosen.margin
    assert excluded or chosen.rival.gain - shrunk >= 0


def test_the_sign_of_a_gain_follows_the_direction_of_the_metric(given):
    lower = choose(given({"logistic": 0.3, "class_weight": 0.29}))
    higher = choose(
        given({"logistic": 0.3, "class_weight": 0.31}, metric="average_precision"), "ranking"
    )
    assert lower.rival.gain == pytest.approx(0.01)
    assert higher.rival.gain == pytest.approx(0.01)
