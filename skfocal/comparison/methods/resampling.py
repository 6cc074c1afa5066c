"""Logistic regression on resampled training rows, for any number of classes."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC, RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler
from numpy.typing import NDArray

from skfocal.comparison.data.preparation import Layout
from skfocal.comparison.methods.grids import PENALTY, Range, penalties
from skfocal.comparison.methods.method import Method
from skfocal.comparison.methods.plain import PlainLogisticRegression

__all__ = ["FAMILY", "oversample", "smote", "undersample"]

RATIOS = (1.0, 0.5)
RANGES = {"C": PENALTY, "ratio": Range(0.0, 1.0)}


def oversample(
    _layout: Layout, _max_neighbors: int, seed: int, *, ratio: float = 1.0
) -> RandomOverSampler:
    """Duplicate random rows until every class has `ratio` times the rows of the largest."""
    return RandomOverSampler(
        sampling_strategy=partial(_raise_counts, ratio=ratio), random_state=seed
    )


def undersample(
    _layout: Layout, _max_neighbors: int, seed: int, *, ratio: float = 1.0
) -> RandomUnderSampler:
    """Drop random rows until the smallest class has `ratio` times the rows of any other."""
    return RandomUnderSampler(
        sampling_strategy=partial(_lower_counts, ratio=ratio), random_state=seed
    )


def smote(
    layout: Layout, max_neighbors: int, seed: int, *, ratio: float = 1.0, k_neighbors: int = 5
) -> SMOTE | SMOTEN | SMOTENC:
    """Interpolate rows until every class has `ratio` times the rows of the largest.

    SMOTENC is used if some columns are categorical and SMOTEN if all are, because averaged
    category codes have no meaning.
    """
    settings: dict[str, Any] = {
        "sampling_strategy": partial(_raise_counts, ratio=ratio),
        "k_neighbors": min(k_neighbors, max_neighbors),
        "random_state": seed,
    }
    if not layout.discrete:
        return SMOTE(**settings)
    if not layout.numeric:
        return SMOTEN(**settings)
    return SMOTENC(layout.discrete, **settings)


def _raise_counts(y: NDArray[np.intp], ratio: float) -> dict[int, int]:
    counts = np.bincount(y)
    wanted = int(np.rint(ratio * counts.max()))
    return {code: max(int(count), wanted) for code, count in enumerate(counts)}


def _lower_counts(y: NDArray[np.intp], ratio: float) -> dict[int, int]:
    counts = np.bincount(y)
    wanted = int(np.rint(counts.min() / ratio))
    return {code: min(int(count), wanted) for code, count in enumerate(counts)}


FAMILY = (
    Method(
        "oversample",
        "Random oversampling: rows of the smaller classes are duplicated until each class has a "
        "tuned share of the rows of the largest.",
        PlainLogisticRegression(),
        {"C": penalties(6)},
        oversample,
        {"ratio": RATIOS},
        RANGES,
        cost=1.5,
        complexity=2,
    ),
    Method(
        "undersample",
        "Random undersampling: rows of the larger classes are dropped until the smallest class "
        "has a tuned share of the rows of any other.",
        PlainLogisticRegression(),
        {"C": penalties(6)},
        undersample,
        {"ratio": RATIOS},
        RANGES,
        cost=1.2,
        complexity=2,
    ),
    Method(
        "smote",
        "SMOTE: rows of the smaller classes are interpolated between neighbours until each class "
        "has a tuned share of the rows of the largest; SMOTENC if some columns are categorical, "
        "SMOTEN if all are.",
        PlainLogisticRegression(),
        {"C": penalties(3)},
        smote,
        {"ratio": RATIOS, "k_neighbors": (3, 7)},
        RANGES,
        min_class_rows=2,  # a row and a neighbour
        cost=2.3,
        complexity=2,
        mixed_cost=3.0,  # SMOTENC
    ),
)
