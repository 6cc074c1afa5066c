"""The target: its labels, its classes, and what is doubtful about them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from skfocal.comparison.data.columns import decode_texts
from skfocal.comparison.data.notes import list_values
from skfocal.comparison.errors import DataError
from skfocal.comparison.suggestions import suggest_names

__all__ = ["check_present", "encode_target"]


def check_present(
    labels: pd.Series[Any], words: Mapping[str, int] | None = None, *, is_column: bool = True
) -> None:
    """Refuse missing labels.

    Parameters
    ----------
    labels : Series
        The target.
    words : mapping of str to int, default=None
        Words in the file that were read as missing labels, with their numbers of rows.
    is_column : bool, default=True
        Whether the target is a column of a table, so that a parameter can drop the rows.

    Raises
    ------
    DataError
        If labels are missing.
    """
    n_missing = int(labels.isna().sum())
    if not n_missing:
        return
    found = f"the target is missing in {n_missing:,} of {len(labels):,} rows"
    if words:
        found += (
            f", among them {list_values(words)}: such words are read as missing. If they are "
            "labels, keep them with keep_na=True; if not,"
        )
    else:
        found += "; fill it in, or"
    option = " with drop_missing_target=True" if is_column else ""
    raise DataError(f"{found} drop those rows{option}")


def encode_target(
    labels: pd.Series[Any], positive: Hashable | None
) -> tuple[NDArray[np.intp], tuple[str, ...], tuple[str, ...]]:
    """Encode the labels.

    Parameters
    ----------
    labels : Series of shape (n_samples,)
        Labels without missing values. Blanks around them are stripped.
    positive : object or None
        Label of the positive class; None for the rarer one.

    Returns
    -------
    y : ndarray of shape (n_samples,)
        Class indices; with two classes, 1 is the positive class.
    classes : tuple of str
        The label of each class index.
    findings : tuple of str
        Labels that differ only in blanks or in upper and lower case.

    Raises
    ------
    DataError
        If they are not two or more classes, or none is the positive label.
    """
    check_present(labels, is_column=False)
    written = _label_names(labels)
    names = written.str.strip()
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
    findings = (*_stripped(written, names), *_similar(counts))
    _order_classes(classes, counts, positive)
    code_of = {label: code for code, label in enumerate(classes)}
    return names.map(code_of).to_numpy(np.intp), tuple(classes), findings


def _decoded(labels: pd.Series[Any]) -> pd.Series[Any]:
    try:
        return decode_texts(labels)
    except UnicodeDecodeError as error:
        raise DataError(
            "the target has bytes that are no text in UTF-8; convert its labels to text"
        ) from error


def _label_names(labels: pd.Series[Any]) -> pd.Series[str]:
    """Return labels as text."""
    if labels.dtype == object:  # may hold equal labels of several types, such as 1 and True
        return _decoded(labels).map(_label_name)
    codes, values = pd.factorize(labels)
    names = _decoded(pd.Series(values, dtype=object)).map(_label_name)
    return names.take(codes).set_axis(labels.index)


def _label_name(label: Any) -> str:
    """Return a label as text; 1.0 becomes 1, because integers with gaps are read as floats."""
    if isinstance(label, float | np.floating | Decimal) and label == label // 1:
        return str(int(label))
    return str(label)


def _order_classes(classes: list[str], counts: pd.Series[int], positive: Hashable | None) -> None:
    """Put the positive class last if there are two."""
    wanted = None if positive is None else _label_name(positive).strip()
    if wanted is not None and wanted not in classes:
        raise DataError(
            f"no row has the positive label {positive!r}; "
            + suggest_names(wanted, classes, "the labels are")
        )
    if len(classes) == 2:
        rare = wanted if wanted is not None else counts[classes].idxmin()
        classes.sort(key=lambda label: label == rare)
    elif wanted is not None:
        raise DataError(f"a positive label needs a binary target; it has {len(classes)} classes")


def _is_continuous(labels: pd.Series[Any], counts: pd.Series[int]) -> bool:
    """Whether a numeric target has too many values, most of them rare, to be classes."""
    if labels.dtype == object and labels.map(lambda label: isinstance(label, Decimal)).all():
        labels = labels.astype(float)
    if types.is_float_dtype(labels.dtype):
        return len(counts) > max(20, len(labels) // 20)
    rare = max(20, len(labels) / 100)
    return types.is_integer_dtype(labels.dtype) and len(counts) > 50 and counts.median() < rare


def _stripped(written: pd.Series[str], names: pd.Series[str]) -> list[str]:
    """Name labels with blanks around them that became equal to others."""
    padded = written[written != names]
    if padded.empty:
        return []
    counts = written[names.isin(names[padded.index])].value_counts()
    shown = list_values({str(label): int(count) for label, count in counts.items()})
    return [f"the target has blanks around labels ({shown}); they were stripped"]


def _similar(counts: pd.Series[int]) -> list[str]:
    """Name labels that differ only in upper and lower case."""
    alike: dict[str, dict[str, int]] = {}
    for label, count in counts.items():
        alike.setdefault(str(label).casefold(), {})[str(label)] = int(count)
    return [
        f"the target has the labels {list_values(labels)}: they differ only in upper and lower "
        "case but are different classes; write them alike if they are one class"
        for labels in alike.values()
        if len(labels) > 1
    ]
