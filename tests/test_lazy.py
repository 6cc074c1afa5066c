"""Names of a package are imported when they are used, and are the same as before."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ("skfocal", "skfocal.comparison")


def code_of(package):
    path = Path(importlib.import_module(package).__file__)
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("package", PACKAGES)
def test_type_checkers_see_the_modules_that_are_imported(package):
    seen = {
        alias.name: node.module
        for block in code_of(package).body
        if isinstance(block, ast.If)
        for node in block.body
        for alias in node.names
    }
    (mapping,) = [node for node in ast.walk(code_of(package)) if isinstance(node, ast.Dict)]
    modules = ast.literal_eval(mapping)
    assert {name: module for module, names in modules.items() for name in names} == seen
    public = set(importlib.import_module(package).__all__) - {"__version__"}
    assert public == seen.keys()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_is_what_its_module_defines(package):
    module = importlib.import_module(package)
    for name in module.__all__:
        value = getattr(module, name)
        assert getattr(module, name) is value
        assert name in dir(module)
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'nothing'"):
        module.nothing  # noqa: B018  # the access is the test


@pytest.mark.slow
def test_names_do_not_depend_on_what_is_imported_first():
    script = (
        "import skfocal\n"
        "assert skfocal.linear_model.FocalLogisticRegression is skfocal.FocalLogisticRegression\n"
        "assert callable(skfocal.metrics.calibration_error)\n"
        "import skfocal.comparison\n"
        "skfocal.comparison.compare_tables\n"
        "from skfocal.comparison import *\n"
        "assert callable(compare) and callable(skfocal.comparison.compare)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603  # our own script


@pytest.mark.slow
def test_the_package_alone_imports_no_scikit_learn():
    script = "import sys, skfocal, skfocal.comparison; assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603  # our own script
