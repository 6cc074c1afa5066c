"""Text columns of numbers are read as these numbers, whatever their form."""

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import make_table


def table_of(values):
    labels = np.arange(len(values)) % 2
    return make_table(pd.DataFrame({"x": pd.Series(values, dtype=object)}), labels, name="t")


def read(values):
    table = table_of(values)
    assert table.numeric == ("x",)
    return table.X["x"].tolist()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "2.5", "-3e-2", ".5", "+4."], [1, 2.5, -0.03, 0.5, 4]),
        (["12%", "3.5 %", "0"], [12, 3.5, 0]),
        (["$12.34", "$1,000", "-$5", "$-6", "($7.50)"], [12.34, 1000, -5, -6, -7.5]),
        (["12,50 €", "1.234,00 €", "7"], [12.5, 1234, 7]),
        (["EUR 5", "EUR 10"], [5, 10]),
        (["1,234.50", "12,345,678", "950"], [1234.5, 12345678, 950]),
        (["12,34,567.5", "1,000"], [1234567.5, 1000]),
        (["10 500", "1\u00a0234", "1\u202f000\u202f000", "7"], [10500, 1234, 1e6, 7]),
        (["10'500.5", "2\u2019000"], [10500.5, 2000]),
        (["1.5D+00", "2d-1", "3E2"], [1.5, 0.2, 300]),
        (["1,5", "2", "-3,25"], [1.5, 2, -3.25]),
        (["1.234,5", "7,0", "1e3", "+2,5e-3"], [1234.5, 7, 1000, 0.0025]),
        (["1,234", "0,512", "12,345"], [1.234, 0.512, 12.345]),  # 0,512 is no group of thousands
        (["1,234", "950", "12,345"], [1234, 950, 12345]),
        (["1.234.567", "1.234", "950"], [1234567, 1234, 950]),
        (["70 kg", "65.5 kg", "80kg"], [70, 65.5, 80]),
        (["<0.5", "0.7", "> 90", "90+"], [0.5, 0.7, 90, 90]),
        (["\u22125", "3"], [-5, 3]),
        ([" 1", "2 "], [1, 2]),
    ],
)
def test_forms_of_numbers(values, expected):
    assert read(values) == pytest.approx(expected)


@pytest.mark.parametrize(
    "word",
    ["?", "-", ".", "NA", "N/A", "n/a", "null", "none", "None", "unknown", "Unknown", "#DIV/0!"],
)
def test_words_for_missing_values_beside_numbers(word):
    table = table_of(["1.5", "2", word, None, "4"])
    np.testing.assert_array_equal(table.X["x"], [1.5, 2, np.nan, np.nan, 4])
    assert table.findings == (f"column 'x' has {word!r} in 1 row, read as missing",)


def test_many_missing_words_leave_numbers():
    table = table_of(["-"] * 90 + ["3", "4"] * 5)
    assert table.X["x"].notna().sum() == 10


def test_a_rare_other_text_is_named_and_becomes_missing():
    table = table_of([*map(str, range(97)), "trace", "trace", "see note"])
    assert table.X["x"].isna().sum() == 3
    (finding,) = table.findings
    assert "is read as numbers, but 'trace' in 2 rows, 'see note' in 1 row cannot" in finding


@pytest.mark.parametrize(
    ("values", "odd"),
    [
        (["1"] * 60 + ["high"] * 40, "'high' in 40 rows"),
        (["70 kg"] * 60 + ["154 lb"] * 40, "'154 lb' in 40 rows"),
        (["12%"] * 60 + ["0.12"] * 40, "'0.12' in 40 rows"),
        (["1.5"] * 60 + ["2,5"] * 40, "'2,5' in 40 rows"),
        (["$5"] * 60 + ["€5"] * 40, "'€5' in 40 rows"),
    ],
)
def test_mixed_forms_stay_text_and_say_so(values, odd):
    table = table_of(values)
    assert table.categorical == ("x",)
    (finding,) = table.findings
    assert f"has numbers in 60 % of its values but also {odd}" in finding
    assert "one form and unit" in finding


@pytest.mark.parametrize(
    "values",
    [
        ["1,5", "low", "high"],
        ["red, green", "red", "1,5"],
        ["1.2.10", "1.10.3", "2.0.11"],
        ["20-29", "30-39", "40-49"],
        ["A1", "B2", "C3"],
        ["1st", "2nd", "3rd"],
        ["may", "june", None],
        [None, None, None],
        ["?", "-", "?"],
    ],
)
def test_other_texts_are_categories(values):
    table = table_of(values)
    assert table.categorical == ("x",)
    assert table.findings == ()


def test_every_conversion_is_named():
    table = table_of(["1", "2", "3"])
    assert "has numbers as text and is read as numbers" in table.findings[0]
    table = table_of(["12%", "13%"])
    assert table.findings == ("column 'x' is read as numbers: '12%' as 12",)


def test_continuous_numbers_are_no_identifier():
    values = [f"${value:.2f}" for value in np.random.default_rng(0).normal(50, 20, 300)]
    assert table_of(values).dropped == ()


def test_infinite_numbers_are_refused_like_those_of_a_numeric_column():
    with pytest.raises(ValueError, match="column 'x' has infinite values"):
        table_of(["1", "inf", "?"])


def test_other_columns_and_the_target_do_not_matter():
    values = ["1", "?", "2,5", "3", "7"] * 4
    alone = table_of(values).X["x"]
    frame = pd.DataFrame({"x": values, "z": ["1.5", "2"] * 10})
    beside = make_table(frame, np.arange(20) % 4 == 0, name="t").X["x"]
    pd.testing.assert_series_equal(alone, beside)


def test_declared_categories_stay():
    values = pd.Categorical(["2020-01-31", "1,5", *(f"{i}" for i in range(200))])
    frame = pd.DataFrame({"x": values})
    assert make_table(frame, np.arange(202) % 2, name="t").categorical == ("x",)
