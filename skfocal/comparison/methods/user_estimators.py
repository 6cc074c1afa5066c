"""User estimators as methods of a comparison."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from sklearn.base import is_classifier

from skfocal.comparison.errors import SettingError
from skfocal.comparison.methods.method import Method
from skfocal.comparison.names import check_estimator
from skfocal.comparison.suggestions import suggest_names

__all__ = ["load_method", "make_method"]


def load_method(path: str) -> Method:
    """Import a user estimator.

    Parameters
    ----------
    path : str
        ``package.module:factory``; the module is in the current directory or installed. The
        factory is called without arguments and returns a classifier, a tuple of a classifier and
        a grid of its parameters, or a `Method`. It may also be such an object itself.

    Returns
    -------
    Method
        Named after the factory.

    Raises
    ------
    SettingError
        If it cannot be imported, or makes no classifier with probabilities.
    """
    check_estimator(path)
    module_name, _, name = path.partition(":")
    module = _import(module_name)
    if not hasattr(module, name):
        public = [attribute for attribute in vars(module) if not attribute.startswith("_")]
        raise SettingError(
            "estimators",
            f"got {path!r}, but {module_name} has no {name!r}; "
            + suggest_names(name, public, "it has"),
        )
    found = getattr(module, name)
    try:
        made = found() if callable(found) and not _is_estimator(found) else found
    except Exception as error:
        raise SettingError(
            "estimators", f"got {path!r}, which raised {type(error).__name__}: {error}"
        ) from error
    return make_method(made, name)


def make_method(made: Any, name: str) -> Method:
    """Make a method from a classifier, alone or with a grid.

    Raises
    ------
    SettingError
        If it is no classifier with probabilities, or the grid has an unknown parameter.
    """
    if isinstance(made, Method):
        return made
    grid: Mapping[str, Sequence[Any]] = {}
    if isinstance(made, tuple) and len(made) == 2 and isinstance(made[1], Mapping):
        made, grid = made
    if not (_is_estimator(made) and is_classifier(made) and hasattr(made, "predict_proba")):
        raise SettingError(
            "estimators",
            f"must be classifiers with predict_proba, alone or in a tuple with a grid; got "
            f"{made!r} for {name!r}.",
        )
    _check_grid(made, grid, name)
    tuned = f", tuned over {', '.join(grid)}" if grid else ""
    return Method(name, f"User estimator: {type(made).__name__}{tuned}.", made, grid)


def _import(name: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path:  # a console script does not put it there, as `python -m` does
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise SettingError(
            "estimators",
            f"got {name!r}, which cannot be imported: {type(error).__name__}: {error}",
        ) from error


def _is_estimator(value: Any) -> bool:
    return hasattr(value, "get_params") and not isinstance(value, type)


def _check_grid(classifier: Any, grid: Mapping[str, Sequence[Any]], name: str) -> None:
    known = classifier.get_params()
    for parameter in grid:
        if parameter not in known:
            raise SettingError(
                "estimators",
                f"got a grid for {name!r} with the unknown parameter {parameter!r}; "
                + suggest_names(parameter, known, "the parameters are"),
            )
