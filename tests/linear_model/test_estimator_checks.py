"""What scikit-learn asks of every estimator."""

import pickle

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import clone, is_classifier
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_html_repr, get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfocal import FocalLogisticRegression

ESTIMATORS = [
    FocalLogisticRegression(gamma=gamma, alpha=alpha)
    for gamma in (0, 0.5, 2, 5)
    for alpha in (None, "balanced")
]

SETTINGS = [
    {},
    {"gamma": 0.5, "alpha": 0.25, "C": 3.0, "tol": 1e-8, "max_iter": 50},
    {"alpha": "balanced", "fit_intercept": False, "warm_start": True, "probability": "link"},
    {"alpha": {0: 1.0, 1: 4.0}, "C": np.inf},
    {"alpha": [1.0, 4.0], "probability": "weighted"},
]


@parametrize_with_checks(ESTIMATORS)
def test_every_check_of_scikit_learn_passes(estimator, check, monkeypatch):
    # Without it the check of array API input would skip itself.
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")
    check(estimator)


def test_it_is_a_classifier_of_sparse_and_multiclass_input():
    tags = get_tags(FocalLogisticRegression())

    assert is_classifier(FocalLogisticRegression())
    assert tags.input_tags.sparse
    assert not tags.input_tags.allow_nan
    assert tags.classifier_tags.multi_class


@pytest.mark.parametrize("settings", SETTINGS)
def test_clone_keeps_every_parameter_and_no_fit(settings, two_classes):
    model = FocalLogisticRegression(**settings).fit(*two_classes)
    copy = clone(model)

    assert copy.get_params() == model.get_params()
    assert {name for name in vars(copy) if name.endswith("_")} == set()


@pytest.mark.parametrize("settings", SETTINGS)
def test_fit_leaves_the_parameters_as_they_were(settings, two_classes):
    model = FocalLogisticRegression(**settings)
    before = model.get_params()

    model.fit(*two_classes)

    assert all(model.get_params()[name] is value for name, value in before.items())


@pytest.mark.parametrize("settings", SETTINGS)
def test_pickle_keeps_parameters_fit_and_answers(settings, two_classes):
    X, y = two_classes
    model = FocalLogisticRegression(**settings).fit(X, y)
    copy = pickle.loads(pickle.dumps(model))  # noqa: S301 - bytes that this test has just made

    assert vars(copy).keys() == vars(model).keys()
    for name, value in vars(model).items():
        np.testing.assert_array_equal(getattr(copy, name), value)
    np.testing.assert_array_equal(copy.predict_proba(X), model.predict_proba(X))


def test_repr_shows_what_differs_from_the_defaults_and_can_be_evaluated():
    model = FocalLogisticRegression(0.5, alpha="balanced", C=10.0)

    assert repr(FocalLogisticRegression()) == "FocalLogisticRegression()"
    assert repr(model) == "FocalLogisticRegression(C=10.0, alpha='balanced', gamma=0.5)"
    with config_context(print_changed_only=False):
        shown = repr(model)
    for name, value in model.get_params().items():
        assert f"{name}={value!r}" in shown


def test_the_html_view_shows_parameters_and_whether_it_is_fitted(two_classes):
    model = FocalLogisticRegression(alpha="balanced")
    unfitted = estimator_html_repr(model)
    fitted = estimator_html_repr(model.fit(*two_classes))

    for view in (unfitted, fitted):
        assert "FocalLogisticRegression" in view
        assert "balanced" in view
    assert "<span>Not fitted</span>" in unfitted
    assert "<span>Fitted</span>" in fitted


def test_gamma_and_alpha_can_be_searched_in_a_pipeline(draw_table):
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
