"""Types that only data frames and Parquet files have, and columns that are dropped."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from skfocal.comparison import make_table


def table_of(values):
    n_samples = len(values)
    frame = pd.DataFrame({"x": values, "other": np.arange(n_samples) % 3})
    return make_table(frame, np.arange(n_samples) % 2, name="t")


@pytest.mark.parametrize(
    "values",
    [
        [Decimal("1.5"), None, Decimal(2)],
        [Decimal("1.5"), None, 2],
        pd.Series([1.5, None, 2.0], dtype=object),
        pd.Series([Decimal("1.5"), None, Decimal("2.0")]).astype(
            pd.ArrowDtype(pa.decimal128(9, 2))
        ),
        pd.array([1.5, None, 2.0], dtype="Float64"),
        pd.arrays.SparseArray([1.5, np.nan, 2.0]),
    ],
)
def test_numbers_of_any_type_are_numbers(values):
    table = table_of(values)
    assert table.numeric == ("x", "other")
    np.testing.assert_array_equal(table.X["x"], [1.5, np.nan, 2])
    assert table.findings == ()


def test_numbers_beside_words_are_numbers():
    table = table_of([1, "?", 2.5])
    np.testing.assert_array_equal(table.X["x"], [1, np.nan, 2.5])


def test_bytes_that_are_text_are_read_as_text():
    table = table_of([b"a", b"b", "\u00e4".encode()])
    assert table.categorical == ("x",)
    assert table.findings == ("column 'x' has bytes and is read as text",)
    assert table_of([b"1", b"2", b"3"]).X["x"].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([[1], [2], [3]], "list"),
        ([{"a": 1}, {"a": 2}, None], "dict"),
        ([np.ones(2), np.ones(2), None], "ndarray"),
        ([(1, 2), "a", None], "str and tuple"),
        ([1j, 2j, 3j], "complex"),
        ([b"\xff", b"\xfe", b"a"], "bytes that are no text in UTF-8"),
    ],
)
def test_other_objects_are_dropped_by_name(values, found):
    table = table_of(values)
    assert list(table.X) == ["other"]
    assert table.dropped == ("x",)
    (finding,) = table.findings
    assert finding.startswith("column 'x' is dropped: its values are")
    assert found in finding


def test_without_a_usable_column_the_error_names_what_was_dropped():
    with pytest.raises(ValueError, match=r"no feature column is left; .*'x' is dropped.*list"):
        make_table(pd.DataFrame({"x": [[1], [2]]}), ["a", "b"], name="t")


def test_names_of_parts_must_not_clash():
    frame = pd.DataFrame({"x": pd.to_datetime(["2020", "2021"]), "x (year)": [1, 2]})
    with pytest.raises(ValueError, match=r"unique; got 'x \(year\)' more than once"):
        make_table(frame, ["a", "b"], name="t")


def test_all_infinite_columns_are_named_at_once():
    frame = pd.DataFrame({"a": [1, np.inf], "b": [1, 2], "c": [-np.inf, 1]})
    with pytest.raises(ValueError, match="columns 'a', 'c' have infinite values"):
        make_table(frame, ["a", "b"], name="t")


def test_similar_columns_share_one_finding():
    frame = pd.DataFrame({f"c{number}": ["1", "?", "2"] for number in range(30)})
    (finding,) = make_table(frame, ["a", "b", "a"], name="t").findings
    assert finding.startswith("column 'c0' has '?' in 1 row, read as missing; the same applies to ")
    assert finding.endswith("and 19 more")


@pytest.mark.parametrize("n_names", [100, 101])
def test_categories_that_are_merged_are_reported(n_names):
    table = table_of([f"v{number % n_names}" for number in range(5 * n_names)])
    assert table.categorical == ("x",)
    found = [finding for finding in table.findings if "categories" in finding]
    assert len(found) == (n_names > 100)
