import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from skfocal.comparison import METHODS, Method, compare_tables, make_table


def _mixed_frame(n_samples=160, seed=0, share=0.2):
    """Numbers, a boolean and a category, some missing, and a target they tell something about."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n_samples) < share * n_samples)
    X = pd.DataFrame(
        {
            "length": rng.normal(size=n_samples) + y,
            "mass": rng.exponential(size=n_samples),
            "wet": rng.uniform(size=n_samples) < 0.5,
            "colour": rng.choice(["red", "green", "blue"], n_samples),
        }
    )
    X.loc[rng.uniform(size=n_samples) < 0.1, "mass"] = np.nan
    X.loc[rng.uniform(size=n_samples) < 0.1, "colour"] = None
    return X, np.where(y, "ill", "well")


@pytest.fixture(scope="session")
def mixed_frame():
    """Return a function of (n_samples, seed, share) for features and labels."""
    return _mixed_frame


@pytest.fixture
def mixed_table():
    return make_table(*_mixed_frame(), name="mixed")


@pytest.fixture
def numeric_table():
    X, y = _mixed_frame(seed=1)
    return make_table(X[["length", "mass"]].fillna(0), y, name="numeric")


@pytest.fixture(scope="session")
def failing_method():
    """A method that raises whatever the data."""
    return Method("unlucky", "It fails.", _Unlucky(), {"C": (1.0,)})


class _Unlucky(LogisticRegression):
    def fit(self, X, y):  # noqa: ARG002  # scikit-learn's signature
        raise RuntimeError("no <b>luck</b> today")


@pytest.fixture(scope="session")
def small_methods():
    """The baseline and the focal loss with a grid of two values each."""
    return [
        Method("logistic", "Plain.", LogisticRegression(), {"C": (0.1, 1.0)}),
        Method(
            "focal",
            "Focal.",
            METHODS["focal"].classifier,
            {"gamma": (0.0, 2.0), "alpha": (None, "balanced")},
            views=METHODS["focal"].views,
        ),
    ]


@pytest.fixture(scope="session")
def evil_comparisons(mixed_frame):
    """One comparison over several tables and one on a single table, all with evil names."""
    evil = "<script>alert(1)</script>"
    X, y = mixed_frame(n_samples=120)
    X = X.rename(columns={"length": evil, "colour": "</svg>"})
    y = np.where(y == "ill", evil, "fine & well")
    tables = [make_table(X, y, name=f"{evil} {number}") for number in (1, 2)]
    settings = {"methods": ["class_weight", METHODS["focal"]], "cv": 2, "repeats": 1}
    return {
        "several": compare_tables(tables, **settings),
        "single": compare_tables(tables[:1], **settings),
    }
