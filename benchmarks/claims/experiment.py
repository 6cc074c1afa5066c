"""The experiment for the claims: one setting changed at a time, at C = 1 on the same folds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC, RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from skfocal import FocalLogisticRegression, FocalLoss
from skfocal.comparison import (
    Layout,
    Split,
    Table,
    column_encoder,
    column_layout,
    make_splits,
    one_hot_encoder,
)

GAMMAS = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
ALPHAS: Mapping[str, Any] = {
    "none": None,
    "balanced": "balanced",
    **{str(value): value for value in (0.25, 0.5, 0.75, 0.9)},
}
STRENGTHS = (0.25, 0.5, 0.75, 1.0)
"""Of class weights and resampling, from none (0) to balanced (1)."""
FREQUENT_GAMMAS = (0.5, 1.0, 2.0, 3.0, 5.0)
"""Of the frequent class, with cross-entropy for the rare one."""
NEIGHBORS = (1, 3, 5, 10)
NOISE = 0.2
"""Fraction of the positive rows whose label is exchanged with that of a negative row."""
SEEDS = range(5)
HARDEST = 0.1
FOLDS = 5

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]
Figures = dict[str, float]
Settings = Iterator[tuple[str, Figures]]


class Fold(NamedTuple):
    """Training and test rows, encoded as samplers need them, before one-hot encoding."""

    layout: Layout
    X: Floats
    y: Rows
    X_test: Floats
    y_test: Rows
    seed: int


def run_table(table: Table) -> dict[str, dict[str, list[float]]]:
    """Return for each setting and figure one number per fold."""
    return _over_folds(table, _all_settings)


def run_balanced(table: Table) -> dict[str, dict[str, list[float]]]:
    """Run γ = 0 and 2 on as many negative rows, chosen at random, as there are positive ones."""
    rng = np.random.default_rng(0)
    positive = np.flatnonzero(table.y == 1)
    negative = rng.choice(np.flatnonzero(table.y == 0), len(positive), replace=False)
    rows = np.sort(np.concatenate([positive, negative]))
    X = table.X.iloc[rows].reset_index(drop=True)
    balanced = Table(table.name, X, table.y[rows], table.classes, table.categorical)
    return _over_folds(balanced, lambda fold: _gamma_settings(fold, (0.0, 2.0)))


def _over_folds(
    table: Table, settings: Callable[[Fold], Settings]
) -> dict[str, dict[str, list[float]]]:
    found: dict[str, dict[str, list[float]]] = {}
    for split in make_splits(table, cv=FOLDS, repeats=1, inner_cv=2, seed=0):
        for setting, figures in settings(_encode(table, split)):
            for name, value in figures.items():
                found.setdefault(setting, {}).setdefault(name, []).append(value)
    return found


def _encode(table: Table, split: Split) -> Fold:
    train, test = table.X.iloc[split.train], table.X.iloc[split.test]
    layout = column_layout(table, train)
    code = column_encoder(layout).fit(train)
    X, X_test = code.transform(train), code.transform(test)
    return Fold(layout, X, table.y[split.train], X_test, table.y[split.test], split.seed)


def _all_settings(fold: Fold) -> Settings:
    yield from _gamma_settings(fold, GAMMAS)
    yield from _asymmetric_settings(fold)
    for name, alpha in ALPHAS.items():
        yield f"alpha={name}", _score(fold, FocalLogisticRegression(alpha=alpha))
    for strength in STRENGTHS:
        weights = (len(fold.y) / (2 * np.bincount(fold.y))) ** strength
        model = FocalLogisticRegression(0, dict(enumerate(weights)), probability="weighted")
        yield f"weight={strength:g}", _score(fold, model)
    yield from _resampling_settings(fold)
    yield from _noise_settings(fold)
    yield "hardest", _hardest(fold)


def _gamma_settings(fold: Fold, gammas: Sequence[float]) -> Settings:
    for gamma in gammas:
        yield f"gamma={gamma:g}", _score(fold, FocalLogisticRegression(gamma))


def _asymmetric_settings(fold: Fold) -> Settings:
    for gamma in FREQUENT_GAMMAS:
        yield f"asymmetric gamma={gamma:g}", _score(fold, FocalLogisticRegression({0: gamma, 1: 0}))


def _resampling_settings(fold: Fold) -> Settings:
    for strength in STRENGTHS:
        yield f"oversample={strength:g}", _oversample(fold, fold.seed, strength)
        yield f"undersample={strength:g}", _undersample(fold, fold.seed, strength)
        yield f"smote ratio={strength:g}", _smote(fold, fold.seed, strength)
    for count in NEIGHBORS:
        yield f"smote neighbors={count}", _smote(fold, fold.seed, neighbors=count)
    for seed in SEEDS:
        yield f"oversample seed={seed}", _oversample(fold, seed)
        yield f"undersample seed={seed}", _undersample(fold, seed)
        yield f"smote seed={seed}", _smote(fold, seed)
    yield "focal and oversample", _oversample(fold, fold.seed, gamma=2.0)
    yield "focal and undersample", _undersample(fold, fold.seed, gamma=2.0)


def _oversample(fold: Fold, seed: int, strength: float = 1.0, gamma: float = 0.0) -> Figures:
    ratio = _ratio(fold.y, strength)
    return _resample(fold, RandomOverSampler(sampling_strategy=ratio, random_state=seed), gamma)


def _undersample(fold: Fold, seed: int, strength: float = 1.0, gamma: float = 0.0) -> Figures:
    ratio = _ratio(fold.y, strength)
    return _resample(fold, RandomUnderSampler(sampling_strategy=ratio, random_state=seed), gamma)


def _smote(fold: Fold, seed: int, strength: float = 1.0, neighbors: int = 5) -> Figures:
    options: dict[str, Any] = {
        "sampling_strategy": _ratio(fold.y, strength),
        "k_neighbors": min(neighbors, int(fold.y.sum()) - 1),
        "random_state": seed,
    }
    if not fold.layout.discrete:
        return _resample(fold, SMOTE(**options))
    if not fold.layout.numeric:
        return _resample(fold, SMOTEN(**options))
    return _resample(fold, SMOTENC(fold.layout.discrete, **options))


def _ratio(y: Rows, strength: float) -> float:
    """Interpolate the ratio of the class sizes between its value and one."""
    n_negative, n_positive = np.bincount(y)
    now = n_positive / n_negative
    return float(now + strength * (1 - now))


def _resample(fold: Fold, sampler: Any, gamma: float = 0.0) -> Figures:
    X, y = sampler.fit_resample(fold.X, fold.y)
    return _score(fold._replace(X=X, y=y), FocalLogisticRegression(gamma))


def _noise_settings(fold: Fold) -> Settings:
    rng = np.random.default_rng(fold.seed)
    positive, negative = (np.flatnonzero(fold.y == code) for code in (1, 0))
    count = max(1, round(NOISE * len(positive)))
    wrong = np.zeros(len(fold.y), dtype=bool)
    for rows in (positive, negative):
        wrong[rng.choice(rows, count, replace=False)] = True
    noisy = fold._replace(y=np.where(wrong, 1 - fold.y, fold.y))
    for gamma in GAMMAS:
        yield f"noise gamma={gamma:g}", _score(noisy, FocalLogisticRegression(gamma))
        margin, pull = _margins(noisy, gamma, gamma)
        yield (
            f"wrong gamma={gamma:g}",
            {
                "harder": float(np.median(margin[~wrong]) - np.median(margin[wrong])),
                "pull": float(pull[wrong].sum() / pull.sum()),
            },
        )


def _hardest(fold: Fold) -> Figures:
    """Return the fraction of the gradient that comes from the hardest rows, by either loss."""
    fractions = {}
    for name, gamma in (("cross-entropy", 0.0), ("focal", 2.0)):
        margin, pull = _margins(fold, 0.0, gamma)
        hardest = np.argsort(margin, kind="stable")[: round(HARDEST * len(margin))]
        fractions[name] = float(pull[hardest].sum() / pull.sum())
    return fractions


def _margins(fold: Fold, fitted_gamma: float, gamma: float) -> tuple[Floats, Floats]:
    """Fit, and return the margins of the training rows and the sizes of their gradients."""
    X, _ = _expand(fold)
    logits = FocalLogisticRegression(fitted_gamma).fit(X, fold.y).decision_function(X)
    margin = np.where(fold.y == 1, logits, -logits)
    return margin, np.abs(FocalLoss(gamma).gradient(fold.y, logits))


def _score(fold: Fold, model: Any) -> Figures:
    """Fit a model and score it on the test rows."""
    X, X_test = _expand(fold)
    logits = model.fit(X, fold.y).decision_function(X_test)
    log_proba = model.predict_log_proba(X_test)
    rows = np.arange(len(fold.y_test))
    return {
        "average_precision": float(average_precision_score(fold.y_test, logits)),
        "log_loss": float(-log_proba[rows, fold.y_test].mean()),
    }


def _expand(fold: Fold) -> tuple[Floats, Floats]:
    one_hot = one_hot_encoder(fold.layout).fit(fold.X)
    return one_hot.transform(fold.X), one_hot.transform(fold.X_test)
