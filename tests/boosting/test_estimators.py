"""What holds for the estimators of all libraries."""

import copy
import pickle
import subprocess
import sys

import joblib
import numpy as np
import pandas as pd
import pytest
import skops.io
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, log_softmax, softmax
from sklearn.base import clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skfocal import focal_posterior
from skfocal.boosting import constant_start

WEIGHTS = {"common": 1.0, "rare": 4.0}


def proba_from_margins(model, X, gamma, alpha=None):
    """Return probabilities by the public function, from the margins."""
    margins = model.decision_function(X).astype(np.float64)
    posterior = focal_posterior(margins, gamma=gamma, alpha=alpha)
    return posterior if posterior.ndim == 2 else np.column_stack([1 - posterior, posterior])


def copies(model, folder):
    """Return copies of a model by every way of saving it."""
    joblib.dump(model, folder / "model.joblib")
    skops.io.dump(model, folder / "model.skops")
    trusted = skops.io.get_untrusted_types(file=folder / "model.skops")
    return {
        "copy": copy.deepcopy(model),
        "pickle": pickle.loads(pickle.dumps(model)),  # noqa: S301 - its own pickle
        "joblib": joblib.load(folder / "model.joblib"),
        "skops": skops.io.load(folder / "model.skops", trusted=trusted),
    }


# Predictions


@pytest.mark.parametrize("gamma", [0.0, 2.0, {"common": 0.5, "rare": 2.0}], ids=str)
@pytest.mark.parametrize("alpha", [None, WEIGHTS], ids=["plain", "weighted"])
def test_two_classes(library, rare, gamma, alpha):
    X, y = rare
    model = library.make(focal_gamma=gamma, focal_alpha=alpha).fit(X, y)
    values = list(gamma.values()) if isinstance(gamma, dict) else gamma
    weights = None if alpha is None else list(alpha.values())
    proba = model.predict_proba(X)
    assert_array_equal(model.classes_, ["common", "rare"])
    assert model.decision_function(X).shape == (len(X),)
    assert proba.shape == (len(X), 2)
    assert_allclose(proba, proba_from_margins(model, X, values, weights), rtol=1e-9)
    assert_allclose(np.log(proba), model.predict_log_proba(X), rtol=1e-9)
    decision = proba_from_margins(model, X, values)[:, 1] > 0.5
    assert_array_equal(model.predict(X), np.where(decision, "rare", "common"))
    assert model.score(X, y) > 0.75


@pytest.mark.parametrize("alpha", [None, "balanced"])
def test_three_classes(library, three, alpha):
    X, y = three
    model = library.make(focal_alpha=alpha).fit(X, y)
    proba = model.predict_proba(X)
    assert_array_equal(model.classes_, [0, 10, 20])
    assert model.decision_function(X).shape == (len(X), 3)
    weights = None if alpha is None else model.class_weight_
    assert_allclose(proba, proba_from_margins(model, X, 2.0, weights), rtol=1e-9)
    assert_array_equal(model.predict(X), model.classes_[model.decision_function(X).argmax(axis=1)])
    assert model.score(X, y) > 0.6


def test_probability_chooses_what_is_inverted(library, rare, three):
    X, y = rare
    model = library.make(focal_alpha=WEIGHTS).fit(X, y)
    margins = model.decision_function(X).astype(np.float64)
    model.probability = "link"
    assert_allclose(model.predict_proba(X)[:, 1], expit(margins), rtol=1e-9)
    model.probability = "weighted"
    assert_allclose(model.predict_proba(X), proba_from_margins(model, X, 2.0), rtol=1e-9)
    X, y = three
    model = library.make(probability="link").fit(X, y)
    expected = softmax(model.decision_function(X).astype(np.float64), axis=1)
    assert_allclose(model.predict_proba(X), expected, rtol=1e-9)


def test_the_posterior_is_calibrated_and_the_link_is_not(library):
    rng = np.random.default_rng(0)
    X = rng.integers(4, size=(4000, 2)).astype(float)
    truth = expit(X[:, 0] + X[:, 1] - 5)
    y = (rng.random(4000) < truth).astype(int)
    settings = {"focal_gamma": 2.0, "focal_alpha": [1.0, 5.0]}
    model = library.make(**settings).fit(X, y)
    assert_allclose(model.predict_proba(X)[:, 1].mean(), y.mean(), rtol=0.02)
    assert log_loss(y, model.predict_proba(X)) < 1.01 * log_loss(y, truth)
    model.probability = "link"
    assert log_loss(y, model.predict_proba(X)) > 1.2 * log_loss(y, truth)


# Log loss


