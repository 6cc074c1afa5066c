"""Words for missing values, and what the reader of a file passes on to the table."""

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import DataError
from skfocal.comparison.data.reading import read_table

LABELS = "a,y\n" + "1,None\n2,ill\n3,NA\n4,ill\n,well\n"


@pytest.fixture
def write_file(tmp_path):
    """Return a function that writes content to a file."""

    def write(content, name="data.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_words_in_the_target_are_named_with_both_options(write_file):
    with pytest.raises(DataError, match="missing in 2 of 5 rows, among them 'NA' in 1 row") as info:
        read_table(write_file(LABELS), "y")
    assert "'None' in 1 row: such words are read as missing" in str(info.value)
    assert "--keep-na" in str(info.value)
    assert "--drop-missing-target" in str(info.value)


def test_words_are_labels_on_request(write_file):
    table = read_table(write_file(LABELS), "y", keep_na=True)
    assert table.classes == ("NA", "None", "ill", "well")
    assert table.X["a"].isna().sum() == 1


def test_rows_without_a_target_are_dropped_on_request(write_file):
    table = read_table(write_file(LABELS), "y", drop_missing_target=True)
    assert table.y.tolist() == [0, 0, 1]
    assert table.findings[0].startswith("column 'y' has 'NA' in 1 row, 'None' in 1 row, read as")
    assert table.findings[1] == "2 of 5 rows have no target and are dropped"


def test_words_in_categories_are_missing_unless_kept(write_file):
    path = write_file("a,y\nred,0\nNA,1\nn/a,0\nblue,1\n")
    table = read_table(path, "y")
    assert table.X["a"].isna().tolist() == [False, True, True, False]
    assert table.findings[0].startswith("column 'a' has 'NA' in 1 row, 'n/a' in 1 row, read as")
    kept = read_table(path, "y", keep_na=True)
    assert kept.X["a"].notna().all()
    assert kept.findings == ()


@pytest.mark.parametrize("keep_na", [False, True])
def test_words_beside_numbers_are_missing_either_way(write_file, keep_na):
    path = write_file("a,y\n1.5,0\nNA,1\n?,0\n2,1\n")
    table = read_table(path, "y", keep_na=keep_na)
    np.testing.assert_array_equal(table.X["a"], [1.5, np.nan, np.nan, 2])
    assert all("read as missing" in finding for finding in table.findings)


def test_labels_that_are_numbers_beside_words_keep_their_names(write_file):
    path = write_file("a,y\n1,0\n2,1\n3,NA\n4,0\n")
    assert read_table(path, "y", drop_missing_target=True).classes == ("0", "1")


def test_types_of_parquet_are_trusted(tmp_path):
    path = tmp_path / "data.parquet"
    pd.DataFrame({"a": ["NA", "x", None], "y": ["None", "b", "b"]}).to_parquet(path)
    table = read_table(path, "y")
    assert table.classes == ("b", "None")
    assert table.X["a"].isna().tolist() == [False, False, True]


def test_findings_of_file_and_columns_are_one_list(write_file):
    content = "Größen\na,id,y\n" + "".join(f"{i % 9} %,{i},{i % 2}\n" for i in range(40))
    table = read_table(write_file(content.encode("latin-1")), "y")
    assert [finding.split()[-1] for finding in table.findings[:2]] == ["UTF-8", "skipped"]
    assert "is read as numbers: '0 %' as 0" in table.findings[2]
    assert "column 'id' is dropped" in table.findings[3]


def test_a_dropped_column_needs_no_finding(write_file):
    table = read_table(write_file("a,b,y\n1,NA,0\n2,x,1\n"), "y", drop=["b"])
    assert table.findings == ()


@pytest.mark.parametrize(
    "rows",
    ["5.1,3.5,setosa\n4.9,3.0,other\n", "1,1,0\n2,3,1\n", "5,3,a\n4,2,b\n"],
)
def test_a_file_without_names_says_so(write_file, rows):
    with pytest.raises(DataError, match=r"no line with column names: its first line \(.*looks"):
        read_table(write_file(rows), "y")


def test_a_misspelt_target_is_not_a_missing_header(write_file):
    with pytest.raises(DataError, match="'Y' does not exist; did you mean 'y'"):
        read_table(write_file("a,y\n1,0\n"), "Y")
