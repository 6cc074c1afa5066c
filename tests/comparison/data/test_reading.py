import pandas as pd
import pytest

from skfocal.comparison import DataError
from skfocal.comparison.data.reading import read_frame, read_table


def written(tmp_path, content, name="data.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path, separator):
    lines = [("a", "b c", "y"), ("1.5", "x", "no"), ("", "z", "yes")]
    path = written(tmp_path, "\n".join(separator.join(line) for line in lines))
    expected = pd.DataFrame({"a": [1.5, None], "b c": ["x", "z"], "y": ["no", "yes"]})
    pd.testing.assert_frame_equal(read_frame(path), expected)


def test_quoted_names_and_a_byte_order_mark_are_understood(tmp_path):
    path = written(tmp_path, b'\xef\xbb\xbf"a, b",y\r\n"1,5",no\r\n"x ""y""",yes\r\n')
    frame = read_frame(path)
    assert list(frame.columns) == ["a, b", "y"]
    assert frame["a, b"].tolist() == ["1,5", 'x "y"']


def test_parquet_is_read_and_the_table_bears_the_name_of_the_file(tmp_path):
    path = tmp_path / "people.parquet"
    pd.DataFrame({"a": [1, 2, 3], "y": list("nny")}).to_parquet(path)
    table = read_table(path, "y")
    assert table.name == "people"
    assert table.y.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "cannot be read"),
        ("a,b,a\n1,2,3\n", "unique; .* has 'a' more than once"),
        ("a,y\n1,2\n1,2,3\n", "cannot be read: .*line 3"),
        ("a,y\n1,2,3\n", "cannot be read: Length of header"),
        (b"a,y\n\xe4,1\n", r"not encoded in UTF-8 \(byte"),
        (b"\xff\xfea\x00,\x00y\x00", "not encoded in UTF-8"),
    ],
)
def test_unreadable_text_is_refused(tmp_path, content, message):
    with pytest.raises(DataError, match=message):
        read_frame(written(tmp_path, content))


@pytest.mark.parametrize(
    ("name", "suffix"), [("a.csv.gz", ".gz"), ("a.XLSX", ".xlsx"), ("a.json", ".json")]
)
def test_other_formats_are_refused_by_name(tmp_path, name, suffix):
    message = rf"must be \.csv or \.parquet, not \{suffix}"
    with pytest.raises(DataError, match=message):
        read_frame(written(tmp_path, b"\x1f\x8b\x00", name))


def test_blanks_around_names_do_not_count(tmp_path):
    table = read_table(written(tmp_path, "a , b c, y\n1,2,0\n3,4,1\n"), "y")
    assert list(table.X.columns) == ["a", "b c"]
    with pytest.raises(DataError, match="'a' more than once"):
        read_frame(written(tmp_path, "a, a,y\n1,2,0\n"))


def test_unreadable_parquet_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"data.parquet cannot be read"):
        read_frame(written(tmp_path, "a,y\n1,2\n", "data.parquet"))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"cannot be read: .*No such file"):
        read_frame(tmp_path / "nowhere.csv")


def test_parquet_without_its_reader_says_what_to_install(tmp_path, monkeypatch):
    def read_parquet(_):
        raise ImportError("no engine")

    monkeypatch.setattr(pd, "read_parquet", read_parquet)
    with pytest.raises(DataError, match="pip install pyarrow, or use CSV"):
        read_frame(written(tmp_path, "", "data.parquet"))
