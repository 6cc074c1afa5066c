"""The time of a comparison is forecast from a trial."""

import time
from dataclasses import replace

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier

from skfocal.comparison import METHODS, ON_REQUEST, DataError, make_plan, make_table
from skfocal.comparison.data.splits import make_splits
from skfocal.comparison.methods.user_estimators import make_method
from skfocal.comparison.run import forecast as module
from skfocal.comparison.run.cell import Cell
from skfocal.comparison.run.forecast import (
    expected_seconds,
    forecast_seconds,
    note_of_unknown_times,
)
from skfocal.comparison.run.tuning import _Training
from skfocal.comparison.scoring.cell_results import CellResult


def test_a_forecast_is_that_of_the_trials(mixed_frame, monkeypatch):
    tables = [make_table(*mixed_frame(n_samples=n), name=f"t{n}") for n in (120, 160)]
    plan = make_plan(tables, cv=5, repeats=5)
    done = CellResult([{"failure": ""}], [])
    monkeypatch.setattr(module, "run_cell", lambda *_: time.sleep(0.02) or done)
    cells = [cell for cell in plan.cells if cell.method.name == "logistic"]
    seconds = forecast_seconds(cells, 1, plan.settings)
    assert 0.02 * len(cells) <= seconds < 0.06 * len(cells)
    assert forecast_seconds(cells[::2], 1, plan.settings) < seconds
    assert forecast_seconds([], 2, plan.settings) == 0


def test_a_user_estimator_does_not_set_the_rate(mixed_frame, monkeypatch):
    plan = make_plan(
        [make_table(*mixed_frame(n_samples=120), name="t")],
        methods=["focal", make_method(DummyClassifier(), "own")],
        cv=2,
        repeats=1,
    )
    trials = []
    run_cell = module.run_cell

    def run(cell, prepared):
        trials.append(cell.method.name)
        return run_cell(cell, prepared)

    monkeypatch.setattr(module, "run_cell", run)
    assert forecast_seconds(plan.cells, 1, plan.settings) > 0
    assert set(trials) == {"logistic"}


def test_no_time_is_forecast_from_a_failed_trial(mixed_frame, monkeypatch):
    plan = make_plan([make_table(*mixed_frame(n_samples=120), name="t")], cv=2, repeats=1)
    failed = CellResult([{"failure": "MemoryError: too large"}], [])
    monkeypatch.setattr(module, "run_cell", lambda *_: failed)
    with pytest.raises(DataError, match=r"'t'.*logistic failed.*MemoryError: too large"):
        forecast_seconds(plan.cells, 1, plan.settings)


@pytest.mark.parametrize("n_processes", [1, 3, 50])
def test_processes_share_the_time_but_not_that_of_one_cell(n_processes):
    seconds = [1.0, 2.0, 30.0]
    start = expected_seconds([1.0], 2) - 1 if n_processes > 1 else 0
    assert expected_seconds(seconds, n_processes) == max(33 / n_processes, 30) + start


def test_processes_take_time_to_start():
    assert expected_seconds([0.1, 0.1], 2) > expected_seconds([0.1, 0.1], 1)


def test_methods_of_unknown_time_are_named():
    known = [*METHODS.values(), *ON_REQUEST.values()]
    assert note_of_unknown_times(known) == ""
    own = [make_method(DummyClassifier(), name) for name in ("first", "second")]
    assert "time of first cannot" in note_of_unknown_times([*known, own[0]])
    assert "times of first, second cannot" in note_of_unknown_times([own[0], *known, own[1]])


@pytest.mark.slow
def test_a_forecast_is_near_the_time_that_a_run_takes(mixed_frame):
    table = make_table(*mixed_frame(n_samples=2000), name="t")
    methods = [METHODS["logistic"], replace(METHODS["class_weight"], cost=1.0)]
    plan = make_plan([table], methods=methods, cv=4, repeats=1)
    seconds = forecast_seconds(plan.cells, 1, plan.settings)
    start = time.perf_counter()
    for cell in plan.cells:
        module.run_cell(cell)
    assert 0.4 < seconds / (time.perf_counter() - start) < 2.5  # the machine may be busy


def large_table(n_rows=60_000, one_in=10, n_classes=2, groups=None):
    """Return a table of which one in so many rows has each class but the largest."""
    y = np.minimum(np.arange(n_rows) % one_in, n_classes - 1)
    X = np.random.default_rng(0).normal(size=(n_rows, 2))
    return make_table(X, y, name="t", groups=groups)


@pytest.fixture
def timed(monkeypatch):
    """Return a function of a table and of seconds by number of rows.

    It returns the time that is forecast for one fold of logistic regression, and the trials.
    """

    def forecast(table, seconds_of):
        trials = []

        def time_of(cell, _):
            trials.append(cell)
            return seconds_of(len(cell.table.y))

        monkeypatch.setattr(module, "_time", time_of)
        plan = make_plan([table], methods=["logistic"], cv=5, repeats=1)
        logistic = [cell for cell in plan.cells if cell.method.name == "logistic"]
        return forecast_seconds(logistic, 1, plan.settings) / 5, trials

    return forecast


