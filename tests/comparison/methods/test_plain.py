import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from skfocal.comparison.methods.hard_examples import HardExampleLogisticRegression
from skfocal.comparison.methods.label_smoothing import SmoothedLogisticRegression
from skfocal.comparison.methods.plain import PlainLogisticRegression
from skfocal.comparison.scoring.log_probabilities import log_probabilities

RNG = np.random.default_rng(0)
LABELS = {
    2: RNG.permutation(np.arange(120) < 25).astype(int),
    3: RNG.permutation(np.arange(120) % 3),
}


def features(y):
    return np.random.default_rng(1).normal(size=(len(y), 3)) + y[:, np.newaxis]


@pytest.mark.parametrize("n_classes", LABELS)
@pytest.mark.parametrize(
    "classifier",
    [SmoothedLogisticRegression(C=0.3, smoothing=0), HardExampleLogisticRegression(C=0.3, share=1)],
)
def test_with_neutral_parameters_each_is_logistic_regression(classifier, n_classes):
    y = LABELS[n_classes]
    X = features(y)
    plain = PlainLogisticRegression(C=0.3).fit(X, y)
    found = clone(classifier).fit(X, y)
    np.testing.assert_allclose(found.coef_, plain.coef_, rtol=1e-5)
    np.testing.assert_allclose(found.intercept_, plain.intercept_, rtol=1e-5)


@pytest.mark.parametrize("n_classes", LABELS)
@pytest.mark.parametrize("class_weight", [None, "balanced"])
def test_the_model_is_that_of_scikit_learn(n_classes, class_weight):
    y = LABELS[n_classes]
    X = features(y)
    found = PlainLogisticRegression(class_weight=class_weight).fit(X, y)
    expected = LogisticRegression(class_weight=class_weight, tol=1e-10).fit(X, y)
    np.testing.assert_allclose(found.coef_, expected.coef_, rtol=1e-3)
    np.testing.assert_allclose(found.predict_proba(X), expected.predict_proba(X), atol=1e-4)
    np.testing.assert_array_equal(found.predict(X), expected.predict(X))


@pytest.mark.parametrize("n_classes", LABELS)
def test_without_features_predictions_are_the_smoothed_frequencies(n_classes):
    y = LABELS[n_classes]
    model = SmoothedLogisticRegression(smoothing=0.3).fit(np.zeros((len(y), 1)), y)
    expected = 0.7 * np.bincount(y) / len(y) + 0.3 / n_classes
    np.testing.assert_allclose(model.predict_proba([[0.0]])[0], expected, rtol=1e-5)


@pytest.mark.parametrize("n_classes", LABELS)
def test_the_second_fit_uses_the_rows_with_the_largest_loss(n_classes):
    y = LABELS[n_classes]
    X = features(y)
    first = PlainLogisticRegression().fit(X, y)
    right = first.predict_proba(X)[np.arange(len(y)), y]
    hardest = right <= np.sort(right)[len(y) // 2 - 1]
    again = first.fit(X[hardest], y[hardest])
    found = HardExampleLogisticRegression(share=0.5).fit(X, y)
    np.testing.assert_allclose(found.coef_, again.coef_, rtol=1e-6)


def test_a_class_without_a_hard_row_keeps_one():
    y = np.repeat([0, 1, 2], 40)
    X = np.random.default_rng(2).normal(size=(120, 1))
    X[y == 2] += 50
    model = HardExampleLogisticRegression(share=0.1).fit(X, y)
    assert model.classes_.tolist() == [0, 1, 2]


@pytest.mark.parametrize("kind", [SmoothedLogisticRegression, HardExampleLogisticRegression])
def test_log_probabilities_are_not_rounded(kind):
    y = LABELS[3]
    X = features(y)
    log_proba = log_probabilities(kind().fit(X, y), 100 * X)
    assert np.isfinite(log_proba).all()
    assert log_proba.min() < -50


def test_a_row_whose_probability_rounds_to_0_is_the_hardest():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], 40_000)
    X = rng.normal(np.where(y, 4, -4))[:, np.newaxis]
    X[0] = 14
    first = PlainLogisticRegression(C=100).fit(X, y)
    assert first.predict_proba(X[:1])[0, 1] == 1  # so that 1 - p rounds to 0
    logits = first.decision_function(X)
    hardest = np.sort(np.argsort(np.where(y, logits, -logits))[:800])
    again = first.fit(X[hardest], y[hardest])
    model = HardExampleLogisticRegression(C=100, share=0.01).fit(X, y)
    np.testing.assert_allclose(model.coef_, again.coef_, rtol=1e-6)
