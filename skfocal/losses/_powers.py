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
    result = np.sqrt(base) if gamma % 1 else np.ones_like(base)
    for _ in range(int(gamma)):
        result *= base
    return result
