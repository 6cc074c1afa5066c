"""Logistic regression with focal loss."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from skfocal.comparison.methods.grids import PENALTY, Range, penalties
from skfocal.comparison.methods.method import Method
from skfocal.linear_model import FocalLogisticRegression

__all__ = ["FAMILY", "GAMMAS"]

GAMMAS = (0.0, 0.5, 2.0, 5.0)


def _focal(name: str, description: str, grid: Mapping[str, Sequence[Any]]) -> Method:
    return Method(
        name,
        f"{description}. One fit is reported twice: with γ and α undone in the probabilities "
        "(recovered), and with the plain sigmoid or softmax of its logits (raw).",
        FocalLogisticRegression(tol=1e-6, max_iter=1000),
        grid,
        ranges={"C": PENALTY, "gamma": Range(0.0, math.inf)},
        cost=1.5,
        complexity=1,
        views={
            f"{name} (recovered)": {"probability": "posterior"},
            f"{name} (raw)": {"probability": "link"},
        },
        shown_parameters={
            key: symbol for key, symbol in {"gamma": "γ", "alpha": "α"}.items() if key in grid
        },
    )


FAMILY = (
    _focal(
        "focal",
        "Logistic regression with focal loss, without class weights",
        {"gamma": GAMMAS, "C": penalties(3)},
    ),
    _focal(
        "focal_alpha",
        "Logistic regression with focal loss and tuned class weights",
        {"gamma": (0.0, 2.0), "alpha": (None, "balanced"), "C": penalties(3)},
    ),
)
