"""Sample weights passed through meta-estimators, with and without metadata routing."""

import numpy as np
import pytest
from sklearn import config_context
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.metrics import get_scorer, log_loss
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skfocal import FocalLogisticRegression

FOLDS = StratifiedKFold(3)


@pytest.fixture
def routing():
    with config_context(enable_metadata_routing=True):
        yield


def weighted_model(**parameters):
    return FocalLogisticRegression(**parameters).set_fit_request(sample_weight=True)


def first_coefficient(model, X, y, sample_weight=None):  # noqa: ARG001 - a scorer's arguments
    return model.coef_[0, 0]


def test_search_passes_sample_weight_to_fit_without_routing(rare, weight):
    X, y = rare
    # Some versions of scikit-learn also pass the weights to the scorer. This scorer ignores them.
    search = GridSearchCV(
        FocalLogisticRegression(), {"gamma": [0, 2]}, cv=FOLDS, scoring=first_coefficient
    ).fit(X, y, sample_weight=weight)
    alone = FocalLogisticRegression(**search.best_params_).fit(X, y, weight)
    np.testing.assert_array_equal(search.best_estimator_.coef_, alone.coef_)
    for gamma, score in zip((0, 2), search.cv_results_["mean_test_score"], strict=True):
        models = [
            FocalLogisticRegression(gamma).fit(X[train], y[train], weight[train])
            for train, _ in FOLDS.split(X, y)
        ]
        assert score == pytest.approx(np.mean([model.coef_[0, 0] for model in models]), rel=1e-12)


def test_pipeline_passes_sample_weight_to_its_step_without_routing(rare, weight):
    X, y = rare
    pipeline = make_pipeline(FunctionTransformer(), FocalLogisticRegression())
    pipeline.fit(X, y, focallogisticregression__sample_weight=weight)
    alone = FocalLogisticRegression().fit(X, y, weight)
    np.testing.assert_array_equal(pipeline[-1].coef_, alone.coef_)


@pytest.mark.usefixtures("routing")
def test_sample_weight_is_routed_through_a_pipeline_to_fit_and_score(rare, weight):
    X, y = rare
    pipeline = make_pipeline(FunctionTransformer(), weighted_model())
    scorer = get_scorer("neg_log_loss").set_score_request(sample_weight=True)
    search = GridSearchCV(
        pipeline,
        {"focallogisticregression__gamma": [0, 2]},
        scoring=scorer,
        cv=FOLDS,
        error_score="raise",
    ).fit(X, y, sample_weight=weight)

    for gamma, score in zip((0, 2), search.cv_results_["mean_test_score"], strict=True):
        expected = [
            -log_loss(
                y[test],
                FocalLogisticRegression(gamma)
                .fit(X[train], y[train], weight[train])
                .predict_proba(X[test]),
                sample_weight=weight[test],
            )
            for train, test in FOLDS.split(X, y)
        ]
        assert score == pytest.approx(np.mean(expected), rel=1e-12)


@pytest.mark.usefixtures("routing")
@pytest.mark.parametrize(
    "wrap",
    [
        # Bagging is excluded: since scikit-learn 1.8 it draws samples according to the weights.
        lambda model: VotingClassifier([("focal", model)], voting="soft"),
        OneVsRestClassifier,
    ],
    ids=["voting", "one-vs-rest"],
)
def test_sample_weight_is_routed_through_ensembles(rare, weight, wrap):
    X, y = rare
    fitted = wrap(weighted_model(tol=1e-8)).fit(X, y, sample_weight=weight)
    alone = FocalLogisticRegression(tol=1e-8).fit(X, y, weight)
    np.testing.assert_allclose(fitted.predict_proba(X), alone.predict_proba(X), atol=1e-6)
    without = FocalLogisticRegression().fit(X, y)
    assert np.abs(alone.predict_proba(X) - without.predict_proba(X)).max() > 1e-3


@pytest.mark.usefixtures("routing")
def test_sample_weight_is_routed_to_the_folds_of_a_calibration(rare, weight):
    X, y = rare
    calibrated = CalibratedClassifierCV(weighted_model(), cv=FOLDS)
    calibrated.fit(X, y, sample_weight=weight)
    for member, (train, _) in zip(
        calibrated.calibrated_classifiers_, FOLDS.split(X, y), strict=True
    ):
        alone = FocalLogisticRegression().fit(X[train], y[train], weight[train])
        np.testing.assert_array_equal(member.estimator.coef_, alone.coef_)


@pytest.mark.usefixtures("routing")
def test_sample_weight_without_a_request_is_rejected(rare, weight):
    search = GridSearchCV(FocalLogisticRegression(), {"gamma": [0, 2]})
    with pytest.raises(UnsetMetadataPassedError, match=r"FocalLogisticRegression\.fit"):
        search.fit(*rare, sample_weight=weight)