@pytest.mark.parametrize("n_rows", [25_000, 60_000])
def test_a_trial_keeps_its_encoded_folds_if_the_table_does(n_rows, monkeypatch):
    table = large_table(n_rows)
    split = make_splits(table, cv=5, repeats=1, inner_cv=3, seed=0)[0]
    monkeypatch.setattr(module, "MAX_KEPT_FLOATS", 3 * 0.8 * 40_000 * table.X.shape[1])
    prepare, encoded = _Training.prepare, []

    def noted(self, fold):
        encoded.append(len(self.table.y))
        return prepare(self, fold)

    monkeypatch.setattr(_Training, "prepare", noted)
    method = METHODS["logistic"]
    # The best candidate has the largest C of its grid, so further ones are tried.
    monkeypatch.setattr(module, "METHODS", {"logistic": replace(method, grid={"C": (1e-9, 1e-8)})})
    forecast_seconds([Cell(table, method, split)], 1, make_plan([table]).settings)
    n_largest = encoded.count(max(encoded))
    assert (n_largest == 3) == (n_rows < 40_000)


@pytest.mark.parametrize("fixed", [0.0, 0.3])
def test_time_that_does_not_depend_on_the_rows_is_not_multiplied(timed, fixed):
    found, _ = timed(large_table(), lambda n_rows: fixed + 1e-5 * n_rows)
    assert found == pytest.approx(fixed + 0.6, rel=0.01)


@pytest.mark.parametrize("power", [-1, 0, 2])
def test_the_time_is_at_least_that_of_the_trial_and_at_most_in_proportion(timed, power):
    found, trials = timed(large_table(), lambda n_rows: (n_rows / 10_000) ** power)
    n_trial = len(trials[1].table.y)
    limit = 60_000 / n_trial if power > 1 else 1
    assert found == pytest.approx((n_trial / 10_000) ** power * limit)


def test_trials_of_large_tables_have_equally_many_rows(timed):
    sizes = []
    for n_rows in (60_000, 120_000):
        _, trials = timed(large_table(n_rows), lambda _: 1.0)
        sizes.append(sorted({len(trial.table.y) for trial in trials}))
    assert len(sizes[0]) == 2
    assert sizes[0] == sizes[1]


def test_a_small_table_is_its_own_trial(timed):
    found, trials = timed(large_table(1_000), lambda _: 0.7)
    assert {len(trial.table.y) for trial in trials} == {1_000}
    assert found == pytest.approx(0.7)


@pytest.mark.parametrize(("seconds", "n_trials"), [(1e-3, 3), (1e3, 2)])
def test_a_short_first_trial_is_repeated(timed, seconds, n_trials):
    _, trials = timed(large_table(), lambda _: seconds)
    assert len(trials) == n_trials


def test_what_the_first_trial_takes_longer_is_not_counted(timed):
    loading = iter([1.0])
    found, _ = timed(large_table(1_000), lambda _: 0.2 + next(loading, 0.0))
    assert found == pytest.approx(0.2)


@pytest.mark.parametrize("one_in", [10, 1_000])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_rows_of_a_trial_differ_and_keep_the_shares_of_the_classes(timed, one_in, n_classes):
    table = large_table(one_in=one_in, n_classes=n_classes)
    for trial in timed(table, lambda _: 1.0)[1]:
        part = trial.table
        assert part.X.index.is_unique
        np.testing.assert_array_equal(part.y, table.y[part.X.index])
        expected = np.maximum(len(part.y) * np.bincount(table.y) / len(table.y), 30)
        np.testing.assert_allclose(np.bincount(part.y), expected, rtol=0.05)


def test_rows_of_a_group_share_a_fold_of_a_trial(timed):
    table = large_table(groups=np.arange(60_000) // 40)
    for trial in timed(table, lambda _: 1.0)[1]:
        rows = trial.table.X.index.to_numpy() // 40
        assert not np.intersect1d(rows[trial.split.train], rows[trial.split.test]).size


def test_the_trial_is_a_fold_of_the_comparison_where_groups_are_of_unequal_size(timed):
    # One group has nine of ten rows, so that test sets have 920 rows or 20.
    table = large_table(1_000, groups=np.clip(np.arange(1_000) - 900, 0, None))
    first = make_splits(table, cv=5, repeats=1, inner_cv=3, seed=0)[0]
    for trial in timed(table, lambda _: 1.0)[1]:
        np.testing.assert_array_equal(trial.split.test, first.test)


def test_a_table_whose_parts_have_too_few_groups_is_its_own_trial(timed):
    # Of 60 positive rows all but four are in one group. Half of them are drawn.
    table = large_table(one_in=1_000, groups=np.clip(np.arange(60_000) - 55_000, 0, None))
    found, trials = timed(table, lambda _: 0.5)
    assert {len(trial.table.y) for trial in trials} == {60_000}
    assert found == pytest.approx(0.5)
