"""The reference: a page for each public module, and one for the command line."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import click

MODULES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "skfocal": {
        "Estimators": ("FocalLogisticRegression", "FocalLogisticRegressionCV"),
        "Losses and probabilities": (
            *("focal_loss", "FocalLoss", "focal_posterior", "focal_breakdown", "FocalBreakdown"),
            "effective_number_alpha",
        ),
        "Pictures": ("FocalSearchDisplay", "explore"),
    },
    "skfocal.linear_model": {},
    "skfocal.model_selection": {},
    "skfocal.inference": {},
    "skfocal.calibration": {},
    "skfocal.metrics": {},
    "skfocal.displays": {},
    "skfocal.boosting": {},
    "skfocal.dask": {},
    "skfocal.comparison": {
        "Compare": (
            *("compare", "compare_tables", "load_comparison", "Comparison", "Results"),
            *("Recommendation", "merge_runs", "progress_on_stderr"),
        ),
        "Fit and predict": ("fit_model", "Model", "save_model", "load_model"),
        "Tables": (
            *("read_table", "make_table", "table_from_frame", "Table", "make_splits", "Split"),
            *("column_layout", "Layout", "column_encoder", "one_hot_encoder"),
        ),
        "Methods and metrics": (
            *("METHODS", "ON_REQUEST", "BASELINE", "Method"),
            *("METRICS", "DESCRIPTIONS", "Metric", "FoldPredictions"),
        ),
        "Plans": ("make_plan", "run_plan", "ComparisonPlan", "Status", "environment"),
        "Statistics": ("rank_methods", "compare_all_pairs", "median_interval"),
        "Figures": ("register_figure", "ReportFigure", "SvgPanel", "rank_diagram"),
        "Errors": ("DataError", "SettingError", "StoreError", "ModelError", "ClusterError"),
    },
    "skfocal.onnx": {},
    "skfocal.explorer": {},
    "skfocal.losses": {},
    "skfocal.posterior": {},
}
"""The public modules in the order of the reference. Sections are for modules with many names.

A name that several modules export is described in the first of them.
"""
HIDDEN = {"skfocal.__version__"}
NO_PYTHON_API = {"skfocal.cli"}
"""The commands are its public interface."""
FOREIGN_BASES = (
    *("BaseException", "Enum", "str", "tuple", "object"),
    *("CatBoost", "CatBoostClassifier", "_CatBoostBase", "LGBMModel", "LGBMClassifier"),
    *("XGBModel", "XGBClassifier", "XGBClassifierBase"),
)
"""Bases whose methods the pages leave out."""
NOT_VALIDATED = {
    r"\.(FocalBreakdown|InterceptSlope|PriorEstimate|ReliabilityCurve|Status)$",
    r"\.(get|set)_params$",
    r"\.get_metadata_routing$",
    r"\.set_\w+_request$",
    r"\.score$",
}
"""Named tuples, whose fields have docstrings of their own, and methods of scikit-learn."""


def public_modules() -> Iterator[str]:
    """Yield the public modules directly below the package, and the package itself."""
    package = importlib.import_module("skfocal")
    yield package.__name__
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if not module.name.rpartition(".")[2].startswith("_") and module.name not in NO_PYTHON_API:
            yield module.name


def sections(module: str) -> Mapping[str, Sequence[str]]:
    """Return the names of a module by section; raise an error unless they are its `__all__`."""
    exported = importlib.import_module(module).__all__
    names = [name for name in exported if f"{module}.{name}" not in HIDDEN]
    chosen = MODULES[module] or {"": names}
    listed = [name for part in chosen.values() for name in part]
    if sorted(listed) != sorted(names):
        different = sorted(set(listed) ^ set(names)) or "a name that is listed twice"
        raise ValueError(f"{__file__}: the sections of {module} differ from __all__: {different}")
    return chosen


def canonical_names() -> dict[str, str]:
    """Return the full name under which each public name is described."""
    described: dict[Any, str] = {}
    found = {}
    for module in MODULES:
        for part in sections(module).values():
            for name in part:
                value = getattr(importlib.import_module(module), name)
                key = (value.__module__, value.__qualname__) if _is_object(value) else id(value)
                found[f"{module}.{name}"] = described.setdefault(key, f"{module}.{name}")
    return found


def public_objects() -> Iterator[tuple[str, Any]]:
    """Yield every public class and function once, by the name under which it is described."""
    for name in dict.fromkeys(canonical_names().values()):
        module, _, attribute = name.rpartition(".")
        value = getattr(importlib.import_module(module), attribute)
        if _is_object(value):
            yield name, value


def _is_object(value: Any) -> bool:
    return inspect.isclass(value) or inspect.isroutine(value)


def write(folder: Path) -> None:
    """Write the pages."""
    canonical = canonical_names()
    for module in MODULES:
        write_changed(folder / f"{module}.rst", _page(module, canonical))
    write_changed(folder / "commands.rst", _commands())


def write_changed(path: Path, text: str) -> None:
    """Write a file only if it changed, so that Sphinx reads only what is new."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _heading(text: str, line: str) -> str:
    return f"{text}\n{line * len(text)}\n\n"


