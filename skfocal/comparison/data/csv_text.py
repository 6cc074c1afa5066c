"""Read delimited text: its encoding, separator, header and values."""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

import pandas as pd

from skfocal.comparison.data.headers import check_header, column_names, find_header, usual_width
from skfocal.comparison.errors import DataError

__all__ = ["read_csv_text", "text_chunks"]

SEPARATORS = ",;\t|"
SAMPLE_ROWS, SAMPLE_CHARACTERS = 100, 1 << 20
CHUNK = 1 << 20
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark is its beginning
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
FALLBACKS = {"cp1252": "Windows-1252", "latin-1": "Latin-1"}
CODE = re.compile(r"\s*0\d+\s*")
EXCEL_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


@dataclass(frozen=True)
class TextLayout:
    """How the text of a table is laid out.

    Attributes
    ----------
    separator : str
        What separates the values.
    skipped : tuple of str
        The lines above the header that are no part of the table.
    header : int
        Position of the row with the names, as `csv.reader` counts.
    n_columns : int
        Number of columns.
    codes : frozenset of int
        Positions of columns with digits after a leading zero, which a number would lose.
    """

    separator: str
    skipped: tuple[str, ...]
    header: int
    n_columns: int
    codes: frozenset[int]


def read_csv_text(
    open_bytes: Callable[[], BinaryIO], source: str, target: str | None
) -> tuple[pd.DataFrame, list[str]]:
    """Read delimited text.

    Parameters
    ----------
    open_bytes : callable
        Opens the content.
    source : str
        Name of the file for messages.
    target : str or None
        Name of a column, if known: it helps to find the separator and the header.

    Returns
    -------
    frame : DataFrame
        Only empty values are missing.
    findings : list of str
        What is unusual about the file.

    Raises
    ------
    DataError
        If the text is no table.
    """
    encoding, layout, findings = _inspect(open_bytes, source, target)
    with open_bytes() as file, io.TextIOWrapper(file, encoding, newline="") as text:
        return _read_table(text, layout, source), findings


def text_chunks(
    open_bytes: Callable[[], BinaryIO], source: str, target: str | None
) -> tuple[list[str], list[str], Callable[[int], Iterator[pd.DataFrame]]]:
    """Read delimited text in chunks of rows, all values as text; see `read_csv_text`.

    Returns
    -------
    columns : list of str
        The names in the header.
    findings : list of str
        What is unusual about the file.
    chunks : callable
        Takes a number of rows and yields frames of at most as many.
    """
    encoding, layout, findings = _inspect(open_bytes, source, target)
    with open_bytes() as file, io.TextIOWrapper(file, encoding, newline="") as text:
        header, names, _ = _read_header(text, layout, source)

    def chunks(size: int) -> Iterator[pd.DataFrame]:
        with open_bytes() as file, io.TextIOWrapper(file, encoding, newline="") as text:
            _, names, n_above = _read_header(text, layout, source)
            with _explained(names, n_above, source):
                reader = _reader(text, layout, names, dtype=str, chunksize=size)
            while True:
                with _explained(names, n_above, source):
                    frame = next(reader, None)
                if frame is None:
                    return
                yield frame

    named = [name for name, written in zip(names, header, strict=False) if written.strip()]
    return named, findings, chunks


def _inspect(
    open_bytes: Callable[[], BinaryIO], source: str, target: str | None
) -> tuple[str, TextLayout, list[str]]:
    """Return the encoding and the layout of a text, and what is unusual about it."""
    with open_bytes() as file:
        encoding = _detect_encoding(file, source)
    findings = []
    if not encoding.startswith("utf-8"):
        name = FALLBACKS.get(encoding, encoding[:6].upper())
        findings.append(
            f"{source} is read in the encoding {name}; if letters are wrong, save it in UTF-8"
        )
    with open_bytes() as file, io.TextIOWrapper(file, encoding, newline="") as text:
        layout = _find_layout(text.read(SAMPLE_CHARACTERS), target, source)
    findings += [f"the line {line!r} above the column names is skipped" for line in layout.skipped]
    return encoding, layout, findings


def _detect_encoding(file: BinaryIO, source: str) -> str:
    beginning = file.read(CHUNK)
    for mark, encoding in MARKS.items():
        if beginning.startswith(mark):
            return encoding
    zeros = [beginning[start::2].count(0) / max(len(beginning[start::2]), 1) for start in (0, 1)]
    if max(zeros) > 0.5 > min(zeros):
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    if 0 in beginning:
        raise DataError(f"{source} is not a text file; save the table as CSV")
    for encoding in ("utf-8", *FALLBACKS):
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise AssertionError  # Latin-1 decodes every byte


