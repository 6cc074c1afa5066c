"""Which hyperparameter values tuning chose."""

from __future__ import annotations

import json
from collections.abc import Sequence

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
        chosen = pd.DataFrame([json.loads(params) for params in rows["params"]]).astype(str)
        shares[method.name] = {
            parameter: {
                str(value): float((chosen[parameter] == str(value)).mean())
                for value in method.tuned[parameter]
            }
            for parameter in method.shown_parameters
        }
    return shares
