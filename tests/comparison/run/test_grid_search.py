"""The scores of the linear methods are those of an independent grid search.

The search is built from scikit-learn and imbalanced-learn, and gets the columns as a user has them.
"""

import json
from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTE, SMOTENC, RandomOverSampler
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import RandomUnderSampler
from scipy import sparse
from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, log_loss
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skfocal import FocalLogisticRegression
from skfocal.comparison import METHODS, make_table
from skfocal.comparison.data.splits import make_splits
from skfocal.comparison.run import candidates
from skfocal.comparison.run.cell import make_cells, run_cell
from skfocal.model_selection._together import fit_together

# A fifth of the rows is positive. All training sets of three folds in three folds then have an even
# number of negative ones, so that half of it needs no rounding.
N_ROWS = 270
MOST_CATEGORIES = 100  # as docs/develop/comparison.md states
C = (0.01, 0.3, 10.0)
RATIOS = (1.0, 0.5)


def exact(**params):
    return LogisticRegression(solver="newton-cholesky", tol=1e-12, max_iter=1000, **params)


REFERENCES = {
    "logistic": (exact(), None, {}),
    "class_weight": (exact(class_weight="balanced"), None, {}),
    "oversample": (exact(), RandomOverSampler, {"sampling_strategy": RATIOS}),
    "undersample": (exact(), RandomUnderSampler, {"sampling_strategy": RATIOS}),
    "smote": (exact(), SMOTE, {"sampling_strategy": RATIOS, "k_neighbors": (3, 5)}),
}
OWN_NAMES = {"sampling_strategy": "ratio"}


@cache
def numbers(n_rows=N_ROWS):
    rng = np.random.default_rng(0)
    y = rng.permutation(np.arange(n_rows) < n_rows / 5)
    columns = {"length": rng.normal(size=n_rows) + y, "mass": rng.exponential(size=n_rows)}
    return pd.DataFrame(columns), y


@cache
def with_places(n_places, n_rows=N_ROWS):
    """Add a category, of which some values are common and others rare."""
    X, y = numbers(n_rows)
    rng = np.random.default_rng(1)
    rank = n_places * rng.uniform(size=n_rows) ** 1.5
    # The order of the names is not that of the frequencies.
    return X.assign(place=[f"place {7919 * number % 1009}" for number in rank.astype(int)]), y


@cache
def with_gaps():
    """Add categories with missing values, and a number with missing values."""
    X, y = numbers()
    rng = np.random.default_rng(2)
    X = X.assign(
        wet=rng.uniform(size=N_ROWS) < 0.5,
        colour=rng.choice(["red", "green", "blue"], N_ROWS),
    )
    X.loc[rng.uniform(size=N_ROWS) < 0.1, "mass"] = np.nan
    X.loc[rng.uniform(size=N_ROWS) < 0.1, "colour"] = None
    return X, y


def one_hot(columns):
    codes = OneHotEncoder(
        handle_unknown="ignore", max_categories=MOST_CATEGORIES, sparse_output=False
    )
    return ColumnTransformer([("codes", codes, columns)], remainder="passthrough")


