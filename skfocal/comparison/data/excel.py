"""Read the first sheet of an Excel workbook."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, BinaryIO

import pandas as pd

from skfocal.comparison.data.headers import check_header, column_names, find_header
from skfocal.comparison.errors import DataError

__all__ = ["read_excel"]

HEADER_ROWS = 100


def read_excel(
    opened: Callable[[], BinaryIO], source: str, target: str | None
) -> tuple[pd.DataFrame, list[str]]:
    """Read the first sheet of a workbook.

    Parameters
    ----------
    opened : callable
        Opens the content.
    source : str
        Name of the file for messages.
    target : str or None
        Name of a column, if known: it helps to find the header.

    Returns
    -------
    frame : DataFrame
        Only empty cells are missing.
    findings : list of str
        What is unusual about the file.

    Raises
    ------
    DataError
        If the content is damaged or the sheet has no table.
    """
    cells, findings = _read_cells(opened, source)
    rows = [_row_texts(row) for row in cells.head(HEADER_ROWS).to_numpy()]
    header = find_header(rows, target)
    above = [" ".join(text for text in row if text) for row in rows[:header]]
    findings += [f"the line {line!r} above the column names is skipped" for line in above if line]
    names = column_names(rows[header], cells.shape[1])
    check_header([name for name in names if not name.startswith("Unnamed: ")], source)
    frame = cells.iloc[header + 1 :].set_axis(names, axis=1).dropna(how="all")
    padding = frame.isna().all(axis=0).to_numpy() & [not name for name in rows[header]]
    return frame.loc[:, ~padding].reset_index(drop=True).infer_objects(), findings


def _read_cells(opened: Callable[[], BinaryIO], source: str) -> tuple[pd.DataFrame, list[str]]:
    try:
        with opened() as file, warnings.catch_warnings():
            # openpyxl warns of styles and other parts that it does not know.
            warnings.simplefilter("ignore", UserWarning)
            with pd.ExcelFile(file, engine="openpyxl") as book:
                sheet, *others = map(str, book.sheet_names)
                cells = pd.read_excel(
                    book, header=None, dtype=object, keep_default_na=False, na_values=[""]
                )
    except (KeyError, ValueError) as error:
        raise DataError(f"{source} is damaged; save it again in Excel, or as CSV") from error
    if cells.empty:
        raise DataError(f"the sheet {sheet!r} of {source} is empty; put the table first")
    return cells, [f"only the first sheet {sheet!r} of {source} is read"] if others else []


def _row_texts(row: Any) -> list[str]:
    return ["" if pd.isna(cell) else str(cell).strip() for cell in row]
