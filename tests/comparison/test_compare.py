import json
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import (
    METHODS,
    Method,
    compare,
    compare_tables,
    make_table,
)
from skfocal.comparison.methods.catalogue import resolve_methods
from skfocal.comparison.report.answer import answer
from skfocal.comparison.report.rendering import render
from skfocal.comparison.report.text import ranking_text
from skfocal.comparison.scoring.metrics import DESCRIPTIONS, resolve_metrics
from skfocal.comparison.scoring.thresholds import BEST_F1

MEASURED = [metric.name for metric in resolve_metrics(None, BEST_F1)]
SECONDS = ["fit_seconds", "tuning_seconds", "predict_seconds"]
FOCAL = ["focal (recovered)", "focal (raw)"]


@pytest.fixture(scope="module")
def tables(mixed_frame):
    return [make_table(*mixed_frame(seed=seed), name=f"set {seed}") for seed in (0, 1)]


@pytest.fixture(scope="module")
def comparison(tables, small_methods):
    return compare_tables(tables, methods=small_methods, cv=3, repeats=2)


def without_seconds(comparison):
    return comparison.scores.drop(columns=SECONDS)


def test_there_is_a_row_for_every_data_set_method_repeat_and_fold(comparison):
    keys = comparison.scores[["data_set", "method", "repeat", "fold"]]
    assert len(keys) == 2 * 3 * 2 * 3
    assert not keys.duplicated().any()
    assert (
        comparison.scores[[*MEASURED, *SECONDS, "threshold", "prevalence"]].notna().all(axis=None)
    )
    assert (comparison.scores["failure"] == "").all()
    params = comparison.scores["params"].map(json.loads)
    assert set(params[comparison.scores["method"] == "logistic"].map(tuple)) == {("C",)}


@pytest.mark.slow
def test_scores_do_not_depend_on_the_number_of_processes(tables, small_methods):
    methods = [*small_methods, replace(METHODS["smote"], grid={"C": (1.0,)}, sampler_grid={})]
    one, two = (
        compare_tables(tables, methods=methods, cv=2, repeats=1, n_jobs=n_jobs) for n_jobs in (1, 2)
    )
    pd.testing.assert_frame_equal(without_seconds(one), without_seconds(two), check_exact=True)


@pytest.mark.slow
def test_scores_of_a_table_do_not_depend_on_the_other_tables(comparison, tables, small_methods):
    alone = compare_tables(tables[1:], methods=small_methods, cv=3, repeats=2)
    among = without_seconds(comparison)
    among = among[among["data_set"] == "set 1"].reset_index(drop=True)
    pd.testing.assert_frame_equal(without_seconds(alone), among, check_exact=True)


def test_another_seed_gives_other_folds(tables, small_methods):
    scores = [
        compare_tables(tables[:1], methods=small_methods, cv=2, repeats=1, random_state=seed).scores
        for seed in (0, 1)
    ]
    assert (scores[0]["log_loss"] != scores[1]["log_loss"]).all()


def test_both_rows_of_the_focal_loss_come_from_one_fit(comparison):
    recovered, raw = (
        comparison.scores[comparison.scores["method"] == name].reset_index(drop=True)
        for name in FOCAL
    )
    same = ["params", *SECONDS, "f1_default", "balanced_accuracy_default"]
    pd.testing.assert_frame_equal(recovered[same], raw[same])
    np.testing.assert_allclose(recovered["average_precision"], raw["average_precision"])
    np.testing.assert_allclose(recovered["roc_auc"], raw["roc_auc"])
    focused = recovered["params"].map(json.loads).map(lambda params: params["gamma"] > 0)
    assert focused.any()
    assert (recovered["log_loss"] != raw["log_loss"])[focused].all()


def test_focal_without_focus_is_logistic_regression(tables):
    unfocused = replace(METHODS["focal"], grid={"gamma": (0.0,), "alpha": (None,), "C": (1.0,)})
    plain = replace(METHODS["logistic"], grid={"C": (1.0,)})
    scores = compare_tables(tables, methods=[plain, unfocused], cv=3, repeats=1).scores
    by_method = {name: rows.reset_index(drop=True) for name, rows in scores.groupby("method")}
    for name in FOCAL:
        np.testing.assert_allclose(
            by_method[name][list(MEASURED)], by_method["logistic"][list(MEASURED)], atol=1e-5
        )


