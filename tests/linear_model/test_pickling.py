"""Pickles of fitted estimators."""

import copy
import pickle
import warnings

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.exceptions import InconsistentVersionWarning

from skfocal import FocalLogisticRegression, FocalLogisticRegressionCV

ESTIMATORS = [
    FocalLogisticRegression(),
    FocalLogisticRegressionCV((0, 2), (None,), (0.1, 1.0), cv=2),
]


@pytest.fixture(params=ESTIMATORS, ids=lambda estimator: type(estimator).__name__)
def fitted(request):
    X, y = make_classification(100, random_state=0)
    return request.param.fit(X, y), X


def test_pickles_and_copies_predict_the_same_without_a_warning(fitted):
    model, X = fitted
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        copies = [pickle.loads(pickle.dumps(model)), copy.copy(model), copy.deepcopy(model)]  # noqa: S301 - our own

    for each in copies:
        np.testing.assert_array_equal(each.predict_proba(X), model.predict_proba(X))


def test_another_version_warns_with_both_versions(fitted, monkeypatch):
    model, X = fitted
    monkeypatch.setattr("skfocal.linear_model._pickling.__version__", "0.0.9")
    pickled = pickle.dumps(model)
    monkeypatch.undo()

    with pytest.warns(InconsistentVersionWarning, match="skfocal.*0.0.9"):
        restored = pickle.loads(pickled)  # noqa: S301 - our own
    np.testing.assert_array_equal(restored.predict(X), model.predict(X))
