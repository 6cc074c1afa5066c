"""The metrics as scikit-learn scorers, and the G-mean of imbalanced-learn."""

import numpy as np
import pytest
from imblearn.metrics import geometric_mean_score
from sklearn import config_context
from sklearn.metrics import make_scorer, recall_score
from sklearn.model_selection import GridSearchCV, cross_validate

from skfocal import FocalLogisticRegression
from skfocal.metrics import calibration_error, calibration_intercept_slope


@pytest.fixture(scope="module")
def rare():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((900, 3))
    return X, np.where(X[:, 0] + rng.logistic(size=900) > 2, "rare", "usual")


@pytest.fixture(scope="module")
def three():
    rng = np.random.default_rng(1)
    X = rng.standard_normal((600, 3))
    return X, np.array(["a", "b", "c"])[(2 * X + rng.gumbel(size=(600, 3))).argmax(axis=1)]


def intercept_size(y_true, y_prob, **options):
    return abs(calibration_intercept_slope(y_true, y_prob, **options).intercept)


@pytest.mark.parametrize("metric", [calibration_error, intercept_size])
def test_scorer_is_minus_the_metric_for_pos_label(rare, metric):
    X, y = rare
    scorer = make_scorer(
        metric, response_method="predict_proba", greater_is_better=False, pos_label="rare"
    )
    result = cross_validate(
        FocalLogisticRegression(), X, y, scoring=scorer, return_estimator=True, return_indices=True
    )
    for score, fitted, test in zip(
        result["test_score"], result["estimator"], result["indices"]["test"], strict=True
    ):
        expected = metric(y[test] == "rare", fitted.predict_proba(X[test])[:, 0])
        assert score == -expected


def test_multiclass_scorer_accepts_a_fold_without_some_class(three):
    X, y = three
    model = FocalLogisticRegression().fit(X, y)
    scorer = make_scorer(
        calibration_error,
        response_method="predict_proba",
        greater_is_better=False,
        labels=["a", "b", "c"],
        multi_class="classwise",
    )
    is_present = y != "b"
    probability = model.predict_proba(X[is_present])
    expected = np.mean(
        [
            calibration_error(y[is_present] == label, probability[:, column])
            for column, label in enumerate("abc")
        ]
    )
    assert scorer(model, X[is_present], y[is_present]) == pytest.approx(-expected, rel=1e-12)


def test_search_selects_the_calibrated_probability(rare):
    X, y = rare
    scorer = make_scorer(
        calibration_error,
        response_method="predict_proba",
        greater_is_better=False,
        pos_label="rare",
    )
    search = GridSearchCV(
        FocalLogisticRegression(alpha="balanced"),
        {"probability": ["link", "weighted", "posterior"]},
        scoring=scorer,
        error_score="raise",
    ).fit(X, y)
    assert search.best_params_ == {"probability": "posterior"}
    assert search.best_score_ > -0.1
    assert search.cv_results_["mean_test_score"][:2].max() < -0.1


def test_sample_weight_is_routed_to_a_scorer(rare):
    X, y = rare
    weight = np.random.default_rng(2).uniform(size=len(y))
    with config_context(enable_metadata_routing=True):
        scorer = make_scorer(
            calibration_error,
            response_method="predict_proba",
            greater_is_better=False,
            pos_label="rare",
        ).set_score_request(sample_weight=True)
        result = cross_validate(
            FocalLogisticRegression().set_fit_request(sample_weight=False),
            X,
            y,
            scoring=scorer,
            params={"sample_weight": weight},
            return_estimator=True,
            return_indices=True,
        )
    test = result["indices"]["test"][0]
    probability = result["estimator"][0].predict_proba(X[test])[:, 0]
    expected = calibration_error(y[test] == "rare", probability, sample_weight=weight[test])
    assert result["test_score"][0] == -expected
    assert expected != calibration_error(y[test] == "rare", probability)


def test_g_mean_of_imbalanced_learn_is_a_valid_scorer(rare):
    X, y = rare
    weight = np.random.default_rng(2).uniform(size=len(y))
    result = cross_validate(
        FocalLogisticRegression(alpha="balanced"),
        X,
        y,
        # make_scorer needs a label. The result is the same for both.
        scoring=make_scorer(geometric_mean_score, pos_label="rare"),
        return_estimator=True,
        return_indices=True,
    )
    predicted = result["estimator"][0].predict(X)
    test = result["indices"]["test"][0]
    recalls = recall_score(y[test], predicted[test], average=None)
    assert result["test_score"][0] == pytest.approx(np.sqrt(recalls.prod()))
    recalls = recall_score(y, predicted, average=None, sample_weight=weight)
    assert geometric_mean_score(y, predicted, sample_weight=weight) == pytest.approx(
        np.sqrt(recalls.prod())
    )
