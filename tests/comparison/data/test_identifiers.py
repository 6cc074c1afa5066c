"""Text and integers that identify rows are dropped, unless they are kept."""

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import DataError, compare, make_table

RNG = np.random.default_rng(0)
Y = RNG.permutation(np.arange(200) < 30)


def table_of(column, name="mine", **settings):
    frame = pd.DataFrame({name: column, "other": RNG.normal(size=len(column))})
    return make_table(frame, Y[: len(column)], name="t", **settings)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("mine", np.arange(200)),
        ("mine", np.arange(200).astype(float)),
        ("mine", RNG.permutation(200) + 1000),
        ("mine", np.cumsum(RNG.integers(1, 1000, 200))),
        ("mine", RNG.integers(2**60, 2**62, 200)),
        ("mine", 2**60 + RNG.permutation(200)),  # equal as floats
        ("mine", [2**70 + int(number) for number in RNG.permutation(200)]),
        ("mine", [str(2**70 + int(number)) for number in RNG.permutation(200)]),
        ("mine", [str(number) for number in range(200)]),
        ("mine", [f"n{number}" for number in range(200)]),
        ("Unnamed: 0", RNG.permutation(10_000)[:200]),  # the index of a part of a table
        ("id", RNG.permutation(10_000)[:200]),
        ("patient_id", RNG.permutation(10_000)[:200]),
        ("PassengerId", RNG.permutation(10_000)[:200]),
    ],
)
def test_identifiers_are_dropped_unless_kept(name, column):
    table = table_of(column, name)
    assert list(table.X) == ["other"]
    assert table.dropped == (name,)
    (finding,) = table.findings
    assert finding.startswith(f"column {name!r} is dropped: ")
    assert "looks like an identifier" in finding
    assert "--keep" in finding
    kept = table_of(column, name, keep=[name])
    assert list(kept.X) == [name, "other"]
    assert kept.dropped == ()


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("mine", RNG.normal(size=200)),
        ("mine", RNG.integers(0, 100_000, 200)),  # a count that happens to differ
        ("mine", RNG.permutation(200) // 2),
        ("mine", np.where(np.arange(200) == 3, np.nan, np.arange(200))),
        ("mine", np.sort(RNG.normal(size=200))),
        ("mine", 1e20 * RNG.normal(size=200)),
        ("id", np.arange(200) // 2),
        ("width", RNG.permutation(10_000)[:200]),
        ("arid", RNG.permutation(10_000)[:200]),
    ],
)
def test_other_numbers_are_kept(name, column):
    table = table_of(column, name)
    assert list(table.X) == [name, "other"]
    assert table.findings == ()


def test_in_few_rows_nothing_is_an_identifier():
    assert table_of(np.arange(12)).dropped == ()


def test_text_is_an_identifier_only_if_nearly_all_rows_differ():
    texts = [f"n{min(i, 100)}" for i in range(110)]
    assert table_of(texts).dropped == ("mine",)
    for n_rows, n_distinct in ((100, 100), (120, 108)):
        values = [f"n{min(i, n_distinct - 1)}" for i in range(n_rows)]
        assert table_of(values).categorical == ("mine",)


def test_a_kept_text_is_a_category():
    texts = [f"n{i}" for i in range(200)]
    assert table_of(texts, keep=["mine"]).categorical == ("mine",)


def test_a_column_to_keep_must_exist():
    with pytest.raises(DataError, match="'Mine' does not exist; did you mean 'mine'"):
        table_of(np.arange(200), keep=["Mine"])


@pytest.mark.filterwarnings("always:column 'id'")
def test_a_comparison_warns_and_keeps(mixed_frame):
    X, y = mixed_frame()
    X["id"] = range(len(X))
    settings = {"methods": ["logistic"], "cv": 2, "repeats": 1}
    with pytest.warns(UserWarning, match="column 'id' is dropped"):
        without = compare(X, y, **settings)
    kept = compare(X, y, keep=["id"], **settings)
    assert "id" not in without.data_sets["numeric"][0]
    assert "id" in kept.data_sets["numeric"][0]
