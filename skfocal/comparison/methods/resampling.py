"""Logistic regression on resampled training rows, for any number of classes."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC
from imblearn.under_sampling import RandomUnderSampler
from numpy.typing import NDArray
from sklearn.preprocessing import OneHotEncoder

from skfocal.comparison.data.preparation import Layout
from skfocal.comparison.methods.grids import PENALTY, Range, penalties
from skfocal.comparison.methods.method import Method
from skfocal.comparison.methods.oversampling import OversampledLogisticRegression, raise_counts
from skfocal.comparison.methods.plain import PlainLogisticRegression

__all__ = ["FAMILY", "smote", "undersample"]

RATIOS = (1.0, 0.5)
RANGES = {"C": PENALTY, "ratio": Range(0.0, 1.0)}
# Bounds the memory of dense rows: 100 columns of 100 categories take 330 MB.
_ROWS_AT_ONCE = 4096


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
        "sampling_strategy": partial(raise_counts, ratio=ratio),
        "k_neighbors": min(k_neighbors, max_neighbors),
        "random_state": seed,
    }
    if not layout.discrete:
        return SMOTE(**settings)
    if not layout.numeric:
        return SMOTEN(**settings)
    return SMOTENC(
        layout.discrete, categorical_encoder=CategoryEncoder(handle_unknown="ignore"), **settings
    )


class CategoryEncoder(OneHotEncoder):  # type: ignore[misc]  # scikit-learn's class is untyped
    """Decodes sparse rows in dense blocks, where scikit-learn's own class loops over the rows."""

    def inverse_transform(self, X: Any) -> NDArray[Any]:
        """Return the categories of sparse rows."""
        decode = super().inverse_transform
        starts = range(0, X.shape[0], _ROWS_AT_ONCE)
        return np.concatenate(
            [decode(X[start : start + _ROWS_AT_ONCE].toarray()) for start in starts]
        )


def _lower_counts(y: NDArray[np.intp], ratio: float) -> dict[int, int]:
    counts = np.bincount(y)
    wanted = int(np.rint(counts.min() / ratio))
    return {code: min(int(count), wanted) for code, count in enumerate(counts)}


FAMILY = (
    Method(
        "oversample",
        "Random oversampling: rows of the smaller classes are duplicated until each class has a "
        "tuned share of the rows of the largest.",
        OversampledLogisticRegression(),
        {"C": penalties(6), "ratio": RATIOS},
        ranges=RANGES,
        cost=1.6,
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
        cost=1.4,
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
        mixed_cost=2.5,  # SMOTENC
    ),
)
