"""Probabilities for rows in which the classes have other shares than in the training data."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from skfocal._typing import Floats
from skfocal.calibration import adjust_prior, estimate_prior
from skfocal.comparison.deployment.model import Model
from skfocal.comparison.deployment.prediction import Advance, probability_sample
from skfocal.comparison.errors import SettingError

__all__ = ["adjuster", "estimated_shares", "given_shares", "prevalence_notes"]

MAX_RATIO = 1.5
"""Ratio of the odds of mean probability and share of a class from which a note is given."""


def given_shares(model: Model, prevalence: float) -> Floats:
    """Return the shares of the two classes for a share of the positive one.

    Raises
    ------
    SettingError
        If the model has more than two classes, or it is no share between 0 and 1.
    """
    if len(model.classes) != 2:
        raise SettingError(
            "prevalence",
            f"needs a binary target, but the model has {len(model.classes)} classes; estimate the "
            "shares with --estimate-prevalence",
        )
    if not 0 < prevalence < 1:
        raise SettingError("prevalence", f"must be between 0 and 1; got {prevalence!r}.")
    return np.array([1 - prevalence, prevalence])


def estimated_shares(model: Model, source: Path, advance: Advance | None = None) -> Floats:
    """Estimate the shares of the classes from the predictions for a file."""
    sample = probability_sample(model, source, advance)

    return estimate_prior(sample, model.card["class_shares"], n_resamples=0).prior


def adjuster(model: Model, shares: Floats) -> Callable[[Floats], Floats]:
    """Return the map of probabilities to those for other shares of the classes."""
    old = np.asarray(model.card["class_shares"])
    return partial(adjust_prior, old_prior=old, new_prior=shares)


def prevalence_notes(model: Model) -> list[str]:
    """Describe what makes adjusted probabilities doubtful."""
    notes = []
    mean, share = (
        np.asarray(model.card["mean_probabilities"]),
        np.asarray(model.card["class_shares"]),
    )
    ratio = (mean / (1 - mean)) / (share / (1 - share))
    if np.max(np.maximum(ratio, 1 / ratio)) > MAX_RATIO:
        notes.append(
            f"the probabilities of {model.card['method']} do not agree with the shares of the "
            "classes in the training data, so that the adjustment is unreliable; fit a method "
            "with calibrated probabilities"
        )
    rule = model.card["threshold_rule"]
    if model.threshold is not None and rule.startswith("the best"):
        notes.append(
            f"the threshold was chosen for {rule}, at the shares of the training data; set "
            "another with --threshold"
        )
    return notes
