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
from skfocal.comparison.run import forecast
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

    monkeypatch.setattr(forecast, "seconds_per_work", seconds_per_work)


def seconds_of(plan, table):
    """Return the expected time of a plan with as many folds as requested."""
    assert plan.settings.cv == plan.settings.requested_cv
    per_work = 1 / (module.table_work(table) * module.method_cost(METHODS["logistic"], table))
    return sum(cell.work for cell in plan.cells) * per_work


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
@pytest.mark.parametrize("budget", [100, 30, 12, 6, 4, 3])
def test_the_forecast_of_a_plan_is_within_its_budget(table, budget):
    plan = plan_within(budget, [table], **PLAN)
    seconds = forecast.forecast_seconds(plan.cells, 1, plan.settings, plan.rates)
    assert 0.4 * min(budget, 60) < seconds <= 1.01 * budget


@pytest.mark.usefixtures("known_speed")
def test_a_smaller_budget_never_means_more_work(table):
    plans = [plan_within(budget, [table], **PLAN) for budget in (100, 50, 30, 17, 12, 9, 6)]
    for larger, smaller in pairwise(plans):
        assert total_rows(smaller) <= total_rows(larger)
        assert len(smaller.settings.reductions) >= len(larger.settings.reductions)
    assert total_rows(plans[-1]) < total_rows(plans[0]) / 20


@pytest.mark.usefixtures("known_speed")
@pytest.mark.parametrize("budget", [100, 30, 17, 12, 9])
def test_the_plan_is_the_largest_that_fits(table, budget):
    plan = plan_within(budget, [table], **PLAN)
    seconds = seconds_of(plan, table)
    assert seconds <= budget * 1.001
    assert plan_within(seconds * 1.001, [table], **PLAN).keys == plan.keys
    assert total_rows(plan_within(seconds * 0.999, [table], **PLAN)) < total_rows(plan)


@pytest.mark.usefixtures("known_speed")
def test_fewer_folds_take_less_time_each(table):
    """The final fit has fewer rows, and the candidates have as many."""
    plans = (plan_within(budget, [table], **PLAN) for budget in np.arange(3.0, 8, 0.25))
    smallest = next(plan for plan in plans if plan.settings.cv == 5)
    seconds = seconds_of(smallest, table)
    assert plan_within(3 / 5 * seconds, [table], **PLAN).settings.cv == 3
    with pytest.raises(SettingError):
        plan_within(3 / 5 * (2 / 3) / (4 / 5) * seconds, [table], **PLAN)


@pytest.mark.usefixtures("known_speed")
@pytest.mark.parametrize("cv", [2, 3])
def test_there_are_never_more_folds_than_requested(table, cv):
    assert plan_within(5, [table], **PLAN, cv=cv).settings.cv == cv


@pytest.mark.usefixtures("known_speed")
@pytest.mark.parametrize("budget", [100, 50, 17, 8, 6, 5, 4])
def test_every_reduction_is_reported(table, budget):
    whole, plan = (plan_within(limit, [table], **PLAN) for limit in (None, budget))
    settings = plan.settings
    is_reduced = {
        f"{settings.repeats} of 5 repeats": settings.repeats < 5,
        f"at most {settings.tuning_rows or 0:,} rows": settings.tuning_rows is not None,
        "half of the candidates": whole.methods[0].n_candidates > plan.methods[0].n_candidates,
        f"{settings.cv} of 5 folds": settings.cv < 5,
    }
    expected = [text for text, is_true in is_reduced.items() if is_true]
    assert (settings.requested_cv, settings.requested_repeats) == (5, 5)
    assert len(settings.reductions) == len(expected)
    assert all(text in found for text, found in zip(expected, settings.reductions, strict=True))


@pytest.mark.usefixtures("known_speed")
def test_the_reason_for_the_number_of_repeats_is_given_if_it_is_kept():
    y = np.arange(N_ROWS) % 8 == 0
    table = make_table(np.random.default_rng(0).normal(size=(N_ROWS, 1)), y, name="t")
    settings = {**PLAN, "repeats": None}
    whole = plan_within(None, [table], **settings)
    assert whole.settings.repeats_reason
    kept, reduced = (plan_within(budget, [table], **settings).settings for budget in (1e6, 6))
    assert kept.repeats == reduced.requested_repeats == whole.settings.repeats
    assert kept.repeats_reason == whole.settings.repeats_reason
    assert reduced.repeats < kept.repeats
    assert reduced.repeats_reason == ""


