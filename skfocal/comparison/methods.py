"""The methods that are compared: a classifier, the parameters to tune, perhaps a sampler."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC, RandomOverSampler
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn.linear_model import LogisticRegression

from skfocal.comparison.preparation import Layout, coder, expander
from skfocal.comparison.tables import near_matches
from skfocal.linear_model import FocalLogisticRegression

__all__ = ["BASELINE", "METHODS", "Method", "SamplerFactory", "resolve_methods"]

C_VALUES = (0.01, 0.3, 10.0)
GAMMA_VALUES = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0)
ALPHA_VALUES = (None, "balanced")
BASELINE = "logistic"

SamplerFactory: TypeAlias = Callable[[Layout, int, int], Any]
"""Make a sampler from the layout, the largest number of neighbours possible, and a seed."""
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
        A classifier with `predict_log_proba`; its clone is fitted.
    grid : mapping of str to sequence
        Values of its parameters to tune, all combinations; the first wins a tie.
    sampler : callable, default=None
        Makes the sampler that rebalances the training rows.
    views : mapping of str to mapping, default=None
        Names under which one fit is reported, each with the parameters that its fitted
        classifier takes on; by default its own name and no change.
    """

    name: str
    description: str
    classifier: Any
    grid: Mapping[str, Sequence[Any]]
    sampler: SamplerFactory | None = None
    views: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def reported(self) -> Mapping[str, Mapping[str, Any]]:
        """The views, or the method itself as its only one."""
        return self.views or {self.name: _NOTHING}

    def pipeline(self, classifier: Any, layout: Layout, max_neighbors: int, seed: int) -> Pipeline:
        """Chain preparation, sampler and a classifier; nothing is learned before `fit`."""
        steps = [("code", coder(layout))]
        if self.sampler is not None:
            steps.append(("sample", self.sampler(layout, max_neighbors, seed)))
        return Pipeline([*steps, ("expand", expander(layout)), ("classify", classifier)])


def resolve_methods(
    methods: Sequence[str | Method] | None, baseline: str = BASELINE
) -> list[Method]:
    """Look up methods by name; all of them by default. The baseline always comes first.

    Raises
    ------
    ValueError
        If a name is unknown or there twice.
    """
    chosen = [_look_up(method) for method in (METHODS if methods is None else methods)]
    by_view = {view: one for one in (*METHODS.values(), *chosen) for view in one.reported}
    if baseline not in by_view:
        raise ValueError(
            f"baseline got {baseline!r}; {near_matches(baseline, by_view, 'it may be')}"
        )
    if by_view[baseline] not in chosen:
        chosen.append(by_view[baseline])
    chosen.sort(key=lambda method: baseline not in method.reported)
    names = [name for method in chosen for name in {method.name, *method.reported}]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"methods must have different names; {repeated[0]!r} is there twice.")
    return chosen


def _look_up(method: str | Method) -> Method:
    if isinstance(method, Method):
        return method
    if method not in METHODS:
        raise ValueError(f"methods got {method!r}; {near_matches(method, METHODS, 'they may be')}")
    return METHODS[method]


def _oversample(_layout: Layout, _max_neighbors: int, seed: int) -> RandomOverSampler:
    return RandomOverSampler(random_state=seed)


def _undersample(_layout: Layout, _max_neighbors: int, seed: int) -> RandomUnderSampler:
    return RandomUnderSampler(random_state=seed)


def _smote(layout: Layout, max_neighbors: int, seed: int) -> SMOTE | SMOTEN | SMOTENC:
    """Choose the variant of SMOTE that suits the columns: averaging codes would mean nothing."""
    k_neighbors = min(5, max_neighbors)
    if not layout.discrete:
        return SMOTE(k_neighbors=k_neighbors, random_state=seed)
    if not layout.numeric:
        return SMOTEN(k_neighbors=k_neighbors, random_state=seed)
    return SMOTENC(layout.discrete, k_neighbors=k_neighbors, random_state=seed)


def _logistic(class_weight: str | None = None) -> LogisticRegression:
    return LogisticRegression(class_weight=class_weight, solver="newton-cholesky", tol=1e-6)


_METHODS = (
    Method(
        BASELINE,
        "Logistic regression with cross-entropy: nothing is done about imbalance.",
        _logistic(),
        {"C": C_VALUES},
    ),
    Method(
        "class_weight",
        "Logistic regression with rows weighted inversely to the size of their class.",
        _logistic("balanced"),
        {"C": C_VALUES},
    ),
    Method(
        "focal",
        "FocalLogisticRegression, reported twice from one fit: with γ and α undone (recovered), "
        "and with the plain sigmoid or softmax of its logits (raw).",
        FocalLogisticRegression(),
        {"gamma": GAMMA_VALUES, "alpha": ALPHA_VALUES, "C": C_VALUES},
        views={
            "focal (recovered)": {"probability": "posterior"},
            "focal (raw)": {"probability": "link"},
        },
    ),
    Method(
        "oversample",
        "Rows of the smaller classes drawn again until all classes are of one size.",
        _logistic(),
        {"C": C_VALUES},
        _oversample,
    ),
    Method(
        "undersample",
        "Rows of the larger classes left out until all classes are of one size.",
        _logistic(),
        {"C": C_VALUES},
        _undersample,
    ),
    Method(
        "smote",
        "Rows interpolated between neighbours of the smaller classes until all classes are of "
        "one size; SMOTENC where some columns are categories, SMOTEN where all are.",
        _logistic(),
        {"C": C_VALUES},
        _smote,
    ),
)
METHODS: Mapping[str, Method] = {method.name: method for method in _METHODS}
