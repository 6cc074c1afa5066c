"""Focal loss with the training functions of the libraries, and the traps of each of them."""

import catboost
import lightgbm
import numpy as np
import pytest
import xgboost
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit
from sklearn.metrics import log_loss, roc_auc_score

from skfocal import focal_posterior
from skfocal.boosting import (
    FocalCatBoostClassifier,
    FocalLGBMClassifier,
    FocalXGBClassifier,
    constant_start,
    focal_metric,
    focal_objective,
)

ALPHA = [1.0, 3.0]
ALPHAS = [1.0, 2.0, 4.0]
CATBOOST = {
    "iterations": 10,
    "depth": 3,
    "learning_rate": 0.3,
    "thread_count": 1,
    "verbose": 0,
    "allow_writing_files": False,
    "random_seed": 0,
}
LIGHTGBM = {"num_leaves": 7, "num_threads": 1, "verbosity": -1}


def coded(data):
    """Return features and class indices."""
    X, y = data
    return X, np.unique(y, return_inverse=True)[1]


def weights_of(y):
    return np.random.default_rng(0).uniform(0.5, 2, len(y))


# XGBoost


@pytest.mark.parametrize(("data", "alpha"), [("rare", ALPHA), ("three", ALPHAS)])
def test_xgboost_trains_natively_as_the_estimator_does(data, alpha, request):
    X, y = coded(request.getfixturevalue(data))
    weight = weights_of(y)
    start = constant_start(y, 2.0, alpha, weight)
    several = {} if len(alpha) == 2 else {"num_class": 3, "objective": "multi:softprob"}
    margins = np.broadcast_to(start, (len(y), *np.shape(start)))
    matrix = xgboost.DMatrix(X, y, weight=weight, base_margin=margins)
    found = {}
    booster = xgboost.train(
        {"max_depth": 3, "nthread": 1, "disable_default_eval_metric": True, **several},
        matrix,
        num_boost_round=10,
        obj=focal_objective("xgboost", 2.0, alpha),
        custom_metric=focal_metric("xgboost", 2.0, alpha),
        evals=[(matrix, "train")],
        evals_result=found,
        verbose_eval=False,
    )
    model = FocalXGBClassifier(n_jobs=1, focal_alpha=alpha, n_estimators=10, max_depth=3)
    model.fit(X, y, sample_weight=weight)
    native = booster.predict(matrix, output_margin=True)
    assert_allclose(native, model.decision_function(X), atol=1e-4)
    ((_, losses),) = found["train"].items()
    proba = model.predict_proba(X)
    assert_allclose(losses[-1], log_loss(y, proba, sample_weight=weight), rtol=1e-3)


@pytest.mark.parametrize("data", ["rare", "three"])
@pytest.mark.parametrize("ending", ["json", "ubj"])
def test_xgboost_files_hold_the_loss(data, ending, request, tmp_path):
    X, y = request.getfixturevalue(data)
    model = FocalXGBClassifier(n_jobs=1, n_estimators=10, focal_alpha="balanced").fit(X, y)
    model.save_model(tmp_path / f"model.{ending}")
    loaded = FocalXGBClassifier(n_jobs=1, focal_gamma=0.0, n_estimators=3)
    before = loaded.get_params()
    loaded.load_model(tmp_path / f"model.{ending}")
    assert_array_equal(loaded.classes_, model.classes_)
    assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))
    assert_array_equal(loaded.predict(X), model.predict(X))
    assert loaded.get_params()["base_score"] is before["base_score"]
    # XGBoost's own class applies the link.
    own = xgboost.XGBClassifier()
    own.load_model(tmp_path / f"model.{ending}")
    assert abs(own.predict_proba(X) - model.predict_proba(X)).max() > 0.05
    again = loaded.fit(X, y)
    fresh = FocalXGBClassifier(n_jobs=1, focal_gamma=0.0, n_estimators=3).fit(X, y)
    assert_array_equal(again.predict_proba(X), fresh.predict_proba(X))


