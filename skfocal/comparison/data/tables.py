"""The data that methods are compared on: named tables with a target."""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pandas.api import types

from skfocal.comparison.data.text_columns import names_rows, text_problem

__all__ = ["DataError", "Table", "make_table", "near_matches", "table_from_frame"]


class DataError(ValueError):
    """The data, or a setting that does not suit them; the message names the remedy."""


@dataclass(frozen=True, eq=False)
class Table:
    """A data set that has passed every check.

    Attributes
    ----------
    name : str
        What the reports call it.
    X : DataFrame of shape (n_samples, n_columns)
        Features as floats under unique names, NaN where missing. Categories are numbered in the
        order of their names: another way to write them, from which nothing is learned.
    y : ndarray of shape (n_samples,)
        Class indices. With two classes, 1 is the positive class.
    classes : tuple of str
        The label of each class index.
    categorical : tuple of str
        Names of the columns that hold categories.
    groups : ndarray of shape (n_samples,), default=None
        Number of the group of each row, if rows of one group must share a fold.
    left_out : tuple of str, default=()
        Names of the columns of text that look like an identifier of the rows.
    """

    name: str
    X: pd.DataFrame
    y: NDArray[np.intp]
    classes: tuple[str, ...]
    categorical: tuple[str, ...]
    groups: NDArray[np.intp] | None = None
    left_out: tuple[str, ...] = ()

    @property
    def numeric(self) -> tuple[str, ...]:
        """Names of the columns that hold numbers."""
        return tuple(column for column in self.X.columns if column not in self.categorical)

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.classes)

    @property
    def prevalence(self) -> float:
        """Share of rows in the positive class; with more than two classes, in the rarest one."""
        counts = np.bincount(self.y)
        return float((counts[1] if self.n_classes == 2 else counts.min()) / len(self.y))


def table_from_frame(
    frame: pd.DataFrame,
    target: str,
    *,
    name: str,
    positive: Hashable | None = None,
    drop: Iterable[str] = (),
    group: str | None = None,
) -> Table:
    """Split a frame into features and target and check both.

    Parameters
    ----------
    frame : DataFrame
        Features and target.
    target : str
        Name of the column to predict.
    name : str
        What the reports call the data.
    positive : object, default=None
        Label of the positive class of a binary target; the rarer one by default.
    drop : iterable of str, default=()
        Columns to leave out.
    group : str, default=None
        Column whose values say which rows must share a fold; nothing is predicted from it.

    Returns
    -------
    Table

    Raises
    ------
    DataError
        If a column is missing or the data cannot be used; the message names the remedy.
    """
    columns = [str(column) for column in frame.columns]
    _check_unique(columns)
    frame = frame.set_axis(columns, axis=1)
    dropped = [*drop, *([] if group is None else [group])]
    for wanted in (target, *dropped):
        if wanted not in columns:
            raise DataError(
                f"there is no column {wanted!r}; {near_matches(wanted, columns, 'the columns are')}"
            )
    if target in dropped:
        raise DataError(f"column {target!r} is the target and cannot be dropped or tell the groups")
    features = frame.drop(columns=[target, *dropped])
    groups = None if group is None else frame[group]
    return make_table(features, frame[target], name=name, positive=positive, groups=groups)


def make_table(
    X: pd.DataFrame | ArrayLike,
    y: ArrayLike,
    *,
    name: str,
    positive: Hashable | None = None,
    groups: ArrayLike | None = None,
) -> Table:
    """Check features and target, and bring them to the types that the comparison uses.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_columns)
        Numbers, booleans and strings or categories; missing values are allowed. A column of
        strings that looks like an identifier of the rows is left out.
    y : array-like of shape (n_samples,)
        Labels of two or more classes, none missing.
    name : str
        What the reports call the data.
    positive : object, default=None
        Label of the positive class of a binary target; the rarer one by default.
    groups : array-like of shape (n_samples,), default=None
        Rows with the same value, such as those of one patient, share a fold.

    Returns
    -------
    Table

    Raises
    ------
    DataError
        If the data cannot be used; the message names the remedy.
    """
    features = X if isinstance(X, pd.DataFrame) else pd.DataFrame(np.asarray(X))
    columns = [str(column) for column in features.columns]
    _check_unique(columns)
    labels = pd.Series(np.asarray(y) if not isinstance(y, pd.Series) else y.to_numpy())
    if len(labels) != len(features):
        raise DataError(f"X has {len(features)} rows but y has {len(labels)} labels")
    if not columns:
        raise DataError("there is no column left to predict from")
    codes, classes = _encode_target(labels, positive)
    series = {column: features.iloc[:, position] for position, column in enumerate(columns)}
    categorical = tuple(column for column in columns if _is_categorical(series[column]))
    numbers = {
        column: (_number_categories if column in categorical else _numbers)(column, values)
        for column, values in series.items()
    }
    left_out = tuple(column for column in categorical if names_rows(series[column]))
    kept = pd.DataFrame(numbers).drop(columns=list(left_out))
    if kept.empty:
        raise DataError("there is no column left to predict from")
    numbered = None if groups is None else _number_groups(groups, len(labels))
    held = tuple(column for column in categorical if column not in left_out)
    return Table(name, kept, codes, classes, held, numbered, left_out)


