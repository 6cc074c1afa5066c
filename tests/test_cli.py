import errno
import importlib.util
import json
import os
import re
import shlex
import sys
import time
from dataclasses import replace
from functools import partial
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
            "id": rng.permutation(8000)[:80],
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
def call(capsys):
    """Return a function that calls a command as a shell would."""

    def call_main(*arguments):
        with pytest.raises(SystemExit) as raised:
            main(list(map(str, arguments)))
        return Outcome(raised.value.code, *capsys.readouterr())

    return call_main


FILES = ("scores.parquet", "summary.json", "scores.csv", "report.md", "report.html")


@pytest.fixture
def run(call):
    """Return a function that calls `skfocal compare`."""
    return partial(call, "compare")


def test_a_comparison_of_all_methods(run, data, tmp_path):
    output = tmp_path / "out"
    result = run(data, "--target", "outcome", "--drop", "id", "-o", output, *SMALL)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-5:] == [str(output / name) for name in FILES]
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
        (["--target", "outcome", "--timeout", "0"], "'--timeout'"),
        (["--target", "outcome", "--method", "focall"], "did you mean 'focal' or 'focal_alpha'?"),
        (["--target", "outcome", "--baseline", "logistik"], "did you mean 'logistic'?"),
        (["--target", "outcome", "--metric", "AUC"], "did you mean 'roc_auc'?"),
        (["--target", "outcome", "--threshold", "2"], "threshold must be tune:f1"),
        (["--target", "outcome", "--group", "idd"], "no column 'idd'; did you mean 'id'?"),
        (["--target", "outcome", "--group", "town"], "of 'people' has 2 groups of rows"),
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
    for name in [name for name in sys.modules if name.startswith("skfocal.cli.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "click", None)
    spec = importlib.util.spec_from_file_location("cli_again", skfocal.cli.__file__)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'skfocal\[compare\]'"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


@pytest.fixture
def arguments(data, tmp_path):
    """A small comparison that writes to `out`."""
    return [data, "--target", "outcome", "-o", tmp_path / "out", *SMALL]


@pytest.mark.usefixtures("two_methods")
def test_a_dry_run_tells_the_cells_and_fits_and_writes_nothing(run, arguments, tmp_path):
    forecast = "4 cells, 148 fits\n"  # 12 values of C on 3 inner folds, and the last fit
    result = run(*arguments, "--dry-run")
    assert result == (0, forecast, "")
    assert not (tmp_path / "out").exists()
    run(*arguments)
    next((tmp_path / "out" / "cells").iterdir()).unlink()
    stored = f"3 cells are stored in {tmp_path / 'out'}\n1 cells, 37 fits are left\n"
    assert run(*arguments, "--dry-run").stdout == forecast + stored
    assert run(*arguments, "--dry-run", "--no-resume").stdout == forecast


@pytest.mark.usefixtures("two_methods")
def test_suspicious_columns_are_pointed_out(run, data, arguments):
    frame = pd.read_csv(data)
    frame.assign(number=range(80), later=frame["outcome"] == "bad").to_csv(data, index=False)
    result = run(*arguments, "--dry-run")
    assert result.exit_code == 0
    number, later = result.stderr.splitlines()
    assert number.startswith("Warning: column 'number' numbers the rows")
    assert later.startswith("Warning: column 'later' alone tells the class")


def test_an_estimator_of_ones_own_is_compared(run, arguments, tmp_path, monkeypatch):
    text = "from sklearn.naive_bayes import GaussianNB\n\ndef bayes():\n    return GaussianNB()\n"
    (tmp_path / "own_models.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    result = run(*arguments, "--method", "logistic", "--estimator", "own_models:bayes", "-j", "2")
    assert result.exit_code == 0
    assert "\nbayes " in result.stdout
    assert run(*arguments, "--estimator", "own_models:byes").exit_code == 2


@pytest.mark.usefixtures("two_methods")
def test_a_second_run_takes_what_is_stored(run, arguments, tmp_path):
    run(*arguments)
    before = pd.read_csv(tmp_path / "out" / "scores.csv")
    result = run(*arguments)
    assert re.fullmatch(r"4 of 4 cells done, \d s in all\n", result.stderr)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "out" / "scores.csv"), before)
    run(*arguments, "--no-resume")
    assert (pd.read_csv(tmp_path / "out" / "scores.csv") != before)["fit_seconds"].any()


@pytest.mark.usefixtures("two_methods")
def test_a_report_is_written_again_as_it_was(run, call, arguments, tmp_path):
    output = tmp_path / "out"
    ranking = run(*arguments).stdout
    before = {name: (output / name).read_bytes() for name in FILES}
    for name in FILES:
        (output / name).unlink()
    assert call("report", output) == (0, ranking, "")
    assert {name: (output / name).read_bytes() for name in FILES} == before


def test_runs_of_parts_are_merged(run, call, data, tmp_path):
    for name in ("smote", "undersample"):
        run(data, "--target", "outcome", "--method", name, "-o", tmp_path / name, *SMALL)
    parts = [tmp_path / "smote", tmp_path / "undersample"]
    result = call("merge", *parts, "-o", tmp_path / "all")
    assert result.exit_code == 0
    scores = pd.read_csv(tmp_path / "all" / "scores.csv")
    assert list(scores["method"].unique()) == ["logistic", "smote", "undersample"]


def test_a_directory_without_a_comparison_is_wrong_use(call, tmp_path):
    for command in ("report", "merge"):
        result = call(command, tmp_path)
        assert result.exit_code == 2
        assert "holds no comparison" in result.stderr


@pytest.mark.filterwarnings("always")
@pytest.mark.usefixtures("two_methods")
def test_an_unfinished_run_is_reported_with_what_is_missing(run, call, arguments, tmp_path):
    run(*arguments)
    next((tmp_path / "out" / "cells").iterdir()).unlink()
    result = call("report", tmp_path / "out")
    assert result.exit_code == 1
    message = f"1 of 4 cells in {tmp_path / 'out'} are not run and count as failed"
    assert result.stderr.startswith(f"Warning: {message}\n")
    assert "not run" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("two_methods")
def test_quiet_leaves_the_paths_and_verbose_adds_the_cells(run, arguments):
    result = run(*arguments, "-v")
    lines = [line for line in result.stderr.splitlines() if "repeat 1, fold " in line]
    assert sum(line.startswith(("people: logistic, ", "people: class_")) for line in lines) == 4
    quiet = run(*arguments, "-q")
    assert quiet.stderr == ""
    assert quiet.stdout.splitlines() == result.stdout.splitlines()[-len(FILES) :]


@pytest.mark.usefixtures("two_methods")
def test_the_report_is_opened_if_wanted(run, arguments, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("click.launch", opened.append)
    run(*arguments)
    assert opened == []
    run(*arguments, "--open")
    assert opened == [str(tmp_path / "out" / "report.html")]


@pytest.mark.usefixtures("two_methods")
def test_every_other_setting_reaches_the_comparison(run, arguments, tmp_path):
    options = ["--baseline", "class_weight", "--group", "id", "--inner-cv", "2"]
    options += ["--metric", "cost_tuned", "--threshold", "cost:fp=1,fn=20"]
    assert run(*arguments, *options).exit_code == 0
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    settings = summary["manifest"]["settings"]
    assert (settings["baseline"], settings["inner_cv"]) == ("class_weight", 2)
    assert (settings["metrics"], settings["threshold"]) == (["cost_tuned"], "cost:fp=1,fn=20")
    assert {row["method"] for row in summary["differences"]} == {"logistic"}
    assert summary["data_sets"][0]["numeric"] == ["age"]


@pytest.mark.slow
def test_a_cell_that_takes_too_long_is_killed(run, call, arguments, tmp_path, monkeypatch):
    def sleep(*_):
        time.sleep(600)

    logistic = methods_module.METHODS["logistic"]
    slow = replace(logistic, name="slow", sampler=sleep)
    methods = MappingProxyType({"logistic": logistic, "slow": slow})
    monkeypatch.setattr(methods_module, "METHODS", methods)
    result = run(*arguments, "--timeout", "5")
    assert result.exit_code == 1
    assert "2 results failed; the report says why" in result.stderr
    assert call("report", tmp_path / "out").exit_code == 1
    scores = pd.read_csv(tmp_path / "out" / "scores.csv").fillna({"failure": ""})
    assert set(zip(scores["method"], scores["failure"], strict=True)) == {
        ("logistic", ""),
        ("slow", "Timeout: killed after 5 s"),
    }


@pytest.mark.usefixtures("two_methods")
def test_a_full_disk_is_told_and_the_run_can_go_on(run, arguments, tmp_path):
    def fail(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", fail)
        result = run(*arguments)
    assert result.exit_code == 2
    assert "No space left on device" in result.stderr
    assert run(*arguments).exit_code == 0
    (tmp_path / "out" / "report.html").unlink()
    (tmp_path / "out" / "report.html").mkdir()
    result = run(*arguments)
    assert result.exit_code == 2
    assert f"cannot write to {tmp_path / 'out'}: Is a directory" in result.stderr


def test_info_tells_what_scores_depend_on(call):
    result = call("info")
    assert result.exit_code == 0
    for name in ("skfocal", "python", "scikit-learn", "numpy", "BLAS:", f"{os.cpu_count()} cores"):
        assert name in result.stdout
