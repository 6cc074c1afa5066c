"""Settings of a comparison: what they change, and which are refused."""

import re

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import (
    DataError,
    compare,
    compare_tables,
    make_table,
)
from skfocal.comparison.report.answer import answer
from skfocal.comparison.report.rendering import render
from skfocal.comparison.report.text import ranking_text
from skfocal.comparison.scoring.metrics import resolve_metrics
from skfocal.comparison.scoring.thresholds import BEST_F1

MEASURED = [metric.name for metric in resolve_metrics(None, BEST_F1)]
FOCAL = ["focal (recovered)", "focal (raw)"]


@pytest.fixture(scope="module")
def tables(mixed_frame):
    return [make_table(*mixed_frame(seed=seed), name=f"set {seed}") for seed in (0, 1)]


@pytest.mark.slow
def test_chosen_metrics_are_the_ranking_and_the_first_orders_it(tables):
    result = compare_tables(
        tables, methods=["class_weight"], metrics=["log_loss", "mcc_default"], cv=2, repeats=1
    )
    assert list(result.summary()["metric"].unique()) == ["log_loss", "mcc_default"]
    assert set(result.differences["metric"]) == {"log_loss", "mcc_default"}
    assert result.method_order() == ["logistic", "class_weight"]
    assert [statement.subject for statement in answer(result)] == ["Probabilities", "Decisions"]
    assert "MCC at the default decision" in answer(result)[1].text
    assert "mcc_default" in ranking_text(result)
    html = render(result)
    assert "MCC at the default decision" in html
    assert "ROC AUC" not in html


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"metrics": ["brier"]}, "did you mean 'brier_score'?"),
        ({"metrics": ["f1"]}, "did you mean 'f1_default' or 'f1_tuned'?"),
        ({"metrics": ["log_loss", "log_loss"]}, "metrics must be unique; got 'log_loss' twice"),
        ({"metrics": ["cost_tuned"]}, "metrics got 'cost_tuned', which needs costs"),
        ({"threshold": "f1"}, "threshold must be tune:f1"),
    ],
)
def test_unknown_metrics_and_thresholds_are_refused(tables, settings, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        compare_tables(tables, **settings)


@pytest.mark.parametrize("settings", [{"threshold": "0.5"}, {"metrics": ["f1_tuned"]}])
def test_what_needs_two_classes_is_refused_for_more(mixed_frame, settings):
    X, y = mixed_frame(n_samples=150)
    y = np.where(np.arange(150) % 3 == 0, "third", y)
    with pytest.raises(DataError, match="needs a binary target; 'three' has 3 classes"):
        compare(X, y, name="three", **settings)


def test_a_constant_table_is_refused():
    X = pd.DataFrame({"a": 1, "b": "x", "c": [np.nan] * 40})
    with pytest.raises(DataError, match="every column of 'data' is constant"):
        compare(X, np.arange(40) % 2)


def test_progress_reports_the_start_and_the_end_of_cells(tables, small_methods):
    statuses = []
    compare_tables(tables, methods=small_methods, cv=2, repeats=1, progress=statuses.append)
    assert [status.done for status in statuses if status.ended] == list(range(1, 9))
    assert {status.total for status in statuses} == {8}
    begun = [status.running[0] for status in statuses if status.running]
    ended = [status.ended for status in statuses if status.ended]
    assert len(set(begun)) == 8
    for begin, end in zip(begun, ended, strict=True):
        assert end.startswith(f"{begin}: ")
    shares = [status.share for status in statuses]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == pytest.approx((0, 1))


def test_any_method_may_be_the_baseline(tables, small_methods):
    settings = {"methods": small_methods, "cv": 2, "repeats": 1}
    usual, other = (
        compare_tables(tables[:1], baseline=baseline, **settings)
        for baseline in ("logistic", FOCAL[0])
    )
    assert set(other.differences["method"]) == {"logistic", FOCAL[1]}
    gaps = [
        comparison.differences.set_index(["metric", "method"])["mean"]
        for comparison in (usual, other)
    ]
    for metric in MEASURED:
        assert gaps[0][metric, FOCAL[0]] == -gaps[1][metric, "logistic"]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"cv": 1}, "cv must be an integer of at least 2; got 1"),
        ({"repeats": 0}, "repeats must be an integer of at least 1; got 0"),
        ({"inner_cv": 1}, "inner_cv must be an integer of at least 2; got 1"),
        ({"methods": ["nothing"]}, "methods got 'nothing'"),
        ({"baseline": "focal"}, r"baseline got 'focal', .* did you mean 'focal \(r"),
        ({"timeout": 0}, "timeout must be a positive number of seconds, or None; got 0"),
    ],
)
def test_bad_settings_are_refused(mixed_frame, setting, message):
    with pytest.raises(ValueError, match=message):
        compare(*mixed_frame(), **setting)


def test_tables_need_different_names(tables):
    with pytest.raises(DataError, match="tables must have unique names; got set 0, set 0"):
        compare_tables([tables[0], tables[0]])
