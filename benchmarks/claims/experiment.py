"""The experiment for the claims: one setting changed at a time, at C = 1 on the same folds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC, RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from benchmarks.harness import Layout, Split, coder, expander, layout_of, make_splits
from skfocal import FocalLogisticRegression, FocalLoss
from skfocal.comparison import Table

__all__ = [
    "ALPHAS",
    "NEIGHBORS",
    "NOISE",
    "SEEDS",
    "STRENGTHS",
    "balanced",
    "balanced_settings",
    "run_table",
]

GAMMAS = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
ALPHAS: Mapping[str, Any] = {
    "none": None,
    "balanced": "balanced",
    **{str(value): value for value in (0.25, 0.5, 0.75, 0.9)},
}
STRENGTHS = (0.25, 0.5, 0.75, 1.0)
"""Of class weights and resampling, from none (0) to balanced (1)."""
NEIGHBORS = (1, 3, 5, 10)
NOISE = 0.2
"""Fraction of the positive rows whose label is exchanged with that of a negative row."""
SEEDS = range(5)
HARDEST = 0.1
FOLDS = 5

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]


class _Fold(NamedTuple):
    """Training and test rows, encoded as samplers need them, before one-hot encoding."""

    layout: Layout
    X: Floats
    y: Rows
    X_test: Floats
    y_test: Rows
    seed: int


def run_table(table: Table) -> dict[str, dict[str, list[float]]]:
    """Measure every setting on every fold.

    Returns
    -------
    dict of str to dict of str to list of float
        For each setting and figure, one number per fold.
    """
    return _over_folds(table, _settings)


def balanced_settings(table: Table) -> dict[str, dict[str, list[float]]]:
    """Measure focal loss and cross-entropy alone on every fold."""
    return _over_folds(table, lambda fold: _focal_settings(fold, gammas=(0.0, 2.0), alphas={}))


def _over_folds(
    table: Table, settings: Callable[[_Fold], Iterator[tuple[str, dict[str, float]]]]
) -> dict[str, dict[str, list[float]]]:
    found: dict[str, dict[str, list[float]]] = {}
    for split in make_splits(table, cv=FOLDS, repeats=1, inner_cv=2, seed=0):
        for setting, figures in settings(_fold(table, split)):
            for name, value in figures.items():
                found.setdefault(setting, {}).setdefault(name, []).append(value)
    return found


def balanced(table: Table) -> Table:
    """Drop negative rows at random until the classes are of equal size."""
    rng = np.random.default_rng(0)
    positive = np.flatnonzero(table.y == 1)
    negative = rng.choice(np.flatnonzero(table.y == 0), len(positive), replace=False)
    rows = np.sort(np.concatenate([positive, negative]))
    X = table.X.iloc[rows].reset_index(drop=True)
    return Table(table.name, X, table.y[rows], table.classes, table.categorical)


def _fold(table: Table, split: Split) -> _Fold:
    train, test = table.X.iloc[split.train], table.X.iloc[split.test]
    layout = layout_of(table, train)
    code = coder(layout).fit(train)
    return _Fold(
        layout,
        code.transform(train),
        table.y[split.train],
        code.transform(test),
        table.y[split.test],
        split.seed,
    )


def _settings(fold: _Fold) -> Iterator[tuple[str, dict[str, float]]]:
    yield from _focal_settings(fold)
    yield from _weight_settings(fold)
    yield from _resampling_settings(fold)
    yield from _noise_settings(fold)
    yield "hardest", _hardest(fold)


def _focal_settings(
    fold: _Fold, gammas: Sequence[float] = GAMMAS, alphas: Mapping[str, Any] = ALPHAS
) -> Iterator[tuple[str, dict[str, float]]]:
    for gamma in gammas:
        yield f"gamma={gamma:g}", _scores(fold, FocalLogisticRegression(gamma=gamma))
    for name, alpha in alphas.items():
        yield f"alpha={name}", _scores(fold, FocalLogisticRegression(alpha=alpha))


def _weight_settings(fold: _Fold) -> Iterator[tuple[str, dict[str, float]]]:
    counts = np.bincount(fold.y)
    for strength in STRENGTHS:
        weights = (len(fold.y) / (2 * counts)) ** strength
        alpha = dict(enumerate(weights))
        model = FocalLogisticRegression(gamma=0, alpha=alpha, probability="weighted")
        yield f"weight={strength:g}", _scores(fold, model)


def _resampling_settings(fold: _Fold) -> Iterator[tuple[str, dict[str, float]]]:
    for strength in STRENGTHS:
        ratio = _ratio(fold.y, strength)
        yield f"oversample={strength:g}", _resampled(fold, _over(ratio, fold.seed))
        yield f"undersample={strength:g}", _resampled(fold, _under(ratio, fold.seed))
        yield f"smote ratio={strength:g}", _resampled(fold, _smote(fold, ratio, 5, fold.seed))
    for count in NEIGHBORS:
        yield f"smote neighbors={count}", _resampled(fold, _smote(fold, 1.0, count, fold.seed))
    for seed in SEEDS:
        yield f"oversample seed={seed}", _resampled(fold, _over(1.0, seed))
        yield f"undersample seed={seed}", _resampled(fold, _under(1.0, seed))
        yield f"smote seed={seed}", _resampled(fold, _smote(fold, 1.0, 5, seed))
    for name, sampler in {
        "oversample": _over(1.0, fold.seed),
        "undersample": _under(1.0, fold.seed),
    }.items():
        yield f"focal and {name}", _resampled(fold, sampler, gamma=2.0)


def _noise_settings(fold: _Fold) -> Iterator[tuple[str, dict[str, float]]]:
    rng = np.random.default_rng(fold.seed)
    positive, negative = (np.flatnonzero(fold.y == code) for code in (1, 0))
    count = max(1, round(NOISE * len(positive)))
    changed = np.concatenate(
        [rng.choice(rows, count, replace=False) for rows in (positive, negative)]
    )
    y = fold.y.copy()
    y[changed] = 1 - y[changed]
    noisy = fold._replace(y=y)
    wrong = np.isin(np.arange(len(y)), changed)
    for gamma in GAMMAS:
        model = FocalLogisticRegression(gamma=gamma)
        yield f"noise gamma={gamma:g}", _scores(noisy, model)
        yield f"wrong gamma={gamma:g}", _wrong_rows(noisy, model, wrong)


def _wrong_rows(fold: _Fold, model: Any, wrong: NDArray[np.bool_]) -> dict[str, float]:
    """Measure how hard wrongly labelled rows are, and their fraction of the gradient."""
    X, _ = _expanded(fold, fold.X)
    logits = model.fit(X, fold.y).decision_function(X)
    margin = np.where(fold.y == 1, logits, -logits)
    pull = np.abs(FocalLoss(model.gamma).gradient(fold.y, logits))
    return {
        "harder": float(np.median(margin[~wrong]) - np.median(margin[wrong])),
        "pull": float(pull[wrong].sum() / pull.sum()),
    }


def _hardest(fold: _Fold) -> dict[str, float]:
    """Return the fraction of the gradient that comes from the hardest rows, by either loss."""
    X, _ = _expanded(fold, fold.X)
    logits = FocalLogisticRegression(gamma=0).fit(X, fold.y).decision_function(X)
    margin = np.where(fold.y == 1, logits, -logits)
    hardest = np.argsort(margin, kind="stable")[: round(HARDEST * len(margin))]
    pulls = {
        name: np.abs(FocalLoss(gamma).gradient(fold.y, logits))
        for name, gamma in (("cross-entropy", 0.0), ("focal", 2.0))
    }
    return {name: float(pull[hardest].sum() / pull.sum()) for name, pull in pulls.items()}


def _ratio(y: Rows, strength: float) -> float:
    """Interpolate the ratio of the class sizes between its value and one."""
    n_negative, n_positive = np.bincount(y)
    now = n_positive / n_negative
    return float(now + strength * (1 - now))


def _over(ratio: float, seed: int) -> RandomOverSampler:
    return RandomOverSampler(sampling_strategy=ratio, random_state=seed)


def _under(ratio: float, seed: int) -> RandomUnderSampler:
    return RandomUnderSampler(sampling_strategy=ratio, random_state=seed)


def _smote(fold: _Fold, ratio: float, neighbors: int, seed: int) -> SMOTE | SMOTEN | SMOTENC:
    options: dict[str, Any] = {
        "sampling_strategy": ratio,
        "k_neighbors": min(neighbors, int(fold.y.sum()) - 1),
        "random_state": seed,
    }
    if not fold.layout.discrete:
        return SMOTE(**options)
    return SMOTENC(fold.layout.discrete, **options) if fold.layout.numeric else SMOTEN(**options)


def _resampled(fold: _Fold, sampler: Any, gamma: float = 0.0) -> dict[str, float]:
    X, y = sampler.fit_resample(fold.X, fold.y)
    return _scores(fold._replace(X=X, y=y), FocalLogisticRegression(gamma=gamma))


def _scores(fold: _Fold, model: Any) -> dict[str, float]:
    """Fit a model and score it on the test rows."""
    X, X_test = _expanded(fold, fold.X)
    logits = model.fit(X, fold.y).decision_function(X_test)
    log_proba = model.predict_log_proba(X_test)
    rows = np.arange(len(fold.y_test))
    return {
        "average_precision": float(average_precision_score(fold.y_test, logits)),
        "log_loss": float(-log_proba[rows, fold.y_test].mean()),
    }


def _expanded(fold: _Fold, X: Floats) -> tuple[Floats, Floats]:
    spread = expander(fold.layout).fit(X)
    return spread.transform(X), spread.transform(fold.X_test)
