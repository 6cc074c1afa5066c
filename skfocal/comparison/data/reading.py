"""Read a CSV or Parquet file."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Hashable, Iterable
from pathlib import Path

import pandas as pd

from skfocal.comparison.data.tables import Table, table_from_frame
from skfocal.comparison.errors import DataError

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
        A `.parquet` file, or a text file (`.csv`, `.tsv` or `.txt`) with a header, separated by
        commas, semicolons, tabs or vertical bars. Blanks around column names are stripped.
    target : str
        Name of the column to predict.
    positive : object, default=None
        Label of the positive class; by default the rarer one.
    drop : iterable of str, default=()
        Columns to drop.
    group : str, default=None
        Column of groups: rows with the same value share a fold. It is no feature.

    Returns
    -------
    Table
        Named after the file.

    Raises
    ------
    DataError
        If the file cannot be read or its data cannot be used; the message names the fix.
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
            f"{path} cannot be read: the file type must be .csv or .parquet, "
            f"not {suffix or 'missing'}; save the table as one of them"
        )
    try:
        return pd.read_parquet(path) if suffix == ".parquet" else _read_text(path)
    except DataError:
        raise
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is not encoded in UTF-8 (byte {error.start}); save it in that encoding"
        ) from error
    except ImportError as error:
        raise DataError(f"{path} needs pyarrow: pip install pyarrow, or use CSV") from error
    except (OSError, ValueError, pd.errors.ParserWarning, csv.Error) as error:
        reason = " ".join(str(error).split())
        raise DataError(f"{path} cannot be read: {reason}") from error


def _read_text(path: Path) -> pd.DataFrame:
    with path.open(encoding="utf-8-sig", newline="") as file:
        line = file.readline()
        separator = max(SEPARATORS, key=line.count)
        file.seek(0)
        header = [name.strip() for name in next(csv.reader(file, delimiter=separator), [])]
    # pandas renames the second of two equal names silently.
    duplicates = sorted({name for name in header if header.count(name) > 1})
    if duplicates:
        shown = ", ".join(repr(name) for name in duplicates[:5])
        raise DataError(f"column names must be unique; {path} has {shown} more than once")
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        # By default, a row with an extra value makes pandas use the first column as the index.
        frame = pd.read_csv(
            path, sep=separator, index_col=False, encoding="utf-8-sig", low_memory=False
        )
    return frame.rename(columns=str.strip)
