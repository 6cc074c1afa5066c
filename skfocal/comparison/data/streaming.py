"""Read a file in chunks of rows, so that its size does not matter."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd

from skfocal.comparison.data.csv_text import text_chunks
from skfocal.comparison.data.file_formats import (
    Format,
    check_suffix,
    format_of,
    only_member,
    read_content,
)
from skfocal.comparison.errors import DataError

__all__ = ["RowSource", "open_rows"]

PACKED = ("gzip", "zip")
INDEX = "__index_level_"
"""How pandas names the columns of an index without a name."""


@dataclass(frozen=True, eq=False)
class RowSource:
    """The rows of a file, to be read in chunks.

    Attributes
    ----------
    columns : list of str
        Names of all columns.
    findings : list of str
        What is unusual about the file.
    chunks : callable
        Takes a number of rows and yields frames of at most as many.
    share_read : callable
        Returns the share of the file that has been read; 0 if it is not known.
    typed : bool
        Whether the format has types and missing values of its own, unlike text and Excel.
    """

    columns: list[str]
    findings: list[str]
    chunks: Callable[[int], Iterator[pd.DataFrame]]
    share_read: Callable[[], float]
    typed: bool = field(kw_only=True)


@contextmanager
def open_rows(path: Path, column: str | None) -> Iterator[RowSource]:
    """Open a file to read its rows in chunks.

    Text, also in a `.gz` or `.zip` file, and Parquet and Arrow files are read in chunks. Excel
    workbooks, which have at most a million rows, and packed files of other formats are read whole.

    Parameters
    ----------
    path : Path
        The file. Its content decides on the format, whatever its name.
    column : str or None
        Name of a column, if known: it helps to find the header.

    Yields
    ------
    RowSource

    Raises
    ------
    DataError
        If the format is not supported or the content is damaged.
    """
    check_suffix(path)
    try:
        with path.open("rb") as file:
            kind = format_of(file, str(path))
        content = _Content(path, kind)
        with content() as file:
            inner = format_of(file, str(path)) if kind in PACKED else kind
        if inner == "text":
            yield _text_rows(path, content, column)
        elif kind == "parquet":
            yield _parquet_rows(path)
        elif kind == "feather":
            yield _feather_rows(path)
        else:
            yield _whole(path, column)
    except ImportError as error:
        package = "openpyxl" if "openpyxl" in str(error) else "pyarrow"
        raise DataError(f"{path} needs {package}: pip install {package}, or use CSV") from error
    except UnicodeError as error:
        raise DataError(f"{path} is no valid text ({error}); save it again in UTF-8") from error
    except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile) as error:
        raise DataError(f"{path} is damaged ({error}); pack it again") from error


class _Content:
    """Opens the unpacked content of a file, and knows how much of it has been read."""

    def __init__(self, path: Path, kind: Format) -> None:
        self.path, self.kind = path, kind
        self.size = path.stat().st_size
        self.file: Any = None

    def __call__(self) -> BinaryIO:
        if self.kind == "gzip":
            self.file = gzip.open(self.path, "rb")  # noqa: SIM115  # the caller closes it
        elif self.kind == "zip":
            with zipfile.ZipFile(self.path) as archive:  # its member keeps the file open
                member = only_member(archive, self.path)
                self.size = archive.getinfo(member).file_size
                self.file = archive.open(member)
        else:
            self.file = self.path.open("rb")
        opened: BinaryIO = self.file
        return opened

    def share_read(self) -> float:
        on_disk = self.file.fileobj if self.kind == "gzip" else self.file
        if on_disk is None or on_disk.closed:
            return 1.0
        return min(float(on_disk.tell() / max(self.size, 1)), 1.0)


def _text_rows(path: Path, content: _Content, column: str | None) -> RowSource:
    names, findings, chunks = text_chunks(content, str(path), column)
    return RowSource(names, findings, chunks, content.share_read, typed=False)


def _parquet_rows(path: Path) -> RowSource:
    from pyarrow import parquet  # noqa: PLC0415  # an optional dependency

    with _damage_explained(path):
        found = parquet.ParquetFile(path)
    n_rows = found.metadata.num_rows

    def batches(size: int) -> Iterator[tuple[Any, float]]:
        done = 0
        for batch in found.iter_batches(batch_size=size):
            done += batch.num_rows
            yield batch, done / n_rows

    return _arrow_rows(path, found.schema_arrow.names, batches)


def _feather_rows(path: Path) -> RowSource:
    import pyarrow as pa  # noqa: PLC0415  # an optional dependency
    from pyarrow import ipc  # noqa: PLC0415  # an optional dependency

    with _damage_explained(path):
        reader = ipc.open_file(pa.memory_map(str(path)))

    def batches(size: int) -> Iterator[tuple[Any, float]]:
        n_parts = reader.num_record_batches
        for at in range(n_parts):
            batch = reader.get_batch(at)
            for start in range(0, batch.num_rows, size):
                part = batch.slice(start, size)
                yield part, (at + (start + part.num_rows) / batch.num_rows) / n_parts

    return _arrow_rows(path, reader.schema.names, batches)


def _arrow_rows(
    path: Path, names: list[str], batches: Callable[[int], Iterator[tuple[Any, float]]]
) -> RowSource:
    """Make frames of the batches of an Arrow or Parquet file, which come with the share read."""
    share = 0.0

    def chunks(size: int) -> Iterator[pd.DataFrame]:
        nonlocal share
        found = batches(size)
        while True:
            with _damage_explained(path):
                batch, share = next(found, (None, 1.0))
            if batch is None:
                return
            frame = batch.to_pandas(ignore_metadata=True)
            yield frame.rename(columns=lambda name: str(name).strip())

    columns = [name.strip() for name in names if not name.startswith(INDEX)]
    return RowSource(columns, [], chunks, lambda: share, typed=True)


@contextmanager
def _damage_explained(path: Path) -> Iterator[None]:
    from pyarrow import ArrowException  # noqa: PLC0415  # an optional dependency

    try:
        yield
    except (ArrowException, OSError) as error:
        raise DataError(f"{path} is damaged ({error}); write it again") from error


def _whole(path: Path, column: str | None) -> RowSource:
    content = read_content(path, column)
    frame = content.frame

    def chunks(size: int) -> Iterator[pd.DataFrame]:
        for start in range(0, len(frame), size):
            yield frame.iloc[start : start + size].reset_index(drop=True)

    names = [str(name) for name in frame.columns]
    return RowSource(names, content.findings, chunks, lambda: 0.0, typed=content.typed)
