"""The methods that can be compared by name."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from skfocal.comparison.data.tables import near_matches
from skfocal.comparison.methods.boosting import BoostedTrees
from skfocal.comparison.methods.corrections import (
    CorrectionLearner,
    isotonic,
    platt,
    restore_shares,
    temperature,
    undo_balance,
)
from skfocal.comparison.methods.logistic import (
    HardExampleLogisticRegression,
    PlainLogisticRegression,
    SmoothedLogisticRegression,
)
from skfocal.comparison.methods.method import Method
from skfocal.comparison.methods.samplers import oversample, smote, undersample
from skfocal.linear_model import FocalLogisticRegression

__all__ = ["BASELINE", "METHODS", "ON_REQUEST", "Method", "resolve_methods", "with_own"]

BASELINE = "logistic"


def _penalties(number: int) -> tuple[float, ...]:
    """Return that many values of C, evenly spaced in logarithms over the same range."""
    return tuple(float(f"{C:.2g}") for C in np.geomspace(0.01, 10, number))


# Every method chooses among the same number of candidates, 12: where there is more to tune, C is
# tried at fewer values.
PENALTY_ALONE: Mapping[str, Sequence[Any]] = {"C": _penalties(12)}
FOCAL_GRID: Mapping[str, Sequence[Any]] = {"gamma": (0.0, 0.5, 2.0, 5.0), "C": _penalties(3)}
FOCAL_ALPHA_GRID: Mapping[str, Sequence[Any]] = {
    "gamma": (0.0, 2.0),
    "alpha": (None, "balanced"),
    "C": _penalties(3),
}
RATIO_GRID: Mapping[str, Sequence[Any]] = {"ratio": (1.0, 0.5)}
SMOTE_GRID: Mapping[str, Sequence[Any]] = {"ratio": (1.0, 0.5), "k_neighbors": (3, 7)}
TREES_GRID: Mapping[str, Sequence[Any]] = {
    "learning_rate": (0.02, 0.05, 0.1, 0.2),
    "num_leaves": (4, 15, 31),
}


def resolve_methods(
    methods: Sequence[str | Method] | None, baseline: str = BASELINE
) -> list[Method]:
    """Look up methods by name; all of `METHODS` by default. The baseline always comes first.

    Raises
    ------
    ValueError
        If a name is unknown or there twice, or a package that a method needs is not installed.
    """
    chosen = [_look_up(method) for method in (METHODS if methods is None else methods)]
    known = (*METHODS.values(), *ON_REQUEST.values(), *chosen)
    by_view = {view: one for one in known for view in one.reported}
    if baseline not in by_view:
        raise ValueError(
            f"baseline got {baseline!r}; {near_matches(baseline, by_view, 'it may be')}"
        )
    if by_view[baseline] not in chosen:
        chosen.append(by_view[baseline])
    chosen.sort(key=lambda method: baseline not in method.reported)
    names = [name for method in chosen for name in {method.name, *method.reported}]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"methods must have different names; {repeated[0]!r} is there twice.")
    for method in chosen:
        if method.needs and importlib.util.find_spec(method.needs) is None:
            raise ValueError(
                f"method {method.name!r} needs {method.needs}: pip install {method.needs}"
            )
    return chosen


def with_own(methods: Sequence[str | Method] | None, own: Iterable[Method]) -> list[str | Method]:
    """Return the methods asked for, or all of `METHODS`, and one's own after them."""
    return [*(METHODS if methods is None else methods), *own]


def _look_up(method: str | Method) -> Method:
    if isinstance(method, Method):
        return method
    known = {**METHODS, **ON_REQUEST}
    if method not in known:
        raise ValueError(f"methods got {method!r}; {near_matches(method, known, 'they may be')}")
    return known[method]


def _focal(name: str, description: str, grid: Mapping[str, Sequence[Any]]) -> Method:
    return Method(
        name,
        f"{description}, reported twice from one fit: with γ and α undone (recovered), and with "
        "the plain sigmoid or softmax of its logits (raw).",
        FocalLogisticRegression(),
        grid,
        views={
            f"{name} (recovered)": {"probability": "posterior"},
            f"{name} (raw)": {"probability": "link"},
        },
    )


