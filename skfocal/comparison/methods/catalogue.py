"""All methods that can be compared by name.

Every module of this package may define its methods as `FAMILY`. The names of all of
them are also in `names`, where those in `DEFAULT_METHODS` are compared by default and all others on
request.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from skfocal.comparison.discovery import collect
from skfocal.comparison.errors import SettingError
from skfocal.comparison.methods.method import Method
from skfocal.comparison.names import BASELINE, DEFAULT_METHODS, check_baseline, check_method

__all__ = [
    "BASELINE",
    "METHODS",
    "ON_REQUEST",
    "append_methods",
    "method_of",
    "resolve_methods",
    "with_classifier",
]

_BY_NAME = {method.name: method for method in collect("skfocal.comparison.methods", "FAMILY")}
METHODS: Mapping[str, Method] = MappingProxyType({name: _BY_NAME[name] for name in DEFAULT_METHODS})
"""Methods that are compared by default."""
ON_REQUEST: Mapping[str, Method] = MappingProxyType(
    {name: method for name, method in _BY_NAME.items() if name not in DEFAULT_METHODS}
)
"""Methods that are compared only when named."""


def resolve_methods(
    methods: Sequence[str | Method] | None, baseline: str = BASELINE
) -> list[Method]:
    """Look up methods by name; all of `METHODS` by default. The baseline always comes first.

    Raises
    ------
    SettingError
        If a name is unknown or used twice, or a package that a method needs is not installed.
    """
    chosen = [_look_up(method) for method in (METHODS if methods is None else methods)]
    known = (*METHODS.values(), *ON_REQUEST.values(), *chosen)
    by_reported_name = {name: method for method in known for name in method.reported}
    check_baseline(baseline, by_reported_name)
    if by_reported_name[baseline] not in chosen:
        chosen.append(by_reported_name[baseline])
    chosen.sort(key=lambda method: baseline not in method.reported)
    names = [name for method in chosen for name in {method.name, *method.reported}]
    duplicates = sorted({name for name in names if names.count(name) > 1})
    if duplicates:
        raise SettingError("methods", f"must have unique names; got {duplicates[0]!r} twice.")
    for method in chosen:
        if method.needs and importlib.util.find_spec(method.needs) is None:
            raise SettingError(
                "methods",
                f"got {method.name!r}, which needs {method.needs}: pip install {method.needs}",
            )
    return chosen


def with_classifier(method: Method) -> Method:
    """Return the method of the catalogue in place of one that was read from a file.

    A method of the user is returned as it is, without a classifier.
    """
    known: Method | None = _BY_NAME.get(method.name)
    return method if method.classifier is not None or known is None else known


def method_of(name: str) -> Method:
    """Return the method with a name, or the one that is reported under it.

    Raises
    ------
    SettingError
        If there is none.
    """
    by_reported_name = {one: method for method in _BY_NAME.values() for one in method.reported}
    method: Method = by_reported_name[name] if name in by_reported_name else _look_up(name)
    return method


def append_methods(
    methods: Sequence[str | Method] | None, more: Iterable[Method]
) -> list[str | Method]:
    """Return the chosen methods, or all of `METHODS`, followed by more of them."""
    return [*(METHODS if methods is None else methods), *more]


def _look_up(method: str | Method) -> Method:
    if isinstance(method, Method):
        return method
    known = {**METHODS, **ON_REQUEST}
    check_method(method, known)
    return known[method]
