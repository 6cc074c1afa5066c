"""A key for every cell, made of all that its scores depend on."""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
import sys
import textwrap
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd

from skfocal.comparison.storage.environment import versions
from skfocal.comparison.storage.source import code_without_docstrings, source_digest

__all__ = ["SCHEMA", "cell_keys", "content_hash"]

SCHEMA = 11
"""Version of the format of stored cells and of the way they are scored."""
OWN_PACKAGE = __name__.partition(".")[0]


def cell_keys(contents: Iterable[Sequence[Any]]) -> list[str]:
    """Compute a key for each cell, from its content and the versions.

    Parameters
    ----------
    contents : iterable of sequence
        For each cell all that its scores depend on: the table, the method, the fold and so on.

    Returns
    -------
    list of str
        32 hexadecimal digits each.

    Notes
    -----
    The code of classes and functions counts, without docstrings and comments; for those of this
    package also all that their modules import. An estimator or metric of the user is therefore
    run again after a change. An object without a stable description, such as one known by its
    address only, is never found again.
    """
    digest = functools.cache(_digest)  # cells share tables, methods and splits
    common = _digest([SCHEMA, versions()])
    return [_digest([common, *map(digest, content)]) for content in contents]


def content_hash(value: Any) -> str:
    """Return 32 hexadecimal digits that identify a table or splits."""
    return _digest(value)


def _digest(value: Any) -> str:
    text = json.dumps(value, default=_describe, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@functools.singledispatch
def _describe(value: Any) -> Any:
    """Describe an object that JSON does not know by its contents."""
    if is_dataclass(value):
        names = [one.name for one in fields(value)]
        shown = getattr(value, "display_only", ())
        return {name: getattr(value, name) for name in names if name not in shown}
    if hasattr(value, "get_params"):
        return [type(value), value.get_params(deep=False)]
    return repr(value)


@_describe.register(np.ndarray)
def _(array: Any) -> Any:
    if array.dtype.hasobject:
        return array.tolist()
    content = hashlib.blake2b(array.tobytes(), digest_size=16)
    return [str(array.dtype), array.shape, content.hexdigest()]


@_describe.register(pd.DataFrame)
def _(frame: pd.DataFrame) -> Any:
    return [list(frame.columns), frame.to_numpy()]


@_describe.register(Mapping)
def _(mapping: Mapping[Any, Any]) -> Any:
    return dict(mapping)


@_describe.register(functools.partial)
def _(call: functools.partial[Any]) -> Any:
    return [call.func, call.args, call.keywords]


@_describe.register(type)
def _(cls: type) -> Any:
    package = sys.modules.get(cls.__module__.partition(".")[0])
    release = getattr(package, "__version__", "")
    return [cls.__module__, cls.__qualname__, release, _code_of(cls)]


@_describe.register(types.FunctionType)
def _(function: types.FunctionType) -> Any:
    name = [function.__module__, function.__qualname__, _code_of(function)]
    values = inspect.getclosurevars(function).nonlocals
    return [*name, values, function.__defaults__, function.__kwdefaults__]


def _code_of(code: type | types.FunctionType) -> str:
    """Return the code of a class or function, or of all that the module of ours imports."""
    if code.__module__.partition(".")[0] == OWN_PACKAGE:
        return source_digest(code.__module__)
    try:
        source = textwrap.dedent(inspect.getsource(code))
    except (OSError, TypeError):  # compiled, or typed in
        return ""
    try:
        return code_without_docstrings(source)
    except SyntaxError:  # a lambda within a larger expression
        return source
