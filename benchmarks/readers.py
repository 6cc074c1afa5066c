"""Read the raw files of the data sets. Nothing is imputed or encoded.

The packages that contain the files are not imported: their loaders impute and encode a data set
before it is split, which leaks test rows into training.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

MISSING = ["?", "<null>", "N/A", ""]
KNOWN_BEFORE = [
    *("month", "day", "sched_dep_time", "sched_arr_time", "carrier", "origin", "dest"),
    *("distance", "hour"),
]
WEATHER = [
    *("temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure"),
    "visib",
]
LEAKS = ["RACE", "HISPANIC_ORIGIN"]
UNKNOWN_SEVERITY = {"Injured_Severity_Unknown", "Unknown"}
GLASS = ["row", "RI", "Na", "Mg", "Al", "Si", "K", "Ca", "Ba", "Fe", "Class"]


def read_keel(path: Path) -> pd.DataFrame:
    """Read a KEEL `.dat` or a dense ARFF file.

    Numeric attributes become floats; nominal ones and strings stay text, even if they are digits.
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


def read_satimage(folder: Path) -> pd.DataFrame:
    """Read both parts of the satellite image; class 4 is the rare one."""
    parts = (folder / name for name in ("sat.trn.txt", "sat.tst.txt"))
    frame = pd.concat(
        [pd.read_csv(part, sep=" ", header=None) for part in parts], ignore_index=True
    )
    frame.columns = [*(f"pixel_{number}" for number in range(36)), "Class"]
    return frame.assign(Class=(frame["Class"] == 4).map({True: "positive", False: "negative"}))


def read_hypothyroid(path: Path) -> pd.DataFrame:
    """Read the thyroid records; the first column is the diagnosis."""
    names = ["diagnosis", *(f"column_{number}" for number in range(1, 26))]
    return pd.read_csv(path, header=None, names=names, na_values=MISSING)


def read_stroke(path: Path) -> pd.DataFrame:
    """Read the stroke patients."""
    return pd.read_csv(path, na_values=MISSING, dtype={"stroke": str})


def read_challenge(stem: Path) -> pd.DataFrame:
    """Read a set of the agnostic learning challenge: features and labels in two files."""
    frame = pd.read_csv(f"{stem}_train.data", sep=r"\s+", header=None)
    labels = pd.read_csv(f"{stem}_train.labels", header=None)
    return frame.add_prefix("feature_").assign(Class=labels[0].map({1: "positive", -1: "negative"}))


def read_blanks(path: Path) -> pd.DataFrame:
    """Read columns separated by blanks: a unique name, which is dropped, numbers and the class."""
    frame = pd.read_csv(path, sep=r"\s+", header=None)
    names = [f"column_{number}" for number in range(1, frame.shape[1] - 1)]
    return frame.set_axis(["name", *names, "Class"], axis=1).drop(columns="name")


def read_glass(path: Path) -> pd.DataFrame:
    """Read the kinds of glass without the row number in the first column."""
    return pd.read_csv(path, names=GLASS).drop(columns="row")


def read_flights(path: Path) -> pd.DataFrame:
    """Read the flights from New York in 2013, with what is known before departure.

    The column `date` is for grouping: the flights of a day are cancelled for common causes.
    """
    place = ["origin", "time_hour"]
    weather = pd.read_csv(path.with_name("weather.csv"), usecols=[*place, *WEATHER])
    joined = pd.read_csv(path).merge(weather, how="left", on=place)
    return joined[KNOWN_BEFORE + WEATHER].assign(
        date=100 * joined["month"] + joined["day"],
        cancelled=joined["dep_time"].isna().map({True: "yes", False: "no"}),
    )


def read_fars(path: Path) -> pd.DataFrame:
    """Read the persons in fatal accidents, with the severity of their injuries.

    Two columns that leak the target are dropped, and rows of unknown severity.
    """
    table = read_keel(path).drop(columns=LEAKS)
    return table[~table["INJURY_SEVERITY"].isin(UNKNOWN_SEVERITY)]