def scale_and_encode(categorical):
    scale = ColumnTransformer(
        [("scale", StandardScaler(), ["length", "mass"])],
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    return [("scale", scale), ("one_hot", one_hot(categorical))]


def own_scores(name, X, y, **sampling):
    """Return the split, and the scores of our method on a fold."""
    method = METHODS[name]
    grids = {own_name(one): values for one, values in sampling.items()}
    if method.sampler is None:
        method = replace(method, grid={"C": C, **grids}, ranges={})
    else:
        method = replace(method, grid={"C": C}, sampler_grid=grids, ranges={})
    table = make_table(X, np.where(y, "yes", "no"), name="t")
    (split,) = make_splits(table, cv=3, repeats=1, inner_cv=3, seed=0)[:1]
    (cell,) = make_cells([table], [[split]], [method])
    (found,) = run_cell(cell).rows
    assert not found["failure"]
    return split, found


def assert_same_scores(found, split, pipeline, grid, X, y):
    """Compare with a grid search, all candidates that were recorded and the best one."""
    search = GridSearchCV(pipeline, grid, scoring="average_precision", cv=list(split.inner))
    search.fit(X.iloc[split.train], y[split.train])
    profiles = json.loads(found["tuning_profiles"])
    for name in search.best_params_:
        profile = profiles.pop(own_name(name))
        np.testing.assert_allclose(profile, profile_of(search, name), rtol=0, atol=1e-6)
    assert not profiles
    proba = search.predict_proba(X.iloc[split.test])[:, 1]
    expected = average_precision_score(y[split.test], proba)
    assert found["average_precision"] == pytest.approx(expected, abs=1e-6)
    assert found["log_loss"] == pytest.approx(log_loss(y[split.test], proba), abs=1e-6)


def own_name(parameter):
    """Return our name of a parameter of a pipeline or a sampler."""
    name = parameter.rpartition("__")[2]
    return OWN_NAMES.get(name, name)


def profile_of(search, name):
    """Return the scores along a parameter, with the others as in the best candidate."""
    best = {**search.best_params_, name: None}
    results = search.cv_results_
    is_like_best = [{**params, name: None} == best for params in results["params"]]
    return results["mean_test_score"][is_like_best]


def reference(name, split, before, after=()):
    """Return the pipeline and the grid of a method, with steps before and after the sampler."""
    classifier, sampler, sampling = REFERENCES[name]
    steps = [*before, *after, ("classify", classifier)]
    if sampler is not None:
        steps.insert(len(before), ("sample", sampler(random_state=split.seed)))
    grid = {"classify__C": C, **{f"sample__{one}": values for one, values in sampling.items()}}
    return Pipeline(steps), grid


@pytest.mark.parametrize("name", REFERENCES)
def test_scores_on_numbers(name):
    X, y = numbers()
    split, found = own_scores(name, X, y, **REFERENCES[name][2])
    pipeline, grid = reference(name, split, [("scale", StandardScaler())])
    assert_same_scores(found, split, pipeline, grid, X, y)


@pytest.fixture
def fitted_types(monkeypatch):
    """Count the fits on sparse and on dense rows, of all candidates and of the chosen one."""
    counts = Counter()

    def counted(function):
        def count(first, second, *args):
            X = args[0] if function is fit_together else second
            counts[sparse.issparse(X)] += 1
            return function(first, second, *args)

        return count

    monkeypatch.setattr(FocalLogisticRegression, "fit", counted(FocalLogisticRegression.fit))
    monkeypatch.setattr(candidates, "fit_together", counted(fit_together))
    return counts


@pytest.mark.parametrize("name", [name for name in REFERENCES if name != "smote"])
@pytest.mark.parametrize("n_places", [40, 200])
def test_scores_on_many_categories(name, n_places, fitted_types):
    n_rows = 3 * N_ROWS
    X, y = with_places(n_places, n_rows)
    split, found = own_scores(name, X, y, **REFERENCES[name][2])
    n_found = [X["place"].iloc[split.train[rows]].nunique() for rows, _ in split.inner]
    assert (min(n_found) > MOST_CATEGORIES) == (n_places == 200)
    assert fitted_types.keys() == {True}
    assert fitted_types[True] > len(split.inner)
    pipeline, grid = reference(name, split, scale_and_encode(["place"]))
    assert_same_scores(found, split, pipeline, grid, X, y)


@pytest.mark.parametrize("name", REFERENCES)
def test_scores_on_categories_and_missing_values(name):
    X, y = with_gaps()
    split, found = own_scores(name, X, y, **REFERENCES[name][2])
    impute_and_scale = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    impute = ColumnTransformer(
        [
            ("numbers", impute_and_scale, ["length", "mass"]),
            ("flags", MissingIndicator(), ["mass"]),
        ],
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    categorical = ["missingindicator_mass", "wet", "colour"]
    encode = ("one_hot", one_hot(categorical))
    if name == "smote":
        pipeline, grid = reference(name, split, [("impute", impute)], [encode])
        sampler = SMOTENC(categorical, random_state=split.seed)
        pipeline.set_params(sample=sampler)
    else:
        pipeline, grid = reference(name, split, [("impute", impute), encode])
    assert_same_scores(found, split, pipeline, grid, X.fillna({"colour": ""}), y)
