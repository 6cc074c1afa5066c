"""Models are saved by skops without pickle, and loaded if the types of this package are trusted."""

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skfocal import FocalLogisticRegression, FocalLogisticRegressionCV
from skfocal.calibration import (
    FocalTemperatureClassifier,
    PriorCorrectedClassifier,
    PriorShiftClassifier,
)

pytestmark = pytest.mark.slow

MODELS = [
    FocalLogisticRegression(alpha={0: 1.0, 1: 3.0}),
    FocalLogisticRegression([0.5, 2.0]),
    make_pipeline(StandardScaler(), FocalLogisticRegression()),
    FocalLogisticRegressionCV(gammas=(1, 2), Cs=2, cv=2),
    PriorCorrectedClassifier(LogisticRegression(class_weight="balanced")),
    PriorShiftClassifier(FocalLogisticRegression(), random_state=0),
    FocalTemperatureClassifier(LogisticRegression(), cv=3),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_a_model_is_loaded_by_trusting_types_of_this_package_only(model):
    io = pytest.importorskip("skops.io")
    X, y = make_classification(200, 5, random_state=0)
    model.fit(X, y)
    if isinstance(model, PriorShiftClassifier):
        model.adapt(X)
    data = io.dumps(model)
    trusted = io.get_untrusted_types(data=data)
    assert all(name.startswith("skfocal.") for name in trusted)
    loaded = io.loads(data, trusted=trusted)
    np.testing.assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))