def test_a_file_of_xgboost_itself_is_refused(rare, tmp_path):
    X, y = coded(rare)
    xgboost.XGBClassifier(n_estimators=2, n_jobs=1).fit(X, y).save_model(tmp_path / "model.json")
    with pytest.raises(ValueError, match="holds no parameters of focal loss"):
        FocalXGBClassifier().load_model(tmp_path / "model.json")


@pytest.mark.parametrize("data", ["rare", "three"])
def test_xgboost_keeps_its_objective_when_parameters_change(data, request):
    X, y = request.getfixturevalue(data)
    model = FocalXGBClassifier(n_jobs=1, n_estimators=5).fit(X, y)
    expected = model.predict_proba(X)
    model.set_params(n_jobs=1)
    assert_array_equal(model.predict_proba(X), expected)


def test_xgboost_starts_where_the_user_asks(rare):
    X, y = coded(rare)
    options = {"n_estimators": 1, "learning_rate": 1e-9}
    by_score = FocalXGBClassifier(n_jobs=1, base_score=0.3, **options).fit(X, y)
    assert_allclose(by_score.decision_function(X), np.log(0.3 / 0.7), atol=1e-6)
    margin = np.linspace(-1, 1, len(y))
    by_margin = FocalXGBClassifier(n_jobs=1, **options).fit(X, y, base_margin=margin)
    assert_allclose(by_margin.decision_function(X, base_margin=margin), margin, atol=1e-6)
    first = FocalXGBClassifier(n_jobs=1, n_estimators=5).fit(X, y)
    continued = FocalXGBClassifier(n_jobs=1, **options).fit(X, y, xgb_model=first)
    assert_allclose(continued.decision_function(X), first.decision_function(X), atol=1e-6)


def test_xgboost_predicts_margins_and_ranges_of_trees(rare):
    X, y = rare
    model = FocalXGBClassifier(n_jobs=1, n_estimators=8).fit(X, y)
    assert_array_equal(model.predict(X, output_margin=True), model.decision_function(X))
    fewer = FocalXGBClassifier(n_jobs=1, n_estimators=3).fit(X, y)
    some = model.predict_proba(X, iteration_range=(0, 3))
    assert_allclose(some, fewer.predict_proba(X), rtol=1e-5)


def test_xgboost_metrics_of_the_user_get_probabilities(rare):
    X, y = rare
    seen = []

    def mean_of_rare(_labels, probabilities):
        seen.append(probabilities)
        return float(probabilities.mean())

    model = FocalXGBClassifier(n_jobs=1, n_estimators=3, eval_metric=["auc", mean_of_rare])
    model.fit(X, y, eval_set=[(X, y)], verbose=False)
    assert_allclose(seen[-1], model.predict_proba(X)[:, 1], rtol=1e-5)
    assert set(model.evals_result()["validation_0"]) == {"auc", "mean_of_rare"}


def test_xgboost_predictions_of_extreme_starts_are_possible():
    X = np.arange(20.0)[:, np.newaxis]
    y = X[:, 0] > 18
    model = FocalXGBClassifier(n_jobs=1, focal_alpha=[1e-12, 1.0], focal_gamma=0.0, n_estimators=2)
    assert np.isfinite(model.fit(X, y).predict_log_proba(X)).all()


# LightGBM


