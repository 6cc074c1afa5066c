"""Powers whose exponents are focusing parameters."""

from __future__ import annotations

from typing import Any, TypeGuard

import numpy as np

from skfocal._typing import Floats

__all__ = ["is_product", "power"]

# Up to here products take less time than an exponential.
_MAX_PRODUCTS = 5


def is_product(gamma: Any) -> TypeGuard[float]:
    """Return whether a power is a product, apart from a square root."""
    return isinstance(gamma, float) and gamma <= _MAX_PRODUCTS and (2 * gamma).is_integer()


def power(base: Floats, gamma: float | Floats) -> Floats:
    """Return ``base^gamma``, by products where that is possible."""
    if not is_product(gamma):
        return np.asarray(np.power(base, gamma))
    whole = int(gamma)
    if gamma > whole:
        result = np.sqrt(base)
    elif whole == 0:
        return np.ones_like(base)
    else:
        result = base.copy()
        whole -= 1
    for _ in range(whole):
        result *= base
    return result
