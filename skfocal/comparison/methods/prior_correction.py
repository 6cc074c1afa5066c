"""Class weights and resampling with corrected probabilities."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skfocal._typing import Floats
from skfocal.calibration._prior import adjust_log_probabilities
from skfocal.comparison.methods import plain, resampling
from skfocal.comparison.methods.method import Correction, CorrectionLearner, Method

__all__ = ["CORRECTIONS", "FAMILY", "corrected", "restore_priors", "undo_balance"]


@dataclass(frozen=True, eq=False)
class PriorChange:
    """Adjust log-probabilities from some class shares to others."""

    old_prior: Floats
    new_prior: Floats

    def __call__(self, log_proba: Floats) -> Floats:
        """Correct log-probabilities."""
        return adjust_log_probabilities(log_proba, self.old_prior, self.new_prior)


CORRECTIONS = (PriorChange,)
"""Types that the file of a fitted model may hold."""


def restore_priors(
    y: NDArray[np.intp], _log_proba: Floats, class_counts: NDArray[np.intp]
) -> Correction:
    """Correct for training on other class frequencies than those of the training rows."""
    old_prior, new_prior = (
        counts / counts.sum()
        for counts in (class_counts, np.bincount(y, minlength=len(class_counts)))
    )
    return PriorChange(old_prior, new_prior)


def undo_balance(
    y: NDArray[np.intp], log_proba: Floats, class_counts: NDArray[np.intp]
) -> Correction:
    """Correct for balanced class weights; see `restore_priors`."""
    return restore_priors(y, log_proba, np.ones_like(class_counts))


def corrected(method: Method, learner: CorrectionLearner) -> Method:
    """Return a method whose probabilities are corrected for the change of the frequencies."""
    name = f"{method.name}_corrected"
    return replace(
        method,
        name=name,
        description=f"As {method.name}, with probabilities corrected for the change of the class "
        "frequencies by weights or sampling.",
        corrections={name: learner},
    )


FAMILY = (
    *(corrected(one, undo_balance) for one in plain.FAMILY if one.name == "class_weight"),
    *(corrected(one, restore_priors) for one in resampling.FAMILY),
)
