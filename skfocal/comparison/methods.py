"""The methods that are compared: a classifier, the parameters to tune, perhaps a sampler."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeAlias

from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC, RandomOverSampler
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import RandomUnderSampler

from skfocal.comparison.classifiers import (
    HardExampleLogisticRegression,
    PlainLogisticRegression,
    SmoothedLogisticRegression,
)
from skfocal.comparison.corrections import (
    CorrectionLearner,
    isotonic,
    platt,
    restore_shares,
    temperature,
)
from skfocal.comparison.preparation import Layout, coder, expander
from skfocal.comparison.tables import near_matches
from skfocal.linear_model import FocalLogisticRegression

__all__ = [
    "BASELINE",
    "METHODS",
    "ON_REQUEST",
    "Method",
    "SamplerFactory",
    "resolve_methods",
    "with_own",
]

C_VALUES = (0.01, 0.3, 10.0)
GAMMA_VALUES = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0)
ALPHA_VALUES = (None, "balanced")
SMOOTHING_VALUES = (0.0, 0.02, 0.1, 0.3)
SHARE_VALUES = (1.0, 0.7, 0.4)
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
        A classifier with `predict_proba`; its clone is fitted.
    grid : mapping of str to sequence
        Values of its parameters to tune, all combinations; the first wins a tie.
    sampler : callable, default=None
        Makes the sampler that rebalances the training rows.
    views : mapping of str to mapping, default=None
        Names under which one fit is reported, each with the parameters that its fitted
        classifier takes on; by default its own name and no change.
    corrections : mapping of str to callable, default=None
        For some of these names what learns a map of the log-probabilities from those of the
        inner held-out rows, after tuning and before the threshold is set.
    """

    name: str
    description: str
    classifier: Any
    grid: Mapping[str, Sequence[Any]]
    sampler: SamplerFactory | None = None
    views: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    corrections: Mapping[str, CorrectionLearner] = field(default_factory=dict)

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

    def pipeline(self, classifier: Any, layout: Layout, max_neighbors: int, seed: int) -> Pipeline:
        """Chain preparation, sampler and a classifier; nothing is learned before `fit`."""
        steps = [("code", coder(layout))]
        if self.sampler is not None:
            steps.append(("sample", self.sampler(layout, max_neighbors, seed)))
        return Pipeline([*steps, ("expand", expander(layout)), ("classify", classifier)])


def resolve_methods(
    methods: Sequence[str | Method] | None, baseline: str = BASELINE
) -> list[Method]:
    """Look up methods by name; all of `METHODS` by default. The baseline always comes first.

    Raises
    ------
    ValueError
        If a name is unknown or there twice.
    """
    chosen = [_look_up(method) for method in (METHODS if methods is None else methods)]
    known = (*METHODS.values(), *ON_REQUEST.values(), *chosen)
    by_view = {view: one for one in known for view in one.reported}
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


def with_own(methods: Sequence[str | Method] | None, own: Iterable[Method]) -> list[str | Method]:
    """Return the methods asked for, or all of `METHODS`, and one's own after them."""
    return [*(METHODS if methods is None else methods), *own]


def _look_up(method: str | Method) -> Method:
    if isinstance(method, Method):
        return method
    known = {**METHODS, **ON_REQUEST}
    if method not in known:
        raise ValueError(f"methods got {method!r}; {near_matches(method, known, 'they may be')}")
    return known[method]


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


_METHODS = (
    Method(
        BASELINE,
        "Logistic regression with cross-entropy: nothing is done about imbalance.",
        PlainLogisticRegression(),
        {"C": C_VALUES},
    ),
    Method(
        "class_weight",
        "Logistic regression with rows weighted inversely to the size of their class.",
        PlainLogisticRegression(class_weight="balanced"),
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
        PlainLogisticRegression(),
        {"C": C_VALUES},
        _oversample,
    ),
    Method(
        "undersample",
        "Rows of the larger classes left out until all classes are of one size.",
        PlainLogisticRegression(),
        {"C": C_VALUES},
        _undersample,
    ),
    Method(
        "smote",
        "Rows interpolated between neighbours of the smaller classes until all classes are of "
        "one size; SMOTENC where some columns are categories, SMOTEN where all are.",
        PlainLogisticRegression(),
        {"C": C_VALUES},
        _smote,
    ),
)
METHODS: Mapping[str, Method] = {method.name: method for method in _METHODS}
"""Methods that are compared by default."""


def _with_shares_restored(name: str) -> Method:
    corrected = f"{name}_corrected"
    return replace(
        METHODS[name],
        name=corrected,
        description=f"As {name}, its probabilities corrected for the known change of the class "
        "shares: from classes of one size back to those of the training rows.",
        corrections={corrected: restore_shares},
    )


def _calibrated(name: str, description: str, correction: CorrectionLearner) -> Method:
    return replace(
        METHODS[BASELINE], name=name, description=description, corrections={name: correction}
    )


_ON_REQUEST = (
    *map(_with_shares_restored, ("class_weight", "oversample", "undersample", "smote")),
    _calibrated(
        "platt",
        "Plain logistic regression with Platt scaling: its log-odds moved and stretched to fit "
        "the inner held-out rows.",
        platt,
    ),
    _calibrated(
        "isotonic",
        "Plain logistic regression with isotonic calibration: its log-odds mapped to the rising "
        "steps that fit the inner held-out rows.",
        isotonic,
    ),
    _calibrated(
        "temperature",
        "Plain logistic regression with temperature scaling: its logits divided by the one "
        "number that fits the inner held-out rows.",
        temperature,
    ),
    Method(
        "label_smoothing",
        "Logistic regression on labels of which a share, tuned with C, is spread evenly over "
        "all classes.",
        SmoothedLogisticRegression(),
        {"smoothing": SMOOTHING_VALUES, "C": C_VALUES},
    ),
    Method(
        "hard_examples",
        "Logistic regression fitted again on the share, tuned with C, of the training rows that "
        "it got most wrong.",
        HardExampleLogisticRegression(),
        {"share": SHARE_VALUES, "C": C_VALUES},
    ),
)
ON_REQUEST: Mapping[str, Method] = {method.name: method for method in _ON_REQUEST}
"""Methods that take part only when named."""
