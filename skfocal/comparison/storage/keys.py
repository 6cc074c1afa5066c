"""A key for every cell, made of all that determines its scores."""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
import sys
import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from skfocal.comparison.storage.environment import versions

if TYPE_CHECKING:
    from skfocal.comparison.run.cell import Cell

__all__ = ["SCHEMA", "cell_keys", "content_hash"]

SCHEMA = 7
"""Number of the layout of stored cells; a new layout, or a new way to score, gets the next."""


def cell_keys(cells: Sequence[Cell]) -> list[str]:
    """Name each cell by its table, method and grid, folds and seed, rule, and the versions.

    The source of classes and functions counts too, where it can be had, so that an estimator of
    one's own is run again after a change. What has no lasting description, such as an object
    known by its address alone, gets a key that is never met again.
    """
    digest = functools.cache(_digest)  # tables, methods and splits are shared by many cells
    run_with = _digest([SCHEMA, versions()])
    return [
        _digest(
            [
                run_with,
                _release(cell.method.needs),
                *map(digest, (cell.table, cell.method, cell.split, cell.rule)),
            ]
        )
        for cell in cells
    ]


def content_hash(value: Any) -> str:
    """Return 32 hexadecimal digits that tell whether tables or splits are the same."""
    return _digest(value)


def _digest(value: Any) -> str:
    text = json.dumps(value, default=_plain, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _release(package: str) -> str:
    return version(package) if package else ""


@functools.singledispatch
def _plain(value: Any) -> Any:
    """Describe what JSON does not know by what it consists of."""
    if is_dataclass(value):
        names = [one.name for one in fields(value)]
        return {name: getattr(value, name) for name in names if name != "description"}
    if hasattr(value, "get_params"):
        return [type(value), value.get_params(deep=False)]
    return repr(value)


@_plain.register(np.ndarray)
def _(array: Any) -> Any:
    if array.dtype.hasobject:
        return array.tolist()
    content = hashlib.blake2b(array.tobytes(), digest_size=16)
    return [str(array.dtype), array.shape, content.hexdigest()]


@_plain.register(pd.DataFrame)
def _(frame: pd.DataFrame) -> Any:
    return [list(frame.columns), frame.to_numpy()]


@_plain.register(Mapping)
def _(mapping: Mapping[Any, Any]) -> Any:
    return dict(mapping)


@_plain.register(functools.partial)
def _(call: functools.partial[Any]) -> Any:
    return [call.func, call.args, call.keywords]


@_plain.register(type)
def _(cls: type) -> Any:
    package = sys.modules.get(cls.__module__.partition(".")[0])
    release = getattr(package, "__version__", "")
    return [cls.__module__, cls.__qualname__, release, _source(cls)]


@_plain.register(types.FunctionType)
def _(function: types.FunctionType) -> Any:
    name = [function.__module__, function.__qualname__, _source(function)]
    values = inspect.getclosurevars(function).nonlocals
    return [*name, values, function.__defaults__, function.__kwdefaults__]


def _source(code: type | types.FunctionType) -> str:
    try:
        return inspect.getsource(code)
    except (OSError, TypeError):  # compiled, or typed in
        return ""
