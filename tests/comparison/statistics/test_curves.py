"""ROC, precision-recall and threshold curves agree with scikit-learn."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import (
    average_precision_score,
    f1_score,
    matthews_corrcoef,
    roc_auc_score,
)

from skfocal.comparison.scoring.cell_results import EventPredictions
from skfocal.comparison.scoring.thresholds import BEST_F1, ThresholdRule, find_threshold
from skfocal.comparison.statistics.curves import (
    LOG_ODDS,
    place_of_threshold,
    precision_curves,
    roc_curves,
    score_of_threshold,
    threshold_curves,
)


def fold(seed, data_set="d", method="m", n_samples=800):
    rng = np.random.default_rng(seed)
    probability = rng.beta(1, 5, n_samples)
    return EventPredictions(
        data_set, method, rng.uniform(size=n_samples) < probability, probability
    )


def test_the_area_under_the_roc_curve_is_the_auc():
    one = fold(0)
    (curve,) = roc_curves([one], ["m"])
    expected = roc_auc_score(one.event, one.probability)
    assert np.trapezoid(curve.y, curve.x) == pytest.approx(expected, abs=2e-3)
    assert (curve.x[0], curve.x[-1], curve.y[-1]) == (0, 1, 1)
    assert np.all(np.diff(curve.y) >= 0)


def test_the_mean_precision_over_recalls_is_the_average_precision():
    one = fold(0)
    (curve,) = precision_curves([one], ["m"])
    expected = average_precision_score(one.event, one.probability)
    assert curve.y.mean() == pytest.approx(expected, abs=0.01)
    assert curve.y[-1] == pytest.approx(one.event.mean(), abs=0.05)


def test_a_perfect_ranking_has_perfect_curves():
    event = np.arange(50) >= 40
    one = EventPredictions("d", "m", event, event * 0.5 + 0.2)
    assert roc_curves([one], ["m"])[0].y.tolist() == [1.0] * 61
    assert set(precision_curves([one], ["m"])[0].y) == {1.0}


@pytest.mark.parametrize(
    ("rule", "score"),
    [
        (BEST_F1, f1_score),
        (ThresholdRule("fixed"), f1_score),
        (ThresholdRule("mcc"), matthews_corrcoef),
        (
            ThresholdRule("cost", 2.0, 20.0),
            lambda true, called: np.mean(2 * (called & ~true) + 20 * (true & ~called)),
        ),
    ],
)
def test_scores_at_a_threshold_are_those_of_the_decisions(rule, score):
    one = fold(1)
    thresholds = np.array([0.0, 0.05, 0.2, 0.5, one.probability.max()])
    found = score_of_threshold(rule, one.event, one.probability, thresholds)
    expected = [score(one.event, one.probability >= threshold) for threshold in thresholds]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_no_threshold_scores_higher_than_the_one_that_is_found():
    one = fold(2)
    log_odds = np.log(one.probability) - np.log1p(-one.probability)
    best = expit(find_threshold(BEST_F1, one.event.astype(int), log_odds))
    at_best = score_of_threshold(BEST_F1, one.event, one.probability, np.array([best - 1e-12]))
    (curve,) = threshold_curves([one], ["m"], BEST_F1)
    assert curve.y.max() <= at_best[0]
    assert curve.y.max() == pytest.approx(at_best[0], abs=0.03)


def test_data_sets_have_equal_weight_for_any_number_of_folds():
    many, few = [fold(seed, "many") for seed in range(6)], [fold(9, "few")]
    (together,) = roc_curves([*many, *few], ["m"])
    alone = [roc_curves(part, ["m"])[0] for part in (many, few)]
    np.testing.assert_allclose(together.y, (alone[0].y + alone[1].y) / 2)
    assert np.all(together.low <= together.y + 1e-12)
    assert np.all(together.y <= together.high + 1e-12)


def test_the_folds_of_a_single_data_set_span_its_band():
    folds = [fold(seed) for seed in range(3)]
    (curve,) = precision_curves(folds, ["m"])
    each = np.array([precision_curves([one], ["m"])[0].y for one in folds])
    np.testing.assert_array_equal(curve.low, each.min(axis=0))
    np.testing.assert_array_equal(curve.high, each.max(axis=0))


def test_methods_without_predictions_have_no_curve_and_the_order_is_kept():
    found = roc_curves([fold(0, method="a"), fold(1, method="b")], ["b", "gone", "a"])
    assert [curve.method for curve in found] == ["b", "a"]


def test_thresholds_beyond_the_curve_lie_at_its_end():
    assert place_of_threshold(0.5) == 0
    assert place_of_threshold(0.0) == LOG_ODDS[0]
    assert place_of_threshold(1.0) == LOG_ODDS[-1]
