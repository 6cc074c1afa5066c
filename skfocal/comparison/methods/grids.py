"""The budget of tuning: every method chooses among the same number of candidates."""

from __future__ import annotations

import numpy as np

__all__ = ["N_CANDIDATES", "penalties"]

N_CANDIDATES = 12
"""Where a method has more parameters to tune, it tries C at fewer values."""


def penalties(number: int = N_CANDIDATES) -> tuple[float, ...]:
    """Return values of C from 0.01 to 10 with constant ratios."""
    return tuple(float(f"{C:.2g}") for C in np.geomspace(0.01, 10, number))
