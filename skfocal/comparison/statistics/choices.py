"""Which hyperparameter values tuning chose."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from skfocal.comparison.methods.method import Method

__all__ = ["Choices", "chosen_values"]

Choices = dict[str, dict[str, dict[str, float]]]
"""Share of folds by method, parameter and value."""


def chosen_values(scores: pd.DataFrame, methods: Sequence[Method]) -> Choices:
    """Compute how often tuning chose each value of the parameters that a method shows.

    Returns
    -------
    dict
        Share of the folds on which the method did not fail, by method, parameter and value.
        Methods that show no parameter, or that always failed, are left out.
    """
    shares: Choices = {}
    for method in methods:
        name = next(iter(method.reported))
        rows = scores[(scores["method"] == name) & (scores["failure"] == "")]
        if not method.shown_parameters or rows.empty:
            continue
        chosen = [json.loads(params) for params in rows["params"]]
        shares[method.name] = {
            parameter: _shares(method.tuned[parameter], [params[parameter] for params in chosen])
            for parameter in method.shown_parameters
        }
    return shares


def _shares(grid: Sequence[Any], chosen: Sequence[Any]) -> dict[str, float]:
    """Return the share of each value of a grid and, after them, of those beyond its edges."""
    counts = Counter(map(str, chosen))
    values = [str(value) for value in grid]
    further = sorted(counts.keys() - set(values), key=float)
    return {value: counts[value] / len(chosen) for value in (*values, *further)}
