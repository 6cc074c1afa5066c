"""What a recommendation says, and the pipeline and the script that it gives."""

import subprocess
import sys
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from skfocal.comparison import (
    METHODS,
    ON_REQUEST,
    DataError,
    Recommendation,
    compare,
    load_comparison,
    make_table,
    read_table,
)
from skfocal.comparison.data.preparation import Layout
from skfocal.comparison.data.schema import Schema
from skfocal.comparison.data.splits import make_inner_folds
from skfocal.comparison.recommendation.pipeline import plain_pipeline
from skfocal.comparison.recommendation.recommendation import recommend
from skfocal.comparison.recommendation.script import script
from skfocal.comparison.recommendation.words import format_probability
from skfocal.comparison.run.tuning import fit_method


def test_it_names_the_method_the_threshold_and_what_to_expect(comparison):
    found = comparison.recommend()
    folds = comparison.scores[comparison.scores["method"] == found.method]
    assert found.threshold == pytest.approx(folds["threshold"].median())
    assert found.method in found.words.advice
    assert format_probability(found.threshold) in found.words.advice
    for name in ("flagged", "caught", "positive"):
        assert f"about {found.expected.loc[name, 'value']:.0f} (" in found.reason
    assert str(found) == f"{found.words.advice} {found.reason}"
    assert found.words.advice in found._repr_html_()


def test_numbers_agree_with_the_held_out_folds(comparison):
    found = comparison.recommend("ranking")
    folds = comparison.scores[comparison.scores["method"] == found.method]
    expected = found.expected["value"]
    assert expected["positive"] == pytest.approx(1000 * 0.2)
    assert expected["average_precision"] == pytest.approx(folds["average_precision"].mean())
    assert expected["log_loss"] == pytest.approx(folds["log_loss"].mean())
    positive = (folds["prevalence"] * folds["n_test"]).to_numpy()
    caught = (folds["recall_tuned"] * positive).sum()
    assert expected["recall"] == pytest.approx(caught / positive.sum())
    assert expected["precision"] == pytest.approx(expected["caught"] / expected["flagged"])
    assert (found.expected["low"] <= expected).all()
    assert (expected <= found.expected["high"]).all()


def test_fewer_new_rows_have_wider_intervals(comparison):
    found = comparison.recommend()
    few, many = (found.expect(n_rows) for n_rows in (100, 10_000))
    scores = ["average_precision", "log_loss"]
    width = [frame["high"] - frame["low"] for frame in (few, many)]
    assert (width[0][scores] > width[1][scores]).all()
    shares = ["flagged", "caught", "positive"]
    assert (width[0][shares] / 100 > width[1][shares] / 10_000).all()


def test_methods_with_useless_probabilities_are_named(given):
    means = {"logistic": 0.3, "class_weight": 0.6, "oversample": 0.45}  # no skill: 0.5
    found = given(means).recommend()
    assert "class_weight would make the probabilities unusable" in found.reason
    assert "oversample" not in found.words.warning


def test_undecided_data_are_said_to_be(given):
    found = given({"logistic": 0.3, "class_weight": 0.28}, spread=0.05).recommend()
    assert "cannot decide between it and class_weight" in found.reason
    assert f"{found.choice.more_positives:,} more rows" in found.reason
    assert (
        "cannot decide"
        not in given({"logistic": 0.3, "smote": 0.3}, spread=1e-3).recommend().reason
    )


def test_the_estimator_predicts_as_the_harness(comparison, mixed):
    X, y = mixed
    estimator = comparison.recommend().estimator()
    assert type(estimator[-1]) is LogisticRegression
    proba = clone(estimator).fit(X, y).predict_proba(X)
    found = comparison.recommend()
    table = make_table(X, y, name="mixed", positive="ill")
    method = replace(found.definition, grid={"C": [estimator[-1].C]})
    rows = np.arange(len(y))
    inner = make_inner_folds(table, n_folds=2, seed=0)
    fitted = fit_method(method, table, rows, inner, 0)
    expected = fitted.log_probabilities(fitted.prepare(table.X), found.method, {})
    np.testing.assert_allclose(proba, np.exp(expected)[:, ::-1], rtol=1e-4)


