"""A metric: its name, label, direction, aspect and the function that computes it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal, TypeAlias, get_args

from skfocal.comparison.scoring.fold_predictions import FoldPredictions

__all__ = ["ASPECTS", "Measure", "Metric"]

Aspect: TypeAlias = Literal["ranking", "probabilities", "decisions"]
ASPECTS: Sequence[Aspect] = get_args(Aspect)
MeasureFunction: TypeAlias = Callable[[FoldPredictions], float]


@dataclass(frozen=True)
class Measure:
    """A number measured on every test fold.

    Attributes
    ----------
    name : str
        Its column in the scores.
    label : str
        Its name in the report.
    function : callable
        Computes it from `FoldPredictions`; None if it was read from a file.
    binary_only : bool, default=False
        Whether it is defined for two classes only.
    """

    display_only: ClassVar[Sequence[str]] = ("label",)
    """Attributes that no score depends on."""

    name: str
    label: str
    function: MeasureFunction | None
    binary_only: bool = field(default=False, kw_only=True)

    def applies_to(self, n_classes: int) -> bool:
        """Whether it is defined for this number of classes.

        Parameters
        ----------
        n_classes : int
            Number of classes.

        Returns
        -------
        bool
            Whether it is defined.
        """
        return n_classes == 2 or not self.binary_only

    def measure(self, predictions: FoldPredictions) -> float:
        """Compute it; NaN if it is not defined for the number of classes.

        Parameters
        ----------
        predictions : FoldPredictions
            Predictions for one test fold.

        Returns
        -------
        float
            The number.

        Raises
        ------
        RuntimeError
            If the function raises; the message names the measure.
        """
        if self.function is None or not self.applies_to(predictions.n_classes):
            return float("nan")
        try:
            return float(self.function(predictions))
        except Exception as error:
            raise RuntimeError(f"{self.name} raised {type(error).__name__}: {error}") from error


@dataclass(frozen=True, kw_only=True)
class Metric(Measure):
    """A number that methods are ranked and compared by.

    Attributes
    ----------
    name : str
        Its column in the scores.
    label : str
        Its name in the report.
    function : callable
        Computes it from the `FoldPredictions` of one test fold; None if it was read from a file.
    aspect : {"ranking", "probabilities", "decisions"}
        What it judges.
    greater_is_better : bool
        Its direction.
    binary_only : bool, default=False
        Whether it is defined for two classes only.
    needs_costs : bool, default=False
        Whether it is measured only if the threshold rule has costs.
    bounds : tuple of float, default=(-inf, inf)
        The lowest and the highest possible value; intervals in the report are clipped to them.
    description : str, default=""
        One sentence for the report.
    short_label : str, default=""
        Its heading in the terminal; by default the name.
    prominence : {"high", "medium", "low"}, default="high"
        Where many metrics are measured, those of high prominence have a figure in the open part
        of the report, and those of low prominence have no column in the terminal.
    headline : int, default=0
        The answer quotes, for each aspect, the metrics with the largest positive number.

    Examples
    --------
    The F2 score of the default decision, as a metric for `skfocal.comparison.compare`:

    >>> from sklearn.metrics import fbeta_score
    >>> from skfocal.comparison import Metric
    >>> f2 = Metric(
    ...     "f2",
    ...     "F2",
    ...     lambda fold: fbeta_score(fold.y_true, fold.y_pred, beta=2),
    ...     aspect="decisions",
    ...     greater_is_better=True,
    ...     binary_only=True,
    ... )
    """

    display_only: ClassVar[Sequence[str]] = (
        "label",
        "aspect",
        "greater_is_better",
        "bounds",
        "description",
        "short_label",
        "prominence",
        "headline",
    )

    aspect: Aspect
    greater_is_better: bool
    needs_costs: bool = False
    bounds: tuple[float, float] = (-math.inf, math.inf)
    description: str = ""
    short_label: str = ""
    prominence: Literal["high", "medium", "low"] = "high"
    headline: int = 0

    def __post_init__(self) -> None:
        """Refuse an unknown aspect."""
        if self.aspect not in ASPECTS:
            raise ValueError(f"aspect must be one of {', '.join(ASPECTS)}; got {self.aspect!r}.")

    @property
    def direction(self) -> str:
        """Which scores are better, in words."""
        return f"{'higher' if self.greater_is_better else 'lower'} is better"

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the function as plain data."""
        names = [one.name for one in fields(self) if one.name != "function"]
        return {name: getattr(self, name) for name in names}
