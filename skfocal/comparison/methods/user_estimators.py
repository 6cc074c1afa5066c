"""Estimators of one's own as methods of a comparison."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from sklearn.base import is_classifier

from skfocal.comparison.data.tables import near_matches
from skfocal.comparison.methods.catalogue import Method

__all__ = ["as_method", "load_method"]


def load_method(path: str) -> Method:
    """Import an estimator of one's own.

    Parameters
    ----------
    path : str
        ``package.module:factory``, found in the current directory or installed. The factory is
        called without arguments, or is what it would return: a classifier; a classifier and a
        grid of its parameters, all combinations of which are tuned like those of any other
        method; or a `Method`.

    Returns
    -------
    Method
        Under the name of the factory.

    Raises
    ------
    ValueError
        If nothing can be imported there, or it makes no classifier with probabilities.
    """
    module_name, _, name = path.partition(":")
    if not module_name or not name:
        raise ValueError(f"estimator must be package.module:factory; got {path!r}.")
    module = _import(module_name)
    if not hasattr(module, name):
        public = [one for one in vars(module) if not one.startswith("_")]
        raise ValueError(
            f"there is no {name!r} in {module_name}; {near_matches(name, public, 'it has')}"
        )
    found = getattr(module, name)
    try:
        made = found() if callable(found) and not _is_estimator(found) else found
    except Exception as error:
        raise ValueError(f"{path} raised {type(error).__name__}: {error}") from error
    return as_method(made, name)


def as_method(made: Any, name: str) -> Method:
    """Make a method of a classifier, alone or with a grid.

    Raises
    ------
    ValueError
        If it is no classifier with probabilities.
    """
    if isinstance(made, Method):
        return made
    grid: Mapping[str, Sequence[Any]] = {}
    if isinstance(made, tuple) and len(made) == 2 and isinstance(made[1], Mapping):
        made, grid = made
    if not (_is_estimator(made) and is_classifier(made) and hasattr(made, "predict_proba")):
        raise ValueError(
            f"{name} must be a classifier with predict_proba, such a one with a grid, or a Method; "
            f"got {made!r}."
        )
    _check_grid(made, grid, name)
    tuned = f", tuned over {', '.join(grid)}" if grid else ""
    return Method(name, f"An estimator of your own, {type(made).__name__}{tuned}.", made, grid)


def _import(name: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path:  # as for `python -m`; a command has its own folder there instead
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise ValueError(
            f"estimator {name!r} cannot be imported: {type(error).__name__}: {error}"
        ) from error


def _is_estimator(value: Any) -> bool:
    return hasattr(value, "get_params") and not isinstance(value, type)


def _check_grid(classifier: Any, grid: Mapping[str, Sequence[Any]], name: str) -> None:
    known = classifier.get_params()
    for parameter in grid:
        if parameter not in known:
            raise ValueError(
                f"the grid of {name} has {parameter!r}, which {type(classifier).__name__} has not; "
                f"{near_matches(parameter, known, 'its parameters are')}"
            )
