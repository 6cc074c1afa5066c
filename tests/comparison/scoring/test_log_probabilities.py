"""One rule gives the log-probabilities of every classifier, which are always finite."""

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skfocal import FocalLogisticRegression, FocalLogisticRegressionCV
from skfocal.comparison.scoring.log_probabilities import (
    MIN_LOG_PROBABILITY,
    log_odds,
    log_probabilities,
)

RNG = np.random.default_rng(0)
LABELS = {
    2: RNG.permutation(np.arange(120) < 30).astype(int),
    3: RNG.permutation(np.arange(120) % 3),
}
FOCAL = FocalLogisticRegression(gamma=2, C=10)
CLASSIFIERS = [
    FOCAL,
    FocalLogisticRegression(gamma=2, probability="link"),
    FocalLogisticRegressionCV(gammas=(0, 2), Cs=2, cv=2),
    make_pipeline(StandardScaler(), FOCAL),
    LogisticRegression(),
    make_pipeline(StandardScaler(), LogisticRegression()),
    SGDClassifier(loss="log_loss", random_state=0),
    GaussianNB(),
    ExtraTreesClassifier(5, random_state=0),
    DecisionTreeClassifier(random_state=0),
    HistGradientBoostingClassifier(max_iter=3),
]


def fit(classifier, n_classes):
    y = LABELS[n_classes]
    X = np.random.default_rng(1).normal(size=(120, 2)) + 2 * y[:, np.newaxis]
    return classifier.fit(X, y), X


@pytest.mark.parametrize("n_classes", LABELS)
@pytest.mark.parametrize("classifier", CLASSIFIERS, ids=str)
def test_log_probabilities_agree_with_predict_proba(classifier, n_classes):
    model, X = fit(classifier, n_classes)
    found = log_probabilities(model, X)
    np.testing.assert_allclose(np.exp(found), model.predict_proba(X), atol=1e-12)


@pytest.mark.parametrize("n_classes", LABELS)
@pytest.mark.parametrize("classifier", CLASSIFIERS, ids=str)
@pytest.mark.parametrize("factor", [1, 1e3, 1e6])
def test_log_probabilities_are_finite_and_bounded(classifier, n_classes, factor):
    model, X = fit(classifier, n_classes)
    found = log_probabilities(model, factor * X)
    assert np.isfinite(found).all()
    assert found.min() >= MIN_LOG_PROBABILITY


@pytest.mark.parametrize(
    "classifier",
    [
        LogisticRegression(),
        GridSearchCV(LogisticRegression(), {"C": (0.1, 1.0)}, cv=2),
        make_pipeline(StandardScaler(), LogisticRegression()),
        FOCAL,
        make_pipeline(StandardScaler(), FOCAL),
    ],
    ids=str,
)
def test_far_rows_of_linear_models_keep_their_order(classifier):
    """Probabilities round to 0 and 1 from logits of 37 on, log-probabilities do not."""
    model, X = fit(classifier, 2)
    far = X[:1] + np.linspace(30, 60, 50)[:, np.newaxis]
    assert (model.predict_proba(far)[:, 1] == 1).all()
    assert (np.diff(log_odds(log_probabilities(model, far))) > 0).all()


def test_a_probability_of_zero_counts_as_the_smallest_double():
    model, X = fit(DecisionTreeClassifier(random_state=0), 2)
    found = log_probabilities(model, X)
    assert set(np.unique(found)) == {0.0, MIN_LOG_PROBABILITY}
    assert np.exp(MIN_LOG_PROBABILITY) == np.nextafter(0, 1)


@pytest.mark.filterwarnings("ignore:The `probability` parameter:FutureWarning")
def test_scores_that_do_not_give_the_probabilities_are_not_used():
    model, X = fit(SVC(probability=True, random_state=0), 2)
    np.testing.assert_allclose(np.exp(log_probabilities(model, X)), model.predict_proba(X))


def test_rounded_logarithms_cause_no_warning():
    model, X = fit(LogisticRegression(), 2)
    with np.errstate(all="raise", under="ignore"):
        found = log_probabilities(model, 1e3 * X)
    assert np.isfinite(found).all()


def test_a_mean_that_rounds_above_one_is_one():
    class Rounded:
        predict_proba = staticmethod(lambda _: np.array([[0.0, 1 + 1e-15]]))

    found = log_probabilities(Rounded(), [[0.0]])
    np.testing.assert_array_equal(found, [[MIN_LOG_PROBABILITY, 0.0]])
