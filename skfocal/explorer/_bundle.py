"""Several JavaScript modules as one, for a page or a notebook without a server."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

__all__ = ["bundle", "static_text"]

_IMPORT = re.compile(r'^import (?:(\{[^}]*\}) from )?"\./([\w-]+\.js)";\n', flags=re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:class|const|function) (\w+))", flags=re.MULTILINE)


def static_text(name: str) -> str:
    """Return the text of a file of the page."""
    return files("skfocal.explorer").joinpath("static", name).read_text(encoding="utf-8")


@cache
def bundle(entry: str) -> str:
    """Return a module and all modules that it imports, as one module without imports.

    Every imported module becomes a function that is called once and returns its exports, so its
    other names stay private. The modules may use ``import "./x.js"`` and ``import { names } from
    "./x.js"``, and may export classes, constants and functions where they declare them. The default
    export of `entry` stays.
    """
    modules: dict[str, str] = {}
    _add_imports(entry, modules)
    return "".join([*modules.values(), _with_constants(static_text(entry))])


def _add_imports(name: str, modules: dict[str, str]) -> None:
    """Add all modules that a module imports, each after those that it imports itself."""
    for _, imported in _IMPORT.findall(static_text(name)):
        if imported not in modules:
            _add_imports(imported, modules)
            modules[imported] = _as_function(imported)


def _as_function(name: str) -> str:
    text = static_text(name)
    exported = ", ".join(_EXPORT.findall(text))
    body = _EXPORT.sub("", _with_constants(text))
    return f"const {_identifier(name)} = (() => {{\n{body}return {{ {exported} }};\n}})();\n"


def _with_constants(text: str) -> str:
    """Replace imports by constants."""
    return _IMPORT.sub(
        lambda match: f"const {match[1]} = {_identifier(match[2])};\n" if match[1] else "", text
    )


def _identifier(name: str) -> str:
    return "module_" + name.removesuffix(".js").replace("-", "_")
