"""Read a user's file, and say plainly what is wrong with it."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Hashable, Iterable
from pathlib import Path

import pandas as pd

from skfocal.comparison.data.tables import DataError, Table, table_from_frame

__all__ = ["read_frame", "read_table"]

SEPARATORS = ",;\t|"
TEXT_SUFFIXES = (".csv", ".tsv", ".txt")


def read_table(
    path: str | Path,
    target: str,
    *,
    positive: Hashable | None = None,
    drop: Iterable[str] = (),
    group: str | None = None,
) -> Table:
    """Read a file and split it into features and target.

    Parameters
    ----------
    path : str or Path
        A `.parquet` file, or a text file (`.csv`, `.tsv` or `.txt`) with a header and a separator
        of comma, semicolon, tab or bar. Blanks around the names in the header do not count.
    target : str
        Name of the column to predict.
    positive : object, default=None
        Label of the positive class; the rarer one by default.
    drop : iterable of str, default=()
        Columns to leave out.
    group : str, default=None
        Column whose values say which rows must share a fold; nothing is predicted from it.

    Returns
    -------
    Table
        Named after the file.

    Raises
    ------
    DataError
        If the file cannot be read or its data cannot be used; the message names the remedy.
    """
    path = Path(path)
    frame = read_frame(path)
    return table_from_frame(
        frame, target, name=path.stem, positive=positive, drop=drop, group=group
    )


def read_frame(path: Path) -> pd.DataFrame:
    """Read a Parquet or text file.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix not in (*TEXT_SUFFIXES, ".parquet"):
        raise DataError(
            f"{path} cannot be read: its format must be .csv or .parquet, "
            f"not {suffix or 'unnamed'}; save the table as one of them"
        )
    try:
        return pd.read_parquet(path) if suffix == ".parquet" else _read_text(path)
    except DataError:
        raise
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is not written in UTF-8 (byte {error.start}); save it in that encoding"
        ) from error
    except ImportError as error:
        raise DataError(f"{path}: Parquet needs pyarrow; install it, or use CSV") from error
    except (OSError, ValueError, pd.errors.ParserWarning, csv.Error) as error:
        reason = " ".join(str(error).split())
        raise DataError(f"{path} cannot be read: {reason}") from error


def _read_text(path: Path) -> pd.DataFrame:
    with path.open(encoding="utf-8-sig", newline="") as file:
        line = file.readline()
        separator = max(SEPARATORS, key=line.count)
        file.seek(0)
        header = [name.strip() for name in next(csv.reader(file, delimiter=separator), [])]
    # pandas would rename the second of two equal names without a word.
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        shown = ", ".join(repr(name) for name in repeated[:5])
        raise DataError(f"column names must be unique; {path} has {shown} more than once")
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        # By default a row with a value too many would make the first column an index.
        frame = pd.read_csv(
            path, sep=separator, index_col=False, encoding="utf-8-sig", low_memory=False
        )
    return frame.rename(columns=str.strip)
