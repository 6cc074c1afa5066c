"""The classifiers work inside and around scikit-learn's own meta-estimators."""

import numpy as np
import pytest
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import make_pipeline as make_sampling_pipeline
from scipy import sparse
from sklearn.base import is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import TunedThresholdClassifierCV, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import get_tags

from skfocal.calibration import (
    FocalTemperatureClassifier,
    PriorCorrectedClassifier,
    PriorShiftClassifier,
)

META = [PriorCorrectedClassifier, PriorShiftClassifier, FocalTemperatureClassifier]


@pytest.fixture(scope="module")
def table():
    return make_classification(600, 5, weights=[0.9], random_state=0)


@pytest.fixture(params=META)
def meta(request):
    return request.param


def test_inside_other_estimators(meta, table):
    X, y = table
    model = meta(LogisticRegression(class_weight={1: 3.0}))
    for outer in (
        make_pipeline(StandardScaler(), model),
        TunedThresholdClassifierCV(model, cv=2),
        CalibratedClassifierCV(model, cv=2),
        VotingClassifier(
            [("one", model), ("two", DecisionTreeClassifier(max_depth=2))], voting="soft"
        ),
    ):
        probabilities = outer.fit(X, y).predict_proba(X)
        np.testing.assert_allclose(probabilities.sum(axis=1), 1)
        assert is_classifier(outer)
    held_out = cross_val_predict(model, X, y, cv=2, method="predict_proba")
    assert held_out.shape == (len(y), 2)


def test_around_a_sampling_pipeline(meta, table):
    X, y = table
    model = meta(make_sampling_pipeline(RandomOverSampler(random_state=0), LogisticRegression()))
    assert model.fit(X, y).score(X, y) > 0.85


def test_sparse_data_and_missing_values_reach_a_classifier_that_takes_them(meta, table):
    X, y = table
    thin = np.where(np.abs(X) < 0.5, 0, X)
    dense, thinned = (
        meta(LogisticRegression()).fit(data, y).predict_proba(data)
        for data in (thin, sparse.csr_array(thin))
    )
    np.testing.assert_allclose(thinned, dense, atol=1e-3)
    holes = np.where(X > 1.5, np.nan, X)
    model = meta(HistGradientBoostingClassifier(max_iter=3))
    assert get_tags(model).input_tags.allow_nan
    assert np.isfinite(model.fit(holes, y).predict_proba(holes)).all()


def test_ten_samples_are_enough(meta):
    X, y = make_classification(10, 3, n_informative=2, n_redundant=0, random_state=0)
    model = meta(LogisticRegression()).fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1)


def test_labels_of_any_type(meta, table):
    X, codes = table
    expected = meta(LogisticRegression()).fit(X, codes).predict(X)
    for labels in (np.array(["no", "yes"]), np.array(["no", "yes"], dtype=object), [False, True]):
        y = np.asarray(labels)[codes]
        found = meta(LogisticRegression()).fit(X, y.tolist()).predict(X)
        np.testing.assert_array_equal(found, np.asarray(labels)[expected])
