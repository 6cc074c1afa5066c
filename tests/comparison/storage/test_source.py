"""Stored cells are outdated by a change of the code that their scores depend on, and no other."""

import shutil

import pytest

from skfocal.comparison.storage.environment import versions
from skfocal.comparison.storage.source import PACKAGE, SCORING_ROOT, source_digest

TUNING = "comparison/run/tuning.py"
DISPLAYS = [
    "cli/compare.py",
    "comparison/comparison.py",
    "comparison/report/answer.py",
    "comparison/results.py",
    "comparison/run/progress.py",
    "comparison/statistics/intervals.py",
    "displays/_search.py",
]


@pytest.fixture
def package(tmp_path):
    """A copy of the package."""
    ignored = shutil.ignore_patterns("__pycache__")
    return shutil.copytree(PACKAGE, tmp_path / "skfocal", ignore=ignored)


def digest_after(package, name, change, module=SCORING_ROOT):
    """Change a file of the package and return its digest."""
    path = package / name
    changed = change(path.read_text(encoding="utf-8"))
    path.write_text(changed, encoding="utf-8")
    return source_digest(module, package)


def add_code(text):
    return text + "\nMORE = 1\n"


def edit_docstring(text):
    return text.replace('"""', '"""In other words: ', 1)


def test_the_same_code_elsewhere_has_the_same_digest(package):
    assert source_digest(SCORING_ROOT, package) == versions()["skfocal source"]


@pytest.mark.parametrize(
    "name", [TUNING, "comparison/scoring/metrics.py", "metrics/_calibration.py"]
)
def test_a_change_of_code_that_scores_changes_the_digest(package, name):
    assert digest_after(package, name, add_code) != source_digest(SCORING_ROOT)


@pytest.mark.parametrize(
    "change",
    [
        edit_docstring,
        lambda text: "# A comment.\n" + text,
        lambda text: text.replace("\n\n\ndef ", "\n\n\n\n\ndef "),
        lambda text: text + '\n"""What an attribute means."""\n',
    ],
)
def test_docstrings_comments_and_layout_do_not_count(package, change):
    assert digest_after(package, TUNING, change) == source_digest(SCORING_ROOT)


@pytest.mark.parametrize("name", DISPLAYS)
def test_a_change_of_code_that_displays_does_not_count(package, name):
    assert digest_after(package, name, add_code) == source_digest(SCORING_ROOT)


def test_an_estimator_counts_with_all_that_it_imports(package):
    module = "skfocal.comparison.methods.focal"
    assert digest_after(package, "_solver/lbfgs.py", add_code, module) != source_digest(module)


def test_the_code_of_other_methods_does_not_count(package):
    module = "skfocal.comparison.methods.plain"
    other = "comparison/methods/boosting.py"
    assert digest_after(package, other, add_code, module) == source_digest(module)


def test_relative_imports_are_followed(package):
    (package / "one.py").write_text("from . import two\n", encoding="utf-8")
    (package / "two.py").write_text("LIMIT = 1\n", encoding="utf-8")
    before = source_digest("skfocal.one", package)
    source_digest.cache_clear()
    assert digest_after(package, "two.py", add_code, "skfocal.one") != before
