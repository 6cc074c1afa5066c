"""Errors in the command, the data and the disk, each with its fix."""

import errno
import importlib.util
import os
import re
import sys

import pandas as pd
import pytest

import skfocal.cli

SMALL = ["--cv", "2", "--repeats", "1", "-j", "1"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--target", "outcom"], "'outcom' does not exist; did you mean 'outcome'?"),
        (["--target", "outcome", "--drop", "idd"], "'idd' does not exist; did you mean 'id'?"),
        (["--target", "outcome", "--drop", "outcome"], "'outcome' is the target"),
        (["--target", "outcome", "--positive", "Bad"], "did you mean 'bad'?"),
        (["--target", "age"], "the target is missing in 9 of 80 rows"),
        (["--target", "outcome", "--cv", "17"], "class 'bad' of 'people' has 16 distinct rows"),
        (["--target", "outcome", "--cv", "17"], "--cv 16"),
        (["--target", "outcome", "--cv", "1"], "'--cv'"),
        (["--target", "outcome", "-j", "0"], "'-j'"),
        (["--target", "outcome", "--timeout", "0"], "'--timeout'"),
        (["--target", "outcome", "--method", "focall"], "--method got 'focall'"),
        (["--target", "outcome", "--method", "focall"], "did you mean 'focal' or 'focal_alpha'?"),
        (["--target", "outcome", "--baseline", "logistik"], "--baseline got 'logistik'"),
        (["--target", "outcome", "--baseline", "logistik"], "did you mean 'logistic'?"),
        (["--target", "outcome", "--metric", "AUC"], "--metric got 'AUC'"),
        (["--target", "outcome", "--estimator", "x"], "--estimator must be package.module"),
        (["--target", "outcome", "--metric", "AUC"], "did you mean 'roc_auc'?"),
        (["--target", "outcome", "--threshold", "2"], "--threshold must be tune:f1"),
        (["--target", "outcome", "--group", "idd"], "'idd' does not exist; did you mean 'id'?"),
        (["--target", "outcome", "--group", "town"], "of 'people' has 2 groups of rows"),
        ([], "Missing option '--target'"),
    ],
)
def test_usage_errors_exit_with_two_and_name_the_fix(run, data, tmp_path, options, message):
    result = run(data, *options, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_a_missing_file_is_a_usage_error(run, tmp_path):
    result = run(tmp_path / "nowhere.csv", "--target", "y")
    assert result.exit_code == 2
    assert "nowhere.csv" in result.stderr


def test_a_directory_that_cannot_be_created_is_a_usage_error(run, data, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run(data, "--target", "outcome", "-o", tmp_path / "file" / "out", *SMALL)
    assert result.exit_code == 2
    assert "cannot write to" in result.stderr


def test_a_directory_that_cannot_be_written_is_a_usage_error(run, data, tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda _, mode: mode != os.W_OK)
    result = run(data, "--target", "outcome", "-o", tmp_path / "out", *SMALL)
    assert result.exit_code == 2
    assert "permission denied" in result.stderr


def test_help_names_the_exit_codes(run):
    result = run("--help")
    assert result.exit_code == 0
    assert "Exits with 0" in result.stdout


def test_without_its_packages_the_command_names_what_to_install(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("skfocal.cli.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "click", None)
    spec = importlib.util.spec_from_file_location("cli_again", skfocal.cli.__file__)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'skfocal\[compare\]'"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


@pytest.mark.slow
@pytest.mark.usefixtures("two_methods")
def test_a_full_disk_is_reported_and_the_run_can_be_resumed(run, arguments, tmp_path):
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
    assert f"cannot write to {tmp_path / 'out'}: " in result.stderr


@pytest.mark.usefixtures("two_methods")
def test_suspicious_columns_are_reported(run, data, arguments):
    frame = pd.read_csv(data)
    frame.assign(number=range(80), later=frame["outcome"] == "bad").to_csv(data, index=False)
    result = run(*arguments, "--dry-run")
    assert result.exit_code == 0
    later, number = result.stderr.splitlines()
    assert later.startswith("Warning: column 'later' alone predicts the target")
    assert number.startswith("Warning: column 'number' is dropped")
    kept = run(*arguments, "--dry-run", "--keep", "number", "--drop", "later")
    assert kept == (0, result.stdout, "")


@pytest.mark.usefixtures("two_methods")
def test_changes_are_reported_even_if_the_data_cannot_be_used(run, data, arguments):
    frame = pd.read_csv(data)
    frame.assign(dose=[*["5 mg"] * 79, "none"]).to_csv(data, index=False)
    result = run(*arguments, "--cv", "30")
    assert result.exit_code == 2
    first, second, error = result.stderr.splitlines()
    assert first == "Warning: column 'dose' is read as numbers: '5 mg' as 5"
    assert second == "Warning: column 'dose' has 'none' in 1 row, read as missing"
    assert error.startswith("Error: class 'bad'")


@pytest.mark.usefixtures("two_methods")
def test_missing_labels_and_words_have_options(run, data, arguments):
    frame = pd.read_csv(data)
    frame.loc[frame["outcome"] == "bad", "outcome"] = "None"
    frame.to_csv(data, index=False)
    refused = run(*arguments)
    assert refused.exit_code == 2
    assert "missing in 16 of 80 rows, among them 'None' in 16 rows" in refused.stderr
    kept = run(*arguments, "--dry-run", "--keep-na", "--positive", "None")
    assert (kept.exit_code, kept.stderr) == (0, "")
    frame["outcome"] = [*["bad"] * 10, *["good"] * 30, *[None] * 5, *["good"] * 35]
    frame.to_csv(data, index=False)
    assert "--drop-missing-target" in run(*arguments).stderr
    dropped = run(*arguments, "--dry-run", "--drop-missing-target")
    assert dropped.exit_code == 0
    assert dropped.stderr == "Warning: 5 of 80 rows have no target and are dropped\n"


def test_a_file_without_column_names_is_a_usage_error(run, tmp_path):
    (tmp_path / "data.csv").write_text("5.1,3.5,a\n4.9,3.0,b\n", encoding="utf-8")
    result = run(tmp_path / "data.csv", "--target", "species")
    assert result.exit_code == 2
    assert "no line with column names: its first line (5.1, 3.5, a) looks like" in result.stderr


@pytest.mark.usefixtures("two_methods")
@pytest.mark.parametrize("n_rare", range(1, 6))
def test_the_suggested_folds_work(run, data, tmp_path, n_rare):
    frame = pd.read_csv(data)
    rare = frame.index[frame["outcome"] == "bad"][n_rare:]
    frame.drop(index=rare).to_csv(data, index=False)
    command = [data, "--target", "outcome", "-o", tmp_path / "out", "--dry-run"]
    result = run(*command)
    advice = re.search(r"on the command line: (--cv.*)\)", result.stderr)
    if n_rare == 5:
        assert result.exit_code == 0
    else:
        assert result.exit_code == 2
        assert f"class 'bad' of 'people' has {n_rare} distinct row" in result.stderr
        assert (advice is None) == (n_rare < 3)
    if advice is not None:
        assert run(*command, *advice.group(1).split()).exit_code == 0