@pytest.mark.parametrize(("data", "alpha"), [("rare", ALPHA), ("three", ALPHAS)])
def test_lightgbm_trains_natively_as_the_estimator_does(data, alpha, request):
    X, y = coded(request.getfixturevalue(data))
    weight = weights_of(y)
    start = constant_start(y, 2.0, alpha, weight)
    several = {} if len(alpha) == 2 else {"num_class": 3}
    init_score = np.broadcast_to(start, (len(y), *np.shape(start))).copy()
    train = lightgbm.Dataset(X, y, weight=weight, init_score=init_score)
    found = {}
    objective = focal_objective("lightgbm", 2.0, alpha)
    booster = lightgbm.train(
        {"objective": objective, "metric": "None", **several, **LIGHTGBM},
        train,
        num_boost_round=10,
        valid_sets=[train],
        feval=focal_metric("lightgbm", 2.0, alpha),
        callbacks=[lightgbm.record_evaluation(found)],
    )
    model = FocalLGBMClassifier(focal_alpha=alpha, n_estimators=10, **LIGHTGBM)
    model.fit(X, y, sample_weight=weight)
    assert_allclose(booster.predict(X) + start, model.decision_function(X), atol=1e-10)
    ((_, losses),) = found["training"].items()
    proba = model.predict_proba(X)
    assert_allclose(losses[-1], log_loss(y, proba, sample_weight=weight), rtol=1e-6)


@pytest.mark.parametrize("data", ["rare", "three"])
def test_lightgbm_files_hold_the_start(data, request, tmp_path):
    X, y = request.getfixturevalue(data)
    model = FocalLGBMClassifier(n_estimators=10, **LIGHTGBM).fit(X, y)
    model.booster_.save_model(tmp_path / "model.txt")
    booster = lightgbm.Booster(model_file=tmp_path / "model.txt")
    assert_allclose(booster.predict(X, raw_score=True), model.decision_function(X), rtol=1e-12)
    parts = booster.predict(X, pred_contrib=True)
    parts = parts.reshape(len(X), -1, X.shape[1] + 1).sum(axis=2).squeeze()
    assert_allclose(parts, model.decision_function(X), atol=1e-9)


def test_lightgbm_options_of_predict(rare):
    X, y = rare
    model = FocalLGBMClassifier(n_estimators=6, **LIGHTGBM).fit(X, y)
    assert_array_equal(model.predict(X, raw_score=True), model.decision_function(X))
    assert model.predict(X, pred_leaf=True).shape == (len(X), 6)
    assert model.predict(X, pred_contrib=True).shape == (len(X), X.shape[1] + 1)
    fewer = FocalLGBMClassifier(n_estimators=2, **LIGHTGBM).fit(X, y)
    assert_allclose(model.predict_proba(X, num_iteration=2), fewer.predict_proba(X), rtol=1e-9)


def test_lightgbm_starts_where_the_user_asks(rare):
    X, y = coded(rare)
    options = {"n_estimators": 1, "learning_rate": 1e-9, **LIGHTGBM}
    score = np.linspace(-1, 1, len(y))
    # LightGBM does not add an initial score of the user to its predictions.
    by_score = FocalLGBMClassifier(**options).fit(X, y, init_score=score)
    assert_allclose(by_score.decision_function(X), 0, atol=1e-6)
    first = FocalLGBMClassifier(n_estimators=5, **LIGHTGBM).fit(X, y)
    continued = FocalLGBMClassifier(**options).fit(X, y, init_model=first)
    assert_allclose(continued.decision_function(X), first.decision_function(X), atol=1e-6)


def test_lightgbm_metrics_of_the_user_get_probabilities(three):
    X, y = three
    seen = []

    def mean(_labels, probabilities, _weight):
        seen.append(probabilities)
        return "mean", float(probabilities[:, 0].mean()), True

    model = FocalLGBMClassifier(n_estimators=3, **LIGHTGBM)
    model.fit(X, y, eval_set=(X, y), eval_metric=["logloss", mean])
    assert_allclose(seen[-1], model.predict_proba(X), rtol=1e-9)
    (found,) = model.evals_result_.values()
    assert set(found) == {"multi_logloss", "mean"}


def test_lightgbm_metrics_of_the_constructor(rare):
    X, y = rare
    model = FocalLGBMClassifier(n_estimators=3, metric=["auc", "binary_logloss"], **LIGHTGBM)
    model.fit(X, y, eval_set=[(X, y)])
    (found,) = model.evals_result_.values()
    assert set(found) == {"auc", "binary_logloss"}
    assert model.get_params()["metric"] == ["auc", "binary_logloss"]


