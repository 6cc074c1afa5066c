"""Encoding, separator, header and padding of delimited text, and its faults."""

import pandas as pd
import pytest

from skfocal.comparison import DataError
from skfocal.comparison.data.file_formats import read_content


@pytest.fixture
def read(tmp_path):
    """Return a function of the content for the frame and the findings."""

    def read_written(content, target=None, name="data.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        found = read_content(path, target)
        return found.frame, found.findings

    return read_written


ROWS = [("a", "b c", "y"), ("1.5", "x", "no"), ("", "z", "yes")]
EXPECTED = pd.DataFrame({"a": [1.5, None], "b c": ["x", "z"], "y": ["no", "yes"]})


def table_text(separator):
    return "\n".join(separator.join(row) for row in ROWS)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(read, separator):
    frame, findings = read(table_text(separator))
    pd.testing.assert_frame_equal(frame, EXPECTED)
    assert findings == []


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ('"weight, kg";"height, cm";y\n60;160;0\n61,5;161;1\n', ["weight, kg", "height, cm", "y"]),
        ("x (a,b,c)\ty\n1\t0\n2\t1\n", ["x (a,b,c)", "y"]),
        ('"a\nlong, name",b,y\n1,2,0\n3,4,1\n', ["a\nlong, name", "b", "y"]),
        ("a;b\n1,5;2,5\n3,5;4\n", ["a", "b"]),
        ("a, b ,y\n1,2,0\n", ["a", "b", "y"]),
        ('a, "b, c", y\n1, "x, z", 0\n', ["a", "b, c", "y"]),
        ("a|b;c|y\n1|2;3|0\n", ["a", "b;c", "y"]),
        ("a,y\r\n1,0\r\n2,1\r\n", ["a", "y"]),
    ],
)
def test_quotes_and_other_separators_inside_names(read, content, names):
    frame, findings = read(content)
    assert list(frame) == names
    assert frame.notna().all(axis=None)
    assert findings == []


def test_leading_zeros_are_kept(read):
    frame, _ = read("zip,n,x,y\n00123,1,0.5,no\n10115,20,0,yes\n")
    assert frame["zip"].tolist() == ["00123", "10115"]
    assert frame["n"].tolist() == [1, 20]
    assert frame["x"].tolist() == [0.5, 0.0]


def test_quoted_values_keep_separators_and_quotes(read):
    frame, _ = read(b'\xef\xbb\xbf"a, b",y\r\n"1,5",no\r\n"x ""y""",yes\r\n')
    assert frame["a, b"].tolist() == ["1,5", 'x "y"']


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_separator_that_excel_declares(read, line):
    frame, findings = read(f"{line}\n{table_text(';')}")
    pd.testing.assert_frame_equal(frame, EXPECTED)
    assert findings == []


@pytest.mark.parametrize(
    ("above", "target", "skipped"),
    [
        ("Export of 2024\n", None, ["Export of 2024"]),
        ("# made by x\n\n", None, ["# made by x"]),
        ("A title,with,commas\n", "y", ["A title,with,commas"]),
        ("One\nTwo\n", "y", ["One", "Two"]),
    ],
)
def test_lines_above_the_names_are_skipped_and_named(read, above, target, skipped):
    frame, findings = read(above + table_text(","), target)
    pd.testing.assert_frame_equal(frame, EXPECTED)
    assert findings == [f"the line {line!r} above the column names is skipped" for line in skipped]


@pytest.mark.parametrize(
    "content",
    ["a;y;;\n1;0;;\n2;1;;\n", "a;y\n1;0;;\n2;1;;\n", "a;y;;\n1;0\n2;1\n", "a;y;\n1;0;\n2;1;\n"],
)
def test_separators_at_the_end_of_lines_are_no_columns(read, content):
    frame, _ = read(content)
    pd.testing.assert_frame_equal(frame, pd.DataFrame({"a": [1, 2], "y": [0, 1]}))


def test_a_column_without_a_name_is_numbered(read):
    frame, _ = read(",a,y\n3,1,0\n7,2,1\n")
    assert frame["Unnamed: 0"].tolist() == [3, 7]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("cp1252", "Windows-1252"),
        ("latin-1", "Windows-1252"),
    ],
)
def test_the_encoding_is_found_and_named(read, encoding, name):
    frame, findings = read("größe\ty\n1\tjä\n2\tnein\n".encode(encoding))
    assert list(frame) == ["größe", "y"]
    assert frame["y"].tolist() == ["jä", "nein"]
    assert len(findings) == (name is not None)
    assert all(f"in the encoding {name};" in finding for finding in findings)


def test_bytes_that_windows_does_not_use_are_latin(read):
    _, (finding,) = read(b"a,y\n\x81\xe4,1\n")
    assert "Latin-1" in finding


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "data.csv is empty"),
        ("\n\n", "data.csv is empty"),
        ("a,b,a\n1,2,3\n", "unique; .* has 'a' more than once"),
        ("a, a,y\n1,2,0\n", "'a' more than once"),
        ("1,1,0\n1,2,3\n", "no line with column names"),
        ("a,y\n1,2\n1,2,3\n", "line 3 of .* has 3 values for 2 column names"),
        ("title\na,y\n1,2\n1,2,3\n", "line 4 of .* has 3 values for 2 column names"),
        ("a,y\n1,2,3\n4,5,6\n", r"more values than its header has names \(2\).*write.table"),
        ('a,y\n1,2\n"1,2\n3,4\n', "the quote that line 3 of .* opens is never closed"),
        ('"a,y\n' + "1,2\n" * 60_000, "the quote that line 1 of .* opens is never closed"),
        ('a,y\n"1,2\n' + "1,2\n" * 60_000, "the quote that line 2 of .* opens is never closed"),
        (b"\x00\x01\x02" * 20, "is not a text file"),
        (b"\xff\xfea\x00,\x00y", "is no valid text"),
    ],
)
def test_faults_name_the_line_and_never_the_parser(read, content, message):
    with pytest.raises(DataError, match=message) as info:
        read(content)
    assert not any(word in str(info.value) for word in ("tokenizing", "C error", "pandas"))


def test_long_files_are_read_to_the_end(read):
    lines = [f"{number},{number % 2}" for number in range(3000)]
    frame, _ = read("a,y\n" + "\n".join(lines))
    assert frame["a"].tolist() == list(range(3000))
    with pytest.raises(DataError, match=r"line 3002 of .* has 3 values"):
        read("a,y\n" + "\n".join([*lines, "1,2,3"]))
