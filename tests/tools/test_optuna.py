"""Optuna tunes the estimators."""

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.model_selection import cross_val_score

from skfocal import FocalLogisticRegression

pytestmark = pytest.mark.slow


def test_a_study_finds_the_best_of_its_trials():
    optuna = pytest.importorskip("optuna")
    optuna.logging.disable_default_handler()
    X, y = make_classification(200, 5, weights=[0.8], random_state=0)

    def score(gamma, C, alpha):
        model = FocalLogisticRegression(gamma, alpha, C=C)
        return cross_val_score(model, X, y, cv=3, scoring="neg_log_loss").mean()

    def objective(trial):
        return score(
            gamma=trial.suggest_float("gamma", 0.0, 5.0),
            C=trial.suggest_float("C", 1e-4, 10.0, log=True),
            alpha=trial.suggest_categorical("alpha", [None, "balanced"]),
        )

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
    study.optimize(objective, n_trials=10)
    assert study.best_value == pytest.approx(score(**study.best_params), abs=1e-9)
    assert study.best_value > score(gamma=0.0, C=1e-4, alpha="balanced")
    assert np.isfinite([trial.value for trial in study.trials]).all()
