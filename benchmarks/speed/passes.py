"""Ratios below the fit: one pass over the table, two threads, and predictions."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.speed.tables import TableSpec, make_table
from benchmarks.speed.timing import settle
from skfocal import FocalLogisticRegression, FocalLoss
from skfocal._solver.objective import FocalObjective
from skfocal._solver.row_blocks import RowBlocks
from skfocal._solver.standardization import Standardization, standardize
from skfocal._solver.threads import ordered_map

__all__ = ["KERNEL_TABLES", "THREAD_TABLE", "kernel_times", "thread_times"]

KERNEL_TABLES = (
    TableSpec(100_000, 30),
    TableSpec(1_000_000, 30),
    TableSpec(100_000, 300),
    TableSpec(10_000, 1_000),
)
THREAD_TABLE = TableSpec(1_000_000, 100)
_PRODUCT_SIZE = 1500
_FEWEST_ROUNDS, _MOST_ROUNDS = 15, 200


def kernel_times(spec: TableSpec, *, seconds: float) -> dict[str, float]:
    """Return the median seconds of passes, of matrix products, and of predictions.

    A pass runs in our threads, the products with BLAS's own default threads.
    """
    X, y = make_table(spec)
    random = np.random.default_rng(0)
    coef, slopes = random.standard_normal(X.shape[1]), random.standard_normal(X.shape[0])
    columns = standardize(RowBlocks(X), None, fit_intercept=True)
    model = FocalLogisticRegression().fit(X, y)
    sections: dict[str, Callable[[], float]] = {
        f"pass, γ={gamma:g}": partial(_pass_seconds, X, y, columns, gamma)
        for gamma in (0.0, 1.7, 2.0)
    }
    sections |= {
        "X @ w": partial(_seconds, lambda: X @ coef),
        "r @ X": partial(_seconds, lambda: slopes @ X),
        "X @ coef": partial(_seconds, lambda: X @ model.coef_.T),
        "predict_proba": partial(_seconds, lambda: model.predict_proba(X)),
    }
    return _medians(sections, seconds)


def thread_times(spec: TableSpec, *, seconds: float) -> dict[str, float]:
    """Return the median seconds of a fit with one thread and with as many as there are.

    Beside it, of a product of matrices and of two such at once: what a second core is worth.
    """
    X, y = make_table(spec)
    model = FocalLogisticRegression()

    def limited() -> float:
        with threadpool_limits(1):
            return _seconds(lambda: model.fit(X, y))

    matrix = np.ones((_PRODUCT_SIZE, _PRODUCT_SIZE))

    def products(at_once: int) -> float:
        with threadpool_limits(1), ThreadPoolExecutor(at_once) as executor:
            return _seconds(lambda: list(executor.map(matrix.dot, [matrix] * at_once)))

    return _medians(
        {
            "one thread": limited,
            "all threads": partial(_seconds, lambda: model.fit(X, y)),
            "one product": partial(products, 1),
            "two products": partial(products, 2),
        },
        seconds,
    )


def _pass_seconds(
    X: NDArray[Any], y: NDArray[np.int64], columns: Standardization, gamma: float
) -> float:
    """Time one pass as a fit makes it: its threads running, its parameters near the start.

    The only place where a benchmark reaches below the public names.
    """
    with ordered_map() as map_:
        objective = FocalObjective(
            RowBlocks(X, map_),
            columns,
            y,
            n_classes=2,
            loss=FocalLoss(gamma),
            penalty=1 / len(y),
            total_weight=float(len(y)),
        )
        parameters = np.full(objective.parameters_shape, 0.01)
        objective.value_and_gradient(parameters)
        return _seconds(lambda: objective.value_and_gradient(parameters))


def _seconds(call: Callable[[], Any]) -> float:
    settle()
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _medians(sections: Mapping[str, Callable[[], float]], seconds: float) -> dict[str, float]:
    """Call everything in an order drawn anew for each round, the first time for nothing.

    Each call returns what it took.
    """
    first = [_seconds(section) for section in sections.values()]
    n_rounds = int(np.clip(seconds / sum(first), _FEWEST_ROUNDS, _MOST_ROUNDS))
    times: dict[str, list[float]] = {name: [] for name in sections}
    random = np.random.default_rng(0)
    for _ in range(n_rounds):
        for name in random.permutation(list(sections)).tolist():
            times[name].append(sections[name]())
    return {name: median(each) for name, each in times.items()}