def _page(module: str, canonical: Mapping[str, str]) -> str:
    text = _heading(module, "=") + f".. automodule:: {module}\n   :no-members:\n\n"
    for title, names in sections(module).items():
        text += _heading(title, "-") if title else ""
        values = {name: getattr(importlib.import_module(module), name) for name in names}
        own = [name for name in names if canonical[f"{module}.{name}"] == f"{module}.{name}"]
        objects = [name for name in own if _is_object(values[name])]
        others = [canonical[f"{module}.{name}"] for name in names if name not in own]
        if objects:
            text += _table(objects, "   :toctree: generated\n")
        if others:
            text += "Also in this module:\n\n" + _table([f"~{name}" for name in others])
        for name in own:
            if name not in objects:
                text += _constant(module, name, values[name])
    return text


def _table(names: Sequence[str], option: str = "") -> str:
    lines = "".join(f"   {name}\n" for name in names)
    return f".. autosummary::\n{option}   :nosignatures:\n\n{lines}\n"


def _constant(module: str, name: str, value: Any) -> str:
    if get_args(value):
        shown = "   :value: " + " | ".join(map(repr, get_args(value))) + "\n"
    else:
        shown = f"   :value: {value!r}\n" if isinstance(value, str) else ""
    return f".. py:data:: {name}\n   :module: {module}\n{shown}\n   {_comment(module, name)}\n\n"


def _comment(module: str, name: str) -> str:
    """Return the text below a constant in the module that defines it."""
    package = importlib.import_module(module)
    for found in pkgutil.walk_packages(package.__path__, f"{module}."):
        source = inspect.getsource(importlib.import_module(found.name))
        lines = ast.parse(source).body
        for line, following in pairwise(lines):
            targets = getattr(line, "targets", [getattr(line, "target", None)])
            if name in [getattr(target, "id", None) for target in targets]:
                if not isinstance(following, ast.Expr):
                    raise ValueError(f"{found.name}.{name} has no text below its definition")
                return " ".join(ast.literal_eval(following.value).split())
    raise ValueError(f"{module}.{name} is not defined in the package")


def _commands() -> str:
    """Return the page of the command line: the help of every command."""
    main = importlib.import_module("skfocal.cli").main
    text = _heading("Command line", "=") + "Needs ``pip install 'skfocal[compare]'``.\n\n"
    context = click.Context(main, info_name="skfocal", terminal_width=88)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        inner = click.Context(command, context, info_name=name, terminal_width=88)
        lines = "".join(
            f"   {line}".rstrip() + "\n" for line in command.get_help(inner).split("\n")
        )
        text += _heading(f"skfocal {name}", "-") + f".. code-block:: text\n\n{lines}\n"
    return text