@pytest.mark.parametrize(
    "method", ["logistic", "focal (recovered)", "oversample", "smote", "platt"]
)
def test_the_script_of_every_kind_of_method_runs(comparison, mixed, tmp_path, method):
    found = Recommendation(comparison, replace(comparison.recommend().choice, method=method))
    X, y = mixed
    X.assign(outcome=y).to_csv(tmp_path / "data.csv", index=False)
    source = found.code(str(tmp_path / "data.csv"), "outcome")
    assert "skfocal.comparison" not in source
    namespace = {}
    exec(source, namespace)  # noqa: S102  # our own script
    if method == "smote":
        return  # it differs in the random numbers of the samples
    fitted = found.estimator().fit(X, y == "ill")
    np.testing.assert_allclose(
        namespace["probability"], fitted.predict_proba(X)[:, 1], rtol=1e-6, atol=1e-9
    )


@pytest.mark.parametrize("n_minority", [10, 19, 20, 24, 30])
@pytest.mark.parametrize("name", ["oversample", "undersample", "smote"])
def test_a_ratio_that_the_classes_have_already_needs_no_sampler(name, n_minority):
    method = {**METHODS, **ON_REQUEST}[name]
    rng = np.random.default_rng(0)
    y = np.arange(n_minority + 40) < n_minority
    X = pd.DataFrame({"a": rng.normal(size=len(y)) + y, "b": rng.normal(size=len(y))})
    params = {key: values[0] for key, values in method.tuned.items()} | {"ratio": 0.5}
    pipeline = plain_pipeline(
        method,
        name,
        params,
        Layout(("a", "b"), (), ()),
        seed=0,
        inner_cv=2,
        class_counts=(40, n_minority),
    )
    pipeline.fit(X, y)
    samples = any(hasattr(step, "fit_resample") for _, step in pipeline.steps)
    assert samples == (n_minority < 20)


def test_a_pipeline_holds_classes_of_scikit_learn_and_imbalanced_learn_only():
    method = METHODS["smote"]
    params = {key: values[0] for key, values in method.tuned.items()}
    layout = Layout(("a",), ("b",), ())
    pipeline = plain_pipeline(
        method, "smote", params, layout, seed=0, inner_cv=2, class_counts=(40, 10)
    )
    parts = [each for each in pipeline.get_params().values() if hasattr(each, "get_params")]
    assert {type(each).__module__.partition(".")[0] for each in parts} == {"sklearn", "imblearn"}


def test_the_script_finds_the_separator_and_skips_rows_without_target(comparison, mixed, tmp_path):
    X, y = mixed
    found = comparison.recommend()
    table = X.assign(outcome=y)
    unlabelled = table.head(30).assign(outcome=None)
    path = tmp_path / "data.csv"
    pd.concat([table, unlabelled]).to_csv(path, index=False, sep=";")
    namespace = {}
    exec(found.code(str(path), "outcome"), namespace)  # noqa: S102  # our own script
    fitted = found.estimator().fit(X, y == "ill")
    np.testing.assert_allclose(namespace["probability"], fitted.predict_proba(X)[:, 1], rtol=1e-6)


def test_the_script_keeps_words_for_missing_values_if_they_are_labels(tmp_path):
    path = tmp_path / "data.csv"
    pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0] * 2, "y": ["NA", "b"] * 4}).to_csv(path, index=False)
    source = script(
        LogisticRegression(),
        Schema((), keep_na=True),
        title="Labels that look missing.",
        data=str(path),
        target="y",
        positive="NA",
        threshold=0.5,
        categorical=(),
    )
    namespace = {}
    exec(source.replace("(table", "(table[['x']]"), namespace)  # noqa: S102  # our own script
    assert namespace["y"].tolist() == [True, False] * 4


