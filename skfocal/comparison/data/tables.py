"""Named tables with a target: what methods are compared on."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pandas.api import types

from skfocal.comparison.data.text_columns import is_identifier, text_problem
from skfocal.comparison.errors import DataError
from skfocal.comparison.suggestions import suggest_names

__all__ = ["Table", "make_table", "table_from_frame"]


@dataclass(frozen=True, eq=False)
class Table:
    """A data set that passed every check.

    Attributes
    ----------
    name : str
        Name in the report.
    X : DataFrame of shape (n_samples, n_columns)
        Features as floats with unique column names, NaN where missing. Categories are codes in
        the order of their names.
    y : ndarray of shape (n_samples,)
        Class indices. With two classes, 1 is the positive class.
    classes : tuple of str
        The label of each class index.
    categorical : tuple of str
        Names of the categorical columns.
    groups : ndarray of shape (n_samples,), default=None
        Index of the group of each row, if the rows of a group must share a fold.
    dropped : tuple of str, default=()
        Names of the text columns that were dropped because they look like identifiers.
    """

    name: str
    X: pd.DataFrame
    y: NDArray[np.intp]
    classes: tuple[str, ...]
    categorical: tuple[str, ...]
    groups: NDArray[np.intp] | None = None
    dropped: tuple[str, ...] = ()

    @property
    def numeric(self) -> tuple[str, ...]:
        """Names of the numeric columns."""
        return tuple(column for column in self.X.columns if column not in self.categorical)

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.classes)

    @property
    def prevalence(self) -> float:
        """Share of the positive class; with more than two classes, of the rarest one."""
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
    """Split a frame into features and target, and check both.

    Parameters
    ----------
    frame : DataFrame
        Features and target.
    target : str
        Name of the column to predict.
    name : str
        Name of the data in the report.
    positive : object, default=None
        Label of the positive class of a binary target; by default the rarer one.
    drop : iterable of str, default=()
        Columns to drop.
    group : str, default=None
        Column of groups: rows with the same value share a fold. It is no feature.

    Returns
    -------
    Table

    Raises
    ------
    DataError
        If a column does not exist or the data cannot be used; the message names the fix.
    """
    columns = [str(column) for column in frame.columns]
    _check_unique(columns)
    frame = frame.set_axis(columns, axis=1)
    dropped = [*drop, *([] if group is None else [group])]
    for wanted in (target, *dropped):
        if wanted not in columns:
            raise DataError(
                f"column {wanted!r} does not exist; "
                + suggest_names(wanted, columns, "the columns are")
            )
    if target in dropped:
        raise DataError(f"column {target!r} is the target; it cannot be dropped or be the group")
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
    """Check features and target, and convert them to the types that the comparison uses.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_columns)
        Numbers, booleans, strings or categories; missing values are allowed. A column of strings
        that looks like an identifier is dropped.
    y : array-like of shape (n_samples,)
        Labels of two or more classes, without missing values.
    name : str
        Name of the data in the report.
    positive : object, default=None
        Label of the positive class of a binary target; by default the rarer one.
    groups : array-like of shape (n_samples,), default=None
        Rows with the same value, such as those of one patient, share a fold.

    Returns
    -------
    Table

    Raises
    ------
    DataError
        If the data cannot be used; the message names the fix.
    """
    features = X if isinstance(X, pd.DataFrame) else pd.DataFrame(np.asarray(X))
    columns = [str(column) for column in features.columns]
    _check_unique(columns)
    labels = pd.Series(np.asarray(y) if not isinstance(y, pd.Series) else y.to_numpy())
    if len(labels) != len(features):
        raise DataError(f"X has {len(features)} rows but y has {len(labels)} labels")
    if not columns:
        raise DataError("no feature column is left; keep at least one")
    codes, classes = _encode_target(labels, positive)
    series = {column: features.iloc[:, position] for position, column in enumerate(columns)}
    categorical = tuple(column for column in columns if _is_categorical(series[column]))
    numbers = {
        column: (_encode_categories if column in categorical else _to_floats)(column, values)
        for column, values in series.items()
    }
    dropped = tuple(column for column in categorical if is_identifier(series[column]))
    remaining = pd.DataFrame(numbers).drop(columns=list(dropped))
    if remaining.empty:
        raise DataError("no feature column is left; keep at least one")
    group_codes = None if groups is None else _encode_groups(groups, len(labels))
    categorical = tuple(column for column in categorical if column not in dropped)
    return Table(name, remaining, codes, classes, categorical, group_codes, dropped)


def _encode_groups(groups: ArrayLike, n_rows: int) -> NDArray[np.intp]:
    values = pd.Series(np.asarray(groups))
    if len(values) != n_rows:
        raise DataError(f"groups has {len(values)} values for {n_rows} rows; give one per row")
    n_missing = int(values.isna().sum())
    if n_missing:
        raise DataError(f"the group is missing in {n_missing} of {n_rows} rows; fill it in first")
    return pd.factorize(values)[0]


def _check_unique(columns: list[str]) -> None:
    duplicated = sorted({column for column in columns if columns.count(column) > 1})
    if duplicated:
        shown = ", ".join(repr(column) for column in duplicated[:5])
        raise DataError(f"column names must be unique; got {shown} more than once")


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
        held = f"has only {classes[0]!r}" if classes else "has no rows"
        raise DataError(f"the target must have two or more classes; it {held}")
    if _is_continuous(labels, counts):
        raise DataError(
            f"the target has {len(classes)} different numbers and looks continuous; convert it to "
            "classes first, for example below and above a bound"
        )
    if positive is not None and _label_name(positive) not in classes:
        raise DataError(
            f"no row has the positive label {positive!r}; "
            + suggest_names(_label_name(positive), classes, "the labels are")
        )
    if len(classes) == 2:
        rare = _label_name(positive) if positive is not None else counts[classes].idxmin()
        classes.sort(key=lambda label: label == rare)
    elif positive is not None:
        raise DataError(f"a positive label needs a binary target; it has {len(classes)} classes")
    code_of = {label: code for code, label in enumerate(classes)}
    return names.map(code_of).to_numpy(np.intp), tuple(classes)


def _is_continuous(labels: pd.Series[Any], counts: pd.Series[int]) -> bool:
    """Whether a numeric target has too many values, most of them rare, to be classes."""
    if types.is_float_dtype(labels.dtype):
        return len(counts) > max(20, len(labels) // 20)
    rare = max(20, len(labels) / 100)
    return types.is_integer_dtype(labels.dtype) and len(counts) > 50 and counts.median() < rare


def _label_name(label: Any) -> str:
    """Return a label as text; 1.0 becomes 1, because integers with gaps are read as floats."""
    if isinstance(label, float | np.floating) and float(label).is_integer():
        return str(int(label))
    return str(label)


def _is_categorical(column: pd.Series[Any]) -> bool:
    return types.is_bool_dtype(column.dtype) or not (
        types.is_numeric_dtype(column.dtype)
        or types.is_datetime64_any_dtype(column.dtype)
        or types.is_timedelta64_dtype(column.dtype)
    )


def _encode_categories(name: str, column: pd.Series[Any]) -> NDArray[np.float64]:
    problem = text_problem(column)
    if problem is not None:
        raise DataError(f"column {name!r} {problem}")
    names = column.astype(object).map(str).mask(column.isna().to_numpy())
    codes, _ = pd.factorize(names, sort=True)
    return np.where(codes < 0, np.nan, codes)


def _to_floats(name: str, column: pd.Series[Any]) -> NDArray[np.float64]:
    if types.is_complex_dtype(column.dtype) or not types.is_numeric_dtype(column.dtype):
        raise DataError(
            f"column {name!r} has {column.dtype} values; convert them to numbers or drop it"
        )
    numbers = column.to_numpy(np.float64, na_value=np.nan)
    if np.isinf(numbers).any():
        raise DataError(
            f"column {name!r} has infinite values; replace them, or mark them as missing"
        )
    return numbers
