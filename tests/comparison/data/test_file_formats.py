"""Files of every format are read by their content, whatever their name."""

import gzip
import io
import zipfile

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from skfocal.comparison import DataError
from skfocal.comparison.data.file_formats import read_content
from skfocal.comparison.data.reading import read_table

FRAME = pd.DataFrame({"a": [1.5, None, 3.0], "b": ["x", "z", None], "y": ["no", "no", "yes"]})


def to_bytes(write):
    content = io.BytesIO()
    write(content)
    return content.getvalue()


def zip_files(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


CSV = FRAME.to_csv(index=False).encode()
CONTENTS = {
    "csv": CSV,
    "gz": gzip.compress(CSV, mtime=0),
    "zip": zip_files({"folder/": b"", "folder/inner.csv": CSV, "__MACOSX/._inner.csv": b"\0"}),
    "xlsx": to_bytes(lambda file: FRAME.to_excel(file, index=False)),
    "parquet": to_bytes(FRAME.to_parquet),
    "feather": to_bytes(FRAME.to_feather),
}


def assert_equals_frame(found):
    alike = [frame.astype(object).where(frame.notna(), None) for frame in (found, FRAME)]
    pd.testing.assert_frame_equal(*alike)


@pytest.fixture
def write_file(tmp_path):
    """Return a function that writes content to a file."""

    def write(content, name):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("people.csv", "csv"),
        ("people.TXT", "csv"),
        ("people.csv.gz", "gz"),
        ("people.gz", "gz"),
        ("people.zip", "zip"),
        ("people.xlsx", "xlsx"),
        ("people.parquet", "parquet"),
        ("people.feather", "feather"),
        ("people.arrow", "feather"),
        ("people.csv", "gz"),
        ("people.csv", "zip"),
    ],
)
def test_a_table_is_the_same_in_every_format(write_file, name, kind):
    path = write_file(CONTENTS[kind], name)
    content = read_content(path, None)
    assert_equals_frame(content.frame)
    assert content.findings == []
    assert read_table(path, "y").name == "people"


@pytest.mark.parametrize(
    ("name", "kind", "found"),
    [
        ("people.csv", "xlsx", "an Excel workbook"),
        ("people.csv", "parquet", "a Parquet file"),
        ("people.tsv", "feather", "an Arrow file"),
        ("people.xlsx", "csv", "text"),
        ("people.parquet", "csv", "text"),
    ],
)
def test_a_misleading_name_is_named(write_file, name, kind, found):
    content = read_content(write_file(CONTENTS[kind], name), None)
    assert_equals_frame(content.frame)
    (finding,) = content.findings
    assert f"is {found}, whatever its name" in finding


def test_a_workbook_may_have_a_title_and_more_sheets(write_file):
    def write(file):
        with pd.ExcelWriter(file, engine="openpyxl") as book:
            FRAME.to_excel(book, sheet_name="First", index=False, startrow=2)
            book.sheets["First"]["A1"] = "A title"
            FRAME.to_excel(book, sheet_name="Second")

    content = read_content(write_file(to_bytes(write), "book.xlsx"), "y")
    assert_equals_frame(content.frame)
    first, second = content.findings
    assert first.startswith("only the first sheet 'First'")
    assert second == "the line 'A title' above the column names is skipped"


def test_numbers_dates_and_words_of_a_workbook(write_file):
    frame = pd.DataFrame(
        {
            "n": [1, "?", 2.5],
            "when": pd.to_datetime(["2020-01-03", "2020-01-10", "2020-01-17"]),
            "y": [0, 1, 0],
        }
    )
    path = write_file(to_bytes(lambda file: frame.to_excel(file, index=False)), "book.xlsx")
    table = read_table(path, "y")
    assert list(table.X) == ["n", "when (day)", "when (total seconds)"]
    assert table.X["n"].isna().tolist() == [False, True, False]
    assert table.classes == ("0", "1")


@pytest.mark.parametrize("write", ["to_parquet", "to_feather"])
def test_blanks_around_names_do_not_count(write_file, write):
    frame = FRAME.rename(columns={"a": " a", "y": "y "})
    path = write_file(to_bytes(getattr(frame, write)), "people.parquet")
    assert list(read_table(path, "y").X) == ["a", "b"]


def test_named_levels_of_the_index_are_columns(write_file):
    frame = FRAME.assign(ward=[1, 1, 2]).set_index("ward")
    path = write_file(to_bytes(frame.to_parquet), "people.parquet")
    table = read_table(path, "y", group="ward")
    assert table.groups.tolist() == [0, 0, 1]
    assert list(table.X) == ["a", "b"]
    shuffled = write_file(
        to_bytes(FRAME.set_index(pd.Index([5, 3, 4])).to_parquet), "other.parquet"
    )
    assert list(read_table(shuffled, "y").X) == ["a", "b"]


def test_labels_in_bytes_and_duplicate_names_of_parquet(write_file):
    frame = FRAME.assign(y=FRAME["y"].str.encode("utf-8"))
    assert read_table(write_file(to_bytes(frame.to_parquet), "b.parquet"), "y").classes == (
        "no",
        "yes",
    )
    table = pa.table([[1, 2], [3, 4], ["a", "b"]], names=["x", "x", "y"])
    path = write_file(to_bytes(lambda file: parquet.write_table(table, file)), "twice.parquet")
    with pytest.raises(DataError, match="'x' more than once"):
        read_table(path, "y")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", b"{}", r"must be one of \.csv, .*not \.json"),
        ("a", b"{}", "not missing"),
        ("a.csv", b"\xd0\xcf\x11\xe0" * 9, r"a\.csv is an old or encrypted Excel file; save it as"),
        (
            "a.zip",
            zip_files({"b.csv": b"1", "c.csv": b"2"}),
            r"one file but contains b\.csv, c\.csv",
        ),
        ("a.zip", zip_files({}), "cannot be read|is not a text file"),
        ("a.zip", zip_files({"b.zip": CONTENTS["zip"]}), "packed twice"),
        ("a.csv.gz", CONTENTS["gz"][:-20], "cannot be read: .*; unpack it or write it again"),
        ("a.parquet", CONTENTS["parquet"][:200], "is damaged"),
        ("a.feather", CONTENTS["feather"][:200], "is damaged"),
        ("a.xlsx", CONTENTS["xlsx"][:2000], "cannot be read"),
        ("a.xlsx", zip_files({"xl/workbook.xml": b"x"}), "is damaged; save it again"),
        ("a.xlsx", to_bytes(lambda file: pd.DataFrame().to_excel(file, index=False)), "is empty"),
    ],
    # Archives hold the time, which workers must not see in the name of a test.
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_other_formats_and_damaged_files_are_refused_by_name(write_file, name, content, message):
    with pytest.raises(DataError, match=message):
        read_content(write_file(content, name), None)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"nowhere\.csv cannot be read: No such file"):
        read_content(tmp_path / "nowhere.csv", None)


@pytest.mark.parametrize(
    ("kind", "function", "package"),
    [
        ("parquet", "read_parquet", "pyarrow"),
        ("feather", "read_feather", "pyarrow"),
        ("xlsx", "ExcelFile", "openpyxl"),
    ],
)
def test_without_its_reader_a_format_says_what_to_install(
    write_file, monkeypatch, kind, function, package
):
    def fail(*_, **__):
        raise ImportError(f"Import {package} failed.")

    monkeypatch.setattr(pd, function, fail)
    with pytest.raises(DataError, match=f"needs {package}: pip install {package}"):
        read_content(write_file(CONTENTS[kind], f"a.{kind}"), None)
