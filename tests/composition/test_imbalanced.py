"""Pipelines, samplers and ensembles of imbalanced-learn."""

import numpy as np
import pytest
from imblearn.ensemble import BalancedBaggingClassifier, EasyEnsembleClassifier
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.pipeline import make_pipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from skfocal import FocalLogisticRegression


@pytest.mark.parametrize("sampler", [RandomOverSampler, SMOTE, RandomUnderSampler])
def test_pipeline_resamples_in_fit_only(rare, sampler):
    X, y = rare
    pipeline = make_pipeline(
        StandardScaler(), sampler(random_state=0), FocalLogisticRegression()
    ).fit(X, y)

    table = StandardScaler().fit_transform(X)
    model = FocalLogisticRegression().fit(*sampler(random_state=0).fit_resample(table, y))
    np.testing.assert_array_equal(pipeline.predict_proba(X), model.predict_proba(table))
    assert pipeline.predict_proba(X).shape == (400, 2)
    # Balanced classes increase the probability of the rare class.
    plain = FocalLogisticRegression().fit(table, y).predict_proba(table)
    assert pipeline.predict_proba(X)[:, 0].mean() > plain[:, 0].mean() + 0.1


def test_search_over_parameters_of_sampler_and_model(rare):
    search = GridSearchCV(
        make_pipeline(SMOTE(random_state=0), FocalLogisticRegression()),
        {
            "smote__sampling_strategy": [0.5, 1.0],
            "focallogisticregression__gamma": [0, 2.0],
            "focallogisticregression__alpha": [None, {"rare": 0.5, "usual": 1.0}],
        },
        scoring="neg_log_loss",
        cv=3,
        error_score="raise",
    ).fit(*rare)
    scores = search.cv_results_["mean_test_score"]
    assert len(np.unique(scores)) == 8
    assert search.best_score_ == scores.max() > -np.log(2)


def test_balanced_bagging_averages_models_fitted_on_balanced_samples(rare):
    X, y = rare
    bag = BalancedBaggingClassifier(FocalLogisticRegression(), n_estimators=4, random_state=0)
    bag.fit(X, y)

    probabilities = []
    for drawn, (sampler, _) in zip(bag.estimators_samples_, bag.estimators_, strict=True):
        rows = drawn[sampler.sample_indices_]
        rare_rows, usual_rows = np.bincount((y == "usual")[rows])
        assert rare_rows == usual_rows > 30
        probabilities.append(FocalLogisticRegression().fit(X[rows], y[rows]).predict_proba(X))
    np.testing.assert_allclose(bag.predict_proba(X), np.mean(probabilities, axis=0), atol=1e-5)
    assert bag.classes_.tolist() == ["rare", "usual"]


def test_easy_ensemble_averages_models_fitted_on_balanced_samples(rare):
    X, y = rare
    ensemble = EasyEnsembleClassifier(
        n_estimators=4, estimator=FocalLogisticRegression(), random_state=0
    ).fit(X, y)

    probabilities = []
    for member in ensemble.estimators_:
        rows = member[0].sample_indices_
        # Each model is fitted on all samples of the rare class and as many others.
        assert np.bincount((y == "usual")[rows]).tolist() == [np.sum(y == "rare")] * 2
        model = FocalLogisticRegression().fit(X[rows], (y == "usual")[rows])
        probabilities.append(model.predict_proba(X))
    np.testing.assert_allclose(ensemble.predict_proba(X), np.mean(probabilities, axis=0), rtol=1e-6)
