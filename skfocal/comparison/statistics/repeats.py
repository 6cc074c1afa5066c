"""How often the outer folds are drawn, from the expected width of intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import t

from skfocal.comparison.data.tables import Table

__all__ = ["MOST_REPEATS", "DefaultRepeats", "default_repeats", "expected_half_width"]

MOST_REPEATS = 5
NARROW = 0.02
"""Half-width of an interval of the average precision that more repeats need not reduce."""
SPREAD = 0.38
"""Standard deviation of the average precision over test folds, times the square root of their
positive rows: the third quartile over the 31 binary data sets of the published quality run."""


class DefaultRepeats(NamedTuple):
    """A number of repeats, and why it is smaller than usual; empty if it is not."""

    repeats: int
    reason: str


def expected_half_width(n_rarest: int, cv: int, repeats: int) -> float:
    """Expect the half-width of the 95 % interval of the mean average precision.

    Parameters
    ----------
    n_rarest : int
        Number of rows of the rarest class.
    cv, repeats : int
        Number of folds, and of times that they are drawn.

    Returns
    -------
    float

    Notes
    -----
    As in the corrected t-test [1]_, folds share training rows, so that the variance of the mean
    of J folds is ``(1 / J + n_test / n_train)`` times that of a fold.

    References
    ----------
    .. [1] C. Nadeau, Y. Bengio (2003). "Inference for the Generalization Error." Machine Learning
       52, 239-281. doi:10.1023/A:1024068626366
    """
    n_folds = cv * repeats
    quantile = t.ppf(0.975, n_folds - 1)
    of_fold = SPREAD / np.sqrt(n_rarest / cv)
    return float(quantile * np.sqrt(1 / n_folds + 1 / (cv - 1)) * of_fold)


def default_repeats(tables: Sequence[Table], cv: int) -> DefaultRepeats:
    """Return the fewest repeats with narrow intervals on all tables, at most `MOST_REPEATS`."""
    n_rarest = min(int(np.bincount(table.y).min()) for table in tables)
    for repeats in range(1, MOST_REPEATS):
        if expected_half_width(n_rarest, cv, repeats) <= NARROW:
            number = "1 repeat" if repeats == 1 else f"{repeats} repeats"
            reason = f"{n_rarest:,} rows of the rarest class give narrow intervals"
            return DefaultRepeats(
                repeats, f"{number} by default instead of {MOST_REPEATS}, because {reason}"
            )
    return DefaultRepeats(MOST_REPEATS, "")
