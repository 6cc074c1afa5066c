"""How often the intervals of a recommendation cover what is then measured on held-out rows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import binomtest
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    f1_score,
    log_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)

from benchmarks.cache import measure_parts, source_key
from benchmarks.data_sets import load
from benchmarks.publishing import MeasuredTable, Page, Task, page_command
from skfocal.comparison import METHODS, compare_tables, environment, fit_model

TABLES = ("stroke", "yeast4")
N_SPLITS, N_QUICK = 200, 4
TRAINING_SHARE = 2 / 3
NOMINAL = 0.95
CV = 5
SETTINGS: Mapping[str, Any] = {"cv": CV, "repeats": 1, "inner_cv": 3}
"""With one method and one candidate, so that 400 comparisons take minutes."""


def measure_split(part: tuple[str, int], _key: Mapping[str, str]) -> list[dict[str, Any]]:
    """Compare, recommend and fit on random rows, and measure the others."""
    name, split = part
    table = load(name)
    rows = np.random.default_rng([split, len(name)]).permutation(len(table.y))
    train, test = np.split(rows, [int(TRAINING_SHARE * len(rows))])
    training = replace(table, X=table.X.iloc[train].reset_index(drop=True), y=table.y[train])
    method = replace(METHODS["logistic"], grid={"C": [1.0]}, ranges={})
    recommendation = compare_tables(
        [training], methods=[method], random_state=split, progress=False, **SETTINGS
    ).recommend()
    model = fit_model(recommendation, training)
    log_proba = model.log_probabilities(table.X.iloc[test])
    log_odds = log_proba[:, 1] - log_proba[:, 0]
    threshold: Any = model.threshold  # not None for two classes
    measured = _measure(table.y[test], log_odds, log_odds >= threshold)
    expected = recommendation.expect(len(test))
    return [
        {
            "data_set": name,
            "split": split,
            "method": recommendation.method,
            "measure": measure,
            "label": str(row["label"]),
            "expected": float(row["value"]),
            "low": float(row["low"]),
            "high": float(row["high"]),
            "measured": measured[str(measure)],
        }
        for measure, row in expected.iterrows()
    ]


def _measure(y: Any, log_odds: Any, flagged: Any) -> dict[str, float]:
    """Measure by other code than that of the expectations."""
    probability = expit(log_odds)
    return {
        "flagged": float(flagged.sum()),
        "caught": float((flagged & (y == 1)).sum()),
        "positive": float((y == 1).sum()),
        "recall": float(recall_score(y, flagged)),
        "precision": float(precision_score(y, flagged, zero_division=np.nan)),
        "f1": float(f1_score(y, flagged)),
        "average_precision": float(average_precision_score(y, log_odds)),
        "roc_auc": float(roc_auc_score(y, log_odds)),
        "log_loss": float(log_loss(y, probability)),
        "brier_score": float(brier_score_loss(y, probability)),
    }


def measure(task: Task) -> MeasuredTable:
    """Measure all splits of the chosen data sets."""
    names = task.names or TABLES
    parts = [
        (name, split) for name in names for split in range(N_QUICK if task.quick else N_SPLITS)
    ]
    key = source_key(sys.modules[__name__])
    found = measure_parts(measure_split, parts, key, task.folder, task.n_jobs)
    figures = pd.DataFrame([row for rows in found for row in rows])
    info = {"command": task.repeat("expectations"), "environment": environment(), "failures": []}
    return MeasuredTable(figures, info)


def view(results: MeasuredTable) -> dict[str, Any]:
    """Return the coverage of each measure on each data set, with its interval."""
    figures = results.figures
    defined = figures.dropna(subset=["measured"])
    hit = (defined["low"] <= defined["measured"]) & (defined["measured"] <= defined["high"])
    width = (figures["high"] - figures["low"]) / 2
    groups = defined.assign(hit=hit, width=width).groupby(["measure", "data_set"], sort=False)
    coverage = {
        (str(key[0]), str(key[1])): _coverage(int(rows["hit"].sum()), rows) for key, rows in groups
    }
    names = list(figures["data_set"].unique())
    labels = dict(zip(figures["measure"], figures["label"], strict=True))
    return {
        "names": names,
        "rows": [
            {"label": label, "cells": [coverage[measure, name] for name in names]}
            for measure, label in labels.items()
        ],
        "low": _named(coverage, labels, lambda cell: cell["high"] < NOMINAL),
        "high": _named(coverage, labels, lambda cell: cell["low"] > NOMINAL),
        "n_splits": int(figures.groupby("data_set")["split"].nunique().max()),
        "nominal": NOMINAL,
        "n_folds": CV,
        "command": results.info["command"],
        "environment": results.info["environment"],
    }


def _coverage(n_hits: int, rows: pd.DataFrame) -> dict[str, float]:
    interval = binomtest(n_hits, len(rows)).proportion_ci(method="wilson")
    return {
        "share": n_hits / len(rows),
        "low": float(interval.low),
        "high": float(interval.high),
        "expected": float(rows["expected"].median()),
        "measured": float(rows["measured"].median()),
        "width": float(rows["width"].median()),
    }


def _named(
    coverage: Mapping[tuple[str, str], Mapping[str, float]],
    labels: Mapping[str, str],
    chosen: Callable[[Mapping[str, float]], bool],
) -> list[str]:
    return [
        f"{labels[measure]} of {name} ({100 * cell['share']:.1f} %)"
        for (measure, name), cell in coverage.items()
        if chosen(cell)
    ]


PAGE = Page(
    "expectations",
    "Measure how often the intervals of a recommendation cover held-out rows.",
    measure,
    view,
    names=TABLES,
)
command = page_command(PAGE)
