"""Messages of the library become messages of the command line."""

import shlex

import pytest

from skfocal.cli.compare import compare
from skfocal.cli.options import NAMES, OPTIONS, as_options, option_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("use cv=3 and inner_cv=2, please", "use --cv 3 and --inner-cv 2, please"),
        ("keep_na=True keeps such words", "--keep-na keeps such words"),
        ("to keep it, pass keep=['id']", "to keep it, pass --keep id"),
        ("pass keep=['a b', \"it's\"].", "pass --keep 'a b' --keep 'it'\"'\"'s'."),
        ("drop it with X.drop(columns=['c] d'])", "drop it with --drop 'c] d'"),
        ("with threshold='tune:f1'", "with --threshold tune:f1"),
        ("fill it in", "fill it in"),
        ("column 'cv=3' has 'keep_na=True'", "column 'cv=3' has 'keep_na=True'"),
        ("(R's write.table), use cv=4", "(R's write.table), use --cv 4"),
        ("x_cv=3", "x_cv=3"),
    ],
)
def test_settings_become_options_and_quoted_names_stay(text, expected):
    assert as_options(text) == expected


def test_values_are_quoted_for_the_shell():
    name = 'a\'b "c" $d'
    assert shlex.split(as_options(f"keep={[name]!r}")) == ["--keep", name]


def test_every_option_exists():
    options = {text for parameter in compare.params for text in parameter.opts}
    assert {option_of(name) for name in [*NAMES.split("|"), *OPTIONS]} <= options
