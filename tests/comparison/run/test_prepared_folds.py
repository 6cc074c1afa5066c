"""Inner folds that one method has encoded serve the next, and change nothing."""

import time
import warnings
from dataclasses import replace

import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from skfocal.comparison import METHODS, Method
from skfocal.comparison.data.splits import make_splits
from skfocal.comparison.data.tables import make_table
from skfocal.comparison.run.cell import Cell, run_cell
from skfocal.comparison.run.prepared_folds import PreparedFolds
from skfocal.comparison.run.schedule import MEASURED
from skfocal.comparison.run.tuning import _Training

NAMES = ["logistic", "class_weight", "focal", "oversample", "undersample", "smote"]


@pytest.fixture(name="table")
def fixture_table(mixed_frame):
    return make_table(*mixed_frame(n_samples=200), name="mixed")


@pytest.fixture(name="splits")
def fixture_splits(table):
    return make_splits(table, cv=2, repeats=1, inner_cv=3, seed=0)


@pytest.fixture(name="encoded")
def fixture_encoded(monkeypatch):
    """Return the list of the methods that encode an inner fold."""
    names = []
    prepare = _Training.prepare

    def noted(self, fold):
        names.append(self.method.name)
        return prepare(self, fold)

    monkeypatch.setattr(_Training, "prepare", noted)
    return names


def cells_of(table, splits, names=NAMES):
    methods = [replace(METHODS[name], ranges={}) for name in names]
    return [Cell(table, method, split) for split in splits for method in methods]


def test_scores_are_those_of_separate_cells(table, splits):
    prepared = PreparedFolds()
    cells = cells_of(table, splits)
    alone = pd.DataFrame([row for cell in cells for row in run_cell(cell).rows])
    together = pd.DataFrame([row for cell in cells for row in run_cell(cell, prepared).rows])
    without = [*MEASURED]
    pd.testing.assert_frame_equal(
        alone.drop(columns=without), together.drop(columns=without), check_exact=True
    )


def test_methods_that_encode_alike_encode_once(table, splits, encoded):
    prepared = PreparedFolds()
    for cell in cells_of(table, splits):
        run_cell(cell, prepared)
    assert encoded == 2 * (3 * ["logistic"] + 3 * ["undersample"])


def test_large_folds_are_not_kept(table, splits, encoded):
    prepared = PreparedFolds(max_floats=0)
    for cell in cells_of(table, splits[:1], ["logistic", "focal"]):
        run_cell(cell, prepared)
    assert encoded == 3 * ["logistic"] + 3 * ["focal"]


def test_seconds_are_those_of_a_method_alone(table, splits, monkeypatch):
    prepare = _Training.prepare

    def slowly(self, fold):
        time.sleep(0.4)
        return prepare(self, fold)

    monkeypatch.setattr(_Training, "prepare", slowly)
    prepared = PreparedFolds()
    for cell in cells_of(table, splits[:1], ["logistic", "class_weight"]):
        start = time.perf_counter()
        (row,) = run_cell(cell, prepared).rows
        assert row["tuning_seconds"] > 3 * 0.4
    assert time.perf_counter() - start < 3 * 0.4  # of the second, whose folds were kept


class Overwriting(LogisticRegression):
    """Writes into the rows that it gets."""

    def fit(self, X, y):
        super().fit(X, y)
        X[:] = 0
        return self


def test_a_classifier_that_writes_into_its_rows_changes_no_other_method(table, splits):
    own = [
        Method("overwriting", "Writes.", Overwriting(), {"C": (1.0,)}),
        Method("other", "Reads.", LogisticRegression(), {"C": (1.0,)}),
        METHODS["logistic"],
    ]
    prepared = PreparedFolds()
    cells = [Cell(table, method, splits[0]) for method in own]
    scores = [run_cell(cell, prepared).rows[0]["params"] for cell in cells]
    assert scores == [run_cell(cell).rows[0]["params"] for cell in cells]
    profiles = [run_cell(cell, prepared).rows[0]["tuning_profiles"] for cell in cells[1:]]
    assert profiles == [run_cell(cell).rows[0]["tuning_profiles"] for cell in cells[1:]]


def test_warnings_of_the_encoding_are_those_of_every_method(table, splits, monkeypatch):
    prepare = _Training.prepare

    def warned(self, fold):
        warnings.warn("strange rows", UserWarning, stacklevel=2)
        return prepare(self, fold)

    monkeypatch.setattr(_Training, "prepare", warned)
    prepared = PreparedFolds()
    for cell in cells_of(table, splits[:1], ["logistic", "focal"]):
        assert "strange rows" in run_cell(cell, prepared).rows[0]["warnings"]
