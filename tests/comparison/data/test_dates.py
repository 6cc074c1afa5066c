"""Dates, times and durations become numbers, as text or as types."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import make_table

STAMPS = pd.Series(
    pd.to_datetime(["2020-01-31 12:30:00", "2021-02-28 06:00:00", "2019-12-05 18:15:30"])
)
DAYS = STAMPS.dt.normalize()


def table_of(values):
    return make_table(pd.DataFrame({"x": values}), ["a", "b", "a"], name="t")


def total_seconds(stamps):
    return ((stamps - pd.Timestamp(0)) / pd.Timedelta(seconds=1)).tolist()


def test_the_parts_of_a_date():
    table = table_of(STAMPS)
    assert table.X.to_dict("list") == {
        "x (year)": [2020, 2021, 2019],
        "x (month)": [1, 2, 12],
        "x (day)": [31, 28, 5],
        "x (weekday)": [4, 6, 3],
        "x (hour)": [12, 6, 18],
        "x (total seconds)": total_seconds(STAMPS),
    }
    assert table.categorical == ()
    assert table.findings == (
        "column 'x' has dates and is read as year, month, day, weekday, hour, total seconds",
    )


def test_parts_that_do_not_vary_are_omitted():
    table = table_of(pd.to_datetime(["2020-01-03", "2020-01-10", "2020-01-17"]))
    assert list(table.X) == ["x (day)", "x (total seconds)"]
    assert list(table_of(pd.to_datetime(["2020-01-03"] * 3)).X) == ["x (total seconds)"]


@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%d.%m.%Y",
        "%d.%m.%y",
        "%m/%d/%Y",
        "%m/%d/%y",
        "%d-%m-%Y",
        "%d %b %Y",
        "%d-%b-%y",
        "%B %d, %Y",
        "%a, %d %b %Y",
        "%A %d.%m.%Y",
    ],
)
def test_dates_in_text(form):
    table = table_of(DAYS.dt.strftime(form))
    assert table.X["x (total seconds)"].tolist() == total_seconds(DAYS)
    assert "(hour)" not in table.X
    assert table.findings[0].startswith("column 'x' has dates and is read as year, month, day")


@pytest.mark.parametrize("form", ["%Y-%m", "%Y/%m", "%m/%Y", "%b %Y", "%B-%Y"])
def test_months_in_text_begin_on_their_first_day(form):
    table = table_of(DAYS.dt.strftime(form))
    months = DAYS.dt.to_period("M").dt.start_time
    assert table.X["x (total seconds)"].tolist() == total_seconds(months)
    assert "x (day)" not in table.X


@pytest.mark.parametrize("texts", [["2012-13", "2013-14"], ["1234-05", "4711-12"], ["3/4", "7/8"]])
def test_numbers_that_are_no_months_are_no_dates(texts):
    assert table_of([*texts, texts[0]]).categorical == ("x",)


@pytest.mark.parametrize(
    ("form", "offset"),
    [
        ("%Y-%m-%d %H:%M:%S", 0),
        ("%Y-%m-%dT%H:%M:%S.000Z", 0),
        ("%Y-%m-%dT%H:%M:%S+01:00", 1),
        ("%d.%m.%Y %H:%M:%S", 0),
        ("%m/%d/%Y %I:%M:%S %p", 0),
        ("%a, %d %b %Y %H:%M:%S +0100", 1),
    ],
)
def test_dates_with_times_in_text(form, offset):
    expected = STAMPS - pd.Timedelta(hours=offset)
    assert table_of(STAMPS.dt.strftime(form)).X["x (total seconds)"].tolist() == total_seconds(
        expected
    )


@pytest.mark.parametrize(
    ("texts", "months", "order"),
    [
        (["01/02/2020", "02/03/2020", "03/05/2020"], [1, 2, 3], "the month first"),
        (["01/02/2020", "13/03/2020", "03/05/2020"], [2, 3, 5], "the day first"),
        (["01.02.2020", "02.03.2020", "03.05.2020"], [2, 3, 5], "the day first"),
        (["01-25-2020", "02-03-2020", "03-05-2020"], [1, 2, 3], "the month first"),
    ],
)
def test_the_order_of_day_and_month_is_that_of_the_column_and_is_named(texts, months, order):
    table = table_of(texts)
    assert table.X["x (month)"].tolist() == months
    assert table.findings[0].endswith(order)


@pytest.mark.parametrize(
    "values",
    [
        STAMPS.dt.date,
        STAMPS.astype(object),
        STAMPS.dt.tz_localize("UTC"),
        STAMPS.dt.to_period("D"),
        STAMPS.dt.date.astype("date32[pyarrow]"),
        STAMPS.astype("timestamp[us][pyarrow]"),
    ],
)
def test_other_types_of_dates(values):
    table = table_of(values)
    assert table.X["x (day)"].tolist() == [31, 28, 5]
    assert table.X["x (total seconds)"].tolist() in (total_seconds(STAMPS), total_seconds(DAYS))


@pytest.mark.parametrize(
    "values",
    [
        [dt.time(12, 30), None, dt.time(0, 0, 1)],
        ["12:30", None, "0:00:01"],
        ["12:30 PM", "", "12:00:01 am"],
        pd.to_timedelta([45_000, None, 1], unit="s"),
        [dt.timedelta(hours=12.5), None, dt.timedelta(seconds=1)],
        ["0 days 12:30:00", "?", "0 days 00:00:01"],
        pd.Series([45_000, None, 1]).astype("duration[s][pyarrow]"),
    ],
)
def test_times_and_durations_are_seconds(values):
    table = table_of(values)
    np.testing.assert_array_equal(table.X["x"], [45_000, np.nan, 1])
    assert "read as seconds" in table.findings[0]


def test_long_and_negative_durations():
    table = table_of(["36:00", "2 days 01:00:00", "-1 days +23:00:00"])
    assert table.X["x"].tolist() == [36 * 3600, 49 * 3600, -3600]


def test_missing_dates_are_missing_in_every_part():
    table = table_of([None, *DAYS[1:]])
    assert table.X.iloc[0].isna().all()
    assert table.X.iloc[1:].notna().all(axis=None)


def test_a_rare_other_text_is_named_and_becomes_missing():
    dates = pd.date_range("2020-01-01", periods=98).strftime("%Y-%m-%d").tolist()
    frame = pd.DataFrame({"x": [*dates, "never", "2020-02-31"]})
    table = make_table(frame, np.arange(100) % 2, name="t")
    assert table.X["x (day)"].isna().sum() == 2
    assert (
        "but '2020-02-31' in 1 row, 'never' in 1 row cannot be read as dates" in (table.findings[1])
    )


def test_several_columns_of_dates_are_read_at_once():
    frame = pd.DataFrame({name: DAYS.dt.strftime("%Y-%m-%d") for name in "abcde"})
    table = make_table(frame, ["a", "b", "a"], name="t")
    assert table.X.shape == (3, 25)
    (finding,) = table.findings
    assert finding.endswith("the same applies to 4 more columns: 'b', 'c', 'd', 'e'")


def test_increasing_dates_are_no_identifier():
    dates = pd.date_range("2020-01-01", periods=300)
    assert make_table(pd.DataFrame({"x": dates}), np.arange(300) % 2, name="t").dropped == ()


def test_versions_are_no_dates():
    assert table_of(["1.2.10", "1.10.3", "2.0.11"]).categorical == ("x",)