def _number_groups(groups: ArrayLike, n_rows: int) -> NDArray[np.intp]:
    values = pd.Series(np.asarray(groups))
    if len(values) != n_rows:
        raise DataError(f"there are {len(values)} groups for {n_rows} rows; give one for each row")
    n_missing = int(values.isna().sum())
    if n_missing:
        raise DataError(f"the group is missing in {n_missing} of {n_rows} rows; fill it in first")
    return pd.factorize(values)[0]


def near_matches(wanted: str, known: Iterable[str], otherwise: str) -> str:
    """Suggest the nearest of the known names, or list the first of them."""
    names = list(known)
    matches = difflib.get_close_matches(wanted.lower(), [name.lower() for name in names], n=3)
    nearest = [name for name in names if name.lower() in matches or _holds(name, wanted)][:4]
    if nearest:
        return "did you mean " + " or ".join(repr(name) for name in nearest) + "?"
    shown = ", ".join(repr(name) for name in names[:10])
    return f"{otherwise} {shown}" + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _holds(name: str, wanted: str) -> bool:
    return len(wanted) > 1 and wanted.lower() in name.lower()


def _check_unique(columns: list[str]) -> None:
    duplicated = sorted({column for column in columns if columns.count(column) > 1})
    if duplicated:
        shown = ", ".join(repr(column) for column in duplicated[:5])
        raise DataError(f"column names must be unique; {shown} is there more than once")


def _encode_target(
    labels: pd.Series[Any], positive: Hashable | None
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    n_missing = int(labels.isna().sum())
    if n_missing:
        raise DataError(
            f"the target is missing in {n_missing} of {len(labels)} rows; remove those rows first"
        )
    names = labels.map(_label_name)
    counts = names.value_counts()
    classes = sorted(counts.index)
    if len(classes) < 2:
        held = f"holds only {classes[0]!r}" if classes else "has no rows"
        raise DataError(f"the target must have two classes or more; it {held}")
    if _is_quantity(labels, counts):
        raise DataError(
            f"the target holds {len(classes)} different numbers: it is a quantity, not a class; "
            "turn it into classes first, for instance below and above a bound"
        )
    if positive is not None and _label_name(positive) not in classes:
        raise DataError(
            f"no row has the positive label {positive!r}; "
            + near_matches(_label_name(positive), classes, "the labels are")
        )
    if len(classes) == 2:
        rare = _label_name(positive) if positive is not None else counts[classes].idxmin()
        classes.sort(key=lambda label: label == rare)
    elif positive is not None:
        raise DataError(f"a positive label needs a target of two classes; it has {len(classes)}")
    code_of = {label: code for code, label in enumerate(classes)}
    return names.map(code_of).to_numpy(np.intp), tuple(classes)


def _is_quantity(labels: pd.Series[Any], counts: pd.Series[int]) -> bool:
    """Whether a target of numbers has too many values, most of them rare, to be classes."""
    if types.is_float_dtype(labels.dtype):
        return len(counts) > max(20, len(labels) // 20)
    rare = max(20, len(labels) / 100)
    return types.is_integer_dtype(labels.dtype) and len(counts) > 50 and counts.median() < rare


def _label_name(label: Any) -> str:
    """Name a label: 1.0, which is how a column of whole numbers may be read, is the label 1."""
    if isinstance(label, float | np.floating) and float(label).is_integer():
        return str(int(label))
    return str(label)


def _is_categorical(column: pd.Series[Any]) -> bool:
    return types.is_bool_dtype(column.dtype) or not (
        types.is_numeric_dtype(column.dtype)
        or types.is_datetime64_any_dtype(column.dtype)
        or types.is_timedelta64_dtype(column.dtype)
    )


def _number_categories(name: str, column: pd.Series[Any]) -> NDArray[np.float64]:
    problem = text_problem(column)
    if problem is not None:
        raise DataError(f"column {name!r} {problem}")
    names = column.astype(object).map(str).mask(column.isna().to_numpy())
    codes, _ = pd.factorize(names, sort=True)
    return np.where(codes < 0, np.nan, codes)


def _numbers(name: str, column: pd.Series[Any]) -> NDArray[np.float64]:
    if types.is_complex_dtype(column.dtype) or not types.is_numeric_dtype(column.dtype):
        raise DataError(
            f"column {name!r} holds {column.dtype} values; turn them into numbers or drop it"
        )
    numbers = column.to_numpy(np.float64, na_value=np.nan)
    if np.isinf(numbers).any():
        raise DataError(f"column {name!r} holds infinite values; replace them or leave them empty")
    return numbers
