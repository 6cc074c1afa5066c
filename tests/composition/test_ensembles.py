"""Meta-estimators that fit several models."""

import numpy as np
import pytest
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.semi_supervised import SelfTrainingClassifier

from skfocal import FocalLogisticRegression

FOLDS = StratifiedKFold(3)


def test_one_vs_rest_fits_a_model_for_each_class(three):
    X, y = three
    ensemble = OneVsRestClassifier(FocalLogisticRegression(alpha="balanced")).fit(X, y)

    models = [FocalLogisticRegression(alpha="balanced").fit(X, y == label) for label in "abc"]
    logits = np.column_stack([model.decision_function(X) for model in models])
    probabilities = np.column_stack([model.predict_proba(X)[:, 1] for model in models])
    np.testing.assert_array_equal(ensemble.decision_function(X), logits)
    np.testing.assert_allclose(
        ensemble.predict_proba(X),
        probabilities / probabilities.sum(axis=1, keepdims=True),
        rtol=1e-12,
    )
    # The predicted class is the one with the largest logit.
    np.testing.assert_array_equal(
        ensemble.predict(X), np.array(["a", "b", "c"])[logits.argmax(axis=1)]
    )


def test_multioutput_fits_a_model_for_each_output(rare):
    X, y = rare
    outputs = np.column_stack([y == "rare", X[:, 2] > 1])
    ensemble = MultiOutputClassifier(FocalLogisticRegression()).fit(X, outputs)

    assert ensemble.predict(X).shape == (400, 2)
    for column, probabilities in enumerate(ensemble.predict_proba(X)):
        model = FocalLogisticRegression().fit(X, outputs[:, column])
        np.testing.assert_array_equal(probabilities, model.predict_proba(X))


def test_stacking_uses_out_of_fold_probabilities(rare):
    X, y = rare
    members = [
        ("plain", FocalLogisticRegression(0)),
        ("focal", FocalLogisticRegression(4, C=0.01)),
    ]
    stack = StackingClassifier(members, FocalLogisticRegression(1), cv=FOLDS).fit(X, y)

    def usual(model):
        return cross_val_predict(model, X, y, cv=FOLDS, method="predict_proba")[:, 1]

    final = FocalLogisticRegression(1).fit(
        np.column_stack([usual(model) for _, model in members]), y
    )
    np.testing.assert_allclose(stack.final_estimator_.coef_, final.coef_, rtol=1e-12)
    probabilities = np.column_stack(
        [model.fit(X, y).predict_proba(X)[:, 1] for _, model in members]
    )
    np.testing.assert_allclose(
        stack.predict_proba(X), final.predict_proba(probabilities), rtol=1e-10
    )
    assert stack.classes_.tolist() == ["rare", "usual"]


@pytest.mark.parametrize("voting", ["soft", "hard"])
def test_voting_averages_probabilities_or_counts_votes(rare, voting):
    X, y = rare
    # VotingClassifier encodes the labels as 0 and 1, in the order of `classes_`.
    alphas = [None, "balanced", [20.0, 1.0]]
    members = [(f"member {i}", FocalLogisticRegression(alpha=alphas[i])) for i in range(3)]
    vote = VotingClassifier(members, voting=voting, weights=[1, 2, 2]).fit(X, y)

    models = [FocalLogisticRegression(alpha=alpha).fit(X, y) for alpha in alphas]
    if voting == "soft":
        parts = [model.predict_proba(X)[:, 1] for model in models]
    else:
        parts = [model.predict(X) == "usual" for model in models]
    share = np.average(parts, axis=0, weights=[1, 2, 2])
    np.testing.assert_array_equal(vote.predict(X), np.where(share > 0.5, "usual", "rare"))
    if voting == "soft":
        np.testing.assert_allclose(vote.predict_proba(X)[:, 1], share, rtol=1e-12)
    assert (parts[0] != parts[2]).any()


def test_bagging_averages_models_fitted_on_bootstrap_samples(three):
    X, y = three
    bag = BaggingClassifier(
        FocalLogisticRegression(alpha="balanced", tol=1e-8),
        n_estimators=4,
        max_features=3,
        random_state=0,
    ).fit(X, y)

    probabilities = []
    for rows, columns in zip(bag.estimators_samples_, bag.estimators_features_, strict=True):
        assert len(np.unique(rows)) < len(rows) == 300
        model = FocalLogisticRegression(alpha="balanced", tol=1e-8)
        probabilities.append(model.fit(X[rows][:, columns], y[rows]).predict_proba(X[:, columns]))
    np.testing.assert_allclose(bag.predict_proba(X), np.mean(probabilities, axis=0), atol=1e-6)
    assert bag.score(X, y) > 0.6


def test_boosting_passes_sample_weight(rare):
    X, y = rare
    boost = AdaBoostClassifier(FocalLogisticRegression(), n_estimators=3, random_state=0).fit(X, y)

    first = FocalLogisticRegression().fit(X, y, np.full(400, 1 / 400))
    np.testing.assert_allclose(boost.estimators_[0].coef_, first.coef_, rtol=1e-6)
    assert len(boost.estimators_) == 3
    assert not np.allclose(boost.estimators_[1].coef_, first.coef_, rtol=0.1)
    assert boost.score(X, y) > np.mean(y == "usual")


def test_self_training_labels_samples_of_high_posterior(three):
    X, y = three
    codes = np.searchsorted(["a", "b", "c"], y)
    known = np.where(np.arange(300) < 60, codes, -1)
    training = SelfTrainingClassifier(FocalLogisticRegression(), threshold=0.9, max_iter=1)
    training.fit(X, known)

    first = FocalLogisticRegression().fit(X[:60], codes[:60])
    confident = first.predict_proba(X).max(axis=1) > 0.9
    np.testing.assert_array_equal(training.labeled_iter_ == 1, confident & (known == -1))
    labelled = training.transduction_ != -1
    assert 60 < labelled.sum() < 300
    last = FocalLogisticRegression().fit(X[labelled], training.transduction_[labelled])
    np.testing.assert_array_equal(training.predict_proba(X), last.predict_proba(X))


def test_keys_of_alpha_are_the_labels_passed_to_fit(rare):
    X, y = rare
    by_name = {"rare": 3.0, "usual": 1.0}
    by_code = {0: 3.0, 1: 1.0}
    expected = FocalLogisticRegression(alpha=by_name).fit(X, y).predict_proba(X)
    # These meta-estimators encode the labels.
    for ensemble in (
        VotingClassifier([("focal", FocalLogisticRegression(alpha=by_code))], voting="soft"),
        BaggingClassifier(FocalLogisticRegression(alpha=by_code), 1, bootstrap=False),
    ):
        np.testing.assert_allclose(ensemble.fit(X, y).predict_proba(X), expected, rtol=1e-6)
    by_name_ensemble = VotingClassifier([("focal", FocalLogisticRegression(alpha=by_name))])
    with pytest.raises(ValueError, match=r"alpha, as a mapping, .* classes \[0, 1\]"):
        by_name_ensemble.fit(X, y)
