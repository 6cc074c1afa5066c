"""The command line starts fast, and ends well without the packages it needs."""

import subprocess
import sys

import pytest

HEAVY = ("sklearn", "scipy", "imblearn", "jinja2")
SCRIPT = """
import sys
from skfocal.__main__ import main
sys.argv = ["skfocal", *sys.argv[1:]]
try:
    main()
finally:
    sys.stdout.write(" ".join(["", "modules:", *sys.modules]))
"""


def start(*arguments, cwd=None):
    return subprocess.run(  # noqa: S603  # our own script
        [sys.executable, "-c", SCRIPT, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


@pytest.fixture
def data(tmp_path):
    (tmp_path / "data.csv").write_text("a,y\n1,p\n2,q\n", encoding="utf-8")
    return tmp_path / "data.csv"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message", "status"),
    [
        (["--version"], "", 0),
        (["--help"], "", 0),
        (["compare", "--help"], "", 0),
        (["compar"], "No such command", 2),
        (["compare", "nowhere.csv", "--target", "y"], "nowhere.csv", 2),
        (["compare", "data.csv"], "Missing option '--target'", 2),
        (["compare", "data.csv", "--target", "y", "--method", "rus"], "--method got 'rus'", 2),
        (["compare", "data.csv", "--target", "y", "--metric", "auc"], "--metric got 'auc'", 2),
        (["compare", "data.csv", "--target", "y", "--metric", "cost_tuned"], "needs costs", 2),
        (["compare", "data.csv", "--target", "y", "--baseline", "x"], "--baseline got 'x'", 2),
        (["compare", "data.csv", "--target", "y", "--estimator", "x"], "--estimator must", 2),
        (["compare", "data.csv", "--target", "y", "--threshold", "2"], "--threshold must", 2),
        (["compare", "data.csv", "--target", "y", "-o", "data.csv/x"], "cannot write to", 2),
        (["report", "."], "has no comparison", 2),
        (["merge", ".", "-o", "x"], "has no comparison", 2),
        ([], "", 0),
        (["fit", "--help"], "", 0),
        (["predict", "--help"], "", 0),
        (["explain", "--help"], "", 0),
        (["fit", "data.csv", "-o", "m.skops"], "Missing option '--target'", 2),
        (["fit", "data.csv", "--target", "y", "-o", "m.txt"], "must end in .skops", 2),
        (["fit", "data.csv", "--target", "y", "-o", "no/m.skops"], "no is no directory", 2),
        (["fit", "data.csv", "--from", ".", "-o", "m.skops"], "has no comparison", 2),
        (["fit", "data.csv", "--method", "rus", "-o", "m.skops"], "--method got 'rus'", 2),
        (["predict", "data.csv", "data.csv", "-o", "no/x.csv"], "no is no directory", 2),
        (["explain", "data.csv", "-o", "x.png"], "must end in .html or .csv", 2),
    ],
)
def test_help_and_errors_of_use_import_nothing_that_takes_long(data, arguments, message, status):
    result = start(*arguments, cwd=data.parent)
    assert result.returncode == status
    assert message in result.stderr
    modules = result.stdout.partition(" modules: ")[2].split()
    assert "skfocal.cli.commands" in modules
    assert not {*HEAVY, "pandas"} & set(modules)


@pytest.mark.slow
@pytest.mark.parametrize("column", ["z", "a"])
def test_errors_in_the_data_need_only_what_reads_them(data, column):
    result = start("compare", data, "--target", "y", "--drop", column, "--keep", column)
    assert result.returncode == 2
    assert f"column {column!r}" in result.stderr
    assert not set(HEAVY) & set(result.stdout.partition(" modules: ")[2].split())


@pytest.mark.slow
def test_it_is_a_module_too():
    result = subprocess.run(
        [sys.executable, "-m", "skfocal", "--version"], capture_output=True, text=True, check=True
    )
    assert result.stdout.startswith("skfocal, version ")


@pytest.mark.slow
def test_without_the_extra_one_line_says_what_to_install():
    script = "import sys; sys.modules |= {'click': None, 'rich': None}\n" + SCRIPT
    result = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, "-c", script, "--help"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    expected = "Error: the commands need click, rich: pip install 'skfocal[compare]'\n"
    assert result.stderr == expected
