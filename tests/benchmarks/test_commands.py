"""What the commands answer to wrong use, and with what code they end."""

import pytest
from click.testing import CliRunner

import benchmarks.__main__ as command
from benchmarks.quality import command as quality
from benchmarks.quality.command import PUBLISHED
from benchmarks.quality.results import read_results, write_results

COMMANDS = ("list", "quality", "claims", "replicate")


def ended(*arguments):
    return CliRunner().invoke(command.main, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("name", "wrong", "nearest"),
    [
        ("list", "stroek", "did you mean 'stroke'?"),
        ("quality", "GLASS2", "did you mean 'glass2' or 'glass'"),
        ("claims", "yeast5", "did you mean 'yeast4'?"),
        ("replicate", "0.01-24-250", "did you mean '0.1-24-2500' or '0.01-24-2500'"),
    ],
)
def test_an_unknown_data_set_is_refused_with_those_near_to_it(name, wrong, nearest):
    found = ended(name, "--dataset", wrong)
    assert found.exit_code == 2
    assert f"'{wrong}' is not known; {nearest}" in found.output


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_names_the_option_of_data_sets(name):
    found = ended(name, "--help")
    assert found.exit_code == 0
    assert "--dataset NAME" in found.output


@pytest.mark.parametrize("name", ["quality", "claims", "replicate"])
def test_where_nothing_can_be_written_nothing_is_measured(name, tmp_path):
    (tmp_path / "file").write_text("")
    found = ended(name, "-o", tmp_path / "file" / "folder")
    assert found.exit_code == 2
    assert "cannot write to" in found.output


@pytest.mark.slow
def test_a_run_with_failures_ends_with_one(tmp_path):
    results = read_results(PUBLISHED)
    results.info["failures"] = []
    write_results(results, tmp_path / "quality")
    assert ended("quality", "--page", "-o", tmp_path).exit_code == 0
    told = {"data_set": "glass2", "method": "smote", "folds": 2, "reason": "TimeoutError"}
    results.info["failures"] = [told]
    write_results(results, tmp_path / "quality")
    assert ended("quality", "--page", "-o", tmp_path).exit_code == quality.SOME_FAILED == 1
    assert "| glass2 | smote | 2 | TimeoutError |" in (tmp_path / "quality.md").read_text(
        encoding="utf-8"
    )
