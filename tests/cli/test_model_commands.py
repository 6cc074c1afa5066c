"""Fit, predict and explain, from a comparison to the predictions for new rows."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from systems import needs_signals

from skfocal.comparison.deployment.model_file import read_card
from skfocal.comparison.recommendation.words import format_probability

SMALL = ["--cv", "2", "--repeats", "1", "-j", "1"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a table, its comparison, and a model by the recommendation."""
    path = tmp_path_factory.mktemp("models")
    rng = np.random.default_rng(0)
    y = rng.permutation(np.arange(240) < 48)
    frame = pd.DataFrame(
        {
            "patient": [f"p{number:04}" for number in range(240)],
            "age": rng.normal(50, 9, 240) + 8 * y,
            "town": rng.choice(["Bern", "Genf"], 240),
            "since": pd.date_range("2020-01-01", periods=240, freq="50h").strftime("%d.%m.%Y"),
            "outcome": np.where(y, "bad", "good"),
        }
    )
    frame.to_csv(path / "people.csv", index=False)
    return path


@pytest.fixture(scope="module")
def fitted(folder):
    """The folder, with a comparison and a model."""
    quiet = ["-q", "--drop", "patient", "--method", "class_weight"]
    skfocal(folder, "compare", "people.csv", "--target", "outcome", "-o", "report", *quiet, *SMALL)
    result = skfocal(folder, "fit", "people.csv", "--from", "report", "-o", "model.skops")
    assert "Use logistic" in result.stdout
    return folder