@pytest.mark.slow
def test_a_script_of_a_file_with_dates_and_units_runs_alone(tmp_path):
    rng = np.random.default_rng(0)
    y = rng.permutation(np.arange(200) < 50)
    frame = pd.DataFrame(
        {
            "price": [f"${value:,.2f}" for value in 1e4 * rng.uniform(size=200) + 9e3 * y],
            "share": [f"{value:.1f}%" for value in 100 * rng.uniform(size=200)],
            "when": pd.date_range("2020-01-01", periods=200, freq="31h").strftime("%d/%m/%Y"),
            "clock": [f"{number % 24:02}:30" for number in range(200)],
            "code": [f"0{number}" for number in rng.integers(1, 4, 200)],
            "outcome": np.where(y, "1", "0"),
        }
    )
    path = tmp_path / "data.csv"
    frame.to_csv(path, index=False)
    table = read_table(path, "outcome")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of what is converted
        comparison = compare(
            frame.drop(columns="outcome"), frame["outcome"], methods=[], cv=2, repeats=1
        )
    found = comparison.recommend()
    source = found.code(str(path), "outcome") + "table.to_csv('features.csv', index=False)\n"
    (tmp_path / "script.py").write_text(source, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "rows are flagged" in result.stdout
    features = pd.read_csv(tmp_path / "features.csv")
    for name in table.numeric:
        np.testing.assert_allclose(features[name], table.X[name])


def test_a_stored_comparison_gives_the_same_recommendation(mixed, tmp_path):
    settings = {"methods": ["platt"], "cv": 2, "repeats": 1, "directory": tmp_path}
    before = compare(*mixed, **settings).recommend()
    after = load_comparison(tmp_path).recommend()
    assert after.to_dict() == before.to_dict()
    assert after.code() == before.code()
    assert after.choice == before.choice


def test_another_rule_chooses_thresholds_on_the_other_folds(comparison):
    cheap = recommend(comparison, threshold="cost:fp=1,fn=1")
    dear = recommend(comparison, threshold="cost:fp=1,fn=20")
    assert dear.threshold < cheap.threshold
    assert dear.expected.loc["flagged", "value"] > cheap.expected.loc["flagged", "value"]
    assert "cost" in dear.expected.index
    fixed = recommend(comparison, threshold="0.25")
    assert fixed.threshold == pytest.approx(0.25)


def test_one_method_alone_is_compared_with_no_other(comparison):
    found = recommend(comparison.only("focal (raw)"))
    assert found.method == "focal (raw)"
    assert found.choice.rival is None
    assert "No other method was compared" in found.words.certainty
    folds = comparison.scores[comparison.scores["method"] == "focal (raw)"]
    assert found.expected.loc["log_loss", "value"] == pytest.approx(folds["log_loss"].mean())


def test_several_data_sets_have_a_method_but_no_pipeline(given):
    found = given({"logistic": 0.3, "class_weight": 0.3}, data_sets=3).recommend()
    assert found.method == "logistic"
    assert found.threshold is None
    assert found.expected.empty
    with pytest.raises(DataError, match="one table"):
        found.estimator()


def test_more_than_two_classes_have_scores_but_no_threshold():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 150)
    X = rng.normal(size=(150, 3)) + y[:, np.newaxis]
    found = compare(X, y, methods=[], cv=3, repeats=1).recommend()
    assert found.threshold is None
    assert "log loss" in found.reason
    assert found.estimator().fit(pd.DataFrame(X, columns=list("012")), y).score is not None
    assert "predict(table)" in found.code()


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0.1307, "0.13"), (0.5, "0.50"), (0.0123, "0.012"), (0.00045, "0.00045"), (0.9987, "0.9987")],
)
def test_probabilities_have_two_significant_digits(probability, text):
    assert format_probability(probability) == text
