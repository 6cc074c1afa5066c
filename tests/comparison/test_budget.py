"""A comparison fits into a time, and reports what was reduced."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier

from skfocal.comparison import METHODS, compare, compare_tables, load_comparison, make_table
from skfocal.comparison import budget as module
from skfocal.comparison.budget import plan_within
from skfocal.comparison.errors import SettingError
from skfocal.comparison.methods.user_estimators import make_method
from skfocal.comparison.storage.runs import StoredRun, write_run

N_ROWS = 40_000
PLAN = {"n_jobs": 1, "repeats": 5, "methods": ["class_weight", "focal"]}


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    y = (np.arange(N_ROWS) % 20 == 0).astype(int)
    return make_table(rng.normal(size=(N_ROWS, 3)) + y[:, None], y, name="t")


@pytest.fixture
def known_speed(monkeypatch):
    """Let a fold of logistic regression on the table take one second."""

    def seconds_per_work(table, **_):
        return 1 / (module.table_work(table) * module.method_cost(METHODS["logistic"], table))

    monkeypatch.setattr(module, "seconds_per_work", seconds_per_work)


def total_rows(plan):
    """Return the number of rows of all trainings of candidates."""
    return sum(
        cell.method.n_candidates * len(rows) for cell in plan.cells for rows, _ in cell.split.inner
    )


@pytest.mark.usefixtures("known_speed")
def test_a_large_budget_changes_nothing(table):
    plan = plan_within(1e6, [table], **PLAN)
    assert plan.settings.reductions == ()
    assert plan.keys == plan_within(None, [table], **PLAN).keys


@pytest.mark.usefixtures("known_speed")
def test_a_smaller_budget_never_means_more_work(table):
    plans = [plan_within(budget, [table], **PLAN) for budget in (100, 50, 30, 17, 12, 9, 6)]
    for larger, smaller in pairwise(plans):
        assert total_rows(smaller) <= total_rows(larger)
        assert len(smaller.settings.reductions) >= len(larger.settings.reductions)
    assert total_rows(plans[-1]) < total_rows(plans[0]) / 20


@pytest.mark.usefixtures("known_speed")
@pytest.mark.parametrize("budget", [6, 12, 30])
def test_every_fold_keeps_the_shares_of_the_classes(table, budget):
    plan = plan_within(budget, [table], **PLAN)
    for cell in plan.cells:
        y = table.y[cell.split.train]
        for rows, rest in cell.split.inner:
            assert len(rows) >= 2_000
            assert len(np.unique(rows)) == len(rows)
            assert not np.intersect1d(rows, rest).size
            assert y[rows].mean() == pytest.approx(y.mean(), rel=0.02)


@pytest.mark.usefixtures("known_speed")
def test_all_methods_of_a_fold_are_trained_on_the_same_rows(table):
    plan = plan_within(8, [table], **PLAN)
    assert plan.settings.tuning_rows is not None
    by_fold = {}
    for cell in plan.cells:
        place = cell.split.repeat, cell.split.fold
        inner = by_fold.setdefault(place, cell.split.inner)
        for (rows, _), (same, _) in zip(cell.split.inner, inner, strict=True):
            np.testing.assert_array_equal(rows, same)


@pytest.mark.usefixtures("known_speed")
def test_the_smallest_plan_that_is_too_long_is_refused_with_its_time(table):
    with pytest.raises(SettingError, match=r"budget must be at least about \d+ s.*got 1 s"):
        plan_within(1, [table], **PLAN)


@pytest.mark.parametrize("budget", [0, -1.0, float("nan")])
def test_a_budget_is_a_positive_number(table, budget):
    with pytest.raises(SettingError, match="budget must be a positive number"):
        plan_within(budget, [table], **PLAN)


@pytest.mark.slow
def test_a_run_says_what_was_reduced_and_is_continued_in_the_same_size(
    tmp_path, monkeypatch, mixed_frame
):
    X, y = mixed_frame(n_samples=200)
    settings = {"methods": ["class_weight"], "cv": 4, "repeats": 3, "directory": tmp_path}
    monkeypatch.setattr(module, "seconds_per_work", lambda *_, **__: 1e-9)
    with pytest.warns(UserWarning, match="reduced to fit the budget: 1 of 3 repeats"):
        comparison = compare(X, y, budget=0.05, progress=False, **settings)
    assert comparison.settings.repeats == 1
    # On a faster machine the plan would be larger, and its cells would not be those stored.
    monkeypatch.setattr(module, "seconds_per_work", lambda *_, **__: 1e-12)
    with pytest.warns(UserWarning, match="1 of 3 repeats"):
        again = compare(X, y, budget=0.05, progress=False, **settings)
    assert again.scores.equals(comparison.scores)
    stored = load_comparison(tmp_path)
    assert stored.settings == comparison.settings
    page = stored.to_html(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "budget of 0.05 s: 1 of 3 repeats" in page


@pytest.mark.parametrize(
    "changed",
    [{"cv": 4}, {"repeats": 4}, {"inner_cv": 2}, {"random_state": 1}, {"methods": ["focal"]}],
)
def test_a_stored_size_is_that_of_the_same_settings_only(table, tmp_path, monkeypatch, changed):
    def plan(rate, **changes):
        monkeypatch.setattr(module, "seconds_per_work", lambda *_, **__: rate)
        return plan_within(20, [table], directory=tmp_path, **{**PLAN, **changes})

    slow = plan(1e-7)
    assert slow.settings.reductions
    run = StoredRun({}, slow.settings, slow.methods, slow.metrics, [], {})
    write_run(tmp_path, run)
    assert plan(1e-12).settings == slow.settings
    assert plan(1e-12, **changed).settings.reductions == ()


def test_a_directory_of_another_size_names_the_budget(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    y = np.arange(8_000) % 10 == 0
    small = make_table(rng.normal(size=(len(y), 1)), y, name="small")
    settings = {"methods": [], "cv": 2, "inner_cv": 2, "repeats": 1, "directory": tmp_path}
    monkeypatch.setattr(module, "seconds_per_work", lambda *_, **__: 1e-9)
    of_a_cell = 1e-9 * module.table_work(small) * module.method_cost(METHODS["logistic"], small)
    with pytest.warns(UserWarning, match="about half of the candidates"):
        compare_tables([small], budget=1.3 * of_a_cell, **settings)
    monkeypatch.setattr(module, "seconds_per_work", lambda *_, **__: 1e-12)
    with pytest.warns(UserWarning, match="about half of the candidates"):
        compare_tables([small], budget=1.3 * of_a_cell, resume=False, **settings)
    for budget in (None, 100.0):
        with pytest.raises(SettingError, match=r"budget=.*use the same budget") as error:
            compare_tables([small], budget=budget, **settings)
        assert ("without a budget" if budget is None else "budget=100") in str(error.value)


@pytest.mark.usefixtures("known_speed")
def test_more_processes_allow_more_work(table):
    one, four = (plan_within(40, [table], **{**PLAN, "n_jobs": n_jobs}) for n_jobs in (1, 4))
    assert total_rows(one) < total_rows(four)


@pytest.mark.usefixtures("known_speed")
def test_the_smallest_plan_has_three_folds(table):
    plans = [plan_within(budget, [table], **PLAN) for budget in np.arange(2.5, 8, 0.25)]
    assert [plan.settings.cv for plan in plans] == sorted(plan.settings.cv for plan in plans)
    assert plans[0].settings.cv == 3
    assert plans[-1].settings.cv == 5


def test_the_unknown_time_of_a_user_estimator_is_reported(table, monkeypatch):
    monkeypatch.setattr(module, "seconds_per_work", lambda *_, **__: 1e-12)
    methods = ["focal", make_method(DummyClassifier(), "own")]
    with pytest.warns(UserWarning, match="the time of own cannot be forecast"):
        plan_within(100, [table], n_jobs=1, methods=methods)


@pytest.mark.parametrize("budget", ["10m", 0, -1.0, np.inf, np.nan])
def test_a_budget_is_a_number_of_seconds(table, budget):
    with pytest.raises(SettingError, match="budget must be a positive number of seconds"):
        plan_within(budget, [table], n_jobs=1)


@pytest.mark.usefixtures("known_speed")
def test_many_processes_do_not_shorten_a_cell(table):
    plan = plan_within(5, [table], **{**PLAN, "n_jobs": 1000})  # of which 4 s to start
    assert plan.settings.repeats == 1
    assert plan.settings.tuning_rows is not None
