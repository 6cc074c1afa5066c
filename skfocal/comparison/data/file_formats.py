"""Recognise the format of a file by its content, unpack it, and read the table in it."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO, Literal, TypeAlias

import pandas as pd

from skfocal.comparison.data.csv_text import read_csv_text
from skfocal.comparison.data.excel import read_excel
from skfocal.comparison.data.headers import check_header
from skfocal.comparison.errors import DataError

__all__ = [
    "FileContent",
    "Format",
    "check_suffix",
    "format_of",
    "only_member",
    "read_content",
    "table_name",
]

Format: TypeAlias = Literal["gzip", "zip", "excel", "parquet", "feather", "text"]
NAMES: dict[Format, str] = {
    "excel": "an Excel workbook",
    "parquet": "a Parquet file",
    "feather": "an Arrow file",
    "text": "text",
}
SUFFIXES: dict[str, Format] = {
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".gz": "gzip",
    ".zip": "zip",
    ".xlsx": "excel",
    ".feather": "feather",
    ".arrow": "feather",
    ".parquet": "parquet",
}
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, eq=False)
class FileContent:
    """The table in a file.

    Attributes
    ----------
    frame : DataFrame
        The table, with text as it is in the file.
    findings : list of str
        What is unusual about the file.
    typed : bool
        Whether the format has types and missing values of its own, unlike text and Excel.
    """

    frame: pd.DataFrame
    findings: list[str]
    typed: bool


def read_content(path: Path, target: str | None) -> FileContent:
    """Read a file of any supported format.

    Parameters
    ----------
    path : Path
        The file. Its content decides on the format, whatever its name.
    target : str or None
        Name of a column, if known: it helps to find the header.

    Returns
    -------
    FileContent

    Raises
    ------
    DataError
        If the format is not supported or the content is damaged.
    """
    check_suffix(path)
    try:
        content, inner = _unpack(path)
        return _read_unpacked(content, str(path), inner, target)
    except ImportError as error:
        package = "openpyxl" if "openpyxl" in str(error) else "pyarrow"
        raise DataError(f"{path} needs {package}: pip install {package}, or use CSV") from error
    except UnicodeError as error:
        raise DataError(f"{path} is no valid text ({error}); save it again in UTF-8") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    except (EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
        reason = _one_line(error)
        raise DataError(f"{path} cannot be read: {reason}; unpack it or write it again") from error


def check_suffix(path: Path) -> None:
    """Refuse a file whose name has another suffix than the supported formats.

    Raises
    ------
    DataError
        If it has.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise DataError(
            f"{path} cannot be read: the file type must be one of {', '.join(SUFFIXES)}, "
            f"not {suffix or 'missing'}; save the table as one of them"
        )


def table_name(path: Path) -> str:
    """Return the name of a file without the suffixes of formats."""
    name = path.name
    while PurePath(name).suffix.lower() in SUFFIXES:
        name = PurePath(name).stem
    return name


def format_of(file: BinaryIO, source: str) -> Format:
    """Recognise the format of an open file by its first bytes."""
    beginning = file.read(8)
    if beginning.startswith(b"\x1f\x8b"):
        return "gzip"
    if beginning.startswith(b"PAR1"):
        return "parquet"
    if beginning.startswith(b"ARROW1"):
        return "feather"
    if beginning.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(file) as archive:
            return "excel" if "xl/workbook.xml" in archive.namelist() else "zip"
    if beginning.startswith(OLD_EXCEL):
        raise DataError(f"{source} is an old or encrypted Excel file; save it as .xlsx or .csv")
    return "text"


def _unpack(path: Path) -> tuple[Callable[[], BinaryIO], str]:
    """Return a function that opens the unpacked content, and the name of it."""
    with path.open("rb") as file:
        kind = format_of(file, str(path))
    if kind == "gzip":
        unpacked = gzip.decompress(path.read_bytes())
        return lambda: io.BytesIO(unpacked), path.stem
    if kind == "zip":
        with zipfile.ZipFile(path) as archive:
            member = only_member(archive, path)
            unpacked = archive.read(member)
        return lambda: io.BytesIO(unpacked), member
    return lambda: path.open("rb"), path.name


def only_member(archive: zipfile.ZipFile, path: Path) -> str:
    """Return the name of the only file in an archive."""
    members = [
        name
        for name in archive.namelist()
        if not name.endswith("/") and not name.startswith("__MACOSX/")
    ]
    if len(members) != 1:
        held = ", ".join(members[:5]) or "nothing"
        raise DataError(f"{path} must contain one file but contains {held}; unpack the one to use")
    return members[0]


def _read_unpacked(
    opened: Callable[[], BinaryIO], source: str, inner: str, target: str | None
) -> FileContent:
    with opened() as file:
        kind = format_of(file, source)
    if kind == "text":
        frame, findings = read_csv_text(opened, source, target)
    elif kind == "excel":
        frame, findings = read_excel(opened, source, target)
    elif kind in ("parquet", "feather"):
        frame, findings = _read_arrow(opened, kind, source), []
    else:
        raise DataError(f"{source} is packed twice; unpack it first")
    expected = SUFFIXES.get(PurePath(inner).suffix.lower())
    if expected in NAMES and expected != kind:
        findings = [f"{source} is {NAMES[kind]}, whatever its name, and is read as that", *findings]
    return FileContent(frame, findings, kind in ("parquet", "feather"))


def _read_arrow(opened: Callable[[], BinaryIO], kind: Format, source: str) -> pd.DataFrame:
    read: Callable[..., pd.DataFrame] = pd.read_parquet if kind == "parquet" else pd.read_feather
    try:
        with opened() as file:
            frame = read(file)
    except ValueError as error:
        twice = re.search(r"Multiple matches for FieldRef\.Name\((.*?)\)", str(error))
        if twice:
            check_header([twice.group(1)] * 2, source)
        raise DataError(f"{source} is damaged ({_one_line(error)}); write it again") from error
    named = [name for name in frame.index.names if name is not None]
    frame = frame.reset_index(level=named).reset_index(drop=True) if named else frame
    return frame.rename(columns=lambda name: str(name).strip())


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")
