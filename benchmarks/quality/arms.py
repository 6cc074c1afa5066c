"""The arms of the published run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from skfocal.comparison.methods.catalogue import BASELINE, METHODS, ON_REQUEST, Method

__all__ = [
    "ARMS",
    "DESCRIPTIONS",
    "FOCAL",
    "GAMMAS",
    "N_CANDIDATES",
    "methods",
]

_KNOWN = {**METHODS, **ON_REQUEST}
_SAME_FIT = (
    (BASELINE, "platt", "isotonic", "temperature"),
    *(
        (name, f"{name}_corrected")
        for name in ("class_weight", "oversample", "undersample", "smote")
    ),
    ("focal",),
    ("focal_alpha",),
    ("label_smoothing",),
    ("hard_examples",),
)
"""Methods that differ only in what is done with the result share one tuning and one fit."""
FOCAL = "focal (recovered)"
GAMMAS: Sequence[float] = _KNOWN["focal"].grid["gamma"]
N_CANDIDATES = _KNOWN[BASELINE].n_candidates


def methods() -> list[Method]:
    """Return the methods to fit."""
    return [_together([_KNOWN[name] for name in names]) for names in _SAME_FIT]


def _together(members: Sequence[Method]) -> Method:
    """Report several methods that share classifier, sampler and grids from one fit."""
    return replace(
        members[0],
        views={name: view for one in members for name, view in one.reported.items()},
        corrections={name: learn for one in members for name, learn in one.corrections.items()},
    )


def _descriptions() -> dict[str, str]:
    return {
        view: _KNOWN.get(view, method).description
        for method in methods()
        for view in method.reported
    }


DESCRIPTIONS: Mapping[str, str] = _descriptions()
"""What each arm is, by its name."""
ARMS: Sequence[str] = tuple(DESCRIPTIONS)
"""The names of the arms."""
