"""SHAP explains the scores of the estimators."""

import numpy as np
import pytest
from sklearn.datasets import make_classification

from skfocal import FocalLogisticRegression, FocalLogisticRegressionCV

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "model",
    [
        FocalLogisticRegression(alpha="balanced"),
        FocalLogisticRegressionCV(gammas=(1, 2), Cs=2, cv=2),
    ],
    ids=lambda model: type(model).__name__,
)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_linear_explanations_add_up_to_the_scores(model, n_classes):
    shap = pytest.importorskip("shap")
    X, y = make_classification(
        200, 5, n_informative=4, n_redundant=0, n_classes=n_classes, random_state=0
    )
    model.fit(X, y)
    explanation = shap.LinearExplainer(model, X)(X[:20])
    assert explanation.values.shape[:2] == (20, 5)
    np.testing.assert_allclose(
        explanation.values.sum(axis=1) + explanation.base_values, model.decision_function(X[:20])
    )