@pytest.mark.usefixtures("known_speed")
def test_a_small_table_does_not_limit_the_reduction_of_others(table):
    y = (np.arange(1_500) % 100 == 0).astype(int)
    small = make_table(np.random.default_rng(1).normal(size=(1_500, 1)), y, name="small")
    fewest = [
        min(
            plan.settings.tuning_rows
            for plan in (plan_within(budget, tables, **PLAN) for budget in budgets)
            if plan.settings.tuning_rows is not None
        )
        for tables, budgets in (([table], (5, 6)), ([table, small], (15, 18)))
    ]
    assert fewest[0] == fewest[1]


@pytest.mark.usefixtures("known_speed")
def test_candidates_are_trained_on_enough_rows_of_every_table(table):
    """A table with few rows, or few of a class, keeps more of them, or all."""
    rng = np.random.default_rng(1)
    rare = (np.arange(N_ROWS) % 200 == 0).astype(int)
    few = (np.arange(300) % 10 == 0).astype(int)
    tables = [
        table,
        make_table(rng.normal(size=(N_ROWS, 3)), rare, name="rare"),
        make_table(rng.normal(size=(300, 3)), few, name="few"),
    ]
    plan = plan_within(15, tables, **PLAN)
    assert plan.settings.tuning_rows is not None
    for cell in plan.cells:
        y = cell.table.y[cell.split.train]
        for rows, rest in cell.split.inner:
            n_all = len(y) - len(rest)
            assert len(rows) >= min(2_000, n_all)
            assert np.bincount(y[rows]).min() >= min(50, np.bincount(np.delete(y, rest)).min())


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
    monkeypatch.setattr(forecast, "seconds_per_work", lambda *_, **__: 1e-9)
    with pytest.warns(UserWarning, match="reduced to fit the budget: 1 of 3 repeats"):
        comparison = compare(X, y, budget=0.05, progress=False, **settings)
    assert comparison.settings.repeats == 1
    # On a faster machine the plan would be larger, and its cells would not be those stored.
    monkeypatch.setattr(forecast, "seconds_per_work", lambda *_, **__: 1e-12)
    with pytest.warns(UserWarning, match="1 of 3 repeats"):
        again = compare(X, y, budget=0.05, progress=False, **settings)
    assert again.scores.equals(comparison.scores)
    stored = load_comparison(tmp_path)
    assert stored.settings == comparison.settings
    page = stored.to_html(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "budget of 0.05 s: 1 of 3 repeats" in page


@pytest.mark.parametrize(
    "changed",
    [
        {"budget": 30},
        {"cv": 4},
        {"repeats": 4},
        {"inner_cv": 2},
        {"random_state": 1},
        {"methods": ["focal"]},
        {"methods": ["class_weight", "focal", "undersample"]},
    ],
)
def test_a_stored_size_is_that_of_the_same_settings_only(table, tmp_path, monkeypatch, changed):
    def plan(rate, **changes):
        monkeypatch.setattr(forecast, "seconds_per_work", lambda *_, **__: rate)
        settings = {"budget": 20, "directory": tmp_path, **PLAN, **changes}
        return plan_within(tables=[table], **settings)

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
    monkeypatch.setattr(forecast, "seconds_per_work", lambda *_, **__: 1e-9)
    of_a_cell = 1e-9 * module.table_work(small) * module.method_cost(METHODS["logistic"], small)
    with pytest.warns(UserWarning, match="about half of the candidates"):
        compare_tables([small], budget=1.3 * of_a_cell, **settings)
    monkeypatch.setattr(forecast, "seconds_per_work", lambda *_, **__: 1e-12)
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
    monkeypatch.setattr(forecast, "seconds_per_work", lambda *_, **__: 1e-12)
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
