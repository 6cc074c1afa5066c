"""A method: a classifier, its grid and, if it has them, a sampler, views and corrections."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np
from imblearn.pipeline import Pipeline
from numpy.typing import NDArray
from sklearn.base import clone

from skfocal._typing import Floats
from skfocal.comparison.data.preparation import Layout, column_encoder, one_hot_encoder
from skfocal.comparison.methods.grids import N_EXTRA, Range, halve
from skfocal.linear_model import FocalLogisticRegression

__all__ = ["Correction", "CorrectionLearner", "Method", "SamplerFactory", "with_seed"]

SamplerFactory: TypeAlias = Callable[..., Any]
"""Make a sampler from the layout, the largest possible number of neighbours, a seed and, as
keywords, the tuned parameters."""
Correction: TypeAlias = Callable[[Floats], Floats]
"""Map log-probabilities of shape (n_samples, n_classes) to corrected ones."""
CorrectionLearner: TypeAlias = Callable[[NDArray[np.intp], Floats, NDArray[np.intp]], Correction]
"""Learn a correction from the class indices and log-probabilities of held-out rows, and from the
number of rows of each class that the classifier was fitted on, after sampling."""

SPARSE_THRESHOLD = 0.125
"""Our linear models take a sparse matrix if a smaller share of its entries is not zero. They then
take 0.3 to 0.9 of the time on tables of flights and accidents, but 1.3 times as long on one with a
share of 0.15."""
_EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Method:
    """One way to treat class imbalance.

    Attributes
    ----------
    name : str
        The name by which the method is chosen and reported.
    description : str
        One sentence for the report.
    classifier : estimator
        A classifier with `predict_proba`; its clone is fitted. Candidates of logistic regression
        and of focal loss are trained together. For another linear model with
        ``warm_start=True``, each candidate of the grid starts from the coefficients of the one
        before.
    grid : mapping of str to sequence
        Values of its parameters to tune, in all combinations; the first one wins a tie.
    sampler : callable, default=None
        Makes the sampler of the training rows, see `SamplerFactory`.
    sampler_grid : mapping of str to sequence, default={}
        Values of the sampler's parameters to tune, combined with those of the classifier.
    ranges : mapping of str to Range, default={}
        The possible values of tuned parameters. If the best value of such a parameter is the
        lowest or highest of its grid, of two or more values, further ones are tried.
    views : mapping of str to mapping, default={}
        Names under which one fit is reported, each with parameters to set on the fitted
        classifier before it predicts. By default the method is reported once, under its name.
    corrections : mapping of str to callable, default={}
        For some of the reported names a `CorrectionLearner`. It is called after tuning and before
        the threshold is set, with the predictions for the inner held-out rows.
    min_class_rows : int, default=1
        Number of rows of every class that the sampler needs in the training rows.
    needs : str, default=""
        A package that the classifier needs and that ``skfocal[compare]`` does not install.
    cost : float, default=1.0
        Rough time relative to logistic regression, to estimate the time that is left.
    mixed_cost : float, default=1.0
        Factor of the cost for tables that have both numbers and categories, or missing values.
    complexity : int, default=3
        Place in the order of simplicity, by which equally good methods are recommended: 0 for
        logistic regression, 1 with another loss, penalty or class weights, 2 on resampled rows, 3
        for anything else.
    shown_parameters : mapping of str to str, default={}
        Tuned parameters whose chosen values the report lists, with their symbols.

    Examples
    --------
    >>> from sklearn.naive_bayes import GaussianNB
    >>> from skfocal.comparison import Method
    >>> bayes = Method("bayes", "Naive Bayes.", GaussianNB(), {"var_smoothing": [1e-9, 1e-6]})
    >>> bayes.n_candidates
    2
    """

    display_only: ClassVar[Sequence[str]] = (
        "description",
        "min_class_rows",
        "cost",
        "mixed_cost",
        "complexity",
        "shown_parameters",
    )
    """Attributes that no score depends on."""

    name: str
    description: str
    classifier: Any
    grid: Mapping[str, Sequence[Any]]
    sampler: SamplerFactory | None = None
    sampler_grid: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    views: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    corrections: Mapping[str, CorrectionLearner] = field(default_factory=dict)
    min_class_rows: int = 1
    needs: str = ""
    cost: float = 1.0
    mixed_cost: float = 1.0
    complexity: int = 3
    shown_parameters: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse corrections of names that are not reported."""
        unknown = sorted(self.corrections.keys() - self.reported.keys())
        if unknown:
            raise ValueError(
                f"corrections got {unknown[0]!r}, which is not reported; its keys may be "
                f"{', '.join(self.reported)}."
            )

    @property
    def reported(self) -> Mapping[str, Mapping[str, Any]]:
        """The views, or the method itself as its only one."""
        return self.views or {self.name: _EMPTY}

    @property
    def tuned(self) -> Mapping[str, Sequence[Any]]:
        """Values of all tuned parameters, of the sampler and the classifier."""
        return {**self.sampler_grid, **self.grid}

    @property
    def n_candidates(self) -> int:
        """Number of combinations of tuned parameters."""
        return math.prod(len(values) for values in self.tuned.values())

    @property
    def n_extra_candidates(self) -> int:
        """Largest number of candidates beyond the edges of the grid."""
        extended = [name for name in self.ranges if len(self.tuned.get(name, ())) > 1]
        return N_EXTRA if extended else 0

    @property
    def needed_version(self) -> str:
        """Installed version of the package that the classifier needs; empty if it needs none."""
        return version(self.needs) if self.needs else ""

    def with_half_grid(self) -> Self:
        """Return the method with about half of its candidates."""
        halved = halve(self.tuned)
        return replace(
            self,
            grid={name: halved[name] for name in self.grid},
            sampler_grid={name: halved[name] for name in self.sampler_grid},
        )

    @property
    def encoding(self) -> tuple[str, str]:
        """Methods with the same one share encoded inner folds.

        A classifier that is not ours may write into its rows, so it gets its own.
        """
        steps = "one_hot" if self.sampler is None else "encode"
        return steps, "" if self._is_ours else self.name

    @property
    def _is_ours(self) -> bool:
        return isinstance(self.classifier, FocalLogisticRegression)

    def pipeline(
        self,
        classifier: Any,
        layout: Layout,
        max_neighbors: int,
        seed: int,
        sampling: Mapping[str, Any] = _EMPTY,
    ) -> Pipeline:
        """Chain the preparation, the sampler and a classifier into an unfitted pipeline.

        Parameters
        ----------
        classifier : estimator
            The classifier.
        layout : Layout
            Columns of the table.
        max_neighbors : int
            Largest number of neighbours that the sampler may use.
        seed : int
            Seed of the sampler.
        sampling : mapping of str to object, default={}
            Parameters of the sampler.

        Returns
        -------
        Pipeline
            Of scikit-learn, or of imbalanced-learn if there is a sampler.
        """
        steps = [("encode", column_encoder(layout))]
        if self.sampler is not None:
            steps.append(("sample", self.sampler(layout, max_neighbors, seed, **sampling)))
        one_hot = one_hot_encoder(layout, SPARSE_THRESHOLD if self._is_ours else 0.0)
        return Pipeline([*steps, ("one_hot", one_hot), ("classify", classifier)])


def with_seed(classifier: Any, seed: int) -> Any:
    """Set every `random_state` that is None, so that a second run gives the same scores."""
    unset = [
        name
        for name, value in classifier.get_params().items()
        if name.rpartition("__")[2] == "random_state" and value is None
    ]
    return clone(classifier).set_params(**dict.fromkeys(unset, seed))