_METHODS = (
    Method(
        BASELINE,
        "Logistic regression with cross-entropy: nothing is done about imbalance.",
        PlainLogisticRegression(),
        PENALTY_ALONE,
    ),
    Method(
        "class_weight",
        "Logistic regression with rows weighted inversely to the size of their class.",
        PlainLogisticRegression(class_weight="balanced"),
        PENALTY_ALONE,
    ),
    _focal(
        "focal",
        "FocalLogisticRegression without α",
        FOCAL_GRID,
    ),
    _focal(
        "focal_alpha",
        "FocalLogisticRegression with α tuned, too",
        FOCAL_ALPHA_GRID,
    ),
    Method(
        "oversample",
        "Rows of the smaller classes drawn again until none is smaller than a tuned share of the "
        "largest.",
        PlainLogisticRegression(),
        {"C": _penalties(6)},
        oversample,
        RATIO_GRID,
    ),
    Method(
        "undersample",
        "Rows of the larger classes left out until the smallest is no smaller than a tuned share "
        "of any other.",
        PlainLogisticRegression(),
        {"C": _penalties(6)},
        undersample,
        RATIO_GRID,
    ),
    Method(
        "smote",
        "Rows interpolated between neighbours of the smaller classes until none is smaller than a "
        "tuned share of the largest; SMOTENC where some columns are categories, SMOTEN where all "
        "are.",
        PlainLogisticRegression(),
        {"C": _penalties(3)},
        smote,
        SMOTE_GRID,
    ),
)
METHODS: Mapping[str, Method] = {method.name: method for method in _METHODS}
"""Methods that are compared by default."""


def _corrected(name: str, correction: CorrectionLearner) -> Method:
    corrected = f"{name}_corrected"
    return replace(
        METHODS[name],
        name=corrected,
        description=f"As {name}, its probabilities corrected for the known change of the class "
        "shares: from those it was fitted on back to those of the training rows.",
        corrections={corrected: correction},
    )


def _boosted(
    name: str, description: str, classifier: BoostedTrees, grid: Mapping[str, Sequence[Any]]
) -> Method:
    return Method(name, f"For orientation: {description}.", classifier, grid, needs="lightgbm")


def _calibrated(name: str, description: str, correction: CorrectionLearner) -> Method:
    return replace(
        METHODS[BASELINE], name=name, description=description, corrections={name: correction}
    )


_ON_REQUEST = (
    _corrected("class_weight", undo_balance),
    *(_corrected(name, restore_shares) for name in ("oversample", "undersample", "smote")),
    _calibrated(
        "platt",
        "Plain logistic regression with Platt scaling: its log-odds moved and stretched to fit "
        "the inner held-out rows.",
        platt,
    ),
    _calibrated(
        "isotonic",
        "Plain logistic regression with isotonic calibration: its log-odds mapped to the rising "
        "steps that fit the inner held-out rows.",
        isotonic,
    ),
    _calibrated(
        "temperature",
        "Plain logistic regression with temperature scaling: its logits divided by the one "
        "number that fits the inner held-out rows.",
        temperature,
    ),
    Method(
        "label_smoothing",
        "Logistic regression on labels of which a share, tuned with C, is spread evenly over "
        "all classes.",
        SmoothedLogisticRegression(),
        {"smoothing": (0.0, 0.02, 0.1, 0.3), "C": _penalties(3)},
    ),
    Method(
        "hard_examples",
        "Logistic regression fitted again on the share, tuned with C, of the training rows that "
        "it got most wrong.",
        HardExampleLogisticRegression(),
        {"share": (1.0, 0.7, 0.4, 0.2), "C": _penalties(3)},
    ),
    _boosted("lightgbm", "boosted trees of LightGBM", BoostedTrees(), TREES_GRID),
    _boosted(
        "lightgbm_weighted",
        "boosted trees of LightGBM with rows weighted inversely to the size of their class",
        BoostedTrees(class_weight="balanced"),
        TREES_GRID,
    ),
    _boosted(
        "lightgbm_focal",
        "boosted trees of LightGBM with focal loss, γ undone in their probabilities",
        BoostedTrees(gamma=1.0),
        {"gamma": FOCAL_GRID["gamma"], "num_leaves": TREES_GRID["num_leaves"]},
    ),
)
ON_REQUEST: Mapping[str, Method] = {method.name: method for method in _ON_REQUEST}
"""Methods that take part only when named."""
