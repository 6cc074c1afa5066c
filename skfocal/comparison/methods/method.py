"""One way to treat imbalance: a classifier, what to tune, perhaps a sampler and a correction."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from imblearn.pipeline import Pipeline

from skfocal.comparison.data.preparation import Layout, coder, expander
from skfocal.comparison.methods.corrections import CorrectionLearner
from skfocal.comparison.methods.samplers import SamplerFactory

__all__ = ["Method"]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Method:
    """One way to treat imbalance.

    Attributes
    ----------
    name : str
        What to call it when choosing methods.
    description : str
        One sentence for the report.
    classifier : estimator
        A classifier with `predict_proba`; its clone is fitted.
    grid : mapping of str to sequence
        Values of its parameters to tune, all combinations; the first wins a tie.
    sampler : callable, default=None
        Makes the sampler that rebalances the training rows, as a `SamplerFactory`.
    sampler_grid : mapping of str to sequence, default={}
        Values of the sampler's parameters to tune, combined with those of the classifier.
    views : mapping of str to mapping, default=None
        Names under which one fit is reported, each with the parameters that its fitted
        classifier takes on; by default its own name and no change.
    corrections : mapping of str to callable, default={}
        For some of the names that are reported what learns a map of the log-probabilities, as a
        `CorrectionLearner`, from those of the inner held-out rows, after tuning and before the
        threshold is set.
    needs : str, default=""
        A package that the classifier needs beside those that all methods need.
    """

    name: str
    description: str
    classifier: Any
    grid: Mapping[str, Sequence[Any]]
    sampler: SamplerFactory | None = None
    sampler_grid: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    views: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    corrections: Mapping[str, CorrectionLearner] = field(default_factory=dict)
    needs: str = ""

    def __post_init__(self) -> None:
        """Refuse a correction of something that is not reported."""
        unknown = sorted(self.corrections.keys() - self.reported.keys())
        if unknown:
            raise ValueError(
                f"corrections must be of what is reported, {', '.join(self.reported)}; "
                f"got {unknown[0]!r}."
            )

    @property
    def reported(self) -> Mapping[str, Mapping[str, Any]]:
        """The views, or the method itself as its only one."""
        return self.views or {self.name: _NOTHING}

    @property
    def tuned(self) -> Mapping[str, Sequence[Any]]:
        """Values of all parameters that are tuned, the sampler's and the classifier's."""
        return {**self.sampler_grid, **self.grid}

    @property
    def n_candidates(self) -> int:
        """Number of combinations of parameters to choose from."""
        return math.prod(len(values) for values in self.tuned.values())

    def pipeline(
        self,
        classifier: Any,
        layout: Layout,
        max_neighbors: int,
        seed: int,
        sampling: Mapping[str, Any] = _NOTHING,
    ) -> Pipeline:
        """Chain preparation, sampler and a classifier; nothing is learned before `fit`."""
        steps = [("code", coder(layout))]
        if self.sampler is not None:
            steps.append(("sample", self.sampler(layout, max_neighbors, seed, **sampling)))
        return Pipeline([*steps, ("expand", expander(layout)), ("classify", classifier)])
