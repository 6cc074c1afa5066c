"""Which curvature boosted trees learn with best: log loss by the number of trees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from benchmarks.data_sets import load
from benchmarks.harness import prepare
from benchmarks.quality.suites import SEED, sample_rows
from skfocal import boosting
from skfocal.boosting import Library

DATA_SETS = (
    *("abalone9-18", "kc1", "page-blocks0", "pc1", "satimage", "stroke", "yeast4"),
    *("car", "ecoli", "glass", "page-blocks", "yeast"),
)
LIBRARIES: tuple[Library, ...] = ("xgboost", "lightgbm")
CURVATURES = ("expected", "exact", "gradient")
GAMMAS = (1.0, 2.0, 5.0)
N_TREES = 150
FOLDS = 3
MAX_ROWS = 3_000
CLOSE = 1.01
"""A log loss up to this factor of the lowest is about as good."""


class Part(NamedTuple):
    """A data set and a library."""

    data_set: str
    library: Library


class Curve(NamedTuple):
    """Mean log loss over the folds, by the number of trees."""

    lowest: float
    n_trees: int
    """Number of trees that come close to the lowest."""
    last: float


def run(part: Part, _key: dict[str, str]) -> list[dict[str, Any]]:
    """Return the log losses of a part, for each focusing parameter and curvature."""
    X, y = prepare(sample_rows(load(part.data_set), MAX_ROWS))
    return [
        {**part._asdict(), "gamma": gamma, "curvature": curvature, **_curve(part, X, y, settings)}
        for gamma, curvature, settings in _settings()
    ]


def _settings() -> Iterator[tuple[float, str, dict[str, Any]]]:
    yield 0.0, "log loss", {"focal_gamma": 0.0}
    for gamma in GAMMAS:
        for curvature in CURVATURES:
            yield gamma, curvature, {"focal_gamma": gamma, "focal_curvature": curvature}


def _curve(part: Part, X: Any, y: NDArray[Any], settings: dict[str, Any]) -> dict[str, Any]:
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    losses = np.mean(
        [_losses(part.library, X, y, train, test, settings) for train, test in folds.split(X, y)],
        axis=0,
    )
    lowest = float(losses.min())
    close = int(np.flatnonzero(losses <= CLOSE * lowest)[0]) + 1
    return Curve(lowest, close, float(losses[-1]))._asdict()


def _losses(
    library: Library,
    X: Any,
    y: NDArray[Any],
    train: NDArray[np.intp],
    test: NDArray[np.intp],
    settings: dict[str, Any],
) -> list[float]:
    """Return the log loss of the test rows after each tree."""
    # The classes are attributes of the package, so that all other commands run without the
    # libraries, which they import.
    eval_set = [(X[test], y[test])]
    if library == "xgboost":
        trees = boosting.FocalXGBClassifier(
            n_estimators=N_TREES, max_depth=4, learning_rate=0.1, n_jobs=1
        )
        trees.set_params(**settings).fit(X[train], y[train], eval_set=eval_set, verbose=False)
        (values,) = trees.evals_result()["validation_0"].values()
        return list(values)
    trees = boosting.FocalLGBMClassifier(
        n_estimators=N_TREES, num_leaves=15, learning_rate=0.1, n_jobs=1, verbosity=-1
    )
    trees.set_params(**settings).fit(X[train], y[train], eval_set=eval_set)
    (values,) = trees.evals_result_["valid_0"].values()
    # LightGBM stops where no leaf can be split.
    return [*values, *[values[-1]] * (N_TREES - len(values))]


def summarize(records: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Return geometric means, over the data sets, of the ratios to log loss."""
    by_setting = {
        (one["data_set"], one["library"], one["gamma"], one["curvature"]): one for one in records
    }
    names = {one["data_set"] for one in records}
    for library in LIBRARIES:
        for gamma, curvature, _ in _settings():
            if gamma:
                pairs = [
                    (
                        by_setting[name, library, gamma, curvature],
                        by_setting[name, library, 0.0, "log loss"],
                    )
                    for name in names
                ]
                ratios = {
                    key: float(
                        np.exp(np.mean([np.log(one[key] / base[key]) for one, base in pairs]))
                    )
                    for key in Curve._fields
                }
                yield {"library": library, "gamma": gamma, "curvature": curvature, **ratios}