@pytest.mark.slow
def test_class_weights_and_balanced_alpha_are_the_same_at_gamma_zero(tables):
    focal = replace(METHODS["focal"], grid={"gamma": (0.0,), "alpha": ("balanced",), "C": (1.0,)})
    weighted = replace(METHODS["class_weight"], grid={"C": (1.0,)})
    plain = replace(METHODS["logistic"], grid={"C": (1.0,)})
    scores = compare_tables(tables, methods=[plain, focal, weighted], cv=3, repeats=1).scores
    by_method = {name: rows.reset_index(drop=True) for name, rows in scores.groupby("method")}
    for metric in ("average_precision", "log_loss", "f1_default", "f1_tuned"):
        np.testing.assert_allclose(
            by_method["focal (raw)"][metric], by_method["class_weight"][metric], atol=1e-5
        )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["class_weight", "oversample"])
def test_a_correction_improves_probabilities_and_keeps_the_ranking(tables, name):
    methods = [
        replace(resolve_methods([one])[-1], grid={"C": (1.0,)}, sampler_grid={})
        for one in (name, f"{name}_corrected")
    ]
    scores = compare_tables(tables, methods=methods, cv=3, repeats=1).scores
    by_method = {one: rows.reset_index(drop=True) for one, rows in scores.groupby("method")}
    own, corrected = by_method[name], by_method[f"{name}_corrected"]
    for metric in ("average_precision", "roc_auc", "f1_tuned", "mcc_tuned", "recall_tuned"):
        np.testing.assert_allclose(corrected[metric], own[metric])
    assert (corrected["log_loss"] < own["log_loss"]).all()
    assert (corrected["recall_default"] < own["recall_default"]).all()
    assert (corrected["calibration_intercept"] > own["calibration_intercept"]).all()
    np.testing.assert_allclose(corrected["calibration_slope"], own["calibration_slope"], rtol=1e-5)


def test_all_pairs_of_methods_are_compared_over_data_sets(comparison):
    pairs = comparison.pairwise()
    assert len(pairs) == 3 * len(MEASURED)
    summary = comparison.summary().set_index(["metric", "method"])
    versus = pairs[pairs["method"] == "logistic"].set_index(["metric", "other"])
    for name in FOCAL:
        for metric in MEASURED:
            one, turned = versus.loc[(metric, name)], summary.loc[(metric, name)]
            assert (one["wins"], one["losses"]) == (turned["losses"], turned["wins"])
            assert one["p_value"] == pytest.approx(turned["p_value"])


def test_a_single_data_set_has_no_pairs(tables, small_methods):
    assert compare_tables(tables[:1], methods=small_methods, cv=2, repeats=1).pairwise().empty


def test_descriptions_are_medians_over_folds(comparison):
    descriptions = comparison.descriptions().set_index("method")
    rows = comparison.scores[comparison.scores["method"] == "logistic"]
    for key in DESCRIPTIONS:
        assert descriptions.loc["logistic", key] == pytest.approx(np.nanmedian(rows[key]))


def test_a_method_that_fails_is_recorded_and_the_others_continue(tables, failing_method):
    plain = replace(METHODS["logistic"], grid={"C": (1.0,)})
    result = compare_tables(tables, methods=[plain, failing_method], cv=2, repeats=1)
    assert len(result.scores) == 2 * 2 * 2
    assert len(result.failures) == 4
    assert set(result.failures["failure"]) == {"RuntimeError: no <b>luck</b> today"}
    assert result.failures[list(MEASURED)].isna().all(axis=None)
    summary = result.summary().set_index(["metric", "method"])
    for metric in MEASURED:
        assert summary.loc[(metric, "unlucky"), "mean_rank"] == 2
        assert summary.loc[(metric, "unlucky"), "losses"] == 2
        assert np.isnan(summary.loc[(metric, "unlucky"), "mean_score"])


