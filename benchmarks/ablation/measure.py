"""Time, passes over the table and precision of every variant on a table."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any
from unittest import mock

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from benchmarks.ablation.variants import BASELINE, Variant, active
from skfocal import FocalLogisticRegression
from skfocal._solver import batched_lbfgs
from skfocal._solver.objective import FocalObjective
from skfocal._solver.row_blocks import RowBlocks
from skfocal.model_selection import FocalLogisticRegressionCV

__all__ = ["GAMMAS", "measure_fits", "measure_searches"]

GAMMAS = (0.0, 2.0)
_SEARCH_GAMMAS, _SEARCH_ALPHAS, _SEARCH_CS = (0.0, 2.0), (None,), 10
_SECONDS = {"fit": 4.0, "search": 8.0}
_MIN_ROUNDS, _MAX_ROUNDS = 2, 15
_EXACT, _EXACT_SEARCH = {"tol": 1e-10, "max_iter": 1000}, {"tol": 1e-7, "max_iter": 1000}
# Rows whose outer products take as long as one row of a pass, in double and in single precision.
_GRAM_ROWS, _GRAM_ROWS_SINGLE = 20, 50

Result = dict[str, Any]


@dataclass
class _Passes:
    """Work in units of one evaluation of the objective over the table."""

    table_size: int
    evaluations: float = 0.0
    curvatures: float = 0.0

    def add_evaluation(self, objective: FocalObjective) -> None:
        self.evaluations += self._share(objective.blocks)

    def add_curvature(self, objective: FocalObjective, rows_per_pass: float) -> None:
        n_parameters = objective.parameters_shape[-1]
        self.curvatures += self._share(objective.blocks) * n_parameters / rows_per_pass

    def add_diagonal(self, objective: FocalObjective) -> None:
        self.curvatures += self._share(objective.blocks)

    def add_products(self, blocks: RowBlocks) -> None:
        self.curvatures += blocks.shape[0] / _GRAM_ROWS

    def _share(self, blocks: RowBlocks) -> float:
        return blocks.shape[0] * blocks.shape[1] / self.table_size


@contextmanager
def _counted_passes(X: Any) -> Iterator[_Passes]:
    passes = _Passes(X.shape[0] * X.shape[1])

    def watched(target: Any, name: str, note: Callable[..., None], *args: Any) -> Any:
        original = getattr(target, name)

        def call(subject: Any, *others: Any, **named: Any) -> Any:
            for each in subject if isinstance(subject, list) else [subject]:
                note(each, *args)
            return original(subject, *others, **named)

        return mock.patch.object(target, name, call)

    with (
        watched(FocalObjective, "value_and_gradient", passes.add_evaluation),
        watched(batched_lbfgs, "values_and_gradients", passes.add_evaluation),
        watched(FocalObjective, "curvature", passes.add_curvature, _GRAM_ROWS),
        watched(FocalObjective, "curvature_in_single", passes.add_curvature, _GRAM_ROWS_SINGLE),
        watched(FocalObjective, "curvature_diagonal", passes.add_diagonal),
        watched(RowBlocks, "row_products", passes.add_products),
    ):
        yield passes


@dataclass(frozen=True)
class _Run:
    """A fit or a search under a variant, and what does not vary from run to run."""

    variant: Variant
    outcome: Any
    """What is the same, to the last bit, where a variant changes nothing."""
    facts: Result


def measure_fits(
    X: Any, y: Any, variants: Sequence[Variant], gamma: float, **settings: Any
) -> Result:
    """Return what every variant takes and reaches, at the default settings but for some."""

    def fit() -> tuple[Any, Result]:
        model = FocalLogisticRegression(gamma, **settings).fit(X, y)
        facts = {"iterations": model.n_iter_, "objective": model.objective_}
        return np.append(model.coef_, model.intercept_), facts

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        exact = FocalLogisticRegression(gamma, **settings | _EXACT).fit(X, y).objective_
    cell = _measure(X, fit, variants, _SECONDS["fit"])
    least = min(exact, *(each["objective"] for each in cell["variants"].values()))
    for each in cell["variants"].values():
        each["suboptimality"] = (each.pop("objective") - least) / abs(least)
    return cell


def measure_searches(X: Any, y: Any, variants: Sequence[Variant]) -> Result:
    """Return what a search over gamma, alpha and C takes, and its largest error of a score."""

    def search(**settings: Any) -> tuple[Any, Result]:
        estimator = FocalLogisticRegressionCV(
            _SEARCH_GAMMAS,
            _SEARCH_ALPHAS,
            np.logspace(-4, 4, _SEARCH_CS).tolist(),
            cv=5,
            refit=False,
            **settings,
        )
        scores = estimator.fit(X, y).cv_results_["mean_test_score"]
        return scores, {"scores": scores}

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        exact, _ = search(**_EXACT_SEARCH)
    cell = _measure(X, search, variants, _SECONDS["search"])
    for each in cell["variants"].values():
        each["suboptimality"] = float(np.abs(each.pop("scores") - exact).max())
    return cell


def _measure(
    X: Any, call: Callable[[], tuple[Any, Result]], variants: Sequence[Variant], seconds: float
) -> Result:
    """Measure variants beside the baseline, in interleaved rounds.

    A variant that does exactly what the baseline does is not timed.
    """
    baseline = _first_run(X, call, BASELINE)
    runs = [_first_run(X, call, variant) for variant in variants]
    different = [run for run in runs if not _same(run, baseline)]
    ratios = _time_ratios(call, [run.variant for run in different], seconds)
    cell: Result = {"shape": list(X.shape), "variants": {}, **ratios.pop(BASELINE.name)}
    for run in (baseline, *different):
        cell["variants"][run.variant.name] = run.facts | ratios.get(run.variant.name, {})
    return cell


def _first_run(X: Any, call: Callable[[], tuple[Any, Result]], variant: Variant) -> _Run:
    with (
        active(variant),
        _counted_passes(X) as passes,
        warnings.catch_warnings(record=True) as caught,
    ):
        warnings.simplefilter("always")
        outcome, facts = call()
    facts |= {
        "evaluations": passes.evaluations,
        "passes": passes.evaluations + passes.curvatures,
        "warnings": len(caught),
    }
    return _Run(variant, outcome, facts)


def _same(run: _Run, baseline: _Run) -> bool:
    if run.variant.keeps_results:
        return False
    same_work = run.facts["passes"] == baseline.facts["passes"]
    return same_work and np.array_equal(run.outcome, baseline.outcome)


def _time_ratios(
    call: Callable[[], Any], variants: Sequence[Variant], seconds: float
) -> dict[str, Result]:
    """Return the median of each variant's time divided by the baseline's of the same round."""
    random = np.random.default_rng(0)
    everyone = [BASELINE, *variants]
    wall: dict[str, list[float]] = {each.name: [] for each in everyone}
    cpu: dict[str, list[float]] = {each.name: [] for each in everyone}
    begin = time.perf_counter()
    n_rounds = 0
    while n_rounds < _MIN_ROUNDS or (
        n_rounds < _MAX_ROUNDS and time.perf_counter() - begin < seconds
    ):
        for index in random.permutation(len(everyone)).tolist():
            variant = everyone[index]
            with active(variant), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                started = time.perf_counter(), time.process_time()
                call()
                wall[variant.name].append(time.perf_counter() - started[0])
                cpu[variant.name].append(time.process_time() - started[1])
        n_rounds += 1
    results: dict[str, Result] = {
        variant.name: {
            "wall": median(np.divide(wall[variant.name], wall[BASELINE.name]).tolist()),
            "cpu": median(np.divide(cpu[variant.name], cpu[BASELINE.name]).tolist()),
        }
        for variant in variants
    }
    results[BASELINE.name] = {
        "seconds": median(wall[BASELINE.name]),
        "cpu_seconds": median(cpu[BASELINE.name]),
        "rounds": n_rounds,
    }
    return results
