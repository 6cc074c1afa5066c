"""Time, passes, memory and error of every variant on a table."""

from __future__ import annotations

import math
import os
import time
import tracemalloc
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from benchmarks.ablation.tables import make
from benchmarks.ablation.variants import BASELINE, MATTERS, VARIANTS, Shape, Variant, active
from skfocal import FocalLogisticRegression
from skfocal.model_selection import FocalLogisticRegressionCV

__all__ = ["L1", "measure_fits", "measure_searches", "measure_table"]

GAMMAS = (0.0, 2.0)
CS = np.logspace(-4, 4, 10).tolist()
EXACT_FIT, EXACT_SEARCH = {"tol": 1e-8, "max_iter": 1000}, {"tol": 1e-6, "max_iter": 1000}
L1 = ", L1"
"""Ends the use of rows of fits with an L1 penalty."""
SECONDS, MAX_ROUNDS = 5.0, 9
"""No round starts after so many seconds, or so many rounds; there is always one."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What a fit or a search found, to the last bit, and what it reports."""

    result: Any
    loss: float = math.nan
    iterations: float = math.nan
    passes: float = math.nan


def measure_table(part: tuple[str, str], key: Mapping[str, str]) -> list[Row]:
    """Measure fits or searches on a table with the released solver and with each variant."""
    del key
    use, name = part
    X, y = make(name)
    shape = Shape(X.shape[0], X.shape[1], len(np.unique(y)))
    chosen = [each for each in VARIANTS if use in each.uses and MATTERS[each.tables](shape)]
    if use == "search":
        rows = measure_searches(X, y, chosen)
    elif use == "l1":
        fits = measure_fits(X, y, chosen, l1_ratio=1.0)
        rows = [{**row, "use": row["use"] + L1} for row in fits]
    else:
        rows = measure_fits(X, y, chosen)
    about = {"n_samples": shape.n_samples, "n_features": shape.n_features}
    return [{"table": name, **about, "load": os.getloadavg()[0], **row} for row in rows]


def measure_fits(X: Any, y: Any, variants: Sequence[Variant], **settings: Any) -> list[Row]:
    """Measure fits; their error is the relative suboptimality against the best objective known."""

    def fit(gamma: float, **others: Any) -> Outcome:
        model = FocalLogisticRegression(gamma, **settings | others).fit(X, y)
        found = np.append(model.coef_, model.intercept_)
        return Outcome(found, model.objective_, model.n_iter_, model.n_passes_)

    def errors(exact: Outcome, outcomes: Sequence[Outcome]) -> list[float]:
        losses = [each.loss for each in outcomes]
        least = min(exact.loss, *losses)
        return [(loss - least) / abs(least) for loss in losses]

    return [
        {"use": f"γ={gamma:g}", **row}
        for gamma in GAMMAS
        for row in _measure(lambda g=gamma, **exact: fit(g, **exact), EXACT_FIT, variants, errors)
    ]


def measure_searches(X: Any, y: Any, variants: Sequence[Variant]) -> list[Row]:
    """Measure searches; their error is the largest one of a score."""

    def search(**settings: Any) -> Outcome:
        estimator = FocalLogisticRegressionCV(GAMMAS, [None], CS, cv=5, refit=False, **settings)
        return Outcome(estimator.fit(X, y).cv_results_["mean_test_score"])

    def errors(exact: Outcome, outcomes: Sequence[Outcome]) -> list[float]:
        return [float(np.abs(each.result - exact.result).max()) for each in outcomes]

    return [{"use": "search", **row} for row in _measure(search, EXACT_SEARCH, variants, errors)]


def _measure(
    call: Callable[..., Outcome],
    exactly: Mapping[str, Any],
    variants: Sequence[Variant],
    errors: Callable[[Outcome, Sequence[Outcome]], list[float]],
) -> list[Row]:
    """Measure the released solver first, then each variant that does something else."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        exact = call(**exactly)
    first = {each: _first_call(call, each) for each in (BASELINE, *variants)}
    released, facts = first[BASELINE]
    kept = [BASELINE]
    for variant in variants:
        outcome, own_facts = first[variant]
        takes_memory = own_facts["megabytes"] > 1.1 * facts["megabytes"]
        if _only_time_may_differ(variant) or takes_memory or not _is_same(outcome, released):
            kept.append(variant)
    times = _interleaved(kept, call)
    rows = zip(kept, errors(exact, [first[each][0] for each in kept]), times, strict=True)
    return [
        {"variant": each.name, **first[each][1], "error": error, **timing}
        for each, error, timing in rows
    ]


def _first_call(call: Callable[..., Outcome], variant: Variant) -> tuple[Outcome, Row]:
    """Call with the allocated memory traced, which takes time."""
    tracemalloc.start()
    with active(variant), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        outcome = call()
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    warned = sum(issubclass(each.category, ConvergenceWarning) for each in caught)
    facts = {"iterations": outcome.iterations, "passes": outcome.passes}
    return outcome, {**facts, "warnings": warned, "megabytes": peak}


def _interleaved(variants: Sequence[Variant], call: Callable[..., Outcome]) -> list[Row]:
    """Return medians of elapsed and processor time over interleaved rounds."""
    random = np.random.default_rng(0)
    runs: list[list[tuple[float, float]]] = [[] for _ in variants]
    begin = time.perf_counter()
    for n_rounds in range(MAX_ROUNDS):
        if n_rounds > 0 and time.perf_counter() - begin > SECONDS:
            break
        # The denominator of all ratios is measured twice.
        for index in random.permutation([0, *range(len(variants))]).tolist():
            with active(variants[index]), warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                started = time.perf_counter(), time.process_time()
                call()
                ended = time.perf_counter(), time.process_time()
            runs[index].append((ended[0] - started[0], ended[1] - started[1]))
    medians = [[median(clock) for clock in zip(*each, strict=True)] for each in runs]
    return [{"wall": wall, "cpu": cpu} for wall, cpu in medians]


def _is_same(one: Outcome, other: Outcome) -> bool:
    is_same_work = np.array_equal(one.passes, other.passes, equal_nan=True)
    return is_same_work and np.array_equal(one.result, other.result)


def _only_time_may_differ(variant: Variant) -> bool:
    changed = " ".join(map(str, variant.replacements))
    return "search" in variant.uses or any(word in changed for word in ("THREADS", "COPY", "parts"))
