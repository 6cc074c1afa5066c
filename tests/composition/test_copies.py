"""Copies, serialisation and parallel workers."""

import copy
import pickle

import cloudpickle
import numpy as np
import pytest
from joblib import parallel_config
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skfocal import FocalLogisticRegression

PARAMETERS = {"gamma": 1.5, "alpha": {"rare": 3.0, "usual": 1.0}, "probability": "weighted"}


@pytest.mark.parametrize(
    "make_copy",
    [
        copy.copy,
        copy.deepcopy,
        lambda model: pickle.loads(pickle.dumps(model)),  # noqa: S301 - our own bytes
        lambda model: cloudpickle.loads(cloudpickle.dumps(model)),
    ],
    ids=["copy", "deepcopy", "pickle", "cloudpickle"],
)
def test_copy_of_a_fitted_pipeline_gives_the_same_predictions(rare, make_copy):
    X, y = rare
    pipeline = make_pipeline(StandardScaler(), FocalLogisticRegression(**PARAMETERS)).fit(X, y)
    copied = make_copy(pipeline)
    np.testing.assert_array_equal(copied.predict_proba(X), pipeline.predict_proba(X))
    np.testing.assert_array_equal(copied.predict(X), pipeline.predict(X))
    # The copy can be fitted again.
    np.testing.assert_array_equal(copied.fit(X, y)[-1].coef_, clone(pipeline).fit(X, y)[-1].coef_)


def test_deep_copy_is_independent(rare):
    X, y = rare
    model = FocalLogisticRegression(**PARAMETERS).fit(X, y)
    expected = model.predict_proba(X)
    copied = copy.deepcopy(model)
    copied.alpha["rare"], copied.coef_[:] = 100.0, 0.0
    np.testing.assert_array_equal(model.predict_proba(X), expected)
    assert model.alpha["rare"] == 3.0


@pytest.mark.parametrize("backend", [pytest.param("loky", marks=pytest.mark.slow), "threading"])
def test_parallel_search_equals_serial_search(rare, backend):
    search = GridSearchCV(
        FocalLogisticRegression(),
        {"gamma": [0, 2.0], "alpha": [None, {"rare": 3.0, "usual": 1.0}]},
        scoring="neg_log_loss",
        cv=3,
    )
    serial = clone(search).fit(*rare)
    with parallel_config(backend=backend, n_jobs=2):
        parallel = clone(search).fit(*rare)
    np.testing.assert_array_equal(
        parallel.cv_results_["mean_test_score"], serial.cv_results_["mean_test_score"]
    )
    np.testing.assert_array_equal(parallel.best_estimator_.coef_, serial.best_estimator_.coef_)