# LightGBM's own class warns of data without column names in release 4.6.
@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
@pytest.mark.parametrize("data", ["rare", "three"])
def test_without_focus_it_is_the_library_itself(library, data, request):
    X, y = request.getfixturevalue(data)
    codes = np.unique(y, return_inverse=True)[1]
    weight = np.random.default_rng(0).uniform(0.5, 2, len(y))
    model = library.make(focal_gamma=0).fit(X, y, sample_weight=weight)
    plain = library.make_plain().fit(X, codes, sample_weight=weight)
    assert_allclose(model.predict_proba(X), plain.predict_proba(X), atol=1e-6)


@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
def test_the_own_objective_without_focus_is_that_of_the_library(library, rare):
    X, y = rare
    weight = np.where(y == "rare", 3.0, 1.0)
    model = library.make(focal_gamma=0, focal_alpha={"common": 1, "rare": 3}).fit(X, y)
    plain = library.make_plain(**start_options(library, y, weight))
    plain.fit(X, y == "rare", sample_weight=weight)
    model.probability = "weighted"
    assert_allclose(model.predict_proba(X), plain.predict_proba(X), atol=1e-6)


def start_options(library, y, weight):
    """Return parameters that let a library start at the weighted log-odds."""
    if library.name == "xgboost":
        return {"base_score": np.average(y == "rare", weights=weight)}
    return {"boost_from_average": True} if library.name == "catboost" else {}


# Training


def test_the_first_margin_is_the_optimum_of_a_constant(library, rare, three):
    for X, y in (rare, three):
        # With this rate the trees do not matter.
        model = library.make(learning_rate=1e-6, focal_alpha="balanced").fit(X, y)
        start = constant_start(y, 2.0, "balanced")
        margins = model.decision_function(X)
        assert_allclose(margins, np.broadcast_to(start, margins.shape), atol=1e-4)
        model = library.make(learning_rate=1e-6).fit(X, y)
        frequencies = np.unique(y, return_counts=True)[1] / len(y)
        expected = np.broadcast_to(frequencies, (len(y), len(frequencies)))
        assert_allclose(model.predict_proba(X), expected, rtol=1e-3)


@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_weights_count_rows(library, rare, gamma):
    X, y = rare
    X, y = X[:200], y[:200]
    weight = np.random.default_rng(0).integers(1, 4, size=len(y))
    settings = {**library.repeatable, "focal_gamma": gamma, "focal_alpha": "balanced"}
    # More trees come to splits that are equally good, of which rounding chooses one.
    settings["iterations" if library.name == "catboost" else "n_estimators"] = 3
    weighted = library.make(**settings).fit(X, y, sample_weight=weight)
    repeated = library.make(**settings).fit(np.repeat(X, weight, axis=0), np.repeat(y, weight))
    assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X), rtol=1e-4)


def test_class_weights_equal_sample_weights(library, rare):
    X, y = rare
    by_class = library.make(focal_alpha=WEIGHTS, probability="weighted").fit(X, y)
    by_row = library.make().fit(X, y, sample_weight=np.where(y == "rare", 4.0, 1.0))
    assert_allclose(by_class.predict_proba(X), by_row.predict_proba(X), rtol=1e-5)


@pytest.mark.parametrize("curvature", ["expected", "exact", "gradient"])
def test_every_curvature_learns_from_confident_mistakes(library, curvature):
    """A negative curvature would give empty trees: half of the labels contradict the features."""
    X = np.repeat([[0.0], [1.0], [2.0], [3.0]], 250, axis=0)
    y = np.concatenate([np.zeros(500), np.ones(500)]).astype(int)
    start = 8.0 * (0.5 - y)  # confident, and wrong for every row
    option = {"xgboost": "base_margin", "lightgbm": "init_score", "catboost": "baseline"}
    model = library.make(focal_curvature=curvature, learning_rate=1.0)
    model.fit(X, y, **{option[library.name]: start})
    margins = raw_margins(library, model, X, start)
    assert log_loss(y, focal_posterior(margins, gamma=2.0)) < 0.1


def raw_margins(library, model, X, start):
    """Return margins including those where the training started."""
    if library.name == "xgboost":
        return model.decision_function(X, base_margin=start)
    return model.decision_function(X) + start


def test_missing_values_and_frames(library, rare):
    X, y = rare
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    frame.loc[::3, "b"] = np.nan
    model = library.make().fit(frame, pd.Series(y))
    assert log_loss(y, model.predict_proba(frame)) < 0.4
    assert model.feature_importances_.shape == (3,)


