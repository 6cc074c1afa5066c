"""Code, commands, links and numbers in the README."""

import re
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main as benchmarks
from benchmarks.publishing import RESULTS, read_results
from benchmarks.quality.ranking import TWO_CLASSES, rank
from benchmarks.quality.results import data_sets
from benchmarks.speed.goals import ratio
from benchmarks.speed.solvers import OURS
from skfocal.cli import main as skfocal

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUALITY = read_results(RESULTS / "quality")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def run(code):
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - our own text


@pytest.fixture
def data_file(tmp_path, monkeypatch):
    """Write the CSV file that commands and code read, in the working directory."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=100)
    table = pd.DataFrame({"x": x, "COLUMN": x + rng.logistic(size=100) > 1})
    monkeypatch.chdir(tmp_path)
    table.to_csv("DATA.csv", index=False)


def test_example_prints_the_output_below_it(capsys):
    run(blocks("python")[0])
    assert capsys.readouterr().out == blocks("text")[0]


@pytest.mark.slow
@pytest.mark.usefixtures("data_file")
def test_comparison_example_runs():
    run(blocks("python")[1])
    assert Path("report.html").stat().st_size > 0


COMPARE_COMMANDS = re.findall(r"^skfocal (compare .*)$", README, flags=re.MULTILINE)


@pytest.mark.parametrize("command", COMPARE_COMMANDS)
@pytest.mark.usefixtures("data_file")
def test_comparison_commands_are_valid(command):
    result = CliRunner().invoke(skfocal, [*shlex.split(command), "--dry-run"])
    assert result.exit_code == 0, result.output


def test_subcommands_exist():
    assert set(re.findall(r"\bskfocal ([a-z]+) (?:DATA|DIR)", README)) <= set(skfocal.commands)
    assert set(re.findall(r"-m benchmarks ([a-z]+)", README)) <= set(benchmarks.commands)


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make ([a-z]+)", README, flags=re.MULTILINE):
        assert f"\n{target}: " in makefile


def test_linked_files_exist():
    links = re.findall(r"\]\(([^):]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_extras_exist():
    metadata = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for extra in re.findall(r"skfocal\[(\w+)\]", README):
        assert f"\n{extra} = [" in metadata


def verdicts(metric):
    """Return 1, -1 or 0 for each method: significantly better, worse, or neither."""
    table = rank(QUALITY, TWO_CLASSES, metric).drop("logistic")
    return (table["direction"] * (table["p_holm"] < 0.05)).to_dict()


def test_data_sets_are_those_of_the_published_run():
    shares = [table["n_rarest"] / table["n_rows"] for table in data_sets(QUALITY, TWO_CLASSES)]
    published = len(shares), round(100 * min(shares), 1), round(100 * max(shares))
    pattern = r"(\d+)\s+binary\s+data\s+sets\s+with\s+([\d.]+)\s+to\s+(\d+)\s+%\s+positive"
    assert tuple(map(float, re.search(pattern, README).groups())) == published
    assert len(QUALITY.info["methods"]) == 18


def test_conclusions_are_those_of_the_published_run():
    resampled = ("class_weight", "oversample", "undersample", "smote")
    log_loss, f1_default = verdicts("log_loss"), verdicts("f1_default")
    assert max(verdicts("average_precision").values()) == 0
    assert log_loss["focal (recovered)"] == 0
    assert {log_loss[name] for name in (*resampled, "focal (raw)")} == {-1}
    better = {name for name, verdict in log_loss.items() if verdict > 0}
    assert better == {"platt", "isotonic", "temperature"}
    assert rank(QUALITY, TWO_CLASSES, "log_loss")["difference"][list(better)].min() > -0.0045
    assert {f1_default[name] for name in resampled} == {1}
    assert max(verdicts("f1_tuned").values()) == 0


def test_slower_tables_are_those_that_the_readme_names():
    for table in read_results(RESULTS / "speed")["target"]:
        ratios = [ratio(table, ours) for ours in OURS]
        if max((one for one in ratios if one is not None), default=0) > 1:
            is_small = table["n_samples"] <= 10_000
            is_wide = table["n_features"] >= 1_000
            assert is_small or is_wide or table["family"] == "real", table["table"]
