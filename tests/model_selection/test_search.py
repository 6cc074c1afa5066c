"""Attributes, parameters and errors of a search."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.metrics import get_scorer, log_loss
from sklearn.model_selection import GroupKFold, StratifiedKFold

from skfocal import FocalLogisticRegression
from skfocal.model_selection import FocalLogisticRegressionCV

pytestmark = pytest.mark.slow

SMALL = {"gammas": (0, 2), "Cs": (0.01, 1.0), "cv": 3}


def test_best_candidate_is_refitted_to_all_data(table):
    search = FocalLogisticRegressionCV(**SMALL).fit(*table)
    alone = FocalLogisticRegression(search.gamma_, search.alpha_, C=search.C_).fit(*table)

    assert search.best_score_ == search.cv_results_["mean_test_score"].max()
    assert search.best_params_ == search.cv_results_["params"][search.best_index_]
    best = {"gamma": search.gamma_, "alpha": search.alpha_, "C": search.C_}
    assert search.best_params_ == best
    for name in ("coef_", "intercept_", "classes_", "class_weight_", "n_iter_", "objective_"):
        np.testing.assert_array_equal(getattr(search, name), getattr(alone, name))
    for method in ("predict", "predict_proba", "predict_log_proba", "decision_function"):
        ours, expected = getattr(search, method)(table[0]), getattr(alone, method)(table[0])
        np.testing.assert_array_equal(ours, expected)
    assert search.refit_time_ > 0
    assert search.n_splits_ == 3


def test_default_score_is_minus_the_log_loss_of_the_posterior(table):
    X, y = table
    search = FocalLogisticRegressionCV(**SMALL, alphas=("balanced",)).fit(X, y)
    weight = np.random.default_rng(0).random(len(y))
    posterior = search.predict_proba(X)

    search.set_params(probability="link")
    assert search.score(X, y) == pytest.approx(-log_loss(y, posterior), rel=1e-12)
    weighted = -log_loss(y, posterior, sample_weight=weight)
    assert search.score(X, y, sample_weight=weight) == pytest.approx(weighted, rel=1e-12)
    assert search.probability == "link"


def test_score_uses_scoring(table):
    search = FocalLogisticRegressionCV(**SMALL, scoring="accuracy").fit(*table)

    assert search.score(*table) == np.mean(search.predict(table[0]) == table[1])


def test_default_scoring_does_not_depend_on_probability(table):
    setting = SMALL | {"gammas": (2,)}
    posterior = FocalLogisticRegressionCV(**setting).fit(*table)
    link = FocalLogisticRegressionCV(**setting, probability="link").fit(*table)
    named = FocalLogisticRegressionCV(**setting, probability="link", scoring="neg_log_loss")
    scores = link.cv_results_["mean_test_score"]

    np.testing.assert_array_equal(scores, posterior.cv_results_["mean_test_score"])
    assert (named.fit(*table).cv_results_["mean_test_score"] < scores).all()
    assert link.predict_proba(table[0]).std() < posterior.predict_proba(table[0]).std()


def test_batched_scores_equal_those_of_the_scorer(table):
    weight = np.random.default_rng(1).random(len(table[1]))
    together = FocalLogisticRegressionCV(**SMALL).fit(*table, weight)
    one_by_one = FocalLogisticRegressionCV(**SMALL, scoring=get_scorer("neg_log_loss"))

    np.testing.assert_allclose(
        one_by_one.fit(*table, weight).cv_results_["mean_test_score"],
        together.cv_results_["mean_test_score"],
        rtol=1e-12,
    )


def test_search_without_refit_cannot_predict(table):
    full = FocalLogisticRegressionCV(**SMALL).fit(*table)
    search = FocalLogisticRegressionCV(**SMALL, refit=False).fit(*table)

    assert search.best_params_ == full.best_params_
    assert search.best_score_ == full.best_score_
    for method in (search.predict, search.predict_proba, search.decision_function):
        with pytest.raises(NotFittedError, match="FocalLogisticRegressionCV"):
            method(table[0])
    with pytest.raises(NotFittedError):
        search.score(*table)


def test_fit_without_refit_removes_the_refitted_model(table):
    search = FocalLogisticRegressionCV(**SMALL).fit(*table)
    search.set_params(refit=False).fit(*table)

    assert not hasattr(search, "coef_")
    assert not hasattr(search, "refit_time_")


def test_scorer_receives_all_parameters_of_the_candidate(table):
    shared = {"fit_intercept": False, "tol": 1e-4, "max_iter": 50, "probability": "weighted"}
    received = []

    def record(model, X, y):
        received.append(model.get_params())
        return model.score(X, y)

    search = FocalLogisticRegressionCV(**SMALL | {"cv": 2}, **shared, scoring=record).fit(*table)
    candidates = [
        FocalLogisticRegression(**each, **shared) for each in search.cv_results_["params"]
    ]
    for candidate in candidates:
        assert received.count(candidate.get_params()) == 2
    assert len(received) == 2 * len(candidates)


@pytest.mark.parametrize("one", [1.0, np.float32(1), np.ones(1), True])
def test_score_may_be_any_number(one, table):
    search = FocalLogisticRegressionCV(**SMALL, scoring=lambda *_: one).fit(*table)

    assert search.best_score_ == 1


def test_formats_of_cv(table):
    splitter = StratifiedKFold(3)
    indices = list(splitter.split(*table))
    masks = [[np.isin(np.arange(len(table[1])), rows) for rows in split] for split in indices]
    results = [
        FocalLogisticRegressionCV(**SMALL | {"cv": cv}).fit(*table).cv_results_["mean_test_score"]
        for cv in (3, splitter, indices, iter(indices), masks)
    ]

    for result in results[1:]:
        np.testing.assert_array_equal(result, results[0])


def test_groups_are_passed_to_the_splitter(table):
    X, y = table
    groups = np.arange(len(y)) % 7
    search = FocalLogisticRegressionCV(**SMALL | {"cv": GroupKFold(3)}).fit(X, y, groups=groups)
    splits = list(GroupKFold(3).split(X, y, groups))

    expected = FocalLogisticRegressionCV(**SMALL | {"cv": splits}).fit(X, y)
    np.testing.assert_array_equal(
        search.cv_results_["mean_test_score"], expected.cv_results_["mean_test_score"]
    )


@pytest.mark.parametrize("n_jobs", [2, -1])
def test_results_are_bitwise_identical_for_any_n_jobs(n_jobs, table):
    alone = FocalLogisticRegressionCV(**SMALL).fit(*table)
    together = FocalLogisticRegressionCV(**SMALL, n_jobs=n_jobs).fit(*table)

    for name, expected in alone.cv_results_.items():
        if "time" not in name:
            np.testing.assert_array_equal(together.cv_results_[name], expected)
    np.testing.assert_array_equal(together.coef_, alone.coef_)


def test_weights_equal_repetition(draw_table):
    X, y = draw_table()
    times = np.random.default_rng(0).integers(0, 3, len(y))
    splits = list(StratifiedKFold(3).split(X, y))
    rows = np.repeat(np.arange(len(y)), times)
    place = [np.flatnonzero(rows == row) for row in range(len(y))]
    repeated = [
        tuple(np.concatenate([place[row] for row in part]).astype(int) for part in split)
        for split in splits
    ]
    weighted = FocalLogisticRegressionCV(**SMALL | {"cv": splits}).fit(X, y, times)
    search = FocalLogisticRegressionCV(**SMALL | {"cv": repeated}).fit(X[rows], y[rows])

    np.testing.assert_allclose(
        weighted.cv_results_["mean_test_score"],
        search.cv_results_["mean_test_score"],
        rtol=0,
        atol=1e-7,
    )


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"gammas": ()}, ValueError, "gammas must hold at least one value"),
        ({"gammas": 2.0}, TypeError, "gammas must be a sequence"),
        ({"gammas": (0, -1)}, ValueError, "gammas must be finite numbers >= 0; got -1"),
        ({"alphas": "balanced"}, TypeError, "alphas must be a sequence"),
        ({"alphas": {"b": 1.0, "c": 2.0}}, TypeError, "alphas must be a sequence"),
        ({"alphas": (None, 2.0)}, ValueError, "alpha"),
        ({"alphas": ({"b": 1.0},)}, ValueError, "missing"),
        ({"Cs": 0}, ValueError, "Cs must be an integer >= 1"),
        ({"Cs": (1.0, 0.0)}, ValueError, "Cs must be numbers > 0"),
        ({"Cs": None}, TypeError, "Cs must be a sequence"),
        ({"refit": "neg_log_loss"}, TypeError, "refit must be True or False"),
        ({"tol": 0}, ValueError, "tol must be"),
        ({"max_iter": 0}, ValueError, "max_iter must be"),
        ({"fit_intercept": 1}, TypeError, "fit_intercept must be"),
        ({"probability": "odds"}, ValueError, "probability must be"),
        ({"scoring": ["accuracy", "neg_log_loss"]}, TypeError, "scoring must be"),
        ({"scoring": "nonsense"}, ValueError, "nonsense"),
        ({"scoring": lambda *_: None}, TypeError, "scoring must return a number; got None"),
        ({"scoring": lambda *_: "1.0"}, TypeError, "scoring must return a number; got '1.0'"),
        ({"scoring": lambda *_: np.zeros(2)}, TypeError, "scoring must return a number"),
        ({"scoring": lambda *_: {"one": 1.0}}, TypeError, "scoring must return a number"),
        ({"cv": []}, ValueError, "cv must yield at least one split"),
    ],
)
def test_invalid_parameter_raises(parameters, error, message, table):
    with pytest.raises(error, match=message):
        FocalLogisticRegressionCV(**SMALL | parameters).fit(*table)


def test_invalid_arguments_of_fit_raise(table):
    X, y = table
    search = FocalLogisticRegressionCV(**SMALL)
    with pytest.raises(ValueError, match="got colour"):
        search.fit(X, y, colour=1)
    with pytest.raises(ValueError, match="sample_weight"):
        search.fit(X, y, np.zeros(len(y)))
    with pytest.raises(ValueError, match="at least two classes"):
        search.fit(X, np.zeros(len(y)))
    with pytest.raises(ValueError, match="got colour"):
        search.fit(X, y).score(X, y, colour=1)