def _find_layout(sample: str, target: str | None, source: str) -> TextLayout:
    """Find the separator that splits header and rows into equally many values."""
    if not sample.strip():
        raise DataError(f"{source} is empty")
    first_line = sample.splitlines()[0]
    declared = EXCEL_LINE.fullmatch(first_line)
    separators = declared.group(1) if declared else SEPARATORS
    cut = len(sample) == SAMPLE_CHARACTERS
    split = {separator: _split(sample, separator, cut=cut) for separator in separators}

    def fitness(separator: str) -> tuple[bool, float, int]:
        rows = [row for row in split[separator] if row]
        width = usual_width(rows)
        named = any(len(row) > 1 and target in [name.strip() for name in row] for row in rows)
        lengths = [len(row) for row in rows]
        share = max(map(lengths.count, set(lengths)), default=0) / max(len(lengths), 1)
        return named, share if width > 1 else 0.0, width

    separator = max(separators, key=fitness)
    rows = split[separator]
    if not rows:
        raise DataError(f"the quote that line 1 of {source} opens is never closed; close it")
    begin = 1 if declared else 0
    header = begin + find_header(rows[begin:], target)
    skipped = [separator.join(row).strip() for row in rows[begin:header]]
    n_columns = _count_columns(rows[header], rows[header + 1 :], source)
    codes = {
        j for row in rows[header + 1 :] for j, value in enumerate(row) if CODE.fullmatch(value)
    }
    above = tuple(line for line in skipped if line)
    return TextLayout(separator, above, header, n_columns, frozenset(codes))


def _count_columns(header: Sequence[str], rows: Sequence[Sequence[str]], source: str) -> int:
    """Return the number of columns, with empty ones that separators at the end of lines make."""
    if rows and all(len(row) > len(header) and row[len(header)].strip() for row in rows if row):
        raise DataError(
            f"the rows of {source} have more values than its header has names ({len(header)}); "
            "name every column (R's write.table omits the name of the row names)"
        )
    beyond = any(value.strip() for row in rows for value in row[len(header) :])
    return len(header) if beyond else max(map(len, [header, *rows]))


def _split(sample: str, separator: str, *, cut: bool) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator, skipinitialspace=True)
    rows: list[list[str]] = []
    with suppress(csv.Error):  # a quote that is never closed; the parser of all rows reports it
        rows.extend(islice(reader, SAMPLE_ROWS + 1))
    incomplete = cut or len(rows) > SAMPLE_ROWS
    return rows[:-1] if incomplete and len(rows) > 1 else rows


def _read_table(text: io.TextIOWrapper, layout: TextLayout, source: str) -> pd.DataFrame:
    header, names, n_above = _read_header(text, layout, source)
    codes = {names[column]: str for column in layout.codes}
    with _explained(names, n_above, source):
        frame: pd.DataFrame = _reader(text, layout, names, dtype=codes)
    return _without_padding(frame, header)


def _read_header(
    text: io.TextIOWrapper, layout: TextLayout, source: str
) -> tuple[list[str], list[str], int]:
    """Return the header, the names of all columns, and the number of lines down to the header."""
    reader = csv.reader(text, delimiter=layout.separator, skipinitialspace=True)
    header = next(islice(reader, layout.header, None))
    names = column_names(header, layout.n_columns)
    check_header([name for name in names if not name.startswith("Unnamed: ")], source)
    return header, names, reader.line_num


def _reader(text: io.TextIOWrapper, layout: TextLayout, names: list[str], **settings: Any) -> Any:
    """Read the rows below the header; with a `chunksize`, return a reader of chunks."""
    return pd.read_csv(
        text,
        sep=layout.separator,
        header=None,
        names=names,
        index_col=False,
        skipinitialspace=True,
        keep_default_na=False,
        na_values=[""],
        low_memory=False,
        **settings,
    )


@contextmanager
def _explained(names: Sequence[str], n_above: int, source: str) -> Iterator[None]:
    """Put the errors of the parser in words."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            yield
    except pd.errors.EmptyDataError as error:
        raise DataError(f"{source} has column names but no rows") from error
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise DataError(_explain(str(error), names, n_above, source)) from error


def _explain(message: str, names: Sequence[str], n_above: int, source: str) -> str:
    """Put an error of the parser in words, with the line of the file."""
    found = re.search(r"in line (\d+), saw (\d+)", message)
    if found:
        line, saw = int(found.group(1)) + n_above, found.group(2)
        return (
            f"line {line} of {source} has {saw} values for {len(names)} column names; correct it, "
            "or put values that contain the separator in quotes"
        )
    found = re.search(r"EOF inside string starting at row (\d+)", message)
    if found:
        line = int(found.group(1)) + 1 + n_above
        return f"the quote that line {line} of {source} opens is never closed; close it"
    return f"{source} is no table of separated values; check its separators and quotes"


def _without_padding(frame: pd.DataFrame, header: Sequence[str]) -> pd.DataFrame:
    """Drop the empty columns that separators at the end of lines make."""
    n_more = frame.shape[1] - len(header)
    unnamed = [not name.strip() for name in header] + [True] * n_more
    padding = frame.isna().all(axis=0).to_numpy() & unnamed
    return frame.loc[:, ~padding]
