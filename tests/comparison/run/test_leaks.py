"""Nothing that is learned, tuned or set depends on a test row."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from skfocal.comparison import METHODS, ON_REQUEST, Method, make_table
from skfocal.comparison.data.splits import make_splits
from skfocal.comparison.methods import method as method_module
from skfocal.comparison.methods.calibration import platt
from skfocal.comparison.methods.catalogue import resolve_methods
from skfocal.comparison.run.cell import Cell, run_cell
from skfocal.comparison.run.tuning import fit_method
from skfocal.comparison.scoring.log_probabilities import log_odds
from skfocal.comparison.scoring.threshold_rules import BEST_F1
from skfocal.comparison.scoring.thresholds import find_threshold

RECORDED = []


@pytest.fixture(autouse=True)
def one_thread():
    """Fit as cells do. Threads of tests that run side by side would wait for each other."""
    with threadpool_limits(limits=1):
        yield


class SpyTransformer(TransformerMixin, BaseEstimator):
    """Pass rows through and record their indices."""

    @property
    def named_transformers_(self):
        return {"numbers": self}

    def fit(self, X, y):  # noqa: ARG002  # scikit-learn's signature
        RECORDED.append(("fit", frozenset(X.index)))
        return self

    def transform(self, X):
        RECORDED.append(("transform", frozenset(X.index)))
        return np.nan_to_num(X.to_numpy())

    def set_params(self, **_):  # it has no imputer
        return self


class SpySampler(BaseEstimator):
    """Double the rows and record their number."""

    def fit(self, X, y):  # noqa: ARG002  # scikit-learn's signature
        return self

    def fit_resample(self, X, y):
        RECORDED.append(("sample", len(y)))
        return np.vstack([X, X]), np.concatenate([y, y])


class Memoriser(ClassifierMixin, BaseEstimator):
    """Know the label of every row seen in training, and nothing about any other."""

    def __init__(self, *, memorise=True):
        self.memorise = memorise

    def fit(self, X, y):
        self.labels_ = {row.tobytes(): label for row, label in zip(X, y, strict=True)}
        self.model_ = LogisticRegression().fit(X, y)
        self.classes_ = self.model_.classes_
        return self

    def predict_proba(self, X):
        if not self.memorise:
            return self.model_.predict_proba(X)
        known = [self.labels_.get(row.tobytes()) for row in X]
        p = np.array([0.5 if label is None else 0.01 + 0.98 * label for label in known])
        return np.column_stack([1 - p, p])

    def predict(self, X):
        return self.predict_proba(X).argmax(axis=1)


def first_split(table):
    return make_splits(table, cv=4, repeats=1, inner_cv=3, seed=0)[0]


def fit(method, table, split):
    return fit_method(method, table, split.train, split.inner, split.seed)


def ends(grid):
    """Return the first and the last value of each parameter, to save time."""
    return {name: list(dict.fromkeys((values[0], values[-1]))) for name, values in grid.items()}


def with_other_test_rows(table, split):
    """Return the table with absurd features and labels in the test rows, and gaps."""
    X, y = table.X.copy(), table.y.copy()
    X.iloc[split.test] = 1e6 * (1 + np.arange(X.shape[1]))
    X.iloc[split.test[::2]] = np.nan
    y[split.test] = 1
    return replace(table, X=X, y=y)


@pytest.mark.parametrize(
    "name",
    [
        *METHODS,
        *(
            pytest.param(name, marks=pytest.mark.slow if "C" not in method.tuned else ())
            for name, method in ON_REQUEST.items()  # ensembles take seconds
        ),
    ],
)
@pytest.mark.parametrize("kind", ["mixed_table", "numeric_table"])
def test_what_is_learned_does_not_depend_on_the_test_rows(request, name, kind):
    table = request.getfixturevalue(kind)
    split = first_split(table)
    method = resolve_methods([name])[-1]
    method = replace(method, grid=ends(method.grid), sampler_grid=ends(method.sampler_grid))
    first_fit = fit(method, table, split)
    other = fit(method, with_other_test_rows(table, split), split)
    assert first_fit.params == other.params
    assert first_fit.thresholds == other.thresholds
    rows = table.X.iloc[split.test]
    for reported in method.reported.items():
        first, second = (
            one.log_probabilities(one.prepare(rows), *reported) for one in (first_fit, other)
        )
        np.testing.assert_array_equal(first, second)


def test_the_check_above_detects_a_leak(mixed_table):
    split = first_split(mixed_table)
    leaky = replace(split, train=np.union1d(split.train, split.test[:4]))
    other = with_other_test_rows(mixed_table, split)
    rows = mixed_table.X.iloc[split.test]
    first_fit, other_fit = (
        fit(METHODS["logistic"], table, leaky) for table in (mixed_table, other)
    )
    first, second = (
        one.log_probabilities(one.prepare(rows), "logistic", {}) for one in (first_fit, other_fit)
    )
    assert np.abs(first - second).max() > 1e-3


def test_every_step_is_fitted_on_its_training_rows_only(monkeypatch, numeric_table):
    monkeypatch.setattr(method_module, "column_encoder", lambda _: SpyTransformer())
    monkeypatch.setattr(method_module, "one_hot_encoder", lambda *_: "passthrough")
    RECORDED.clear()
    split = first_split(numeric_table)
    method = Method("spy", "Spy.", LogisticRegression(), {"C": (1.0, 2.0)}, lambda *_: SpySampler())
    result = run_cell(Cell(numeric_table, method, split))
    assert result.rows[0]["failure"] == ""

    train, test = frozenset(split.train), frozenset(split.test)
    fits = [rows for step, rows in RECORDED if step == "fit"]
    samples = [rows for step, rows in RECORDED if step == "sample"]
    inner = [frozenset(split.train[rows]) for rows, _ in split.inner]
    assert fits == [*inner, train]
    assert samples == [len(rows) for rows in fits]
    assert all(not rows & test for rows in fits)
    held_out = [frozenset(split.train[rest]) for _, rest in split.inner]
    transformed = [rows for step, rows in RECORDED if step == "transform"]
    assert [rows for rows in transformed if rows not in fits] == [*held_out, test]


def test_tuning_does_not_use_predictions_of_training_rows(numeric_table):
    method = Method("memoriser", "Fools.", Memoriser(), {"memorise": (True, False)})
    assert fit(method, numeric_table, first_split(numeric_table)).params == {"memorise": False}


def test_thresholds_come_from_held_out_predictions(numeric_table):
    split = first_split(numeric_table)
    only_memory = Method("memoriser", "Fools.", Memoriser(), {"memorise": (True,)})
    # Unseen rows have log-odds of 0, and positive training rows of log 99.
    threshold = fit(only_memory, numeric_table, split).thresholds["memoriser"]
    assert threshold == pytest.approx(0)

    plain = Method("plain", "Plain.", LogisticRegression(), {"C": (1.0,)})
    y = numeric_table.y[split.train]
    labels, scores = [], []
    for rows, rest in split.inner:
        X = numeric_table.X.iloc[split.train]
        pipeline = plain.pipeline(LogisticRegression(), layout(numeric_table), 1, 0)
        pipeline.fit(X.iloc[rows], y[rows])
        labels.append(y[rest])
        scores.append(log_odds(pipeline.predict_log_proba(X.iloc[rest])))
    expected = find_threshold(BEST_F1, np.concatenate(labels), np.concatenate(scores))
    found = fit(plain, numeric_table, split).thresholds["plain"]
    assert found == pytest.approx(expected, rel=1e-9)


def test_corrections_come_from_held_out_predictions(numeric_table):
    """A memoriser is certain on its training rows and uninformative on held-out rows."""
    split = first_split(numeric_table)
    grid, corrections = {"memorise": (True,)}, {"memoriser": platt}
    method = Method("memoriser", "Fools.", Memoriser(), grid, corrections=corrections)
    fitted = fit(method, numeric_table, split)
    rows = fitted.prepare(numeric_table.X.iloc[split.test])
    log_proba = fitted.log_probabilities(rows, "memoriser", {})
    share = numeric_table.y[split.train].mean()
    np.testing.assert_allclose(np.exp(log_proba[:, 1]), share, atol=0.01)


def layout(table):
    return method_module.Layout(table.numeric, table.categorical, ())


def test_a_copy_of_a_test_row_is_not_in_training(numeric_table):
    """A memoriser scores by chance on a table that holds every row four times."""
    X = numeric_table.X.loc[numeric_table.X.index.repeat(4)]
    table = make_table(X, numeric_table.y.repeat(4), name="copies")
    only_memory = Method("memoriser", "Fools.", Memoriser(), {"memorise": (True,)})
    for split in make_splits(table, cv=4, repeats=1, inner_cv=3, seed=0):
        row = run_cell(Cell(table, only_memory, split)).rows[0]
        assert row["roc_auc"] == pytest.approx(0.5)