def test_an_estimator_that_exits_has_failed(tables):
    def leave(*_):
        sys.exit("good bye")

    leaving = replace(METHODS["logistic"], name="leaving", sampler=leave)
    result = compare_tables(tables[:1], methods=[leaving], cv=2, repeats=1)
    assert set(result.failures["method"]) == {"leaving"}
    assert set(result.failures["failure"]) == {"SystemExit: good bye"}


def test_smote_without_neighbours_fails_and_says_so(mixed_frame):
    X, y = mixed_frame(n_samples=40, share=0.1)
    result = compare(X[["length"]], y, methods=["smote"], cv=2, repeats=1, inner_cv=2)
    assert set(result.failures["method"]) == {"smote"}
    assert len(result.failures) == 2


def test_warnings_are_recorded(tables):
    impatient = Method(
        "impatient", "It stops.", METHODS["focal"].classifier, {"max_iter": (1,), "gamma": (5.0,)}
    )
    scores = compare_tables(tables[:1], methods=[impatient], cv=2, repeats=1).scores
    warned = scores[scores["method"] == "impatient"]["warnings"]
    assert warned.str.contains("ConvergenceWarning").all()
    assert (scores[scores["method"] == "logistic"]["warnings"] == "").all()


def test_the_baseline_alone_is_compared_with_nothing(tables):
    result = compare_tables(tables[:1], methods=["logistic"], cv=2, repeats=1)
    for statement in answer(result):
        assert "no method to compare logistic with" in statement.text
        assert statement.text in ranking_text(result)
        assert statement.text in render(result)


def test_more_than_two_classes(mixed_frame):
    X, y = mixed_frame(n_samples=150)
    y = np.where(np.arange(150) % 3 == 0, "third", y)
    result = compare(X, y, methods=["focal", "smote"], cv=2, repeats=1)
    assert (result.scores["failure"] == "").all()
    tuned = ["f1", "balanced_accuracy", "mcc", "g_mean", "precision", "recall"]
    unsuited = [*(f"{name}_tuned" for name in tuned), "threshold"]
    assert result.scores[unsuited].isna().all(axis=None)
    measured = [key for key in MEASURED if key not in unsuited]
    assert result.scores[measured].notna().all(axis=None)
    assert set(result.summary()["metric"]) == set(measured)


def test_every_class_has_its_recall(mixed_frame, read_page):
    X, y = mixed_frame(n_samples=150)
    y = np.where(np.arange(150) % 3 == 0, "<third>", y)
    result = compare(X, y, methods=["class_weight"], cv=2, repeats=1)
    found = result.class_recalls()
    assert sorted(found["class"].unique()) == ["<third>", "ill", "well"]
    mean = result.scores.groupby("method")["recall_default"].mean()
    np.testing.assert_allclose(found.groupby("method")["recall"].mean(), mean)
    page = read_page(render(result))
    assert "<third>" in [one.text for one in page.all("th")]


def test_with_two_classes_recalls_are_those_of_the_positive_and_the_other(tables):
    result = compare_tables(tables[:1], methods=["logistic"], cv=2, repeats=1)
    found = result.class_recalls().set_index("class")["recall"]
    assert found["ill"] == pytest.approx(result.scores["recall_default"].mean())
    balanced = result.scores["balanced_accuracy_default"].mean()
    assert found.mean() == pytest.approx(balanced)


@pytest.mark.slow
def test_binary_and_other_tables_are_described_side_by_side(tables, mixed_frame):
    X, y = mixed_frame(n_samples=150)
    three = make_table(X, np.where(np.arange(150) % 3 == 0, "third", y), name="three")
    result = compare_tables([tables[0], three], methods=["logistic"], cv=2, repeats=1)
    assert result.data_sets["class_of_interest"].tolist() == ["ill", ""]
    assert "<td>nan</td>" not in render(result)


@pytest.mark.slow
def test_a_single_table_is_judged_by_its_folds(tables, small_methods):
    result = compare_tables(tables[:1], methods=small_methods, cv=3, repeats=2)
    summary = result.summary().set_index(["metric", "method"])
    difference = result.differences.set_index(["metric", "method"])
    for name in FOCAL:
        assert summary.loc[("log_loss", name), "p_value"] == pytest.approx(
            difference.loc[("log_loss", name), "p_value"]
        )
