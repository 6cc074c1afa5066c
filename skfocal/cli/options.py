"""Parameters of the library as options of the command line, in messages."""

from __future__ import annotations

import ast
import re
import shlex

__all__ = ["as_options", "option_of"]

OPTIONS = {
    "backend": "--cluster",
    "directory": "-o",
    "estimators": "--estimator",
    "methods": "--method",
    "metrics": "--metric",
    "n_jobs": "-j",
    "output": "-o",
    "random_state": "--seed",
}
"""Options whose name differs from that of the parameter by more than the dashes."""
NAMES = (
    "cv|inner_cv|repeats|random_state|keep|drop|keep_na|drop_missing_target|group|positive|baseline"
    "|methods|metrics|threshold|timeout|budget"
)
STRING = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
LIST = rf"\[(?:{STRING}|[^]'\"])*\]"
SETTING = re.compile(
    rf"X\.drop\(columns=(?P<columns>{LIST})\)"
    rf"|\b(?P<name>{NAMES})=(?P<value>True|[\d.]*\d|{STRING}|{LIST})"
    rf"|(?<!\w){STRING}(?!\w)"  # a name in the data, which may look like a setting
)
"""A setting as Python writes it, or a quoted text, which stays as it is."""


def option_of(parameter: str) -> str:
    """Return the option for a parameter of the library."""
    return OPTIONS.get(parameter, f"--{parameter.replace('_', '-')}")


def as_options(text: str) -> str:
    """Replace the settings in a message of the library, such as ``cv=3``, by options."""
    return SETTING.sub(_translate, text)


def _translate(found: re.Match[str]) -> str:
    if found["columns"] is not None:
        return _option("drop", found["columns"])
    if found["name"] is None:
        return found.group()
    return _option(found["name"], found["value"])


def _option(parameter: str, written: str) -> str:
    value = ast.literal_eval(written)
    option = option_of(parameter)
    if value is True:
        return option
    values = value if isinstance(value, list) else [value]
    return " ".join(f"{option} {shlex.quote(str(one))}" for one in values)
