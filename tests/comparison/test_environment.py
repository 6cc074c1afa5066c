"""What scores depend on is named; what only shows them is not."""

import shutil

import pytest

from skfocal.comparison.storage.environment import PACKAGE, source_digest, versions


@pytest.fixture
def copy(tmp_path):
    """Return a function of a name for a copy of the package."""
    ignored = shutil.ignore_patterns("__pycache__")
    return lambda name: shutil.copytree(PACKAGE, tmp_path / name, ignore=ignored)


def change(package, name):
    path = package / name
    path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    return source_digest(package)


def test_the_same_code_elsewhere_has_the_same_name(copy):
    assert source_digest(copy("same")) == versions()["skfocal source"]


@pytest.mark.parametrize(
    "name",
    ["losses/_focal.py", "_solver/lbfgs.py", "metrics/_calibration.py", "comparison/run/tuning.py"],
)
def test_a_change_of_what_makes_scores_is_another_version(copy, name):
    assert change(copy("other"), name) != versions()["skfocal source"]


@pytest.mark.parametrize(
    "name", ["comparison/report/answer.py", "comparison/comparison.py", "cli/compare.py"]
)
def test_a_change_of_what_shows_scores_is_none(copy, name):
    assert change(copy("other"), name) == versions()["skfocal source"]
