"""A metric, a method and a figure from outside the package take part like those inside."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import fbeta_score

from skfocal.comparison import (
    METRICS,
    Method,
    Metric,
    ReportFigure,
    SvgPanel,
    compare,
    load_comparison,
    make_plan,
    make_table,
    register_figure,
)
from skfocal.comparison.report.figures import figure as figure_module
from skfocal.comparison.report.rendering import render, render_markdown
from skfocal.comparison.report.text import ranking_text

SETTINGS = {"methods": ["class_weight"], "cv": 2, "repeats": 1}


def f2_metric(beta=2):
    return Metric(
        "f2",
        "F2 <score>",
        lambda fold: fbeta_score(fold.y_true, fold.y_pred, beta=beta),
        aspect="decisions",
        greater_is_better=True,
        binary_only=True,
    )


class MeanDifference(ClassifierMixin, BaseEstimator):
    """Classify by the projection on the difference of the class means, with a tuned scale."""

    def __init__(self, scale=1.0):
        self.scale = scale

    def fit(self, X, y):
        means = [X[y == code].mean(axis=0) for code in (0, 1)]
        self.classes_ = np.array([0, 1])
        self.coef_, self.middle_ = means[1] - means[0], (means[0] + means[1]) / 2
        return self

    def decision_function(self, X):
        return self.scale * (X - self.middle_) @ self.coef_

    def predict_proba(self, X):
        p = expit(self.decision_function(X))
        return np.column_stack([1 - p, p])

    def predict(self, X):
        return (self.decision_function(X) > 0).astype(int)


def test_a_metric_is_scored_ranked_tested_and_reported(mixed_frame, read_page):
    comparison = compare(*mixed_frame(), metrics=["log_loss", f2_metric()], **SETTINGS)
    scores, summary = comparison.scores, comparison.summary()
    precision, recall = scores["precision_default"], scores["recall_default"]
    expected = 5 * precision * recall / (4 * precision + recall)
    np.testing.assert_allclose(scores["f2"], expected.fillna(0))
    assert list(summary["metric"].unique()) == ["log_loss", "f2"]
    rows = summary[summary["metric"] == "f2"].set_index("method")
    assert 0 <= rows.loc["class_weight", "p_value"] <= 1
    assert set(comparison.differences["metric"]) == {"log_loss", "f2"}
    page = read_page(render(comparison))
    assert page.texts.count("F2 <score>") > 3
    assert r"F2 \<score\>" in render_markdown(comparison)
    assert re.search(r" f2 ", ranking_text(comparison))


def test_a_metric_is_stored_and_loaded(mixed_frame, tmp_path):
    settings = {**SETTINGS, "metrics": ["log_loss", f2_metric()], "directory": tmp_path}
    comparison = compare(*mixed_frame(), **settings)
    found = load_comparison(tmp_path)
    assert found.to_dict() == json.loads(json.dumps(comparison.to_dict()))
    assert found.metrics[1].label == "F2 <score>"
    assert render(found) == render(comparison)
    pd.testing.assert_frame_equal(compare(*mixed_frame(), **settings).scores, comparison.scores)


def test_keys_depend_on_the_function_of_a_metric_and_not_on_its_label(mixed_frame):
    table = make_table(*mixed_frame(), name="t")

    def keys(*metrics):
        return make_plan([table], metrics=["log_loss", *metrics], **SETTINGS).keys

    first = keys(f2_metric())
    relabelled = Metric(**{**f2_metric().to_dict(), "label": "x"}, function=f2_metric().function)
    assert keys(f2_metric()) == keys(relabelled) == first
    assert not set(first) & set(keys(f2_metric(beta=3)))
    assert not set(first) & set(keys())


def test_metrics_that_cannot_be_used_are_refused(mixed_frame):
    own = Metric(**{**f2_metric().to_dict(), "name": "log_loss"}, function=np.mean)
    for metrics, message in (
        ([own], "metrics got a metric named 'log_loss', which is a built-in name"),
        ([f2_metric(), f2_metric()], "metrics must be unique; got 'f2' twice"),
        ([], "metrics must have at least one metric"),
    ):
        with pytest.raises(ValueError, match=message):
            compare(*mixed_frame(), metrics=metrics, **SETTINGS)
    with pytest.raises(ValueError, match="aspect must be one of ranking, probabilities, decisions"):
        Metric("x", "X", np.mean, aspect="speed", greater_is_better=False)


def test_a_method_with_a_new_estimator_is_tuned_and_scored(mixed_frame):
    X, y = mixed_frame()
    method = Method("means", "Toy.", MeanDifference(), {"scale": (0.1, 1.0, 10.0)})
    comparison = compare(X, y, methods=["logistic", method], cv=2, repeats=1)
    rows = comparison.scores[comparison.scores["method"] == "means"]
    assert (rows["failure"] == "").all()
    assert {json.loads(params)["scale"] for params in rows["params"]} <= {0.1, 1.0, 10.0}
    applicable = [name for name, metric in METRICS.items() if not metric.needs_costs]
    assert rows[applicable].notna().all(axis=None)
    assert "means" in comparison.method_order()


def test_a_figure_is_in_the_report(mixed_frame, monkeypatch, read_page):
    monkeypatch.setattr(figure_module, "_registered", [])

    def draw(sizes, baseline):
        words = f"{sizes['n_rows'].sum()} rows, baseline {baseline}"
        return [SvgPanel("Rows of each data set", words, '<circle cx="9" cy="9" r="9"/>')]

    figures = [
        ReportFigure(f"toy_{section}", "A toy", section, lambda one: one.data_sets, draw, "<Toy>")
        for section in ("ranking", "sizes")
    ]
    for figure in figures:
        register_figure(figure)
    comparison = compare(*mixed_frame(), **SETTINGS)
    page = read_page(render(comparison))
    assert page.texts.count("160 rows, baseline logistic") == len(figures)
    assert page.texts.count("<Toy>") == len(figures)
    sections = [one.attributes["aria-labelledby"] for one in page.all("section")]
    assert "sizes" in sections
    with pytest.raises(ValueError, match="is in the report"):
        comparison.plot("toy_sizes")
    with pytest.raises(ValueError, match="figure got the name 'toy_sizes', which is in use"):
        register_figure(figures[1])
