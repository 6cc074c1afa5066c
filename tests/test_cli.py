import importlib.util
import json
import os
import shlex
import sys
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import skfocal.cli
from skfocal.cli import main
from skfocal.comparison import Method
from skfocal.comparison import methods as methods_module

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
            "id": range(80),
            "outcome": np.where(y, "bad", "good"),
        }
    )
    frame.loc[::9, "age"] = np.nan
    path = tmp_path / "people.csv"
    frame.to_csv(path, index=False)
    return path


@pytest.fixture
def two_methods(monkeypatch):
    """Leave the baseline and class weights only, to be quick."""
    few = {name: methods_module.METHODS[name] for name in ("logistic", "class_weight")}
    monkeypatch.setattr(methods_module, "METHODS", MappingProxyType(few))
    return few


class Outcome(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str


@pytest.fixture
def run(capsys):
    """Return a function that runs the command as a shell would."""

    def run_main(*arguments):
        with pytest.raises(SystemExit) as raised:
            main(["compare", *map(str, arguments)])
        return Outcome(raised.value.code, *capsys.readouterr())

    return run_main


def test_a_comparison_of_all_methods(run, data, tmp_path):
    output = tmp_path / "out"
    result = run(data, "--target", "outcome", "--drop", "id", "-o", output, *SMALL)
    assert result.exit_code == 0
    paths = [str(output / name) for name in ("summary.json", "scores.csv", "report.html")]
    assert result.stdout.splitlines()[-3:] == paths
    for method in ("logistic", "focal (recovered)", "focal (raw)", "smote", "undersample"):
        assert f"\n{method} " in result.stdout
    assert "cells done" in result.stderr
    assert "cells done" not in result.stdout
    assert "people" in (output / "report.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("two_methods")
def test_the_command_to_repeat_is_told(run, data, tmp_path, monkeypatch):
    arguments = [str(data), "--target", "outcome", "-o", str(tmp_path / "a b"), *SMALL]
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/skfocal", "compare", *arguments])
    assert run(*arguments).exit_code == 0
    summary = json.loads((tmp_path / "a b" / "summary.json").read_text(encoding="utf-8"))
    assert shlex.split(summary["manifest"]["command"]) == ["skfocal", "compare", *arguments]


def test_settings_reach_the_comparison(run, data, tmp_path, two_methods):
    options = ["--cv", 3, "--repeats", 2, "--seed", 5, "-j", 1, "--positive", "good"]
    assert run(data, "--target", "outcome", "-o", tmp_path, *options).exit_code == 0
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    settings = summary["manifest"]["settings"]
    assert (settings["cv"], settings["repeats"], settings["random_state"]) == (3, 2, 5)
    assert summary["data_sets"][0]["class_of_interest"] == "good"
    scores = pd.read_csv(tmp_path / "scores.csv")
    assert len(scores) == len(two_methods) * 3 * 2


def test_failed_cells_exit_with_one_and_are_reported(run, data, tmp_path, two_methods, monkeypatch):
    class Unlucky(LogisticRegression):
        def fit(self, X, y):  # noqa: ARG002  # scikit-learn's signature
            raise RuntimeError("no luck")

    unlucky = Method("unlucky", "It fails.", Unlucky(), {"C": (1.0,)})
    methods = MappingProxyType({**two_methods, "unlucky": unlucky})
    monkeypatch.setattr(methods_module, "METHODS", methods)
    result = run(data, "--target", "outcome", "-o", tmp_path, *SMALL)
    assert result.exit_code == 1
    assert "2 results failed; the report says why" in result.stderr
    assert "unlucky" in result.stdout
    assert "no luck" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--target", "outcom"], "no column 'outcom'; did you mean 'outcome'?"),
        (["--target", "outcome", "--drop", "idd"], "no column 'idd'; did you mean 'id'?"),
        (["--target", "outcome", "--drop", "outcome"], "'outcome' is the target"),
        (["--target", "outcome", "--positive", "Bad"], "did you mean 'bad'?"),
        (["--target", "age"], "the target is missing in 9 of 80 rows"),
        (["--target", "outcome", "--cv", "17"], "class 'bad' of 'people' has 16 distinct rows"),
        (["--target", "outcome", "--cv", "17"], "--cv 16"),
        (["--target", "outcome", "--cv", "1"], "'--cv'"),
        (["--target", "outcome", "-j", "0"], "'-j'"),
        ([], "Missing option '--target'"),
    ],
)
def test_wrong_use_exits_with_two_and_names_the_remedy(run, data, tmp_path, options, message):
    result = run(data, *options, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_a_file_that_is_not_there_is_wrong_use(run, tmp_path):
    result = run(tmp_path / "nowhere.csv", "--target", "y")
    assert result.exit_code == 2
    assert "nowhere.csv" in result.stderr


def test_a_directory_that_cannot_be_made_is_wrong_use(run, data, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run(data, "--target", "outcome", "-o", tmp_path / "file" / "out", *SMALL)
    assert result.exit_code == 2
    assert "cannot write to" in result.stderr


def test_a_directory_that_cannot_be_written_is_wrong_use(run, data, tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda _, mode: mode != os.W_OK)
    result = run(data, "--target", "outcome", "-o", tmp_path / "out", *SMALL)
    assert result.exit_code == 2
    assert "permission denied" in result.stderr


def test_help_names_the_exit_codes(run):
    result = run("--help")
    assert result.exit_code == 0
    assert "Exits with 0" in result.stdout


def test_without_its_packages_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "click", None)
    spec = importlib.util.spec_from_file_location("cli_again", skfocal.cli.__file__)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'skfocal\[compare\]'"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