def test_lightgbm_dart_starts_at_the_constant(rare):
    X, y = rare
    model = FocalLGBMClassifier(boosting_type="dart", n_estimators=30, random_state=0, **LIGHTGBM)
    proba = model.fit(X, y).predict_proba(X)[:, 1]
    assert_allclose(proba.mean(), (y == "rare").mean(), rtol=0.1)


def test_lightgbm_class_weights_multiply_alpha(rare):
    X, y = rare
    options = {"n_estimators": 5, **LIGHTGBM}
    by_alpha = FocalLGBMClassifier(focal_alpha={"common": 1, "rare": 6}, **options).fit(X, y)
    both = FocalLGBMClassifier(
        focal_alpha={"common": 1, "rare": 2}, class_weight={"common": 1, "rare": 3}, **options
    ).fit(X, y)
    assert_allclose(both.predict_proba(X), by_alpha.predict_proba(X), rtol=1e-9)
    assert both.get_params()["class_weight"] == {"common": 1, "rare": 3}
    again = both.fit(X, y)
    assert_allclose(again.predict_proba(X), by_alpha.predict_proba(X), rtol=1e-9)


@pytest.mark.parametrize("y", [[0, 1, 0, 0, 0, 1, 0, 0], [0, 1, 2, 0, 0, 1, 0, 0]])
def test_lightgbm_predicts_the_frequencies_where_it_cannot_split(y):
    X = np.arange(8.0)[:, np.newaxis]
    proba = FocalLGBMClassifier(n_estimators=5, **LIGHTGBM).fit(X, y).predict_proba(X)
    assert_allclose(proba, np.tile(np.bincount(y) / 8, (8, 1)), rtol=1e-9)


@pytest.mark.parametrize("name", ["metrics", "metric_types"])
def test_lightgbm_knows_other_names_of_the_metric(rare, name):
    X, y = rare
    model = FocalLGBMClassifier(n_estimators=3, **{name: "auc"}, **LIGHTGBM)
    model.fit(X, y, eval_set=[(X, y)])
    (found,) = model.evals_result_.values()
    assert set(found) == {"auc"}
    with pytest.raises(ValueError, match="The evaluation metric must be"):
        model.set_params(**{name: "binary_error"}).fit(X, y, eval_set=[(X, y)])


@pytest.mark.parametrize("name", ["linear_tree", "linear_trees"])
def test_lightgbm_refuses_linear_trees(rare, name):
    with pytest.raises(ValueError, match=f"{name} must be False"):
        FocalLGBMClassifier(**{name: True}, **LIGHTGBM).fit(*rare)


@pytest.mark.parametrize("name", ["app", "application", "loss", "objective_type"])
def test_lightgbm_refuses_objectives_of_other_names(rare, name):
    with pytest.raises(ValueError, match=f"{name} must be left at its default"):
        FocalLGBMClassifier(**{name: "binary"}, **LIGHTGBM).fit(*rare)


# CatBoost


@pytest.mark.parametrize(("data", "alpha"), [("rare", ALPHA), ("three", ALPHAS)])
def test_catboost_trains_natively_as_the_estimator_does(data, alpha, request):
    X, y = coded(request.getfixturevalue(data))
    weight = weights_of(y) * np.take(alpha, y)
    start = constant_start(y, 2.0, alpha, weights_of(y))
    baseline = np.broadcast_to(start, (len(y), *np.shape(start))).copy()
    # CatBoost scores splits by the weights of the rows, so those of the classes belong there.
    pool = catboost.Pool(X, y, weight=weight, baseline=baseline)
    model = catboost.CatBoostClassifier(
        loss_function=focal_objective("catboost", 2.0),
        eval_metric=focal_metric("catboost", 2.0, alpha),
        **({} if len(alpha) == 2 else {"classes_count": 3}),
        **CATBOOST,
    ).fit(pool)
    estimator = FocalCatBoostClassifier(focal_alpha=alpha, **CATBOOST)
    estimator.fit(X, y, sample_weight=weights_of(y))
    margins = model.predict(X, prediction_type="RawFormulaVal") + start
    assert_allclose(margins, estimator.decision_function(X), atol=1e-8)
    (losses,) = model.evals_result_["learn"].values()
    loss = log_loss(y, estimator.predict_proba(X), sample_weight=weight)
    assert_allclose(losses[-1], loss, rtol=1e-6)


