"""Comparisons with given scores, and one that was run."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import METHODS, ON_REQUEST, Comparison, compare
from skfocal.comparison.scoring.cell_results import CellResult, EventPredictions, empty_row
from skfocal.comparison.scoring.metrics import METRICS
from skfocal.comparison.settings import ComparisonSettings

ALL = tuple(name for name, metric in METRICS.items() if not metric.needs_costs)
N_TEST = 100


def _given(means, *, spread=0.02, metric="log_loss", data_sets=1, metrics=ALL, **settings):
    """Return a comparison whose scores by one metric have given means over folds.

    `spread` is the standard deviation of the scores of each method over folds.
    """
    known = {**METHODS, **ON_REQUEST}
    methods = [method for method in known.values() if set(means) & set(method.reported)]
    rng = np.random.default_rng(0)
    cv, repeats = 5, 4
    results = []
    for data_set in range(data_sets):
        for method in methods:
            noise = rng.normal(size=(repeats, cv))
            noise = spread * (noise - noise.mean()) / noise.std(ddof=1)
            for repeat in range(repeats):
                for fold in range(cv):
                    cell = f"data {data_set}", repeat, fold
                    rows, predictions = [], []
                    for name in method.reported:
                        value = means.get(name, 1.0) + noise[repeat, fold]
                        rows.append(_row(cell, name, {metric: value}))
                        predictions.append(_predictions(cell, name))
                    results.append(CellResult(rows, predictions))
    values = {"threshold": "tune:f1", "goal": None, "baseline": "logistic", **settings}
    return Comparison(
        results,
        data_sets=_data_sets(data_sets),
        methods=methods,
        metrics=[METRICS[name] for name in metrics],
        settings=ComparisonSettings(
            cv, repeats, 3, 0, values["baseline"], metrics, values["threshold"], values["goal"]
        ),
        origin={"versions": {}, "command": None},
    )


def _row(cell, name, scores):
    data_set, repeat, fold = cell
    row = empty_row(data_set, name, repeat, fold, 2)
    drawn = dict.fromkeys(METRICS, 0.1)
    measured = {"n_train": 4 * N_TEST, "n_test": N_TEST, "params": '{"C": 1.0}', "threshold": 0.3}
    return {**row, **drawn, **scores, **measured}


def _predictions(cell, name):
    rng = np.random.default_rng(cell[1] * 10 + cell[2])
    event = np.arange(N_TEST) < N_TEST // 5
    return EventPredictions(cell[0], name, event, rng.uniform(size=N_TEST))


def _data_sets(number):
    return pd.DataFrame(
        {
            "data_set": [f"data {each}" for each in range(number)],
            "n_classes": 2,
            "class_of_interest": "ill",
            "n_rarest": 100,
            "prevalence": 0.2,
            "findings": [[]] * number,
            "data_hash": "0",
            "split_hash": "0",
        }
    )


@pytest.fixture(scope="session")
def given():
    """Return a function of the mean scores by method for a comparison."""
    return _given


@pytest.fixture(scope="session")
def mixed():
    """A table with numbers, missing values and categories, and its target."""
    rng = np.random.default_rng(0)
    n_rows = 300
    y = rng.permutation(np.arange(n_rows) < 60)
    X = pd.DataFrame(
        {
            "size": rng.normal(size=n_rows) + y,
            "gap": np.where(rng.uniform(size=n_rows) < 0.1, np.nan, rng.normal(size=n_rows)),
            "town": rng.choice(["Bern", "Genf", "Basel"], n_rows),
        }
    )
    return X, np.where(y, "ill", "well")


@pytest.fixture(scope="session")
def comparison(mixed):
    """A small comparison of a few methods of every kind, with two candidates each."""
    known = {**METHODS, **ON_REQUEST}
    names = ["logistic", "class_weight", "focal", "oversample", "smote", "platt"]
    methods = [_small(known[name]) for name in names]
    return compare(*mixed, methods=methods, cv=3, repeats=1)


def _small(method):
    grid = {name: values[:1] for name, values in method.grid.items()}
    sampler_grid = {name: values[:1] for name, values in method.sampler_grid.items()}
    return replace(method, grid=grid, sampler_grid=sampler_grid, ranges={})
