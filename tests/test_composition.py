"""The estimator inside scikit-learn's own tools."""

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.ensemble import VotingClassifier
from sklearn.model_selection import GridSearchCV, TunedThresholdClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skfocal import FocalLogisticRegression


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"age": rng.normal(50, 10, 600), "kind": rng.choice(["a", "b", "c"], 600)})
    utility = 0.1 * (X["age"] - 50) + 2.0 * (X["kind"] == "c") + rng.logistic(size=600)
    return X, np.where(utility > 2.5, "rare", "usual")


def model():
    columns = make_column_transformer((StandardScaler(), ["age"]), (OneHotEncoder(), ["kind"]))
    return make_pipeline(columns, FocalLogisticRegression(alpha="balanced"))


@pytest.mark.parametrize(
    "wrap",
    [
        lambda estimator: estimator,
        lambda estimator: CalibratedClassifierCV(estimator, cv=3),
        lambda estimator: TunedThresholdClassifierCV(estimator, cv=3),
        lambda estimator: VotingClassifier([("focal", estimator)], voting="soft"),
        lambda estimator: GridSearchCV(
            estimator,
            {
                "focallogisticregression__gamma": [0, 2],
                "focallogisticregression__alpha": [None, {"rare": 3, "usual": 1}],
            },
            scoring="neg_log_loss",
            cv=3,
        ),
    ],
    ids=["pipeline", "calibrated", "threshold", "voting", "grid"],
)
def test_it_works_around_a_pipeline_on_a_frame(frame, wrap):
    X, y = frame
    fitted = wrap(model()).fit(X, y)

    probabilities = fitted.predict_proba(X)
    assert fitted.classes_.tolist() == ["rare", "usual"]
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    # A model that ignored the table would give every row the same.
    assert probabilities[y == "rare", 0].mean() > probabilities[y == "usual", 0].mean() + 0.1
    assert set(fitted.predict(X)) == {"rare", "usual"}
