import numpy as np
import pandas as pd
import pytest
from baycomp.single import CorrelatedTTest
from scipy import stats

from skfocal.comparison.scoring.metrics import METRICS
from skfocal.comparison.statistics.differences import (
    compare_all_pairs,
    compare_with_baseline,
    corrected_difference,
    data_set_ranks,
    data_set_scores,
    holm,
    indistinguishable_runs,
    paired_differences,
)

AP, LOSS = METRICS["average_precision"], METRICS["log_loss"]


def test_nadeau_bengio_by_hand():
    """Ten differences of 5-fold cross-validation repeated twice: J=10, ratio 1/4."""
    differences = np.array([0.01, 0.03, -0.02, 0.05, 0.00, 0.02, 0.04, -0.01, 0.03, 0.02])
    mean = 0.017
    variance = sum((value - mean) ** 2 for value in differences) / 9
    error = ((1 / 10 + 1 / 4) * variance) ** 0.5
    found = corrected_difference(differences, 0.25)
    assert found.mean == pytest.approx(mean)
    t_975 = 2.2621571628  # Student's t with 9 degrees of freedom, from a table
    assert found.high - found.mean == pytest.approx(t_975 * error, rel=1e-9)
    assert found.mean - found.low == pytest.approx(t_975 * error, rel=1e-9)
    assert found.p_value == pytest.approx(2 * stats.t(9).cdf(-mean / error))


@pytest.mark.parametrize(("cv", "repeats"), [(5, 1), (5, 2), (10, 3)])
def test_nadeau_bengio_agrees_with_baycomp(cv, repeats):
    """Its posterior of the mean difference is the same Student's t, read the other way round."""
    first, second = np.random.default_rng(cv + repeats).normal(size=(2, cv * repeats))
    posterior = CorrelatedTTest(second, first, runs=repeats)
    found = corrected_difference(first - second, 1 / (cv - 1))
    interval = stats.t.interval(0.95, posterior.df, posterior.mean, posterior.var**0.5)
    assert found.mean == pytest.approx(posterior.mean)
    assert (found.low, found.high) == pytest.approx(interval)
    assert found.p_value == pytest.approx(2 * min(posterior.probs()))


def test_without_overlap_it_is_the_ordinary_paired_test():
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(2, 12))
    found = corrected_difference(first - second, 0.0)
    assert found.p_value == pytest.approx(stats.ttest_rel(first, second).pvalue)


def test_the_interval_contains_zero_exactly_when_p_is_above_five_percent():
    rng = np.random.default_rng(1)
    for _ in range(200):
        found = corrected_difference(rng.normal(0.6, 1, 10), 0.25)
        assert (found.low < 0 < found.high) == (found.p_value > 0.05)


def test_equal_differences_on_all_folds_have_no_variance():
    assert corrected_difference([0.0] * 5, 0.25) == (0, 0, 0, 1)
    assert corrected_difference([0.1] * 5, 0.25) == pytest.approx((0.1, 0.1, 0.1, 0))


def test_rounding_errors_count_as_no_difference():
    assert corrected_difference([1e-16, 1e-16, 0.0, 2e-16, 1e-16], 0.25) == (0, 0, 0, 1)


def test_holm_by_hand():
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])
    np.testing.assert_allclose(holm([0.6, 0.7]), [1, 1])
    np.testing.assert_allclose(holm([np.nan, 0.02, 0.01]), [np.nan, 0.02, 0.02])


def scores_of(values, metric=AP, n_classes=2):
    """Scores from {data set: {method: values over folds}}; None fails."""
    return pd.DataFrame(
        [
            {
                "data_set": data_set,
                "method": method,
                "repeat": 0,
                "fold": fold,
                "n_train": 40,
                "n_test": 10,
                "n_classes": n_classes,
                metric.name: np.nan if value is None else value,
                "failure": "ValueError: no" if value is None else "",
            }
            for data_set, methods in values.items()
            for method, folds in methods.items()
            for fold, value in enumerate(folds)
        ]
    )


def test_differences_are_paired_by_fold():
    scores = scores_of({"d": {"logistic": [0.1, 0.2, 0.3], "b": [0.2, 0.3, 0.41]}})
    found = paired_differences(scores.sample(frac=1, random_state=0), [AP], "logistic")
    assert found[["data_set", "method", "metric"]].to_numpy().tolist() == [
        ["d", "b", "average_precision"]
    ]
    expected = corrected_difference([0.1, 0.1, 0.11], 0.25)
    np.testing.assert_allclose(found[list(expected._fields)].iloc[0].astype(float), expected)


