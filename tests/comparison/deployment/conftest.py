"""A table, its comparison, and models that were fitted on it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import METHODS, ON_REQUEST, compare_tables, make_table
from skfocal.comparison.deployment.fitting import fit_model
from skfocal.comparison.recommendation.recommendation import Recommendation


@pytest.fixture(scope="session")
def people():
    """Return a frame of 300 rows, 60 of them positive, with numbers, categories and gaps."""
    rng = np.random.default_rng(0)
    y = rng.permutation(np.arange(300) < 60)
    return pd.DataFrame(
        {
            "id": rng.permutation(10_000)[:300],
            "age": np.where(rng.uniform(size=300) < 0.1, np.nan, 50 + 10 * rng.normal(size=300)),
            "dose": rng.normal(size=300) + 1.5 * y,
            "town": rng.choice(["Bern", "Genf", "Basel"], 300),
            "outcome": np.where(y, "ill", "well"),
        }
    )


@pytest.fixture(scope="session")
def table(people):
    """The table of these rows."""
    X = people.drop(columns=["id", "outcome"])
    return make_table(X, people["outcome"], name="people", positive="ill")


@pytest.fixture(scope="session")
def make_model(table):
    """Return a function of a reported name for a fitted model, with a single candidate."""
    known = {**METHODS, **ON_REQUEST}
    made = {}

    def make(name, **grid):
        key = name, *grid.items()
        if key not in made:
            method = next(one for one in known.values() if name in one.reported)
            chosen = {key: grid.get(key, values[:1]) for key, values in method.grid.items()}
            sampling = {key: values[:1] for key, values in method.sampler_grid.items()}
            small = replace(method, grid=chosen, sampler_grid=sampling, ranges={})
            settings = {"baseline": name, "cv": 2, "repeats": 1, "inner_cv": 2}
            comparison = compare_tables([table], methods=[small], **settings)
            choice = replace(comparison.recommend().choice, method=name)
            made[key] = fit_model(
                Recommendation(comparison, choice), table, target="outcome", command="a command"
            )
        return made[key]

    return make


@pytest.fixture(scope="session")
def model(make_model):
    """A fitted plain logistic regression."""
    return make_model("logistic")
