"""Digests of the package's own code, by which a stored cell is recognised as outdated."""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path

__all__ = ["PACKAGE", "SCORING_ROOT", "code_without_docstrings", "source_digest"]

PACKAGE = Path(__file__).parents[2]
SCORING_ROOT = "skfocal.comparison.run.cell"
"""The module that computes scores; every score depends on what it imports."""


@functools.cache
def source_digest(module: str, package: Path = PACKAGE) -> str:
    """Digest the code of a module and of all modules of the package that it imports.

    Docstrings, comments and layout do not count, and neither do modules that are not imported,
    such as those that only display scores.

    Parameters
    ----------
    module : str
        Full name of a module of the package.
    package : Path, default=PACKAGE
        Folder of the package.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    digest = hashlib.blake2b(digest_size=8)
    for name, code in sorted(_imported_code(module, package).items()):
        digest.update(f"{name}\0{code}\0".encode())
    return digest.hexdigest()


def code_without_docstrings(source: str) -> str:
    """Return the syntax tree of Python code as text, without docstrings."""
    return _parse(source)[0]


@functools.cache
def _parse(source: str) -> tuple[str, tuple[str, ...]]:
    """Return the syntax tree of Python code, without docstrings, and the names it imports."""
    tree = ast.parse(source)
    imports = tuple(_imports(tree))
    for node in ast.walk(tree):
        for name, statements in ast.iter_fields(node):
            if isinstance(statements, list):
                setattr(node, name, [one for one in statements if not _is_docstring(one)])
    return ast.dump(tree), imports


def _is_docstring(node: object) -> bool:
    """Whether a statement is a string alone: a docstring of a function, class or attribute."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _imports(tree: ast.AST) -> Iterator[str]:
    """Yield the names of the imported modules, and of what is imported from them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield base
            start = base if base.endswith(".") else f"{base}."
            yield from (f"{start}{alias.name}" for alias in node.names)


def _imported_code(root: str, package: Path) -> dict[str, str]:
    """Return the code of a module and of all that it imports from the package, by module."""
    code: dict[str, str] = {}
    pending = [root]
    while pending:
        name = pending.pop()
        path = _path_of(name, package)
        if name in code or path is None:
            continue
        code[name], imports = _parse(path.read_text(encoding="utf-8"))
        parent = name if path.name == "__init__.py" else name.rpartition(".")[0]
        pending += [importlib.util.resolve_name(one, parent) for one in imports]
    return code


def _path_of(module: str, package: Path) -> Path | None:
    """Return the file of a module; None for another package, or what is no module."""
    top, *parts = module.split(".")
    if top != __name__.partition(".")[0]:
        return None
    path = package.joinpath(*parts)
    candidates = (path / "__init__.py", path.with_suffix(".py"))
    return next((one for one in candidates if one.is_file()), None)