def test_categorical_features(library, rare):
    X, y = rare
    kinds = np.array(["low", "middle", "high"])[np.digitize(X[:, 0], [-0.5, 0.8])]
    frame = pd.DataFrame({"kind": pd.Categorical(kinds), "b": X[:, 1]})
    settings = {"enable_categorical": True} if library.name == "xgboost" else {}
    options = {"cat_features": ["kind"]} if library.name == "catboost" else {}
    model = library.make(**settings).fit(frame, y, **options)
    assert log_loss(y, model.predict_proba(frame)) < 0.4


# Evaluation sets


def evaluations(library, model):
    """Return the values of log loss on the first evaluation set."""
    if library.name == "xgboost":
        (values,) = model.evals_result()["validation_0"].values()
    elif library.name == "lightgbm":
        (values,) = model.evals_result_["valid_0"].values()
    else:
        (values,) = model.evals_result_["validation"].values()
    return values


@pytest.mark.parametrize("data", ["rare", "three"])
def test_evaluation_sets_are_scored_by_the_log_loss_of_the_posterior(library, data, request):
    X, y = request.getfixturevalue(data)
    train, test = slice(0, 200), slice(200, None)
    model = library.make(focal_alpha="balanced")
    if library.name == "catboost":
        model.set_params(use_best_model=False)
    model.fit(X[train], y[train], eval_set=[(X[test], y[test])], **quiet(library))
    expected = log_loss(y[test], model.predict_proba(X[test]))
    assert_allclose(evaluations(library, model)[-1], expected, rtol=1e-4)


def quiet(library):
    return {"verbose": False} if library.name == "xgboost" else {}


def test_early_stopping_uses_the_posterior(library, rare):
    X, y = rare
    train, test = slice(0, 150), slice(150, None)
    count = "iterations" if library.name == "catboost" else "n_estimators"
    model = library.make(**{count: 150})
    options = quiet(library)
    if library.name == "xgboost":
        model.set_params(early_stopping_rounds=10)
    elif library.name == "catboost":
        options["early_stopping_rounds"] = 10
    else:
        import lightgbm  # noqa: PLC0415 - for one of the three cases

        options["callbacks"] = [lightgbm.early_stopping(10, verbose=False)]
    model.fit(X[train], y[train], eval_set=[(X[test], y[test])], **options)
    values = evaluations(library, model)
    assert len(values) < 150
    best = model.best_iteration if library.name == "xgboost" else model.best_iteration_
    best -= library.name == "lightgbm"
    assert best == np.argmin(values)
    expected = log_loss(y[test], model.predict_proba(X[test]))
    assert_allclose(values[best], expected, rtol=1e-4)


def test_labels_of_an_evaluation_set_must_be_known(library, rare):
    X, y = rare
    with pytest.raises(ValueError, match="labels of eval_set must be among"):
        library.make().fit(X, y, eval_set=[(X, np.where(y == "rare", "odd", y))])


def test_an_evaluation_set_must_be_a_pair(library, rare):
    X, y = rare
    for wrong in ([X, y], X, [(X, y, None)]):
        with pytest.raises(ValueError, match=r"eval_set must be a tuple \(X, y\) or a list"):
            library.make().fit(X, y, eval_set=wrong)


# Copies


@pytest.mark.parametrize("data", ["rare", "three"])
@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_copies_return_the_same_posterior(library, data, gamma, request, tmp_path):
    X, y = request.getfixturevalue(data)
    model = library.make(focal_gamma=gamma, focal_alpha="balanced").fit(X, y)
    expected = model.predict_proba(X)
    for way, one in copies(model, tmp_path).items():
        assert_array_equal(one.predict_proba(X), expected, err_msg=way)
        assert_array_equal(one.predict(X), model.predict(X), err_msg=way)
        assert repr(one.get_params()) == repr(model.get_params())  # with nan


def test_parameters_that_change_later_do_not_change_predictions(library, rare):
    X, y = rare
    model = library.make(focal_alpha="balanced").fit(X, y)
    expected = model.predict_proba(X)
    model.set_params(focal_gamma=5.0, focal_alpha=None)
    assert_array_equal(model.predict_proba(X), expected)


def test_a_second_fit_forgets_the_first(library, rare, three):
    X, y = rare
    model = library.make().fit(*three).fit(X, y)
    fresh = library.make().fit(X, y)
    assert_array_equal(model.classes_, fresh.classes_)
    assert_array_equal(model.predict_proba(X), fresh.predict_proba(X))


# Parameters


