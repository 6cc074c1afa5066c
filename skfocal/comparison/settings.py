"""The settings of a comparison."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ComparisonSettings"]


@dataclass(frozen=True)
class ComparisonSettings:
    """How a comparison is made; the names are those of `compare`.

    Attributes
    ----------
    tuning_rows : int or None
        Largest number of rows that candidates are trained on; None for all.
    half_grids : bool
        Whether every method tries about half of the candidates of its grid.
    budget : float or None
        Seconds that the comparison should take; None for any time.
    requested_cv, requested_repeats : int or None
        The folds and repeats before they were reduced for the sake of `budget`.
    reductions : tuple of str
        What was reduced for the sake of `budget`, for the report.
    repeats_reason : str
        Why there are fewer repeats than usual, although none were asked for; empty if there are
        not.
    """

    cv: int
    repeats: int
    inner_cv: int
    random_state: int
    baseline: str
    metrics: tuple[str, ...]
    threshold: str
    goal: str | None = None
    tuning_rows: int | None = None
    half_grids: bool = False
    budget: float | None = None
    requested_cv: int | None = None
    requested_repeats: int | None = None
    reductions: tuple[str, ...] = ()
    repeats_reason: str = ""
