"""Samplers of training rows, for any number of classes and kind of columns."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC, RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler
from numpy.typing import NDArray

from skfocal.comparison.data.preparation import Layout

__all__ = ["SamplerFactory", "oversample", "smote", "undersample"]

SamplerFactory: TypeAlias = Callable[..., Any]
"""Make a sampler from the layout, the largest number of neighbours possible, a seed and, as
keywords, the parameters that are tuned."""


def oversample(
    _layout: Layout, _max_neighbors: int, seed: int, *, ratio: float = 1.0
) -> RandomOverSampler:
    """Draw rows again until no class is smaller than `ratio` times the largest."""
    return RandomOverSampler(sampling_strategy=partial(_raised, ratio=ratio), random_state=seed)


def undersample(
    _layout: Layout, _max_neighbors: int, seed: int, *, ratio: float = 1.0
) -> RandomUnderSampler:
    """Leave rows out until the smallest class is no smaller than `ratio` times any other."""
    return RandomUnderSampler(sampling_strategy=partial(_lowered, ratio=ratio), random_state=seed)


def smote(
    layout: Layout, max_neighbors: int, seed: int, *, ratio: float = 1.0, k_neighbors: int = 5
) -> SMOTE | SMOTEN | SMOTENC:
    """Interpolate rows until no class is smaller than `ratio` times the largest.

    The variant of SMOTE is the one that suits the columns: averaging codes would mean nothing.
    """
    settings: dict[str, Any] = {
        "sampling_strategy": partial(_raised, ratio=ratio),
        "k_neighbors": min(k_neighbors, max_neighbors),
        "random_state": seed,
    }
    if not layout.discrete:
        return SMOTE(**settings)
    if not layout.numeric:
        return SMOTEN(**settings)
    return SMOTENC(layout.discrete, **settings)


def _raised(y: NDArray[np.intp], ratio: float) -> dict[int, int]:
    counts = np.bincount(y)
    wanted = int(np.rint(ratio * counts.max()))
    return {code: max(int(count), wanted) for code, count in enumerate(counts)}


def _lowered(y: NDArray[np.intp], ratio: float) -> dict[int, int]:
    counts = np.bincount(y)
    wanted = int(np.rint(counts.min() / ratio))
    return {code: min(int(count), wanted) for code, count in enumerate(counts)}
