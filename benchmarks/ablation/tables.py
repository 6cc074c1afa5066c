"""The tables of the ablation: real ones as the comparison encodes them, and synthetic ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.data_sets import load
from benchmarks.harness import prepare
from benchmarks.speed.tables import TableSpec, make_data

__all__ = ["REAL", "SEARCHED", "TABLES", "make"]

MAX_ROWS = 20_000
"""Of a larger real table this many rows are used."""
REAL = (
    *("abalone19", "car-good", "dermatology", "fars", "flare-F", "flights", "hiva", "hypothyroid"),
    *("kc1", "kddcup-guess_passwd_vs_satan", "kr-vs-k", "nursery", "page-blocks0", "satimage"),
    *("shuttle-2_vs_5", "stroke", "sylva", "winequality-red-4", "yeast", "yeast4"),
)
PLAIN = ((300, 10), (2_000, 30), (10_000, 30), (100_000, 30), (400_000, 10), (30_000, 300))
LARGE = ((10_000, 1_000), (3_000, 2_000), (200, 20_000))
SPECS = (
    *(TableSpec(*size) for size in (*PLAIN, *LARGE)),
    TableSpec(100_000, 30, positives=1 / 1001),
    TableSpec(100_000, 30, columns="unscaled"),
    TableSpec(50_000, 50, columns="correlated"),
    TableSpec(20_000, 20_000, columns="sparse"),
    TableSpec(20_000, 30, n_classes=10),
)
SYNTHETIC = {spec.name: spec for spec in SPECS}
SYNTHETIC_SEARCHED = ("2,000 x 30", "10,000 x 30", "50,000 x 50, correlated")
TABLES = (*REAL, *SYNTHETIC)
SEARCHED = ("flare-F", "hypothyroid", "satimage", *SYNTHETIC_SEARCHED)
"""The tables on which searches are measured."""


def make(name: str) -> tuple[Any, NDArray[Any]]:
    """Make or read a table."""
    if name in SYNTHETIC:
        return make_data(SYNTHETIC[name])
    table = load(name)
    if len(table.y) > MAX_ROWS:
        rows = np.sort(np.random.default_rng(0).choice(len(table.y), MAX_ROWS, replace=False))
        table = replace(table, X=table.X.iloc[rows], y=table.y[rows])
    return prepare(table)
