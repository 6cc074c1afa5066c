"""Input that cannot be drawn is refused before anything is drawn."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from sklearn.datasets import make_classification
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from skfocal import FocalLogisticRegression
from skfocal.displays import (
    FocalLossDisplay,
    FocalPosteriorDisplay,
    FocalSearchDisplay,
    ReliabilityDisplay,
    ThresholdDisplay,
)

mpl.use("Agg")

Y_TRUE, Y_PROB = [0, 1, 0, 1], [0.2, 0.7, 0.6, 0.9]


@pytest.fixture(scope="module")
def table():
    return make_classification(100, 4, random_state=0)


@pytest.fixture(autouse=True)
def nothing_is_drawn():
    plt.close("all")
    yield
    assert not plt.get_fignums()


@pytest.mark.parametrize(
    "draw",
    [
        FocalLossDisplay.from_gammas,
        lambda gammas: FocalLossDisplay.from_gammas(gammas, kind="factor"),
        FocalPosteriorDisplay.from_gammas,
    ],
)
@pytest.mark.parametrize(
    ("gammas", "error"),
    [
        ([-1], ValueError),
        ([0, np.nan], ValueError),
        ([np.inf], ValueError),
        ([], ValueError),
        ([[1, 2]], TypeError),
        ([np.array([1.0, 2.0])], TypeError),
        ([{0: 1, 1: 2}], TypeError),
        (["1"], TypeError),
        ([None], TypeError),
        ([True], TypeError),
        (2, TypeError),
        ("12", TypeError),
    ],
)
def test_gammas(draw, gammas, error):
    with pytest.raises(
        error, match=r"^gammas must be finite numbers >= 0, one for each curve; got"
    ):
        draw(gammas)


@pytest.mark.parametrize(
    ("threshold", "error"),
    [
        (np.nan, ValueError),
        (np.inf, ValueError),
        (-0.1, ValueError),
        (1.5, ValueError),
        (97, ValueError),
        ("a", TypeError),
        ([0.5], TypeError),
        (True, TypeError),
    ],
)
def test_threshold(threshold, error):
    with pytest.raises(error, match=r"^threshold must be a number from 0 to 1; got"):
        ThresholdDisplay.from_predictions(Y_TRUE, Y_PROB, threshold=threshold)


def test_the_threshold_that_flags_nobody_can_be_given_again():
    free = ThresholdDisplay.from_predictions([0, 0, 1], [1, 0.5, 0.1], costs=(1, 1))
    given = ThresholdDisplay.from_predictions([0, 0, 1], [1, 0.5, 0.1], threshold=free.chosen)
    plt.close("all")

    assert free.chosen > 1
    assert given.chosen == free.chosen


@pytest.mark.parametrize(
    ("costs", "error"),
    [
        ((1,), ValueError),
        ((1, 2, 3), ValueError),
        (5, ValueError),
        ((1, np.nan), ValueError),
        ((np.inf, 1), ValueError),
        ((1, -1), ValueError),
        ("ab", TypeError),
        ({"fp": 1, "fn": 2}, TypeError),
        ((1, None), TypeError),
    ],
)
def test_costs(costs, error):
    with pytest.raises(error, match=r"^costs must be two finite numbers >= 0; got"):
        ThresholdDisplay.from_predictions(Y_TRUE, Y_PROB, costs=costs)


BOTH = pytest.mark.parametrize("display", [ReliabilityDisplay, ThresholdDisplay])


@BOTH
@pytest.mark.parametrize(
    "estimator",
    [
        FocalLogisticRegression(),
        LogisticRegression(),
        make_pipeline(StandardScaler(), LogisticRegression()),
    ],
)
def test_classifiers_that_are_not_fitted(display, estimator, table):
    with pytest.raises(NotFittedError):
        display.from_estimator(estimator, *table)


def test_one_of_several_classifiers_is_not_fitted(table):
    models = {"a": LogisticRegression().fit(*table), "b": LogisticRegression()}
    with pytest.raises(NotFittedError):
        ReliabilityDisplay.from_estimator(models, *table)


@BOTH
@pytest.mark.parametrize("estimator", [LinearSVC(), Ridge()])
def test_estimators_without_probabilities(display, estimator, table):
    name = type(estimator).__name__
    message = rf"^estimator must be a classifier with predict_proba; got {name}"
    with pytest.raises(TypeError, match=message):
        display.from_estimator(estimator.fit(*table), *table)


def test_no_classifier(table):
    with pytest.raises(ValueError, match=r"^estimator must hold at least one classifier"):
        ReliabilityDisplay.from_estimator({}, *table)
    with pytest.raises(ValueError, match=r"^y_prob must hold at least one classifier"):
        ReliabilityDisplay.from_predictions(Y_TRUE, {})


def test_a_fitted_estimator_that_is_no_search(table):
    model = FocalLogisticRegression().fit(*table)
    with pytest.raises(
        TypeError, match=r"^estimator must be a search with cv_results_.*; got FocalLogisticRegress"
    ):
        FocalSearchDisplay.from_estimator(model)


def test_a_search_that_is_not_fitted():
    with pytest.raises(NotFittedError):
        FocalSearchDisplay.from_estimator(GridSearchCV(FocalLogisticRegression(), {"C": [1.0]}))
