"""The time of a comparison is forecast from a trial."""

import time
from dataclasses import replace

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier

from skfocal.comparison import METHODS, DataError, make_plan, make_table
from skfocal.comparison.methods.user_estimators import make_method
from skfocal.comparison.run import forecast as module
from skfocal.comparison.run.forecast import expected_seconds, forecast_seconds
from skfocal.comparison.scoring.cell_results import CellResult


def test_a_forecast_is_that_of_the_trials(mixed_frame, monkeypatch):
    tables = [make_table(*mixed_frame(n_samples=n), name=f"t{n}") for n in (120, 160)]
    plan = make_plan(tables, cv=5, repeats=5)
    done = CellResult([{"failure": ""}], [])
    monkeypatch.setattr(module, "run_cell", lambda _: time.sleep(0.02) or done)
    cells = [cell for cell in plan.cells if cell.method.name == "logistic"]
    seconds = forecast_seconds(cells, 1)
    assert 0.02 * len(cells) <= seconds < 0.06 * len(cells)
    assert forecast_seconds(cells[::2], 1) < seconds
    assert forecast_seconds([], 2) == 0


def test_a_user_estimator_does_not_set_the_rate(mixed_frame, monkeypatch):
    plan = make_plan(
        [make_table(*mixed_frame(n_samples=120), name="t")],
        methods=["focal", make_method(DummyClassifier(), "own")],
        cv=2,
        repeats=1,
    )
    trials = []
    run_cell = module.run_cell

    def run(cell):
        trials.append(cell.method.name)
        return run_cell(cell)

    monkeypatch.setattr(module, "run_cell", run)
    assert forecast_seconds(plan.cells, 1) > 0
    assert set(trials) == {"logistic"}


def test_no_time_is_forecast_from_a_failed_trial(mixed_frame, monkeypatch):
    plan = make_plan([make_table(*mixed_frame(n_samples=120), name="t")], cv=2, repeats=1)
    failed = CellResult([{"failure": "MemoryError: too large"}], [])
    monkeypatch.setattr(module, "run_cell", lambda _: failed)
    with pytest.raises(DataError, match=r"'t'.*logistic failed.*MemoryError: too large"):
        forecast_seconds(plan.cells, 1)


@pytest.mark.parametrize("n_processes", [1, 3, 50])
def test_processes_share_the_time_but_not_that_of_one_cell(n_processes):
    seconds = [1.0, 2.0, 30.0]
    start = expected_seconds([1.0], 2) - 1 if n_processes > 1 else 0
    assert expected_seconds(seconds, n_processes) == max(33 / n_processes, 30) + start


@pytest.mark.slow
def test_a_forecast_is_near_the_time_that_a_run_takes(mixed_frame):
    table = make_table(*mixed_frame(n_samples=2000), name="t")
    methods = [METHODS["logistic"], replace(METHODS["class_weight"], cost=1.0)]
    plan = make_plan([table], methods=methods, cv=4, repeats=1)
    seconds = forecast_seconds(plan.cells, 1)
    start = time.perf_counter()
    for cell in plan.cells:
        module.run_cell(cell)
    assert 0.4 < seconds / (time.perf_counter() - start) < 2.5  # the machine may be busy


@pytest.mark.parametrize("fixed", [0.0, 0.3])
def test_time_that_does_not_depend_on_the_rows_is_not_multiplied(monkeypatch, fixed):
    n_rows = 60_000
    y = np.arange(n_rows) % 10 == 0
    table = make_table(np.random.default_rng(0).normal(size=(n_rows, 2)), y, name="t")
    plan = make_plan([table], methods=["logistic"], cv=5, repeats=1)

    def seconds_of(cell):
        return fixed + 1e-5 * len(cell.table.y)

    monkeypatch.setattr(module, "_time", seconds_of)
    logistic = [cell for cell in plan.cells if cell.method.name == "logistic"]
    assert forecast_seconds(logistic, 1) == pytest.approx(5 * (fixed + 0.6), rel=0.01)