@pytest.mark.parametrize("data", ["rare", "three"])
@pytest.mark.parametrize("file_format", ["cbm", "json"])
def test_catboost_files_hold_the_loss(data, file_format, request, tmp_path):
    X, y = request.getfixturevalue(data)
    model = FocalCatBoostClassifier(focal_alpha="balanced", **CATBOOST).fit(X, y)
    path = str(tmp_path / "model")
    model.save_model(path, format=file_format)
    loaded = FocalCatBoostClassifier(focal_gamma=0.0).load_model(path, format=file_format)
    assert_array_equal(loaded.classes_, model.classes_)
    assert_allclose(loaded.predict_proba(X), model.predict_proba(X), rtol=1e-12)
    assert loaded.get_params() == FocalCatBoostClassifier(focal_gamma=0.0).get_params()
    own = catboost.CatBoostClassifier().load_model(path, format=file_format)
    margins = own.predict(X, prediction_type="RawFormulaVal")
    assert_allclose(margins, model.decision_function(X), rtol=1e-12)


def test_a_file_of_catboost_itself_is_refused(rare, tmp_path):
    X, y = coded(rare)
    path = str(tmp_path / "model")
    catboost.CatBoostClassifier(**CATBOOST).fit(X, y).save_model(path)
    with pytest.raises(ValueError, match="holds no parameters of focal loss"):
        FocalCatBoostClassifier().load_model(path)


def test_catboost_stages_and_prediction_types(rare):
    X, y = rare
    model = FocalCatBoostClassifier(**CATBOOST).fit(X, y)
    types = {
        "Class": model.predict(X),
        "Probability": model.predict_proba(X),
        "LogProbability": model.predict_log_proba(X),
        "RawFormulaVal": model.decision_function(X),
    }
    for prediction_type, expected in types.items():
        assert_array_equal(model.predict(X, prediction_type), expected)
        *_, last = model.staged_predict(X, prediction_type)
        if prediction_type == "Class":
            assert_array_equal(last, expected)
        else:
            assert_allclose(last, expected, rtol=1e-9)
    *_, last = model.staged_predict_proba(X, eval_period=3)
    assert_allclose(last, model.predict_proba(X), rtol=1e-9)
    *_, last = model.staged_predict_log_proba(X)
    assert_allclose(last, model.predict_log_proba(X), rtol=1e-9)
    with pytest.raises(ValueError, match="prediction_type must be one of"):
        model.predict(X, "Exponent")


def test_catboost_starts_where_the_user_asks(rare):
    X, y = coded(rare)
    options = {**CATBOOST, "iterations": 1, "learning_rate": 1e-6}
    at_zero = FocalCatBoostClassifier(boost_from_average=False, **options).fit(X, y)
    assert_allclose(at_zero.decision_function(X), 0, atol=1e-4)
    average = FocalCatBoostClassifier(boost_from_average=True, **options).fit(X, y)
    assert_allclose(average.decision_function(X), constant_start(y), atol=1e-4)
    first = FocalCatBoostClassifier(**CATBOOST).fit(X, y)
    continued = FocalCatBoostClassifier(**options).fit(X, y, init_model=first)
    assert_allclose(continued.decision_function(X), first.decision_function(X), atol=1e-4)


