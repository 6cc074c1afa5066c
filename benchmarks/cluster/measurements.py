"""What is measured: fits in memory and on clusters, and fits whose workers sleep."""

from __future__ import annotations

import importlib
import time
from statistics import median
from typing import Any

import numpy as np
from sklearn.metrics import log_loss
from threadpoolctl import threadpool_limits

from benchmarks.cluster.clusters import MADE, cluster, partitioned
from skfocal import FocalLogisticRegression

ROUNDS = 3
PARTITIONS_PER_WORKER = 4
LATENCY_ROWS = 10_000
"""A table so small that its fit is nothing but messages."""
JUDGED_ROWS = 1_000_000
"""Rows on which the objectives of two libraries are compared."""


def fits(n_rows: int, n_workers: int, gamma: float) -> dict[str, Any]:
    """Time a fit on workers, and one in memory with as many threads."""
    dask_estimator = importlib.import_module("skfocal.dask").FocalLogisticRegression
    with cluster(n_workers) as client:
        X, y = client.persist(partitioned(n_rows, PARTITIONS_PER_WORKER * n_workers))
        client.rebalance()
        model = dask_estimator(gamma, persist=True).fit(X, y)
        on_cluster = [_seconds(dask_estimator(gamma, persist=True), X, y) for _ in range(ROUNDS)]
        table = X.compute(), y.compute()
        del X, y
    with threadpool_limits(n_workers, user_api="openmp"):
        in_memory = [_seconds(FocalLogisticRegression(gamma), *table) for _ in range(ROUNDS)]
    return {
        "n_rows": n_rows,
        "n_workers": n_workers,
        "gamma": gamma,
        "cluster_seconds": median(on_cluster),
        "memory_seconds": median(in_memory),
        "passes": model.n_passes_,
    }


def rival(n_rows: int, n_workers: int) -> dict[str, Any] | None:
    """Time dask-ml's logistic regression and ours, without a penalty and with γ = 0."""
    try:
        dask_ml = importlib.import_module("dask_ml.linear_model")
    except ImportError:
        return None
    ours = importlib.import_module("skfocal.dask").FocalLogisticRegression
    with cluster(n_workers) as client:
        X, y = client.persist(partitioned(n_rows, PARTITIONS_PER_WORKER * n_workers))
        client.rebalance()
        models = {
            "skfocal": ours(0.0, C=np.inf, persist=True),
            "dask-ml": dask_ml.LogisticRegression(solver="lbfgs", C=1e12),
        }
        seconds = {
            name: median(_seconds(m, X, y) for _ in range(ROUNDS)) for name, m in models.items()
        }
        X, y = X[:JUDGED_ROWS].compute(), y[:JUDGED_ROWS].compute()
    losses = {name: _loss(model, X, y) for name, model in models.items()}
    return {"n_rows": n_rows, "n_workers": n_workers, "seconds": seconds, "losses": losses}


def latency(n_tasks: int) -> dict[str, float]:
    """Return the seconds of a fit that is nothing but messages, and how often it reads the rows."""
    model = importlib.import_module("skfocal.dask").FocalLogisticRegression
    with cluster(1, n_tasks, processes=False):
        X, y = partitioned(LATENCY_ROWS, n_tasks)
        fit = model(persist=False)
        MADE.clear()
        fit.fit(X, y)
        n_reads = len(MADE) / n_tasks
        seconds = median(_seconds(fit, X, y) for _ in range(ROUNDS))
    return {"n_tasks": n_tasks, "seconds": seconds, "reads": n_reads}


def sleeping(n_tasks: int, seconds_per_task: float) -> dict[str, float]:
    """Time a fit whose tasks sleep, as many at a time as there are tasks."""
    model = importlib.import_module("skfocal.dask").FocalLogisticRegression
    with cluster(1, n_tasks, processes=False):
        X, y = partitioned(LATENCY_ROWS, n_tasks, seconds_per_task)
        fit = model(persist=False)
        seconds = _seconds(fit, X, y)
    return {"n_tasks": n_tasks, "sleep": seconds_per_task, "seconds": seconds}


def _seconds(model: Any, X: Any, y: Any) -> float:
    start = time.perf_counter()
    model.fit(X, y)
    return time.perf_counter() - start


def _loss(model: Any, X: Any, y: Any) -> float:
    logits = X @ np.ravel(model.coef_) + np.ravel(model.intercept_)
    return float(log_loss(y, 1 / (1 + np.exp(-logits))))
