"""Fixtures of the tests of the commands."""

from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from skfocal.cli import main
from skfocal.comparison.methods import catalogue as methods_module

SMALL = ["--cv", "2", "--repeats", "1", "-j", "1"]


@pytest.fixture
def data(tmp_path):
    """A table of 80 rows, 16 of them positive, as a file."""
    rng = np.random.default_rng(0)
    y = rng.permutation(np.arange(80) < 16)
    frame = pd.DataFrame(
        {
            "age": rng.normal(size=80) + y,
            "town": rng.choice(["a", "b"], 80),
            "id": rng.permutation(8000)[:80],
            "outcome": np.where(y, "bad", "good"),
        }
    )
    frame.loc[::9, "age"] = np.nan
    frame.loc[79, "id"] = frame.loc[0, "id"]  # a group of two rows, and so no identifier
    path = tmp_path / "people.csv"
    frame.to_csv(path, index=False)
    return path


@pytest.fixture
def two_methods(monkeypatch):
    """Use only the baseline and class weights, to save time."""
    few = {name: methods_module.METHODS[name] for name in ("logistic", "class_weight")}
    monkeypatch.setattr(methods_module, "METHODS", MappingProxyType(few))
    return few


class Outcome(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str


@pytest.fixture
def call(capsys):
    """Return a function that calls a command as a shell would."""

    def call_main(*arguments):
        with pytest.raises(SystemExit) as raised:
            main(list(map(str, arguments)))
        return Outcome(raised.value.code, *capsys.readouterr())

    return call_main


@pytest.fixture
def run(call):
    """Return a function that calls `skfocal compare`."""
    return partial(call, "compare")


@pytest.fixture
def arguments(data, tmp_path):
    """A small comparison that writes to `out`."""
    return [data, "--target", "outcome", "-o", tmp_path / "out", *SMALL]
