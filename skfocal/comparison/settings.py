"""The settings of a comparison."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ComparisonSettings"]


@dataclass(frozen=True)
class ComparisonSettings:
    """How a comparison is made; the names are those of `compare`."""

    cv: int
    repeats: int
    inner_cv: int
    random_state: int
    baseline: str
    metrics: tuple[str, ...]
    threshold: str
    goal: str | None = None
