"""User estimators are compared under the same rules as all methods."""

import re
import sys
from functools import partial

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from skfocal.comparison import METHODS, Method, compare
from skfocal.comparison.methods.user_estimators import load_method, make_method
from skfocal.comparison.scoring.log_probabilities import MIN_LOG_PROBABILITY

MODULE = """
from sklearn.linear_model import LogisticRegression

def strong():
    return LogisticRegression(C=100)

def tuned():
    return LogisticRegression(), {"C": (0.1, 10.0)}

def broken():
    raise RuntimeError("no luck")

number = 3
ready = LogisticRegression()
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """The name of a module in the current directory, which is not on the path."""
    (tmp_path / "house_models.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [path for path in sys.path if path])
    yield "house_models"
    sys.modules.pop("house_models", None)


def test_a_factory_is_found_in_the_current_directory(module):
    strong, tuned, ready = (
        load_method(f"{module}:{name}") for name in ("strong", "tuned", "ready")
    )
    assert (strong.name, strong.classifier.C, dict(strong.grid)) == ("strong", 100, {})
    assert (tuned.name, tuned.grid) == ("tuned", {"C": (0.1, 10.0)})
    assert ready.classifier.C == 1


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("house_models", "estimators must be package.module:factory; got 'house_models'"),
        ("nowhere.to:be", "cannot be imported: ModuleNotFoundError: No module named 'nowhere'"),
        ("house_models:stron", "house_models has no 'stron'; did you mean 'strong'?"),
        ("house_models:broken", "got 'house_models:broken', which raised RuntimeError: no luck"),
        (
            "house_models:number",
            "must be classifiers with predict_proba",
        ),
    ],
)
@pytest.mark.usefixtures("module")
def test_invalid_paths_are_refused_with_the_fix(path, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        load_method(path)


@pytest.mark.parametrize(
    "made",
    [LinearRegression(), LinearSVC(), LogisticRegression, None, (LogisticRegression(), "C")],
)
def test_only_classifiers_with_probabilities_are_accepted(made):
    with pytest.raises(
        ValueError, match=r"estimators must be classifiers with predict_proba, .* for 'mine'"
    ):
        make_method(made, "mine")


def test_a_grid_of_unknown_parameters_is_refused():
    with pytest.raises(ValueError, match=r"grid for 'mine' .* parameter 'c'; did you mean 'C'\?"):
        make_method((LogisticRegression(), {"c": (1,)}), "mine")


def test_a_method_is_returned_unchanged():
    assert make_method(METHODS["smote"], "mine") is METHODS["smote"]


def test_estimators_are_compared_beside_the_methods(mixed_frame):
    X, y = mixed_frame()
    plain = METHODS["logistic"]
    own = {"own": (plain.classifier, plain.grid), "trees": ExtraTreesClassifier(10)}
    comparison = compare(X, y, methods=["logistic"], estimators=own, cv=2, repeats=1)
    assert list(comparison.summary()["method"].unique()) == ["logistic", "own", "trees"]
    assert (comparison.scores["failure"] == "").all()
    # The same classifier and grid under another name: the same budget, folds and threshold.
    drop = ["method", "fit_seconds", "tuning_seconds", "predict_seconds"]
    frames = [
        comparison.scores.query(f"method == '{name}'").drop(columns=drop).reset_index(drop=True)
        for name in ("logistic", "own")
    ]
    pd.testing.assert_frame_equal(*frames, check_exact=True)


def test_probabilities_of_zero_have_a_finite_loss(mixed_frame):
    X, y = mixed_frame()
    constant = DummyClassifier(strategy="most_frequent")
    scores = compare(
        X, y, methods=[], estimators={"constant": constant}, cv=2, repeats=1, baseline="constant"
    ).scores
    share = scores["prevalence"]
    np.testing.assert_allclose(scores["log_loss"], -share * MIN_LOG_PROBABILITY)


@pytest.mark.slow
def test_random_estimators_are_seeded_in_pipelines_too(mixed_frame):
    X, y = mixed_frame()
    trees = make_pipeline(ExtraTreesClassifier(5))
    run = partial(compare, X, y, methods=[], estimators={"trees": trees}, cv=2, repeats=1)
    first, second = run().scores, run().scores
    pd.testing.assert_series_equal(first["log_loss"], second["log_loss"], check_exact=True)
    assert (run(random_state=1).scores["log_loss"] != first["log_loss"]).any()


def test_duplicate_names_are_refused(mixed_frame):
    estimators = {"smote": LogisticRegression()}
    with pytest.raises(ValueError, match="methods must have unique names; got 'smote'"):
        compare(*mixed_frame(), estimators=estimators)
    own = Method("own", "", LogisticRegression(), {})
    with pytest.raises(ValueError, match="methods must have unique names; got 'own'"):
        compare(*mixed_frame(), methods=[own], estimators={"own": LogisticRegression()})
