"""Types that several modules share."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Alpha", "Floats", "Gamma", "Integers", "ProbabilityMode"]

Floats: TypeAlias = NDArray[np.floating[Any]]
Integers: TypeAlias = NDArray[np.integer[Any]]
Alpha: TypeAlias = float | Literal["balanced"] | Mapping[Hashable, float] | ArrayLike | None
Gamma: TypeAlias = float | Mapping[Hashable, float] | ArrayLike
ProbabilityMode: TypeAlias = Literal["posterior", "weighted", "link"]
