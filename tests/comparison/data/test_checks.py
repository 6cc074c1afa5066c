"""Columns that number the rows or tell the class are pointed out, others are not."""

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import compare, make_table
from skfocal.comparison.data.checks import column_warnings

RNG = np.random.default_rng(0)
Y = RNG.permutation(np.arange(200) < 30)
NOISE = RNG.normal(size=200)


def found(column, y=Y):
    return list(column_warnings(make_table(pd.DataFrame({"mine": column}), y, name="data")))


@pytest.mark.parametrize(
    "column",
    [np.arange(200), RNG.permutation(200) + 1000, np.cumsum(RNG.integers(1, 1000, 200))],
)
def test_numbers_of_rows_look_like_identifiers(column):
    (text,) = found(column)
    assert text.startswith("column 'mine' numbers the rows")


@pytest.mark.parametrize(
    "column",
    [
        NOISE,
        RNG.integers(0, 100_000, 200),  # a count that happens to differ from row to row
        RNG.permutation(200) // 2,
        np.where(np.arange(200) == 3, np.nan, np.arange(200)),
    ],
)
def test_other_numbers_do_not(column):
    assert found(column) == []


@pytest.mark.parametrize(
    "column",
    [
        Y + 0.1 * RNG.uniform(size=200),
        -Y.astype(float),
        np.where(Y, np.nan, NOISE),  # missing where it happened
        np.where(Y, NOISE, np.nan),
        np.where(Y, "died", "left"),
        np.where(Y, None, np.where(NOISE > 0, "a", "b")),
    ],
)
def test_what_tells_the_class_is_pointed_out(column):
    (text,) = found(column)
    assert text.startswith("column 'mine' alone predicts the target (AUC 1.0000)")


def test_a_good_predictor_is_no_leak():
    assert found(Y + 0.5 * NOISE) == []


def test_categories_of_one_row_are_no_leak():
    column = np.where(np.arange(200) < 60, [f"town {row}" for row in range(200)], "elsewhere")
    assert found(column) == []


def test_with_more_classes_all_of_them_must_be_told():
    y = np.where(NOISE > 0.5, "third", Y.astype(str))
    (text,) = found(y, y)
    assert "alone predicts the target" in text
    assert found((y == "third").astype(float), y) == []


def test_of_few_rows_nothing_is_said():
    y = np.arange(12) % 2
    assert list(column_warnings(make_table(pd.DataFrame({"mine": y}), y, name="few"))) == []


def test_a_comparison_warns(mixed_frame):
    X, y = mixed_frame()
    X["id"] = range(len(X))
    with pytest.warns(UserWarning, match="column 'id' numbers the rows"):
        compare(X, y, methods=["logistic"], cv=2, repeats=1)
