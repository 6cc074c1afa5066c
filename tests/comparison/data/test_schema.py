"""New rows are read as the table was, whatever the chunks and the format they come in."""

import json

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import DataError, make_table, read_table
from skfocal.comparison.data.schema import Schema

N_ROWS = 60
RNG = np.random.default_rng(0)


def written():
    """Columns of every form, as a text file may have them."""
    index = np.arange(N_ROWS)
    days = pd.date_range("2021-01-05", periods=N_ROWS, freq="37h")
    return pd.DataFrame(
        {
            "plain": np.where(index % 7 == 0, "", RNG.normal(size=N_ROWS).round(6).astype(str)),
            "word": np.where(index % 9 == 0, "NA", (index % 13).astype(str)),
            "price": [f"${1000 + 37 * i:,}.50" if i % 5 else "unknown" for i in index],
            "comma": [f"{i % 17},{i % 10}" for i in index],
            "percent": [f"{i % 23}%" for i in index],
            "code": [f"0{i % 9}" for i in index],
            "flag": np.where(index % 2, "True", "False"),
            "mixed": np.where(index % 3 == 0, "1", np.where(index % 3 == 1, "2.50", "other")),
            "european": days.strftime("%d/%m/%Y"),
            "moment": days.strftime("%Y-%m-%d %H:%M"),
            "clock": [f"{i % 24:02}:{i % 60:02}" for i in index],
            "town": np.where(index % 4 == 0, "", np.where(index % 4 == 1, "Bern", "Genf ")),
            "y": np.where(index % 6 == 0, "yes", "no"),
        }
    )


def typed():
    """Columns of every type that a frame may have."""
    index = np.arange(N_ROWS)
    days = pd.Series(pd.date_range("2021-01-05", periods=N_ROWS, freq="37h"))
    return pd.DataFrame(
        {
            "float": np.where(index % 7 == 0, np.nan, RNG.normal(size=N_ROWS)),
            "whole": index % 13,
            "nullable": pd.array([None if i % 5 == 0 else i % 3 for i in index], dtype="Int64"),
            "flag": index % 2 == 0,
            "kind": pd.Categorical(index % 4),
            "date": days,
            "zoned": days.dt.tz_localize("Europe/Zurich"),
            "lasting": pd.to_timedelta(index % 11, unit="min"),
            "town": pd.array([None if i % 4 == 0 else "ab"[i % 2] for i in index], dtype="string"),
            "y": np.where(index % 6 == 0, "yes", "no"),
        }
    )


def read_in_chunks(schema, frame, size, **settings):
    chunks = [
        schema.read(frame.iloc[start : start + size], **settings).X
        for start in range(0, len(frame), size)
    ]
    return pd.concat(chunks, ignore_index=True)


@pytest.mark.parametrize("size", [pytest.param(1, marks=pytest.mark.slow), 7, N_ROWS])
def test_text_is_read_as_in_the_table_in_chunks_of_any_size(tmp_path, size):
    path = tmp_path / "table.csv"
    written().to_csv(path, index=False)
    table = read_table(path, "y")
    texts = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])
    schema = Schema.from_dict(json.loads(json.dumps(table.schema.to_dict())))
    assert schema == table.schema
    assert len(schema.columns) == texts.shape[1] - 1
    found = read_in_chunks(schema, texts, size, typed=False)
    pd.testing.assert_frame_equal(found, table.X, rtol=1e-15)


@pytest.mark.parametrize("size", [1, 7, N_ROWS])
def test_types_are_read_as_in_the_table_in_chunks_of_any_size(size):
    frame = typed()
    table = make_table(frame.drop(columns="y"), frame["y"], name="table")
    found = read_in_chunks(table.schema, frame, size)
    pd.testing.assert_frame_equal(found, table.X)


def test_a_typed_table_is_read_in_the_same_way_from_text():
    frame = typed().drop(columns=["zoned", "lasting", "nullable"])
    table = make_table(frame.drop(columns="y"), frame["y"], name="table")
    texts = frame.astype(object).where(frame.notna(), None).map(str, na_action="ignore")
    found = table.schema.read(texts, typed=False)
    pd.testing.assert_frame_equal(found.X, table.X)


def test_what_is_unusual_is_counted_and_the_order_of_columns_is_free():
    frame = pd.DataFrame({"x": np.arange(30.0), "town": list("abc") * 10})
    table = make_table(frame, np.arange(30) % 2, name="table", keep=["x"])
    new = pd.DataFrame({"town": ["a", "z", None, "c"], "x": ["1", "many", "inf", "?"], "more": 1})
    found = table.schema.read(new, typed=False)
    assert found.X.columns.tolist() == ["x", "town"]
    np.testing.assert_array_equal(found.X["x"], [1, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(found.X["town"], [0, 3, np.nan, 2])
    assert found.unreadable["x"].tolist() == [False, True, True, False]
    assert found.missing["x"].tolist() == [False, False, False, True]
    assert found.unseen["town"].tolist() == [False, True, False, False]
    assert found.missing["town"].tolist() == [False, False, True, False]


def test_categories_that_are_written_in_another_way_are_known():
    frame = pd.DataFrame({"n": pd.Categorical([1, 2, 3] * 10), "flag": [True, False] * 15})
    table = make_table(frame, np.arange(30) % 2, name="table")
    new = pd.DataFrame({"n": ["1.0", " 2", "4"], "flag": ["TRUE", "false", "True"]})
    found = table.schema.read(new, typed=False)
    assert found.X["n"].tolist() == [0, 1, 3]
    assert found.X["flag"].tolist() == [1, 0, 1]


def test_words_for_missing_values_are_kept_if_they_were(tmp_path):
    path = tmp_path / "table.csv"
    frame = pd.DataFrame({"x": ["NA", "b", "c"] * 10, "y": [0, 1, 1] * 10})
    frame.to_csv(path, index=False)
    kept = read_table(path, "y", keep_na=True).schema
    assert kept.read(frame, typed=False).X["x"].tolist()[:3] == [0, 1, 2]
    lost = read_table(path, "y").schema.read(frame, typed=False)
    assert np.isnan(lost.X["x"][0])
    assert lost.missing["x"].sum() == 10


def test_missing_columns_are_refused_with_similar_names():
    frame = pd.DataFrame({"income": np.arange(30.0), "age": np.arange(30.0)})
    table = make_table(frame, np.arange(30) % 2, name="table", keep=["age", "income"])
    with pytest.raises(DataError, match=r"'income' is missing.*did you mean 'Income'"):
        table.schema.read(frame.rename(columns={"income": "Income"}))
    with pytest.raises(DataError, match="columns 'income', 'age' are missing"):
        table.schema.read(pd.DataFrame({"b": [1]}))