def test_a_failure_leaves_no_difference():
    scores = scores_of({"d": {"logistic": [0.1, 0.2], "b": [0.2, None]}})
    assert paired_differences(scores, [AP], "logistic")["mean"].isna().tolist() == [True]


def test_a_mean_over_folds_needs_all_of_them():
    scores = scores_of(
        {"d": {"logistic": [0.1, 0.2], "b": [0.2, None]}, "e": {"logistic": [1, 0], "b": [0, 0.5]}}
    )
    table = data_set_scores(scores, AP)
    np.testing.assert_allclose(table, [[0.15, np.nan], [0.5, 0.25]])
    assert list(table.index) == ["d", "e"]
    assert list(table.columns) == ["logistic", "b"]


def test_a_metric_that_needs_two_classes_leaves_other_data_sets_out():
    metric = METRICS["f1_tuned"]
    three = scores_of({"d": {"logistic": [None], "b": [None]}}, metric, n_classes=3)
    two = scores_of({"e": {"logistic": [0.1], "b": [0.2]}}, metric)
    assert list(data_set_scores(pd.concat([three, two]), metric).index) == ["e"]


def test_ranks_share_ties_and_put_failures_last():
    table = pd.DataFrame([[0.5, 0.7, 0.7 + 1e-13, np.nan, np.nan]], columns=list("abcde"))
    higher = data_set_ranks(table, greater_is_better=True).iloc[0].tolist()
    lower = data_set_ranks(table, greater_is_better=False).iloc[0].tolist()
    assert higher == [3, 1.5, 1.5, 4.5, 4.5]
    assert lower == [1, 2.5, 2.5, 4.5, 4.5]


def test_against_the_baseline_over_data_sets():
    rng = np.random.default_rng(2)
    base = rng.uniform(size=9)
    table = pd.DataFrame({"logistic": base, "b": base + 0.1, "c": base - rng.normal(size=9)})
    found = compare_with_baseline(table, greater_is_better=True, baseline="logistic")
    assert found.loc["b", ["wins", "ties", "losses", "direction"]].tolist() == [9, 0, 0, 1]
    for method in "bc":
        expected = stats.wilcoxon(np.round(table[method] - base, 9)).pvalue
        assert found.loc[method, "p_value"] == pytest.approx(expected)
    turned = compare_with_baseline(table, greater_is_better=False, baseline="logistic")
    assert turned.loc["b", ["wins", "losses", "direction"]].tolist() == [0, 9, -1]


@pytest.mark.parametrize("n_data_sets", [2, 5, 9])
@pytest.mark.parametrize("decimals", [0, 1, 9])
def test_the_test_over_data_sets_is_exact_with_ties_and_zeros(n_data_sets, decimals):
    rng = np.random.default_rng([n_data_sets, decimals])
    gain = np.append(rng.normal(0.5, size=n_data_sets - 1).round(decimals), 0)
    table = pd.DataFrame({"logistic": np.zeros(n_data_sets), "b": gain})
    found = compare_with_baseline(table, greater_is_better=True, baseline="logistic")
    expected = stats.wilcoxon(gain, zero_method="zsplit").pvalue  # tries every sign
    assert found.loc["b", "p_value"] == pytest.approx(expected)


def test_the_exact_test_agrees_with_the_normal_limit():
    gain = np.random.default_rng(4).normal(0.1, size=400).round(1)
    table = pd.DataFrame({"logistic": np.zeros(400), "b": gain})
    found = compare_with_baseline(table, greater_is_better=True, baseline="logistic")
    expected = stats.wilcoxon(gain, zero_method="zsplit", method="asymptotic").pvalue
    assert found.loc["b", "p_value"] == pytest.approx(expected, abs=1e-3)


def test_a_failure_loses_against_any_score_and_any_score_against_a_failed_baseline():
    table = pd.DataFrame({"logistic": [0.1, 0.2, np.nan, np.nan], "b": [0.3, np.nan, 0.1, np.nan]})
    found = compare_with_baseline(table, greater_is_better=True, baseline="logistic")
    assert found.loc["b", ["wins", "ties", "losses"]].tolist() == [2, 1, 1]


