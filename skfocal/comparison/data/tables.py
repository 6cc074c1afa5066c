"""Named tables with a target: what methods are compared on."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from skfocal.comparison.data.columns import convert_column
from skfocal.comparison.data.leaks import leak_notes
from skfocal.comparison.data.notes import describe_notes, list_names
from skfocal.comparison.data.schema import NO_COLUMNS, Schema
from skfocal.comparison.data.targets import check_present, encode_target
from skfocal.comparison.errors import DataError
from skfocal.comparison.suggestions import suggest_names

__all__ = ["Table", "check_exists", "make_table", "table_from_frame"]


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
        Names of the columns that were dropped: identifiers, and values of no usable type.
    findings : tuple of str, default=()
        Sentences on what was changed and what is doubtful: columns that may leak the target, were
        dropped or converted, and values that became missing.
    schema : Schema, default=NO_COLUMNS
        How the columns were read, for new rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from skfocal.comparison import make_table
    >>> X = pd.DataFrame({"age": [30, 50, None, 70], "city": ["A", "B", "A", "B"]})
    >>> table = make_table(X, ["no", "yes", "no", "no"], name="toy")
    >>> table.classes, table.categorical
    (('no', 'yes'), ('city',))
    """

    display_only: ClassVar = ("dropped", "findings", "schema")

    name: str
    X: pd.DataFrame
    y: NDArray[np.intp]
    classes: tuple[str, ...]
    categorical: tuple[str, ...]
    groups: NDArray[np.intp] | None = None
    dropped: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    schema: Schema = NO_COLUMNS

    @property
    def numeric(self) -> tuple[str, ...]:
        """Names of the numeric columns."""
        return tuple(column for column in self.X.columns if column not in self.categorical)

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.classes)

    @cached_property
    def n_encoded(self) -> int:
        """Number of columns after one-hot encoding, about."""
        counts = self.X[list(self.categorical)].nunique().clip(upper=100)
        incomplete = self.X[list(self.numeric)].isna().any()
        return len(self.numeric) + int(incomplete.sum()) + int(counts.sum())

    @cached_property
    def is_mixed(self) -> bool:
        """Whether there are numbers beside categories or flags of missing values."""
        numbers = self.X[list(self.numeric)]
        return bool(self.numeric and (self.categorical or numbers.isna().any(axis=None)))

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
    keep: Iterable[str] = (),
    drop_missing_target: bool = False,
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
    keep : iterable of str, default=()
        Columns to keep although they look like identifiers.
    drop_missing_target : bool, default=False
        Whether rows without a target are dropped; otherwise they raise an error.

    Returns
    -------
    Table

    Raises
    ------
    DataError
        If a column does not exist or the data cannot be used; the message names the fix.

    Examples
    --------
    >>> import pandas as pd
    >>> from skfocal.comparison import table_from_frame
    >>> frame = pd.DataFrame({"age": [30, 50, 40, 70], "died": ["no", "yes", "no", "no"]})
    >>> table_from_frame(frame, "died", name="toy").X.columns.to_list()
    ['age']
    """
    columns = [str(column) for column in frame.columns]
    _check_unique(columns)
    frame = frame.set_axis(columns, axis=1)
    dropped = [*drop, *([] if group is None else [group])]
    kept = list(keep)
    for wanted in (target, *dropped, *kept):
        check_exists(wanted, columns)
    if target in dropped:
        raise DataError(f"column {target!r} is the target; it cannot be dropped or be the group")
    for wanted in kept:
        if wanted in (target, *dropped):
            raise DataError(
                f"column {wanted!r} cannot be kept as a feature: it is the target, the group or "
                "to be dropped; name it once"
            )
    findings: tuple[str, ...] = ()
    missing = frame[target].isna().to_numpy()
    if drop_missing_target and missing.any():
        frame = frame[~missing]
        findings = (f"{missing.sum():,} of {len(missing):,} rows have no target and are dropped",)
    else:
        check_present(frame[target])
    table = make_table(
        frame.drop(columns=[target, *dropped]),
        frame[target],
        name=name,
        positive=positive,
        groups=None if group is None else frame[group],
        keep=kept,
    )
    return replace(table, findings=(*findings, *table.findings))


def check_exists(wanted: str, columns: list[str]) -> None:
    """Refuse a column that does not exist, and suggest similar ones.

    Raises
    ------
    DataError
        If it does not exist.
    """
    if wanted not in columns:
        raise DataError(
            f"column {wanted!r} does not exist; "
            + suggest_names(wanted, columns, "the columns are")
        )


def make_table(
    X: pd.DataFrame | ArrayLike,
    y: ArrayLike,
    *,
    name: str,
    positive: Hashable | None = None,
    groups: ArrayLike | None = None,
    keep: Iterable[str] = (),
) -> Table:
    """Check features and target, and convert them to the types that the comparison uses.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_columns)
        Numbers, booleans, text, categories, dates, times or durations; missing values are
        allowed. See Notes for how they are read.
    y : array-like of shape (n_samples,)
        Labels of two or more classes, without missing values.
    name : str
        Name of the data in the report.
    positive : object, default=None
        Label of the positive class of a binary target; by default the rarer one.
    groups : array-like of shape (n_samples,), default=None
        Rows with the same value, such as those of one patient, share a fold.
    keep : iterable of str, default=()
        Columns to keep although they look like identifiers.

    Returns
    -------
    Table
        Its `findings` name everything that was changed.

    Raises
    ------
    DataError
        If the data cannot be used; the message names the fix.

    Notes
    -----
    A column of text in which at least 95 % of the values are numbers is read as numbers, also with
    a unit, a currency sign, separators of thousands or decimal commas. The other values, such as
    "?" or "unknown", become missing. The same holds for dates and times in text.

    A date becomes its year, month, day, weekday and hour, as far as they vary, and the seconds
    since 1970. Times of day and durations become seconds.

    A column is dropped as an identifier if its text differs in more than 90 % of the rows (and has
    more than 100 values), or if it has whole numbers without a repetition that rise from row to
    row, number the rows, exceed 2**53, or have the name of an identifier such as "id". Columns of
    other objects, such as lists, are dropped.

    A column of pandas' category type is always read as categories. No rule looks at the target.

    Examples
    --------
    >>> import pandas as pd
    >>> from skfocal.comparison import make_table
    >>> X = pd.DataFrame({"age": [30, 50, None, 70], "city": ["A", "B", "A", "B"]})
    >>> table = make_table(X, ["no", "yes", "no", "no"], name="toy")
    >>> table.y.tolist()
    [0, 1, 0, 0]
    """
    features = X if isinstance(X, pd.DataFrame) else pd.DataFrame(np.asarray(X))
    columns = [str(column) for column in features.columns]
    _check_unique(columns)
    kept = list(keep)
    for wanted in kept:
        check_exists(wanted, columns)
    labels = pd.Series(np.asarray(y) if not isinstance(y, pd.Series) else y.array)
    if len(labels) != len(features):
        raise DataError(f"X has {len(features)} rows but y has {len(labels)} labels")
    codes, classes, findings = encode_target(labels, positive)
    read = [
        convert_column(column, features.iloc[:, at].reset_index(drop=True), keep=column in kept)
        for at, column in enumerate(columns)
    ]
    notes = [note for one in read for note in one.notes]
    _check_unique([feature for one in read for feature in one.arrays])
    numbers = pd.DataFrame({feature: v for one in read for feature, v in one.arrays.items()})
    if numbers.columns.empty:
        dropped = "".join(f"; {text}" for text in describe_notes(notes))
        raise DataError(f"no feature column is left; keep at least one{dropped}")
    categorical = tuple(feature for one in read if one.categorical for feature in one.arrays)
    _check_finite(numbers)
    source_of = {
        feature: column for column, one in zip(columns, read, strict=True) for feature in one.arrays
    }
    leaks = describe_notes(leak_notes(numbers, codes, categorical, source_of))
    return Table(
        name,
        numbers,
        codes,
        classes,
        categorical,
        None if groups is None else _encode_groups(groups, len(labels)),
        tuple(column for column, one in zip(columns, read, strict=True) if not one.arrays),
        (*leaks, *findings, *describe_notes(notes)),
        Schema(tuple(one.reading for one in read if one.reading is not None)),
    )


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
        raise DataError(f"column names must be unique; got {list_names(duplicated)} more than once")


def _check_finite(numbers: pd.DataFrame) -> None:
    infinite = numbers.columns[np.isinf(numbers.to_numpy()).any(axis=0)].tolist()
    if infinite:
        raise DataError(
            f"column{'s' if len(infinite) > 1 else ''} {list_names(infinite)} "
            f"{'have' if len(infinite) > 1 else 'has'} infinite values; replace them, or mark them "
            "as missing"
        )
