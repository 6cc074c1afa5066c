"""Metadata routing of sample weights, groups and parameters of the scorer."""

import numpy as np
import pytest
from sklearn import config_context
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.metrics import get_scorer, make_scorer
from sklearn.model_selection import GroupKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skfocal import FocalLogisticRegression
from skfocal.model_selection import FocalLogisticRegressionCV

# Older versions of scikit-learn do not pass sample weights to scorers as the newest does.
pytestmark = pytest.mark.slow

SMALL = {"gammas": (0, 2), "Cs": (0.01, 1.0), "cv": 3}


@pytest.fixture
def routing():
    with config_context(enable_metadata_routing=True):
        yield


@pytest.fixture
def weight(table):
    return np.random.default_rng(0).random(len(table[1]))


def scores_of(search):
    return search.cv_results_["mean_test_score"]


def test_sample_weight_is_used_in_fits_and_scores_as_without_routing(table, weight):
    expected = scores_of(FocalLogisticRegressionCV(**SMALL).fit(*table, weight))
    with config_context(enable_metadata_routing=True):
        search = FocalLogisticRegressionCV(**SMALL).fit(*table, sample_weight=weight)
        score = search.score(*table, sample_weight=weight)

    np.testing.assert_array_equal(scores_of(search), expected)
    assert score == search.score(*table, sample_weight=weight)
    assert score != search.score(*table)


@pytest.mark.usefixtures("routing")
@pytest.mark.parametrize("requested", [True, False])
def test_sample_weight_reaches_the_fit_only_if_requested(requested, table, weight):
    search = FocalLogisticRegressionCV(**SMALL).set_fit_request(sample_weight=requested)
    other = FocalLogisticRegression().set_fit_request(sample_weight=True)
    vote = VotingClassifier([("search", search), ("other", other)])
    fitted = vote.fit(*table, sample_weight=weight).named_estimators_["search"]

    codes = np.unique(table[1], return_inverse=True)[1]
    expected = FocalLogisticRegressionCV(**SMALL).fit(
        table[0], codes, weight if requested else None
    )
    np.testing.assert_array_equal(scores_of(fitted), scores_of(expected))
    np.testing.assert_array_equal(fitted.coef_, expected.coef_)


@pytest.mark.usefixtures("routing")
def test_sample_weight_without_a_request_raises(table, weight):
    vote = VotingClassifier([("search", FocalLogisticRegressionCV(**SMALL))])
    with pytest.raises(UnsetMetadataPassedError, match="sample_weight"):
        vote.fit(*table, sample_weight=weight)


@pytest.mark.usefixtures("routing")
def test_sample_weight_reaches_the_scorer_only_if_requested(table, weight):
    requests = get_scorer("accuracy").set_score_request(sample_weight=True)
    declines = get_scorer("accuracy").set_score_request(sample_weight=False)
    weighted = FocalLogisticRegressionCV(**SMALL, scoring=requests).fit(
        *table, sample_weight=weight
    )
    plain = FocalLogisticRegressionCV(**SMALL, scoring=declines).fit(*table, sample_weight=weight)

    assert (scores_of(weighted) != scores_of(plain)).any()
    with pytest.raises(UnsetMetadataPassedError, match="sample_weight"):
        FocalLogisticRegressionCV(**SMALL, scoring="accuracy").fit(*table, sample_weight=weight)


@pytest.mark.usefixtures("routing")
def test_metadata_of_the_scorer_are_split_by_fold(table):
    X, y = table

    def cost(y_true, y_pred, amount, unit):
        assert len(amount) == len(y_true)
        return unit * np.sum(amount[y_true != y_pred])

    scorer = make_scorer(cost, greater_is_better=False)
    scorer.set_score_request(amount=True, unit=True)
    search = FocalLogisticRegressionCV(**SMALL, scoring=scorer)
    search.fit(X, y, amount=np.arange(len(y)), unit=2.0)
    amount = np.arange(len(y))

    wrong = search.predict(X) != y
    assert search.score(X, y, amount=amount, unit=2.0) == -2.0 * amount[wrong].sum()


@pytest.mark.usefixtures("routing")
def test_groups_are_passed_to_the_splitter(table):
    X, y = table
    groups = np.arange(len(y)) % 7
    search = FocalLogisticRegressionCV(**SMALL | {"cv": GroupKFold(3)}).fit(X, y, groups=groups)
    splits = list(GroupKFold(3).split(X, y, groups))
    expected = FocalLogisticRegressionCV(**SMALL | {"cv": splits}).fit(X, y)

    np.testing.assert_array_equal(scores_of(search), scores_of(expected))


@pytest.mark.usefixtures("routing")
def test_sample_weight_is_routed_through_a_pipeline_and_cross_validate(table, weight):
    X, y = table
    search = FocalLogisticRegressionCV(**SMALL).set_fit_request(sample_weight=True)
    scaler = StandardScaler().set_fit_request(sample_weight=False)
    pipeline = make_pipeline(scaler, search)
    result = cross_validate(
        pipeline,
        X,
        y,
        params={"sample_weight": weight},
        scoring=get_scorer("neg_log_loss").set_score_request(sample_weight=True),
        cv=2,
        error_score="raise",
        return_estimator=True,
        return_indices=True,
    )

    rows = result["indices"]["train"][0]
    alone = FocalLogisticRegressionCV(**SMALL).fit(
        StandardScaler().fit_transform(X[rows]), y[rows], sample_weight=weight[rows]
    )
    np.testing.assert_array_equal(scores_of(result["estimator"][0][-1]), scores_of(alone))