def test_failures_count_more_than_any_difference():
    base = pd.Series(np.arange(9.0))
    method = base + np.linspace(10, 20, 9)
    method[:3] = np.nan
    table = pd.DataFrame({"logistic": base, "b": method})
    found = compare_with_baseline(table, greater_is_better=True, baseline="logistic")
    as_numbers = np.r_[[-100.0] * 3, np.linspace(10, 20, 9)[3:]]
    assert found.loc["b", "p_value"] == pytest.approx(
        stats.wilcoxon(as_numbers, zero_method="zsplit").pvalue
    )


def test_equal_scores_have_a_p_value_of_one():
    table = pd.DataFrame({"logistic": [0.1, 0.2, 0.3], "b": [0.1, 0.2, 0.3]})
    found = compare_with_baseline(table, greater_is_better=True, baseline="logistic").loc["b"]
    assert found["p_value"] == 1
    assert found["direction"] == 0


def test_one_data_set_has_no_p_value():
    table = pd.DataFrame({"logistic": [0.1], "b": [0.2]})
    found = compare_with_baseline(table, greater_is_better=True, baseline="logistic")
    assert found["p_value"].isna().all()


def test_direction_follows_the_metric():
    scores = scores_of({"d": {"logistic": [0.3, 0.2], "b": [0.2, 0.1]}}, LOSS)
    table = data_set_scores(scores, LOSS)
    found = compare_with_baseline(table, greater_is_better=False, baseline="logistic")
    assert found.loc["b", "direction"] == 1


def test_compare_all_pairs_is_tested_and_corrected_for_all():
    rng = np.random.default_rng(3)
    table = pd.DataFrame(rng.normal(np.array([0, 0.1, 1, 2]), size=(9, 4)), columns=list("abcd"))
    found = compare_all_pairs(table, greater_is_better=True)
    assert (found["method"] + found["other"]).tolist() == ["ab", "ac", "ad", "bc", "bd", "cd"]
    for row in found.to_dict("records"):
        gap = table[row["method"]] - table[row["other"]]
        assert (row["wins"], row["losses"]) == ((gap > 0).sum(), (gap < 0).sum())
        assert row["p_value"] == pytest.approx(stats.wilcoxon(gap).pvalue)
    np.testing.assert_allclose(found["p_holm"], holm(found["p_value"]))
    turned = compare_all_pairs(table, greater_is_better=False)
    assert turned["wins"].tolist() == found["losses"].tolist()
    assert turned["direction"].tolist() == (-found["direction"]).tolist()


def test_compare_all_pairs_agrees_with_scikit_posthocs():
    """Against posthoc_wilcoxon(p_adjust="holm") of scikit-posthocs 0.17.1."""
    table = pd.DataFrame(
        [
            [0.851, 0.847, 0.829, 0.841],
            [0.284, 0.433, 0.388, 0.201],
            [0.570, 0.693, 0.638, 0.582],
            [0.758, 0.807, 0.761, 0.795],
            [0.711, 0.717, 0.817, 0.572],
            [0.954, 0.877, 1.003, 0.763],
            [0.769, 0.851, 0.847, 0.788],
            [0.919, 0.964, 0.983, 0.801],
        ],
        columns=list("abcd"),
    )
    found = compare_all_pairs(table, greater_is_better=True)["p_holm"]
    np.testing.assert_allclose(found, [0.328125, 0.1171875, 0.5, 1.0, 0.046875, 0.15625])


def test_one_method_has_no_pairs():
    assert compare_all_pairs(pd.DataFrame({"a": [0.1, 0.2]}), greater_is_better=True).empty


@pytest.mark.parametrize(
    ("differing", "expected"),
    [
        ([], ["abcd"]),
        (["ad"], ["abc", "bcd"]),
        (["ac", "ad", "bd"], ["ab", "bc", "cd"]),
        (["ab", "ac", "ad"], ["bcd"]),
        (["ab", "bc", "cd", "ac", "bd", "ad"], []),
        # Neighbours a and b differ, so that a has no run, though it does not differ from c.
        (["ab", "cd"], ["bc"]),
    ],
)
def test_runs_are_maximal_and_hold_no_two_that_differ(differing, expected):
    runs = indistinguishable_runs("abcd", set(map(frozenset, differing)))
    assert ["abcd"[run.start : run.stop] for run in runs] == expected
