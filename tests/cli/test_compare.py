"""`skfocal compare` with valid arguments."""

import json
import re
import shlex
import sys
import time
from dataclasses import replace
from types import MappingProxyType

import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from skfocal.comparison import Method
from skfocal.comparison.methods import catalogue as methods_module

SMALL = ["--cv", "2", "--repeats", "1", "-j", "1"]
FILES = ("scores.parquet", "summary.json", "scores.csv", "report.md", "report.html")


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.usefixtures("two_methods")
def test_the_command_is_recorded(run, data, tmp_path, monkeypatch):
    arguments = [str(data), "--target", "outcome", "-o", str(tmp_path / "a b"), *SMALL]
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/skfocal", "compare", *arguments])
    assert run(*arguments).exit_code == 0
    summary = json.loads((tmp_path / "a b" / "summary.json").read_text(encoding="utf-8"))
    assert shlex.split(summary["manifest"]["command"]) == ["skfocal", "compare", *arguments]


@pytest.mark.slow
def test_settings_reach_the_comparison(run, data, tmp_path, two_methods):
    options = ["--cv", 3, "--repeats", 2, "--seed", 5, "-j", 1, "--positive", "good"]
    assert run(data, "--target", "outcome", "-o", tmp_path, *options).exit_code == 0
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    settings = summary["manifest"]["settings"]
    assert (settings["cv"], settings["repeats"], settings["random_state"]) == (3, 2, 5)
    assert summary["data_sets"][0]["class_of_interest"] == "good"
    scores = pd.read_csv(tmp_path / "scores.csv")
    assert len(scores) == len(two_methods) * 3 * 2


@pytest.mark.slow
def test_failed_cells_exit_with_one_and_are_reported(run, data, tmp_path, two_methods, monkeypatch):
    class Unlucky(LogisticRegression):
        def fit(self, X, y):  # noqa: ARG002  # scikit-learn's signature
            raise RuntimeError("no luck")

    unlucky = Method("unlucky", "It fails.", Unlucky(), {"C": (1.0,)})
    methods = MappingProxyType({**two_methods, "unlucky": unlucky})
    monkeypatch.setattr(methods_module, "METHODS", methods)
    result = run(data, "--target", "outcome", "-o", tmp_path, *SMALL)
    assert result.exit_code == 1
    assert "2 results failed" in result.stderr
    assert "unlucky" in result.stdout
    assert "no luck" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.usefixtures("two_methods")
def test_a_dry_run_prints_the_cells_and_fits_and_writes_nothing(run, arguments, tmp_path):
    # 12 values of C on 3 inner folds and the last fit, and 4 values beyond the edges.
    forecast = "4 cells, 148 fits and up to 48 beyond the edges of grids\n"
    expected = r"about [\d.]+ s with 1 process\n"
    result = run(*arguments, "--dry-run")
    assert re.fullmatch(re.escape(forecast) + expected, result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert not (tmp_path / "out").exists()
    run(*arguments)
    next((tmp_path / "out" / "cells").iterdir()).unlink()
    stored = f"3 cells are stored in {tmp_path / 'out'}\n1 cells are left, 37 fits and up to 12 "
    stored += "beyond the edges of grids\n"
    again = run(*arguments, "--dry-run").stdout
    assert re.fullmatch(re.escape(forecast + stored) + expected, again)
    assert run(*arguments, "--dry-run", "--no-resume").stdout.startswith(f"{forecast}about ")


@pytest.mark.slow
@pytest.mark.usefixtures("two_methods")
def test_a_dry_run_refuses_the_directory_that_a_run_refuses(run, arguments):
    assert run(*arguments).exit_code == 0
    other = [*arguments, "--seed", "5"]
    dry, whole = run(*other, "--dry-run"), run(*other)
    assert (dry.exit_code, dry.stderr) == (2, whole.stderr)
    assert "holds another comparison" in dry.stderr


@pytest.mark.slow
def test_a_user_estimator_is_compared(run, arguments, tmp_path, monkeypatch):
    text = "from sklearn.naive_bayes import GaussianNB\n\ndef bayes():\n    return GaussianNB()\n"
    (tmp_path / "own_models.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    result = run(*arguments, "--method", "logistic", "--estimator", "own_models:bayes", "-j", "2")
    assert result.exit_code == 0
    assert "\nbayes " in result.stdout
    assert run(*arguments, "--estimator", "own_models:byes").exit_code == 2


@pytest.mark.slow
@pytest.mark.usefixtures("two_methods")
def test_a_second_run_uses_the_stored_cells(run, arguments, tmp_path):
    run(*arguments)
    before = pd.read_csv(tmp_path / "out" / "scores.csv")
    result = run(*arguments)
    assert re.fullmatch(r"4 of 4 cells done, [\d.]+ s in total\n", result.stderr)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "out" / "scores.csv"), before)
    run(*arguments, "--no-resume")
    assert (pd.read_csv(tmp_path / "out" / "scores.csv") != before)["fit_seconds"].any()


@pytest.mark.slow
@pytest.mark.usefixtures("two_methods")
def test_quiet_prints_only_the_paths_and_verbose_adds_the_cells(run, arguments):
    result = run(*arguments, "-v")
    lines = [line for line in result.stderr.splitlines() if "repeat 1, fold " in line]
    assert sum(line.startswith(("people: logistic, ", "people: class_")) for line in lines) == 4
    quiet = run(*arguments, "-q")
    assert quiet.stderr == ""
    assert quiet.stdout.splitlines() == result.stdout.splitlines()[-len(FILES) :]


@pytest.mark.slow
@pytest.mark.usefixtures("two_methods")
def test_the_report_is_opened_on_request(run, arguments, tmp_path, monkeypatch):
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
    assert "2 results failed" in result.stderr
    assert call("report", tmp_path / "out").exit_code == 1
    scores = pd.read_csv(tmp_path / "out" / "scores.csv").fillna({"failure": ""})
    assert set(zip(scores["method"], scores["failure"], strict=True)) == {
        ("logistic", ""),
        ("slow", "Timeout: killed after 5 s"),
    }


def test_an_interrupted_plan_ends_like_an_interrupted_run(run, arguments, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("skfocal.comparison.budget.plan_within", interrupt)
    result = run(*arguments)
    assert result.exit_code == 130
    assert result.stderr == "Interrupted. Run the same command again to resume\n"


def test_an_interrupted_run_reports_its_directory_and_can_be_resumed(
    run, arguments, tmp_path, two_methods, monkeypatch
):
    def interrupt(*_):
        raise KeyboardInterrupt

    logistic = two_methods["logistic"]
    later = {"logistic": logistic, "late": replace(logistic, name="late")}
    pressed = {**later, "late": replace(later["late"], sampler=interrupt)}
    monkeypatch.setattr(methods_module, "METHODS", MappingProxyType(pressed))
    result = run(*arguments)
    assert result.exit_code == 130
    assert result.stdout == ""
    output = tmp_path / "out"
    assert f"Finished cells are stored in {output}" in result.stderr
    assert len(list((output / "cells").iterdir())) == 1
    monkeypatch.setattr(methods_module, "METHODS", MappingProxyType(later))
    assert run(*arguments).exit_code == 0
