import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import DataError, make_table
from skfocal.comparison.data.checks import column_warnings


def table_of(values):
    labels = np.arange(len(values)) % 2
    return make_table(pd.DataFrame({"x": values}), labels, name="t")


@pytest.mark.parametrize(
    "values",
    [
        ["1,5", "2", None, "-3,25"],
        ["1.234,5", "7,0", "1e3", "+2,5e-3"],
        [*["1,5", " 2,5 "] * 20, "unknown"],
    ],
)
def test_numbers_with_decimal_commas_are_refused(values):
    with pytest.raises(DataError, match=r"'x' has numbers with decimal commas.*decimal points"):
        table_of(values)


@pytest.mark.parametrize(
    "date",
    [
        "2020-01-31",
        "2020/1/31",
        "31.1.2020",
        "01.02.20",
        "1/31/20",
        "2020-01-31 12:30:00",
        "2020-01-31T12:30:00Z",
        "31 Jan 2020",
        "31-jan-20",
        "January 31, 2020",
    ],
)
def test_dates_are_refused(date):
    with pytest.raises(DataError, match=r"'x' has dates, such as .*--drop"):
        table_of([date, None, date, date])


def test_dates_read_as_objects_are_refused():
    dates = pd.Series(pd.date_range("2020-01-01", periods=4).date, dtype=object)
    with pytest.raises(DataError, match="'x' has dates"):
        table_of(dates)


@pytest.mark.parametrize(
    "values",
    [
        ["1", "2", "3"],
        ["1,5", "low", "high"],
        ["red, green", "red", "1,5"],
        ["1.2.10", "1.10.3", "2.0.11"],
        ["20-29", "30-39", "40-49"],
        ["may", "june", None],
        [None, None, None],
    ],
)
def test_other_texts_are_categories(values):
    assert table_of(pd.Series(values, dtype=object)).categorical == ("x",)


def test_texts_that_are_nearly_all_different_are_left_out():
    labels = np.arange(110) % 2
    texts = [f"n{min(i, 100)}" for i in range(110)]
    table = make_table(pd.DataFrame({"id": texts, "x": np.arange(110.0)}), labels, name="t")
    assert list(table.X) == ["x"]
    assert (table.dropped, table.categorical) == (("id",), ())
    assert next(column_warnings(table)).startswith("column 'id' is dropped")
    with pytest.raises(DataError, match="no feature column is left"):
        table_of(texts)
    for n_rows, n_distinct in ((100, 100), (120, 108)):
        values = [f"n{min(i, n_distinct - 1)}" for i in range(n_rows)]
        assert table_of(values).categorical == ("x",)


def test_declared_categories_are_taken_for_that():
    values = pd.Categorical(["2020-01-31", "1,5", *(f"n{i}" for i in range(200))])
    assert table_of(values).categorical == ("x",)