def test_catboost_metrics_of_the_user_get_whole_margins(rare):
    X, y = rare

    class MeanMargin:
        no_jit = True

        def is_max_optimal(self):
            return True

        def evaluate(self, margins, labels, _weights):
            return float(np.sum(margins[0])), float(len(labels))

        def get_final_error(self, error, weight):
            return error / weight

    model = FocalCatBoostClassifier(eval_metric=MeanMargin(), use_best_model=False, **CATBOOST)
    model.fit(X, y, eval_set=(X, y))
    (values,) = model.evals_result_["validation"].values()
    assert_allclose(values[-1], model.decision_function(X).mean(), rtol=1e-6)


def test_catboost_ranks_by_its_own_metric(rare):
    X, y = rare
    model = FocalCatBoostClassifier(eval_metric="AUC", **CATBOOST).fit(X, y, eval_set=(X, y))
    assert model.evals_result_["validation"]["AUC"][-1] > 0.8


@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_catboost_refuses_an_order_of_classes(rare, gamma):
    X, y = coded(rare)
    with pytest.raises(ValueError, match="class_names must be left at its default"):
        FocalCatBoostClassifier(focal_gamma=gamma, class_names=[1, 0], **CATBOOST).fit(X, y)


@pytest.mark.parametrize("method", ["grid_search", "randomized_search", "select_features"])
def test_catboost_refuses_its_own_searches(rare, method):
    """They would train with log loss."""
    search = getattr(FocalCatBoostClassifier(**CATBOOST), method)
    with pytest.raises(NotImplementedError, match=f"{method} trains with CatBoost's log loss"):
        search({"depth": [2, 3]}, *rare)


def test_catboost_refuses_metrics_of_the_link(rare):
    X, y = coded(rare)
    model = FocalCatBoostClassifier(**CATBOOST).fit(X, y)
    with pytest.raises(ValueError, match="metrics must be among 'AUC'"):
        model.eval_metrics(catboost.Pool(X, y), ["Logloss"])
    found = model.eval_metrics(catboost.Pool(X, y), ["AUC"])
    assert_allclose(found["AUC"][-1], roc_auc_score(y, model.decision_function(X)), rtol=1e-6)
    plain = FocalCatBoostClassifier(focal_gamma=0, **CATBOOST).fit(X, y)
    found = plain.eval_metrics(catboost.Pool(X, y), ["Logloss"])
    assert_allclose(found["Logloss"][-1], log_loss(y, plain.predict_proba(X)), rtol=1e-6)


def test_catboost_refuses_a_pool(rare):
    X, y = coded(rare)
    with pytest.raises(TypeError, match="got a Pool"):
        FocalCatBoostClassifier().fit(catboost.Pool(X, y), y)


def test_catboost_own_focal_loss_has_the_same_posterior(rare):
    """It is the same loss, with weights of one half, but starts at zero."""
    X, y = coded(rare)
    own = catboost.CatBoostClassifier(
        loss_function="Focal:focal_alpha=0.5;focal_gamma=2",
        leaf_estimation_iterations=1,
        **CATBOOST,
    ).fit(X, y)
    model = FocalCatBoostClassifier(
        focal_alpha=0.5, boost_from_average=False, focal_curvature="exact", **CATBOOST
    ).fit(X, y)
    margins = own.predict(X, prediction_type="RawFormulaVal")
    raw, recovered = log_loss(y, expit(margins)), log_loss(y, focal_posterior(margins, gamma=2.0))
    assert recovered < 0.8 * raw
    # Only the bounds of the curvature differ.
    assert_allclose(log_loss(y, model.predict_proba(X)), recovered, rtol=0.1)


# Names


@pytest.mark.parametrize("function", [focal_objective, focal_metric])
def test_bad_arguments_are_named(function):
    with pytest.raises(ValueError, match="library must be one of"):
        function("sklearn")
    with pytest.raises(ValueError, match="focal_gamma must be"):
        function("xgboost", -1.0)
    with pytest.raises(TypeError, match="focal_alpha must be"):
        function("xgboost", 2.0, "balanced")


def test_curvature_is_named():
    with pytest.raises(ValueError, match="curvature must be one of"):
        focal_objective("xgboost", curvature="newton")
