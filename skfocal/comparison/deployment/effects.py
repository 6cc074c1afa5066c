"""Coefficients and effects of a linear model, on the columns and units of the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from skfocal._typing import Floats
from skfocal.comparison.data.preparation import MISSING
from skfocal.comparison.data.readings import CategoryReading
from skfocal.comparison.data.tables import Table
from skfocal.comparison.deployment.model import Model
from skfocal.comparison.scoring.log_probabilities import log_probabilities

__all__ = ["describe_effects", "has_odds_ratios"]

MIN_ROWS, MAX_ROWS = 100, 2000
MAX_WORK = 2e9
"""Products of a row and a coefficient over all effects, a few seconds."""
STEP = 1e-3
"""Step of a numeric derivative, in standard deviations."""
OTHERS = "rarer categories"


@dataclass(frozen=True)
class _Column:
    """A column of the encoded matrix, or a group of them for one feature with levels."""

    feature: str
    positions: tuple[int, ...]
    levels: tuple[str, ...] = ()
    """What the columns of a group stand for; empty for a number."""
    scale: float = 1.0
    """Standard deviation of a number."""


def has_odds_ratios(model: Model) -> bool:
    """Whether the coefficients are log odds ratios.

    They are for two classes at γ = 0, without another correction. A coefficient of softmax changes
    the odds of its class against each other class by another factor.
    """
    if len(model.classes) != 2:
        return False
    classifier = model.pipeline[-1]
    gamma = getattr(classifier, "gamma", 0.0)
    values = list(gamma.values()) if isinstance(gamma, Mapping) else gamma
    return model.correction is None and not np.any(np.asarray(values, dtype=np.float64))


def describe_effects(model: Model, table: Table) -> list[dict[str, Any]]:
    r"""Describe the effect of each feature on the probability of each class.

    Parameters
    ----------
    model : Model
        A fitted model.
    table : Table
        The rows that effects are averaged over, or a sample of them.

    Returns
    -------
    list of dict
        Empty if the classifier is not linear. One row for each number, each level of a category
        but the most frequent one, and each class (of two, the positive one): feature, level and
        the level it is compared with, class, coefficient on the unit of the data, odds_ratio (None
        without a meaning), effect, the average change of the probability per unit or of the level
        in place of the other, and per_sd, the same per standard deviation of a number.

    Notes
    -----
    At γ > 0 the probability is no logistic function of the linear predictor, so that the effect
    of a unit on the odds depends on the row. The average marginal effect

    .. math:: \frac1n \sum_i \frac{\partial P(k \mid x_i)}{\partial x_{ij}}

    has a meaning for any γ. It is a central difference here.
    """
    classifier = model.pipeline[-1]
    if not hasattr(classifier, "coef_"):
        return []
    coef = np.atleast_2d(classifier.coef_)
    n_classes = len(model.classes)
    n_rows = int(np.clip(MAX_WORK / (coef.shape[1] ** 2 * n_classes), MIN_ROWS, MAX_ROWS))
    rows = np.linspace(0, len(table.y) - 1, min(n_rows, len(table.y))).astype(np.intp)
    encoded = model.pipeline[:-1].transform(table.X.iloc[rows])
    encoded = encoded.toarray() if sparse.issparse(encoded) else np.asarray(encoded, np.float64)
    shown = [1] if n_classes == 2 else list(range(n_classes))
    odds = has_odds_ratios(model)
    described: list[dict[str, Any]] = []
    for column in _columns(model, table):
        for level, base, change in _changes(model, column, encoded, coef):
            for at, code in enumerate(shown):
                coefficient = float(change.coefficient[at if len(coef) > 1 else 0])
                effect = float(change.effect[code])
                described.append(
                    {
                        "feature": column.feature,
                        "level": level,
                        "compared_with": base,
                        "class": model.classes[code],
                        "coefficient": coefficient,
                        "odds_ratio": _exp(coefficient) if odds else None,
                        "effect": effect,
                        "per_sd": effect * column.scale,
                    }
                )
    return sorted(described, key=lambda row: -abs(row["per_sd"]))


@dataclass(frozen=True, eq=False)
class _Change:
    coefficient: Floats
    effect: Floats


def _changes(
    model: Model, column: _Column, encoded: Floats, coef: Floats
) -> Iterator[tuple[str | None, str | None, _Change]]:
    """Yield the changes of a unit, or of each level in place of the most frequent one."""
    if not column.levels:
        position = column.positions[0]
        above, below = encoded.copy(), encoded.copy()
        above[:, position] += STEP
        below[:, position] -= STEP
        slope = (_probabilities(model, above) - _probabilities(model, below)) / (2 * STEP)
        change = _Change(coef[:, position] / column.scale, slope.mean(axis=0) / column.scale)
        yield None, None, change
        return
    block = list(column.positions)
    base = int(encoded[:, block].sum(axis=0).argmax())
    reference = _probabilities(model, _with_level(encoded, block, base))
    for at, level in enumerate(column.levels):
        if at != base:
            found = _probabilities(model, _with_level(encoded, block, at)) - reference
            difference = coef[:, block[at]] - coef[:, block[base]]
            yield level, column.levels[base], _Change(difference, found.mean(axis=0))


def _with_level(encoded: Floats, block: Sequence[int], at: int) -> Floats:
    changed = encoded.copy()
    changed[:, block] = 0.0
    changed[:, block[at]] = 1.0
    return changed


def _probabilities(model: Model, encoded: Floats) -> Floats:
    found = log_probabilities(model.pipeline[-1], encoded)
    return np.asarray(np.exp(found if model.correction is None else model.correction(found)))


def _columns(model: Model, table: Table) -> Iterator[_Column]:
    """Yield what the columns of the encoded matrix stand for."""
    encode, one_hot = model.pipeline[0], model.pipeline[1]
    names = {name: list(columns) for name, _, columns in encode.transformers_}
    parts = {name: transformer for name, transformer, _ in encode.transformers_}
    start = 0
    hot = one_hot.named_transformers_["codes"]
    flags, codes = names.get("flags", []), names.get("codes", [])
    levels = hot.categories_ if flags or codes else []
    for at, (feature, values) in enumerate(zip([*flags, *codes], levels, strict=True)):
        positions = tuple(range(start, start + len(values)))
        start += len(values)
        if at < len(flags):
            shown = ["missing" if value else "not missing" for value in values]
            yield _Column(feature, positions, tuple(shown))
        else:
            named = _level_names(parts["codes"], at - len(flags), feature, table, values)
            yield _Column(feature, positions, tuple(named))
    numbers = names.get("numbers", [])
    scales = parts["numbers"][-1].scale_ if numbers else []
    for feature, scale in zip(numbers, scales, strict=True):
        yield _Column(feature, (start,), scale=float(scale))
        start += 1


def _level_names(
    encoder: Any, at: int, feature: str, table: Table, values: Floats
) -> Iterator[str]:
    """Yield the categories that the codes of a feature stand for."""
    reading = next(one for one in table.schema.readings if feature in one.features)
    categories = reading.categories if isinstance(reading, CategoryReading) else ()
    known = encoder.categories_[at]
    rare = getattr(encoder, "infrequent_categories_", [None] * (at + 1))[at]
    frequent = [one for one in known if not pd.isna(one) and (rare is None or one not in rare)]
    for value in values:
        if value == MISSING:
            yield "missing"
        elif 0 <= value < len(frequent):
            yield categories[int(frequent[int(value)])]
        else:
            yield OTHERS


def _exp(value: float) -> float | None:
    """Return the exponential; None if it is not finite, which JSON does not have."""
    found = float(np.exp(min(value, 709.0)))
    return found if np.isfinite(found) else None
