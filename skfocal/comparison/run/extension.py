"""Candidates beyond the edges of a grid, and what is still at an edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from numbers import Real
from typing import Any, TypeAlias

from skfocal.comparison.methods.method import Method

__all__ = ["at_edges", "beyond_edges"]

Params: TypeAlias = dict[str, Any]
LEAST_VALUES = 3
"""A grid of fewer values, without a range, has no inside."""


def beyond_edges(method: Method, tried: Sequence[Params], best: Params) -> list[Params]:
    """Return the candidates next to the best one, where it is at an edge of a parameter.

    Parameters
    ----------
    method : Method
        The method. Only parameters that have a range and at least two values are extended.
    tried : sequence of dict
        The parameters of all candidates that were tried.
    best : dict
        Those of the best one.

    Returns
    -------
    list of dict
        Candidates that differ from the best one in one parameter.
    """
    found = []
    for name, limits in method.ranges.items():
        if len(method.tuned.get(name, ())) < 2:
            continue
        value = best[name]
        values = [*method.tuned[name], *_values(name, tried, best)]
        further = []
        if value == min(values):
            further.append(limits.lower(value))
        if value == max(values):
            further.append(limits.higher(value))
        found += [{**best, name: one} for one in further if one != value]
    return found


def at_edges(method: Method, tried: Sequence[Params], best: Params) -> dict[str, str]:
    """Return the parameters whose best value is the lowest or highest of those tried.

    The end of a range is no edge. A parameter without a range is judged if its grid has at least
    three numbers in order.

    Returns
    -------
    dict of str to {"lowest", "highest"}
    """
    edges = {}
    beyond = beyond_edges(method, tried, best)
    for name, values in method.tuned.items():
        value = best[name]
        if name in method.ranges:
            further = [one[name] for one in beyond if one[name] != value]
            if further:
                edges[name] = "lowest" if further[0] < value else "highest"
        elif _is_ordered(values) and value in (min(values), max(values)):
            edges[name] = "lowest" if value == min(values) else "highest"
    return edges


def _values(name: str, tried: Sequence[Params], best: Params) -> list[Any]:
    """Return the values of a parameter that were tried with the others as in the best one."""
    return [one[name] for one in tried if _others(one, name) == _others(best, name)]


def _others(params: Mapping[str, Any], name: str) -> Params:
    return {other: value for other, value in params.items() if other != name}


def _is_ordered(values: Sequence[Any]) -> bool:
    if len(values) < LEAST_VALUES or not all(_is_number(value) for value in values):
        return False
    steps = [later > earlier for earlier, later in pairwise(values)]
    return all(steps) or not any(steps)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
