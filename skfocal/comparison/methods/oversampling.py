"""Logistic regression on randomly duplicated rows, as integer weights of the rows."""

from __future__ import annotations

from functools import partial
from typing import Any, Self

import numpy as np
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import Pipeline
from numpy.typing import ArrayLike, NDArray

from skfocal._typing import Floats
from skfocal.comparison.methods.plain import PlainLogisticRegression

__all__ = ["OversampledLogisticRegression", "changes_counts", "raise_counts"]


def raise_counts(y: NDArray[np.intp], ratio: float) -> dict[int, int]:
    """Return the number of rows of every class after growth to a share of the largest."""
    counts = np.bincount(y)
    wanted = int(np.rint(ratio * counts.max()))
    return {code: max(int(count), wanted) for code, count in enumerate(counts)}


def changes_counts(class_counts: tuple[int, int], ratio: float) -> bool:
    """Return whether sampling two classes to a ratio adds or drops rows.

    imbalanced-learn raises an error for a ratio that is reached before.
    """
    return ratio * max(class_counts) - min(class_counts) >= 1


class OversampledLogisticRegression(PlainLogisticRegression):
    """Logistic regression after imbalanced-learn's random oversampling.

    A row that is drawn n times has the weight n. The minimum is that on the duplicated rows, and
    the matrix is not copied.

    Parameters
    ----------
    C : float, default=1.0
        Inverse of the strength of the penalty.
    ratio : float, default=1.0
        Rows of the smaller classes are duplicated until every class has this share of the rows of
        the largest.
    random_state : int or None, default=None
        Seed of the draw.

    Attributes
    ----------
    sampled_counts_ : ndarray of shape (n_classes,)
        Number of rows of each class after sampling.
    """

    def __init__(
        self, *, C: float = 1.0, ratio: float = 1.0, random_state: int | None = None
    ) -> None:
        super().__init__(C=C)
        self.ratio = ratio
        self.random_state = random_state

    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Draw the rows and fit."""
        labels = np.asarray(y)
        times = self.draw(labels)
        self.sampled_counts_ = np.bincount(labels, times).astype(np.intp)
        super().fit(
            X, labels, times if sample_weight is None else times * np.asarray(sample_weight)
        )
        return self

    def draw(self, labels: NDArray[np.intp]) -> Floats:
        """Return how often each row is drawn, of shape (n_samples,)."""
        sampler = self._sampler(partial(raise_counts, ratio=self.ratio))
        sampler.fit_resample(np.zeros((len(labels), 1)), labels)
        return np.bincount(sampler.sample_indices_, minlength=len(labels)).astype(float)

    def as_scikit_learn(self, class_counts: tuple[int, int] | None) -> Any:
        """Return imbalanced-learn's sampler, if it adds rows, before scikit-learn's own class."""
        model = self._as_logistic_regression()
        if class_counts is not None and not changes_counts(class_counts, self.ratio):
            return model
        ratio = partial(raise_counts, ratio=self.ratio) if class_counts is None else self.ratio
        return Pipeline([("sample", self._sampler(ratio)), ("classify", model)])

    def _sampler(self, strategy: Any) -> RandomOverSampler:
        return RandomOverSampler(sampling_strategy=strategy, random_state=self.random_state)