def test_parameters_of_both_are_visible(library):
    model = library.make(focal_gamma=1.0, focal_alpha="balanced")
    parameters = model.get_params()
    assert parameters["focal_gamma"] == 1.0
    assert parameters["probability"] == "posterior"
    assert parameters.items() >= library.settings.items()
    assert clone(model).get_params() == parameters
    assert model.set_params(focal_gamma=3.0, learning_rate=0.5) is model
    assert model.get_params()["focal_gamma"] == 3.0
    assert model.get_params()["learning_rate"] == 0.5
    assert is_classifier(model)


def test_grid_search_and_pipeline(library, rare):
    X, y = rare
    grid = {"focal_gamma": [0.0, 2.0], "learning_rate": [0.1, 0.5]}
    search = GridSearchCV(library.make(), grid, cv=2, scoring="neg_log_loss").fit(X, y)
    assert set(search.best_params_) == set(grid)
    pipeline = make_pipeline(StandardScaler(), library.make())
    assert cross_val_score(pipeline, X, y, cv=2, scoring="roc_auc").min() > 0.7
    calibrated = CalibratedClassifierCV(library.make(), cv=2).fit(X, y)
    assert calibrated.predict_proba(X).shape == (len(X), 2)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"focal_gamma": -1.0}, ValueError, "focal_gamma must be a finite number >= 0"),
        ({"focal_gamma": "high"}, TypeError, "focal_gamma must be"),
        ({"focal_alpha": 1.5}, ValueError, "focal_alpha, as a number, must lie in"),
        ({"focal_alpha": {"rare": 1.0}}, ValueError, "focal_alpha, as a mapping"),
        ({"focal_curvature": "none"}, ValueError, "focal_curvature must be one of"),
        ({"probability": "raw"}, ValueError, "probability must be one of"),
    ],
)
def test_bad_parameters_are_named(library, rare, parameters, error, message):
    with pytest.raises(error, match=message):
        library.make(**parameters).fit(*rare)


OWN_WEIGHTS = {
    "xgboost": {"scale_pos_weight": 10.0},
    "lightgbm": {"scale_pos_weight": 10.0, "is_unbalance": True, "unbalance": True},
    "catboost": {"auto_class_weights": "Balanced", "class_weights": np.array([1.0, 5.0])},
}


def test_parameters_that_would_be_ignored_are_refused(library, rare):
    for name, value in OWN_WEIGHTS[library.name].items():
        with pytest.raises(ValueError, match=f"{name} must be left at its default.*focal_alpha"):
            library.make(**{name: value}).fit(*rare)
    name = "loss_function" if library.name == "catboost" else "objective"
    with pytest.raises(ValueError, match=f"{name} must be"):
        library.make(**{name: "RMSE"}).fit(*rare)


def test_a_metric_of_the_margins_is_refused(library, rare):
    X, y = rare
    model = library.make()
    options = quiet(library)
    if library.name == "lightgbm":
        options["eval_metric"] = "binary_error"
    else:
        model.set_params(eval_metric="rmse" if library.name == "xgboost" else "Accuracy")
    with pytest.raises(ValueError, match="The evaluation metric must be 'logloss'"):
        model.fit(X, y, eval_set=[(X, y)], **options)


@pytest.mark.parametrize("y", [[1] * 10, [0.5] * 5 + [1.5] * 5, [None] + [1] * 9], ids=str)
def test_bad_labels_are_named(library, y):
    with pytest.raises(ValueError, match=r"y must|Unknown label type"):
        library.make().fit(np.arange(20.0).reshape(10, 2), y)


def test_zero_weights_are_refused(library, rare):
    X, y = rare
    with pytest.raises(ValueError, match="sample_weight must hold"):
        library.make().fit(X, y, sample_weight=np.zeros(len(y)))


@pytest.mark.parametrize("name", ["xgboost", "lightgbm", "catboost"])
def test_a_missing_library_is_named_with_its_extra(name, monkeypatch):
    monkeypatch.delitem(sys.modules, f"skfocal.boosting._{name}")
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=rf"pip install 'skfocal\[{name}\]'"):
        __import__(f"skfocal.boosting._{name}")


def test_nothing_is_imported_before_it_is_used():
    code = (
        "import sys, skfocal.boosting as boosting; boosting.focal_objective('xgboost'); "
        "boosting.constant_start([0, 1]); "
        "assert not {'xgboost', 'lightgbm', 'catboost'} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - a fixed command


def test_log_probabilities_do_not_underflow(library, rare):
    X, y = rare
    model = library.make().fit(X, y)
    model.decision_function = lambda _: np.array([-1e4, 1e4])
    log_proba = model.predict_log_proba(X)
    assert np.isfinite(log_proba).all()
    assert_allclose(log_proba, log_softmax(log_proba, axis=1))
