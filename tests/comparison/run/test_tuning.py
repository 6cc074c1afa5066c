"""What tuning chooses is what is fitted, recorded and corrected for."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.special import log_softmax
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import average_precision_score
from sklearn.naive_bayes import GaussianNB

from skfocal.comparison import METHODS, ON_REQUEST, Method, make_table
from skfocal.comparison.data.preparation import column_layout
from skfocal.comparison.data.splits import make_splits
from skfocal.comparison.methods import method as method_module
from skfocal.comparison.run.tuning import _Training, average_precision, fit_method


def fit(method, table):
    split = make_splits(table, cv=3, repeats=1, inner_cv=3, seed=0)[0]
    return fit_method(method, table, split.train, split.inner, split.seed), split


def log_probabilities(fitted, X):
    (name,) = fitted.thresholds
    return fitted.log_probabilities(fitted.prepare(X), name, {})


@pytest.mark.parametrize("name", ["oversample", "undersample", "smote"])
def test_the_samplers_parameters_are_tuned_with_the_classifiers(name, numeric_table):
    method = METHODS[name]
    fitted, _ = fit(method, numeric_table)
    assert fitted.params.keys() == method.tuned.keys()
    assert fitted.params["C"] == fitted.pipeline[-1].C
    if method.sampler is None:
        assert fitted.params["ratio"] == fitted.pipeline[-1].ratio
    else:
        strategy = fitted.pipeline["sample"].sampling_strategy
        assert strategy.keywords == {"ratio": fitted.params["ratio"]}


@pytest.mark.parametrize("name", ["oversample", "undersample", "smote"])
@pytest.mark.parametrize("ratio", [1.0, 0.5])
def test_the_correction_undoes_the_ratio_that_was_chosen(name, ratio, numeric_table):
    grid = {"C": (1.0,)}
    if METHODS[name].sampler is None:
        grids = {"grid": {**grid, "ratio": (ratio,)}}
    else:
        grids = {"grid": grid, "sampler_grid": {"ratio": (ratio,)}}
    fitted, split = fit(replace(ON_REQUEST[f"{name}_corrected"], **grids), numeric_table)
    own, _ = fit(replace(METHODS[name], **grids), numeric_table)
    rows = numeric_table.X.iloc[split.test]
    share = numeric_table.y[split.train].mean()
    change = np.log([1 - share, share]) - np.log([1, ratio])
    expected = log_softmax(log_probabilities(own, rows) + change, axis=1)
    np.testing.assert_allclose(log_probabilities(fitted, rows), expected, atol=0.05)


@pytest.mark.parametrize("name", ["logistic", "focal_alpha", "oversample"])
def test_many_categories_are_sparse_and_scores_the_same(name, monkeypatch):
    rng = np.random.default_rng(0)
    places = [f"place {number}" for number in rng.integers(0, 40, 600)]
    X = pd.DataFrame({"place": places, "size": rng.normal(size=600)})
    y = np.where(X["size"] + rng.normal(size=600) > 1, "yes", "no")
    table = make_table(X, y, name="places")
    rows = table.X.iloc[:100]
    found = {}
    for threshold in (0.125, 0.0):
        monkeypatch.setattr(method_module, "SPARSE_THRESHOLD", threshold)
        fitted, _ = fit(METHODS[name], table)
        prepared = fitted.prepare(rows)
        assert sparse.issparse(prepared) == (threshold > 0)
        view = next(iter(METHODS[name].reported))
        found[threshold] = fitted.log_probabilities(prepared, view, {}), fitted.params
    assert found[0.0][1] == found[0.125][1]
    np.testing.assert_allclose(found[0.125][0], found[0.0][0], rtol=1e-6)


def test_estimators_of_users_get_dense_rows(mixed_table, monkeypatch):
    monkeypatch.setattr(method_module, "SPARSE_THRESHOLD", 1.0)
    fitted, _ = fit(Method("bayes", "Bayes.", GaussianNB(), {}), mixed_table)
    assert isinstance(fitted.prepare(mixed_table.X), np.ndarray)
    fitted, _ = fit(METHODS["logistic"], mixed_table)
    assert sparse.issparse(fitted.prepare(mixed_table.X))


def test_class_weights_are_undone_as_if_classes_had_been_equal(numeric_table):
    fitted, split = fit(ON_REQUEST["class_weight_corrected"], numeric_table)
    own, _ = fit(METHODS["class_weight"], numeric_table)
    rows = numeric_table.X.iloc[split.test]
    share = numeric_table.y[split.train].mean()
    own_log_proba = log_probabilities(own, rows)
    expected = log_softmax(own_log_proba + np.log([1 - share, share]), axis=1)
    np.testing.assert_allclose(log_probabilities(fitted, rows), expected)


def test_the_best_mean_average_precision_of_the_inner_folds_is_chosen(numeric_table):
    values = (1e-6, 1e-3, 1.0)
    method = replace(
        METHODS["logistic"], classifier=LogisticRegression(), grid={"C": values}, ranges={}
    )
    fitted, split = fit(method, numeric_table)
    X, y = numeric_table.X.iloc[split.train], numeric_table.y[split.train]
    merits = []
    for C in values:
        found = []
        for rows, rest in split.inner:
            pipeline = method.pipeline(LogisticRegression(C=C), layout(numeric_table), 1, 0)
            score = pipeline.fit(X.iloc[rows], y[rows]).decision_function(X.iloc[rest])
            found.append(average_precision_score(y[rest], score))
        merits.append(np.mean(found))
    assert fitted.params == {"C": values[int(np.argmax(merits))]}


def layout(table):
    return column_layout(table, table.X)


def test_the_fitted_steps_are_those_of_the_method(mixed_table):
    fitted, split = fit(METHODS["logistic"], mixed_table)
    X, y = mixed_table.X.iloc[split.train], mixed_table.y[split.train]
    classifier = clone(fitted.pipeline[-1])
    expected = METHODS["logistic"].pipeline(classifier, layout(mixed_table), 1, 0).fit(X, y)
    rows = mixed_table.X.iloc[split.test]
    np.testing.assert_array_equal(fitted.prepare(rows), expected[:-1].transform(rows))
    assert repr(fitted.pipeline) == repr(expected)
    imputers = [
        pipeline["encode"].named_transformers_["numbers"][0]
        for pipeline in (fitted.pipeline, expected)
    ]
    assert repr(imputers[0]) == repr(imputers[1])


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("decimals", [0, 1, 9])
def test_the_merit_is_the_average_precision_of_scikit_learn(n_classes, decimals):
    rng = np.random.default_rng(decimals)
    y = rng.permutation(np.arange(60) % 6 % n_classes)
    log_proba = log_softmax(rng.normal(size=(60, n_classes)).round(decimals), axis=1)
    score = log_proba[:, 1] - log_proba[:, 0] if n_classes == 2 else log_proba
    expected = average_precision_score(y, score)
    assert average_precision(y, log_proba) == pytest.approx(expected, rel=1e-12)


def test_a_warm_start_leaves_earlier_candidates_as_they_are(numeric_table):
    """SGDClassifier updates its coefficients in place."""

    class Classifier(SGDClassifier):
        def fit(self, X, y):
            super().fit(X, y)
            self.after_fit_ = self.coef_.copy()
            return self

        def predict_log_proba(self, X):
            np.testing.assert_array_equal(self.coef_, self.after_fit_)
            return super().predict_log_proba(X)

    classifier = Classifier("log_loss", warm_start=True, random_state=0)
    fit(Method("sgd", "SGD.", classifier, {"alpha": (10.0, 1e-4, 3.0)}), numeric_table)


def test_a_candidate_that_predicts_no_numbers_is_not_chosen(numeric_table):
    class Classifier(LogisticRegression):
        def predict_proba(self, X):
            return super().predict_proba(X) * (np.nan if self.C > 1 else 1)

        def predict_log_proba(self, X):
            return np.log(self.predict_proba(X))

    fitted, _ = fit(Method("nan", "NaN.", Classifier(), {"C": (10.0, 0.1, 1.0)}), numeric_table)
    assert fitted.params["C"] <= 1


def test_inner_folds_are_encoded_as_the_final_fit_encodes_rows():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(90, 3)), columns=["even", "odd", "empty"])
    X["even"] = X["even"].where(rng.random(90) < 0.8)
    X.loc[X.index[:60], "empty"] = np.nan
    X["place"] = rng.choice(["A", "B", None], 90)
    table = make_table(X, np.where(rng.random(90) < 0.4, "yes", "no"), name="gaps")
    rows = np.arange(90)
    training = _Training(METHODS["logistic"], None, table, rows, 5, 0)
    for part in (slice(0, 60), slice(0, 59)):
        inner = rows[part], rows[60:]
        fold = training.prepare(inner)
        own = METHODS["logistic"].pipeline(None, fold.layout, 5, 0)[:-1]
        np.testing.assert_array_equal(fold.X, own.fit_transform(table.X.iloc[inner[0]]))
        np.testing.assert_array_equal(fold.X_held, own.transform(table.X.iloc[inner[1]]))