def skfocal(folder, *arguments, check=True):
    command = [sys.executable, "-m", "skfocal", *map(str, arguments)]
    result = subprocess.run(  # noqa: S603  # our own program
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    assert not check or result.returncode == 0, result.stderr
    return result


@pytest.mark.slow
def test_a_comparison_becomes_predictions(fitted, call, monkeypatch):
    monkeypatch.chdir(fitted)
    result = call("predict", "model.skops", "people.csv", "-o", "out.csv", "--id", "patient")
    assert result.exit_code == 0
    assert "240 rows" in result.stdout
    assert "not used: 'outcome' (the target)" in result.stderr
    found, data = pd.read_csv("out.csv"), pd.read_csv("people.csv")
    assert found["patient"].tolist() == data["patient"].tolist()
    assert found.columns.tolist() == ["patient", "probability_good", "probability_bad", "decision"]
    hit = found["decision"][data["outcome"] == "bad"]
    assert (hit == "bad").mean() > 0.4


@pytest.mark.slow
def test_the_settings_of_the_comparison_are_those_of_the_model(fitted, call, monkeypatch):
    monkeypatch.chdir(fitted)
    card = call("info", "model.skops").stdout
    assert "# logistic for people" in card
    assert "- target: outcome" in card
    assert "patient" not in card
    assert "the best F1" in card
    assert "`skfocal fit people.csv --from report -o model.skops`" in card
    explained = call("explain", "model.skops").stdout
    assert "age" in explained
    assert "odds ratio" in explained
    assert call("explain", "model.skops", "-o", "effects.html").exit_code == 0
    assert call("explain", "model.skops", "-o", "effects.csv").exit_code == 0
    assert "since (year)" in pd.read_csv("effects.csv")["feature"].tolist()


@pytest.mark.slow
def test_the_prevalence_is_given_or_estimated(fitted, call, monkeypatch):
    monkeypatch.chdir(fitted)
    arguments = ["predict", "model.skops", "people.csv", "-o", "out.csv"]
    estimated = call(*arguments, "--estimate-prevalence")
    assert estimated.exit_code == 0
    assert "Estimated shares of the classes: good" in estimated.stderr
    mean = pd.read_csv("out.csv")["probability_bad"].mean()
    assert mean == pytest.approx(0.2, abs=0.05)
    assert call(*arguments, "--prevalence", "0.02").exit_code == 0
    assert pd.read_csv("out.csv")["probability_bad"].mean() < mean / 2
    both = call(*arguments, "--prevalence", "0.02", "--estimate-prevalence")
    assert both.exit_code == 2
    assert call(*arguments, "--prevalence", "2").exit_code == 2


@pytest.mark.slow
def test_a_damaged_model_and_other_columns_are_usage_errors(fitted, call, monkeypatch):
    monkeypatch.chdir(fitted)
    (fitted / "damaged.skops").write_bytes((fitted / "model.skops").read_bytes()[:-100])
    result = call("predict", "damaged.skops", "people.csv", "-o", "none.csv")
    assert result.exit_code == 2
    assert "damaged" in result.stderr
    pd.read_csv("people.csv").rename(columns={"age": "Age"}).to_csv("other.csv", index=False)
    result = call("predict", "model.skops", "other.csv", "-o", "none.csv")
    assert result.exit_code == 2
    assert "did you mean 'Age'?" in result.stderr
    assert not (fitted / "none.csv").exists()


@pytest.mark.slow
def test_a_column_that_is_mostly_unreadable_is_a_warning(fitted, call, monkeypatch):
    monkeypatch.chdir(fitted)
    rows = pd.read_csv("people.csv", dtype=str)
    rows["age"] = rows["age"].str.replace(".", ",")
    rows.loc[0, "town"] = "Uri"
    rows.to_csv("comma.csv", index=False)
    stderr = call("predict", "model.skops", "comma.csv", "-o", "comma-out.csv").stderr
    assert "Warning: values of column 'age': 240 unreadable" in stderr
    assert "Note: values of column 'town': 1 of an unknown category ('Uri')" in stderr


@pytest.mark.slow
def test_the_name_of_the_output_is_checked(fitted, call, monkeypatch):
    monkeypatch.chdir(fitted)
    result = call("predict", "model.skops", "people.csv", "-o", "out.txt")
    assert result.exit_code == 2
    assert "-o must end in .csv or .parquet" in result.stderr


@pytest.mark.slow
def test_a_view_of_a_method_by_its_name_is_compared_with_no_other(folder, call, monkeypatch):
    monkeypatch.chdir(folder)
    result = call(
        *("fit", "people.csv", "--target", "outcome", "--drop", "patient", "--drop", "since"),
        *("--method", "focal (raw)", "-o", "raw.skops"),
    )
    assert result.exit_code == 0
    assert "Use focal (raw)" in result.stdout
    assert "No other method was compared with it" in result.stdout
    threshold = read_card("raw.skops")["threshold"]
    assert f"probability of {format_probability(threshold)} or more" in " ".join(
        result.stdout.split("The model is fitted")[1].split()
    )


@pytest.mark.slow
def test_a_method_is_evaluated_before_it_is_fitted(folder, call, monkeypatch):
    monkeypatch.chdir(folder)
    result = call(
        *("fit", "people.csv", "--target", "outcome", "--drop", "patient", "--drop", "since"),
        *("--method", "class_weight", "--threshold", "cost:fp=1,fn=5", "-o", "own.skops"),
    )
    assert result.exit_code == 0
    assert "Use class_weight" in result.stdout
    assert "the lowest cost with 1 per false positive" in call("info", "own.skops").stdout


@pytest.mark.slow
@needs_signals
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_prediction_that_ends_early_leaves_no_file(fitted, number):
    place = fitted / f"killed-{number}"
    place.mkdir()
    rows = pd.read_csv(fitted / "people.csv", dtype=str)
    pd.concat([rows] * 3000).to_csv(place / "large.csv", index=False)
    command = ["predict", "../model.skops", "large.csv", "-o", "out.csv", "-q"]
    process = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-m", "skfocal", *command],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        deadline = time.monotonic() + 60
        while not _is_writing(process.pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert process.poll() is None
        os.kill(process.pid, number)
        process.communicate(timeout=60)
    finally:
        process.kill()
    expected = {signal.SIGKILL: -9, signal.SIGTERM: 143, signal.SIGINT: 130}
    assert process.returncode == expected[number]
    assert [path.name for path in place.iterdir()] == ["large.csv"]


def _is_writing(pid):
    """Whether the process has a file without a name open that has content."""
    if not os.path.isdir("/proc/self/fd"):  # noqa: PTH112  # a name of the system
        time.sleep(8)
        return True
    try:
        opened = [os.stat(f"/proc/{pid}/fd/{number}") for number in os.listdir(f"/proc/{pid}/fd")]  # noqa: PTH116, PTH208
    except OSError:
        return False
    return any(one.st_nlink == 0 and one.st_size > 0 for one in opened)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows(fitted, tmp_path):
    """Predict 100,000 and 500,000 rows; the peak may differ by 40 MB."""
    rows = pd.read_csv(fitted / "people.csv", dtype=str)
    peaks = []
    for times in (420, 2100):
        path = tmp_path / f"{times}.csv"
        pd.concat([rows] * times).to_csv(path, index=False)
        script = (
            "import resource, sys; from skfocal.__main__ import main\n"
            "try: main()\n"
            "finally: sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))"
        )
        command = ["predict", fitted / "model.skops", path, "-o", tmp_path / "out.csv", "-q"]
        result = subprocess.run(  # noqa: S603  # our own program
            [sys.executable, "-c", script, *map(str, command)],
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(result.stderr.splitlines()[-1]) / 1024)
    assert peaks[1] < peaks[0] + 40
