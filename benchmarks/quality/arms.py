"""The arms of the published run, every one with the same number of candidates to tune."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from skfocal.comparison.methods import BASELINE, METHODS, ON_REQUEST, Method

__all__ = [
    "ARMS",
    "DESCRIPTIONS",
    "FOCAL",
    "GAMMAS",
    "N_CANDIDATES",
    "SHARES",
    "SMOOTHINGS",
    "methods",
]

GAMMAS = (0.0, 0.5, 2.0, 5.0)
SMOOTHINGS = (0.0, 0.05, 0.2)
SHARES = (1.0, 0.7, 0.4)
N_CANDIDATES = 12
FOCAL = "focal (recovered)"


def _penalties(count: int) -> tuple[float, ...]:
    """Values of C from the same least to the same greatest, however many there are."""
    return tuple(float(f"{value:.3g}") for value in np.geomspace(0.01, 10, count))


@dataclass(frozen=True)
class _Fit:
    """Arms that one tuning and one fit serve: they differ in what is done with the result."""

    names: Sequence[str]
    grid: Mapping[str, Sequence[Any]]


_PLAIN = {"C": _penalties(N_CANDIDATES)}
_FITS = (
    _Fit((BASELINE, "platt", "isotonic", "temperature"), _PLAIN),
    _Fit(("class_weight", "class_weight_corrected"), _PLAIN),
    _Fit(("focal",), {"gamma": GAMMAS, "C": _penalties(3)}),
    _Fit(("oversample", "oversample_corrected"), _PLAIN),
    _Fit(("undersample", "undersample_corrected"), _PLAIN),
    _Fit(("smote", "smote_corrected"), _PLAIN),
    _Fit(("label_smoothing",), {"smoothing": SMOOTHINGS, "C": _penalties(4)}),
    _Fit(("hard_examples",), {"share": SHARES, "C": _penalties(4)}),
)


def _together(fit: _Fit) -> Method:
    """Report several methods that share classifier and sampler from one fit."""
    members = [{**METHODS, **ON_REQUEST}[name] for name in fit.names]
    first = members[0]
    return replace(
        first,
        grid=fit.grid,
        views={name: view for one in members for name, view in one.reported.items()},
        corrections={name: learn for one in members for name, learn in one.corrections.items()},
    )


def _weighted_focal(focal: Method) -> Method:
    """Return focal loss with rows weighted as `class_weight` does, on the same grid."""
    return replace(
        focal,
        name="focal_alpha",
        description="Focal loss with rows weighted inversely to the size of their class (α), "
        "reported twice from one fit, as focal is.",
        grid={**focal.grid, "alpha": ("balanced",)},
        views={view.replace("focal", "focal_alpha"): how for view, how in focal.views.items()},
    )


def methods() -> list[Method]:
    """Return the methods to fit, all with `N_CANDIDATES` candidates."""
    fitted = {fit.names[0]: _together(fit) for fit in _FITS}
    chosen = [*fitted.values(), _weighted_focal(fitted["focal"])]
    for method in chosen:
        count = math.prod(len(values) for values in method.grid.values())
        if count != N_CANDIDATES:
            raise ValueError(f"{method.name} must have {N_CANDIDATES} candidates; it has {count}.")
    return chosen


def _descriptions() -> dict[str, str]:
    known = {**METHODS, **ON_REQUEST}
    return {
        view: known.get(view, method).description
        for method in methods()
        for view in method.reported
    }


DESCRIPTIONS: Mapping[str, str] = _descriptions()
"""What each arm is, by its name."""
ARMS: Sequence[str] = tuple(DESCRIPTIONS)
"""The names of the arms."""
