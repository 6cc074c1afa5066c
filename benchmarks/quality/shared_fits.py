"""The methods of the quality run. Those that differ only after the fit share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from skfocal.comparison import METHODS, ON_REQUEST, Method

BASELINE = "logistic"
FOCAL = "focal (recovered)"
KNOWN: Mapping[str, Method] = {**METHODS, **ON_REQUEST}
SHARED_FITS = (
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
GAMMAS: Sequence[float] = KNOWN["focal"].grid["gamma"]
N_CANDIDATES = KNOWN[BASELINE].n_candidates


def fitted_methods() -> list[Method]:
    """Return one method per fit, which reports all methods that share it."""
    return merge_fits(SHARED_FITS)


def merge_fits(shared: Sequence[Sequence[str]]) -> list[Method]:
    """Return one method for each group of methods that differ only after the fit."""
    return [_merge([KNOWN[name] for name in names]) for names in shared]


def _merge(methods: Sequence[Method]) -> Method:
    return replace(
        methods[0],
        views={name: view for one in methods for name, view in one.reported.items()},
        corrections={name: learn for one in methods for name, learn in one.corrections.items()},
    )


def describe(methods: Sequence[Method]) -> dict[str, str]:
    """Return the description of each reported method, by name."""
    return {
        name: KNOWN.get(name, method).description for method in methods for name in method.reported
    }


DESCRIPTIONS: Mapping[str, str] = describe(fitted_methods())
"""The description of each reported method, by name."""
