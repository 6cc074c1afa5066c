"""The commands that fit no models."""

import os

import pandas as pd
import pytest

SMALL = ["--cv", "2", "--repeats", "1", "-j", "1"]
FILES = ("scores.parquet", "summary.json", "scores.csv", "report.md", "report.html")


@pytest.mark.slow
@pytest.mark.usefixtures("two_methods")
def test_a_report_is_written_again_as_it_was(run, call, arguments, tmp_path):
    output = tmp_path / "out"
    ranking = run(*arguments).stdout
    before = {name: (output / name).read_bytes() for name in FILES}
    for name in FILES:
        (output / name).unlink()
    assert call("report", output) == (0, ranking, "")
    assert {name: (output / name).read_bytes() for name in FILES} == before


@pytest.mark.slow
def test_runs_of_parts_are_merged(run, call, data, tmp_path):
    for name in ("smote", "undersample"):
        run(data, "--target", "outcome", "--method", name, "-o", tmp_path / name, *SMALL)
    parts = [tmp_path / "smote", tmp_path / "undersample"]
    result = call("merge", *parts, "-o", tmp_path / "all")
    assert result.exit_code == 0
    scores = pd.read_csv(tmp_path / "all" / "scores.csv")
    assert list(scores["method"].unique()) == ["logistic", "smote", "undersample"]


def test_a_directory_without_a_comparison_is_a_usage_error(call, tmp_path):
    for command in ("report", "merge"):
        result = call(command, tmp_path)
        assert result.exit_code == 2
        assert "has no comparison" in result.stderr


@pytest.mark.slow
@pytest.mark.filterwarnings("always")
@pytest.mark.usefixtures("two_methods")
def test_an_unfinished_run_is_reported_with_what_is_missing(run, call, arguments, tmp_path):
    run(*arguments)
    next((tmp_path / "out" / "cells").iterdir()).unlink()
    result = call("report", tmp_path / "out")
    assert result.exit_code == 1
    message = f"1 of 4 cells in {tmp_path / 'out'} have not been run"
    assert result.stderr.startswith(f"Warning: {message}")
    assert "not run" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_info_shows_what_scores_depend_on(call):
    result = call("info")
    assert result.exit_code == 0
    for name in ("skfocal", "python", "scikit-learn", "numpy", "BLAS:", f"{os.cpu_count()} cores"):
        assert name in result.stdout
