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
    return [_merge([KNOWN[name] for name in names]) for names in SHARED_FITS]


def _merge(methods: Sequence[Method]) -> Method:
    return replace(
        methods[0],
        views={name: view for one in methods for name, view in one.reported.items()},
        corrections={name: learn for one in methods for name, learn in one.corrections.items()},
    )


DESCRIPTIONS: Mapping[str, str] = {
    name: KNOWN.get(name, method).description
    for method in fitted_methods()
    for name in method.reported
}
"""The description of each reported method, by name."""
