"""Predict the rows of a file in chunks, so that memory does not grow with the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skfocal._typing import Floats
from skfocal.comparison.data.streaming import RowSource, open_rows
from skfocal.comparison.deployment.model import Model, Predictions
from skfocal.comparison.errors import DataError, SettingError
from skfocal.comparison.storage.files import atomic_file
from skfocal.comparison.suggestions import suggest_names

__all__ = ["Advance", "ColumnCounts", "PredictionSummary", "predict_file", "probability_sample"]

MAX_CELLS = 1_000_000
"""Values of a chunk, which bounds the memory: about 100 bytes for each, in text and as numbers."""
MAX_ROWS, MIN_ROWS = 50_000, 256
SAMPLE_ROWS = 200_000
"""Rows that a prior is estimated from: twice as many would change it by less than 0.002."""
MAX_EXAMPLES = 3
SLACK = 1e-9
"""Share of a range by which a number may exceed it through rounding."""
OUTPUTS = (".csv", ".parquet")
Advance: TypeAlias = Callable[[int, float], None]
"""Called with the number of rows that are done and the share of the file that has been read."""


@dataclass(eq=False)
class ColumnCounts:
    """What was unusual about the values of one column, in numbers of rows."""

    missing: int = 0
    unreadable: int = 0
    unseen: int = 0
    outside: int = 0
    examples: Counter[str] = field(default_factory=Counter)
    """Values that were not readable or not known."""


@dataclass(eq=False)
class PredictionSummary:
    """What was predicted, and what was unusual about the rows.

    Attributes
    ----------
    n_rows : int
        Number of rows.
    decided : ndarray of int of shape (n_classes,)
        Number of rows by predicted class.
    columns : dict of str to ColumnCounts
        By column of the model.
    findings : list of str
        What is unusual about the file.
    ignored : list of str
        Columns of the file that the model does not use.
    """

    n_rows: int
    decided: NDArray[np.intp]
    columns: dict[str, ColumnCounts]
    findings: list[str]
    ignored: list[str]


def predict_file(
    model: Model,
    source: Path,
    output: Path,
    *,
    id_column: str | None = None,
    threshold: float | None = None,
    adjust: Callable[[Floats], Floats] | None = None,
    advance: Advance | None = None,
) -> PredictionSummary:
    """Predict the rows of a file, and write a row for each.

    Parameters
    ----------
    model : Model
        The model.
    source : Path
        The file, of a format that `read_table` reads. Text, Parquet and Arrow files are read in
        chunks.
    output : Path
        A `.csv` or `.parquet` file: the column `id_column`, ``probability_LABEL`` for each class,
        and ``decision``. It appears under its name when it is complete.
    id_column : str, default=None
        Column to copy from the file.
    threshold : float, default=None
        Probability from which on a row is positive; by default that of the model.
    adjust : callable, default=None
        Maps probabilities to those for other class shares.
    advance : callable, default=None
        Called after each chunk.

    Returns
    -------
    PredictionSummary

    Raises
    ------
    DataError
        If the file cannot be read, or lacks a column.
    SettingError
        If the output has another suffix, or the threshold is not possible.
    OSError
        If the output cannot be written.
    """
    _check_output(output, source, model, id_column)
    with _opened(model, source, id_column) as rows:
        summary = _empty_summary(model, rows, id_column)
        with ExitStack() as stack:
            file = stack.enter_context(atomic_file(output))
            write = stack.enter_context(_writer(file, output))
            for frame in rows.chunks(chunk_rows(model, len(rows.columns))):
                if frame.empty:
                    continue
                found = model.predict(frame, typed=rows.typed, threshold=threshold, adjust=adjust)
                _count(summary, model, frame, found)
                write(_output_frame(model, frame, found, id_column))
                if advance is not None:
                    advance(summary.n_rows, rows.share_read())
            if not summary.n_rows:
                raise DataError(f"{source} has column names but no rows")
    return summary


def probability_sample(model: Model, source: Path, advance: Advance | None = None) -> Floats:
    """Predict the probabilities of a file, of every row or of an even sample of them.

    Returns
    -------
    ndarray of shape (n_samples, n_classes)
        At most 200,000 rows.

    Raises
    ------
    DataError
        If the file cannot be read, or lacks a column.
    """
    step, n_rows, kept, n_kept = 1, 0, [], 0
    with _opened(model, source, None) as rows:
        for frame in rows.chunks(chunk_rows(model, len(rows.columns))):
            if frame.empty:
                continue
            found = model.predict(frame, typed=rows.typed).probabilities
            chosen = found[-n_rows % step :: step]
            n_rows += len(found)
            kept.append(chosen)
            n_kept += len(chosen)
            if n_kept > SAMPLE_ROWS:
                kept, step = [np.concatenate(kept)[::2]], 2 * step
                n_kept = len(kept[0])
            if advance is not None:
                advance(n_rows, rows.share_read())
    if not n_rows:
        raise DataError(f"{source} has column names but no rows")
    return np.concatenate(kept)


def chunk_rows(model: Model, n_columns: int) -> int:
    """Return the number of rows of a chunk, fewer if there are many columns."""
    n_encoded = int(getattr(model.pipeline[-1], "n_features_in_", 1))
    return int(np.clip(MAX_CELLS // max(n_columns, n_encoded), MIN_ROWS, MAX_ROWS))


@contextmanager
def _opened(model: Model, source: Path, id_column: str | None) -> Iterator[RowSource]:
    columns = model.schema.columns
    with open_rows(source, columns[0] if columns else None) as rows:
        model.schema.check_columns(rows.columns)
        if id_column is not None and id_column not in rows.columns:
            near = suggest_names(id_column, rows.columns, "the columns are")
            raise DataError(f"column {id_column!r} does not exist; {near}")
        yield rows


def _check_output(output: Path, source: Path, model: Model, id_column: str | None) -> None:
    if output.suffix.lower() not in OUTPUTS:
        raise SettingError("output", f"must end in {' or '.join(OUTPUTS)}; got {str(output)!r}.")
    if output.exists() and output.samefile(source):
        raise SettingError("output", f"got {output}, the file to predict; choose another name")
    if id_column in _output_names(model):
        raise SettingError(
            "id", f"got {id_column!r}, a column of the output; rename it in the file first"
        )


def _output_names(model: Model) -> list[str]:
    return [*(f"probability_{label}" for label in model.classes), "decision"]


def _empty_summary(model: Model, rows: RowSource, id_column: str | None) -> PredictionSummary:
    used = {*model.schema.columns, id_column}
    return PredictionSummary(
        0,
        np.zeros(len(model.classes), dtype=np.intp),
        {name: ColumnCounts() for name in model.schema.columns},
        rows.findings,
        [name for name in rows.columns if name not in used],
    )


def _count(
    summary: PredictionSummary, model: Model, frame: pd.DataFrame, found: Predictions
) -> None:
    summary.n_rows += len(frame)
    summary.decided += np.bincount(found.decisions, minlength=len(model.classes))
    ranges = {one["feature"]: one for one in model.card["features"]}
    for reading in model.schema.readings:
        name, counts = reading.column, summary.columns[reading.column]
        counts.missing += int(found.rows.missing[name].sum())
        strange = found.rows.unreadable[name] | found.rows.unseen[name]
        counts.unreadable += int(found.rows.unreadable[name].sum())
        counts.unseen += int(found.rows.unseen[name].sum())
        if strange.any() and len(counts.examples) < MAX_EXAMPLES:
            counts.examples.update(frame[name][strange].astype(str).tolist())
            counts.examples = Counter(dict(counts.examples.most_common(MAX_EXAMPLES)))
        outside = np.zeros(len(frame), dtype=bool)
        for feature in reading.features:
            outside |= _is_outside(found.rows.X[feature].to_numpy(), ranges[feature])
        counts.outside += int(outside.sum())


def _is_outside(values: Floats, described: dict[str, Any]) -> NDArray[np.bool_]:
    low, high = described.get("low"), described.get("high")
    if low is None or high is None:
        return np.zeros(len(values), dtype=bool)
    slack = SLACK * max(high - low, abs(high))
    return np.asarray((values < low - slack) | (values > high + slack))


def _output_frame(
    model: Model, frame: pd.DataFrame, found: Predictions, id_column: str | None
) -> pd.DataFrame:
    *names, decision = _output_names(model)
    columns: dict[str, Any] = {}
    if id_column is not None:
        columns[id_column] = frame[id_column].reset_index(drop=True)
    columns |= dict(zip(names, found.probabilities.T, strict=True))
    columns[decision] = np.array(model.classes, dtype=object)[found.decisions]
    return pd.DataFrame(columns)


@contextmanager
def _writer(file: BinaryIO, output: Path) -> Iterator[Callable[[pd.DataFrame], None]]:
    """Yield a function that writes the rows of a frame below those before."""
    if output.suffix.lower() == ".csv":
        first = True

        def write(frame: pd.DataFrame) -> None:
            nonlocal first
            frame.to_csv(file, index=False, header=first)
            first = False

        yield write
        return
    try:
        import pyarrow as pa  # noqa: PLC0415  # an optional dependency
        from pyarrow import parquet  # noqa: PLC0415  # an optional dependency
    except ImportError as error:
        raise DataError(f"{output} needs pyarrow: pip install pyarrow, or write CSV") from error
    with ExitStack() as stack:
        opened: list[Any] = []

        def write_table(frame: pd.DataFrame) -> None:
            table = pa.Table.from_pandas(frame, preserve_index=False)
            if not opened:
                opened.append(stack.enter_context(parquet.ParquetWriter(file, table.schema)))
            opened[0].write_table(table.cast(opened[0].schema))

        yield write_table
