"""Compatibility with scikit-learn: estimator checks, cloning, pickling, display and routing."""

import pickle

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import clone, is_classifier
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_html_repr, get_tags
from sklearn.utils.estimator_checks import (
    check_sample_weight_equivalence_on_dense_data,
    check_sample_weight_equivalence_on_sparse_data,
    parametrize_with_checks,
)

from skfocal import FocalLogisticRegression

ESTIMATORS = [
    FocalLogisticRegression(gamma=gamma, alpha=alpha)
    for gamma in (0, 0.5, 2, 5)
    for alpha in (None, "balanced")
]
WEAKLY_PENALIZED = [
    FocalLogisticRegression(gamma=gamma, C=C, fit_intercept=fit_intercept)
    for gamma in (0, 0.5, 2, 5)
    for C in (1e2, 1e4, 1e6, np.inf)
    for fit_intercept in (True, False)
]

SETTINGS = [
    {},
    {"gamma": 0.5, "alpha": 0.25, "C": 3.0, "tol": 1e-8, "max_iter": 50},
    {"alpha": "balanced", "fit_intercept": False, "warm_start": True, "probability": "link"},
    {"alpha": {0: 1.0, 1: 4.0}, "C": np.inf},
    {"alpha": [1.0, 4.0], "probability": "weighted"},
]


@parametrize_with_checks(ESTIMATORS)
def test_estimator_checks(estimator, check, monkeypatch):
    # Otherwise the check of array API input is skipped.
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")
    check(estimator)


@pytest.mark.parametrize("estimator", WEAKLY_PENALIZED, ids=repr)
@pytest.mark.parametrize(
    "check",
    [check_sample_weight_equivalence_on_dense_data, check_sample_weight_equivalence_on_sparse_data],
)
def test_weights_equal_repetition_without_much_penalty(estimator, check):
    check("FocalLogisticRegression", estimator)


@pytest.mark.parametrize("gamma", [0, 2])
@pytest.mark.parametrize("shape", [(15, 600), (120, 240), (120, 2400), (300, 60)])
def test_weights_equal_repetition_on_wide_data(gamma, shape):
    rng = np.random.default_rng(0)
    X, y = rng.random(shape), rng.integers(2, size=shape[0])
    sample_weight = rng.integers(5, size=shape[0])
    model = FocalLogisticRegression(gamma, C=100)

    weighted = model.fit(X, y, sample_weight).predict_proba(X)
    repeated = model.fit(X.repeat(sample_weight, 0), y.repeat(sample_weight)).predict_proba(X)

    np.testing.assert_allclose(weighted, repeated, rtol=1e-7)


def test_tags():
    tags = get_tags(FocalLogisticRegression())

    assert is_classifier(FocalLogisticRegression())
    assert tags.input_tags.sparse
    assert not tags.input_tags.allow_nan
    assert tags.classifier_tags.multi_class


@pytest.mark.parametrize("settings", SETTINGS)
def test_clone_copies_parameters_only(settings, two_classes):
    model = FocalLogisticRegression(**settings).fit(*two_classes)
    copy = clone(model)

    assert copy.get_params() == model.get_params()
    assert {name for name in vars(copy) if name.endswith("_")} == set()


@pytest.mark.parametrize("settings", SETTINGS)
def test_fit_does_not_change_parameters(settings, two_classes):
    model = FocalLogisticRegression(**settings)
    before = model.get_params()

    model.fit(*two_classes)

    assert all(model.get_params()[name] is value for name, value in before.items())


@pytest.mark.parametrize("settings", SETTINGS)
def test_pickle_preserves_the_fitted_model(settings, two_classes):
    X, y = two_classes
    model = FocalLogisticRegression(**settings).fit(X, y)
    copy = pickle.loads(pickle.dumps(model))  # noqa: S301 - pickled by this test

    assert vars(copy).keys() == vars(model).keys()
    for name, value in vars(model).items():
        np.testing.assert_array_equal(getattr(copy, name), value)
    np.testing.assert_array_equal(copy.predict_proba(X), model.predict_proba(X))


def test_repr_shows_parameters_that_differ_from_the_defaults():
    model = FocalLogisticRegression(0.5, alpha="balanced", C=10.0)

    assert repr(FocalLogisticRegression()) == "FocalLogisticRegression()"
    assert repr(model) == "FocalLogisticRegression(C=10.0, alpha='balanced', gamma=0.5)"
    with config_context(print_changed_only=False):
        shown = repr(model)
    for name, value in model.get_params().items():
        assert f"{name}={value!r}" in shown


def test_html_repr_shows_parameters_and_fitted_status(two_classes):
    model = FocalLogisticRegression(alpha="balanced")
    unfitted = estimator_html_repr(model)
    fitted = estimator_html_repr(model.fit(*two_classes))

    for view in (unfitted, fitted):
        assert "FocalLogisticRegression" in view
        assert "balanced" in view
    assert "<span>Not fitted</span>" in unfitted
    assert "<span>Fitted</span>" in fitted


def test_grid_search_over_a_pipeline(draw_table):
    X, y = draw_table(n_samples=300)
    labels = np.array(["no", "yes"])[y]
    pipeline = make_pipeline(StandardScaler(), FocalLogisticRegression())
    grid = {
        "focallogisticregression__gamma": [0.0, 2.0],
        "focallogisticregression__alpha": [None, 0.25, "balanced", {"no": 1.0, "yes": 3.0}],
    }
    search = GridSearchCV(
        pipeline, grid, scoring="neg_log_loss", cv=StratifiedKFold(3), error_score="raise"
    ).fit(X, labels)

    best = search.best_estimator_[-1]
    assert best.gamma == search.best_params_["focallogisticregression__gamma"]
    assert search.cv_results_["mean_test_score"].shape == (8,)
    assert np.ptp(search.cv_results_["mean_test_score"]) > 0
    assert search.score(X, labels) > -np.log(2)


def test_sample_weight_is_routed_to_fit_and_score(draw_table):
    X, y = draw_table(n_samples=300)
    sample_weight = np.random.default_rng(0).random(300)
    with config_context(enable_metadata_routing=True):
        model = FocalLogisticRegression()
        model.set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        result = cross_validate(
            model,
            X,
            y,
            params={"sample_weight": sample_weight},
            cv=3,
            error_score="raise",
            return_estimator=True,
            return_indices=True,
        )
    for fold, train in enumerate(result["indices"]["train"]):
        alone = FocalLogisticRegression().fit(X[train], y[train], sample_weight[train])
        np.testing.assert_array_equal(result["estimator"][fold].coef_, alone.coef_)
        test = result["indices"]["test"][fold]
        score = alone.score(X[test], y[test], sample_weight[test])
        np.testing.assert_allclose(result["test_score"][fold], score)
