"""The heuristics of the solver, and how each of them is switched off or changed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np

from skfocal._classes import class_totals
from skfocal._solver import heuristics, path, sampling, training
from skfocal._solver.lbfgs import minimize
from skfocal._solver.objective import FocalObjective
from skfocal._solver.preconditioning import fits_full_factor

__all__ = ["BASELINE", "FITS", "SEARCHES", "UNPENALISED_FITS", "Variant", "active"]

Target = str | tuple[ModuleType, str]
"""A constant of `skfocal._solver.heuristics`, or a function by its module and name."""

_TIME_ONLY = {"MIN_ENTRIES_FOR_THREADS", "MAX_SAMPLE_COPY_FLOATS", "MAX_BATCH_FACTOR_FLOATS"}


@dataclass(frozen=True)
class Variant:
    """The solver with one heuristic off, or with another value of it.

    Attributes
    ----------
    heuristic : str
        What the solver does.
    change : str
        What the variant does instead; "off" where the heuristic is missing.
    replacements : mapping
        New values of constants and functions.
    """

    heuristic: str
    change: str
    replacements: Mapping[Target, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the heuristic and the change."""
        return f"{self.heuristic}: {self.change}"

    @property
    def keeps_results(self) -> bool:
        """Return whether only the time differs, so that equal results do not show it inactive."""
        return bool(_TIME_ONLY & self.replacements.keys())

    @property
    def is_off(self) -> bool:
        """Return whether the heuristic is missing."""
        return self.change.startswith("off")


@contextmanager
def active(variant: Variant) -> Iterator[None]:
    """Run the solver as the variant says."""
    with ExitStack() as stack:
        for target, value in variant.replacements.items():
            module, name = (heuristics, target) if isinstance(target, str) else target
            stack.enter_context(mock.patch.object(module, name, value))
        yield


def _proportional_subsample(objective: FocalObjective, n_rows: int) -> FocalObjective:
    """Sample every class in proportion to its size, at least one row."""
    weights = objective.sample_weight
    has_weight = None if weights is None else weights > 0
    counts = class_totals(objective.codes, objective.n_classes, has_weight)
    quota = np.clip(np.ceil(n_rows * counts / counts.sum()), 1, counts).astype(np.intp)
    rows = sampling._stratified_rows(objective.codes, has_weight, counts, quota)  # noqa: SLF001
    codes = objective.codes[rows]
    sample_weight = (counts / quota).take(codes)
    if weights is not None:
        sample_weight *= weights[rows]
    alpha = np.ones(1) if objective.class_weight is None else objective.class_weight.take(codes)
    return replace(
        objective,
        blocks=objective.blocks.take(rows),
        codes=codes,
        sample_weight=sample_weight,
        total_weight=float((alpha * sample_weight).sum()),
    )


_descend = training._descend  # noqa: SLF001


def _descend_with_all_rows(objective: FocalObjective, _: FocalObjective, *args: Any) -> Any:
    return _descend(objective, objective, *args)


def _sample_size_by_shape(objective: FocalObjective) -> int | None:
    """Return how many rows to sample, without a model of what that costs."""
    n_samples, n_parameters = objective.blocks.shape[0], objective.parameters_shape[-1]
    size = max(heuristics.MIN_SAMPLE_ROWS, heuristics.SAMPLE_ROWS_PER_PARAMETER * n_parameters)
    return size if size <= n_samples // 4 and fits_full_factor(objective) else None


def _minimize_by_value(*args: Any, by_gradient: bool, **kwargs: Any) -> Any:
    del by_gradient
    return minimize(*args, **kwargs)


def _variants(heuristic: str, **changes: Any) -> list[Variant]:
    return [Variant(heuristic, change, what) for change, what in changes.items()]


_NEVER = math.inf
BASELINE = Variant("as released", "nothing")

_STRATIFICATION = _variants(
    "Half of a sample drawn evenly from the classes",
    **{
        "off: in proportion to their sizes": {
            (training, "subsample"): _proportional_subsample,
            (path, "subsample"): _proportional_subsample,
        }
    },
)
_FLOOR = _variants(
    "Curvature floor of 0.05",
    **{"off: 1e-8": {"CURVATURE_FLOOR": 1e-8}, "1e-3": {"CURVATURE_FLOOR": 1e-3}},
)

FITS: tuple[Variant, ...] = (
    *_variants(
        "Start from the fit of a sample",
        **{
            "off": {"MAX_SAMPLE_PASSES": -1},
            "off: cost model; up to a fourth of the rows": {
                (training, "_sample_size"): _sample_size_by_shape
            },
            "whenever a sample costs 5 passes": {"MAX_SAMPLE_PASSES": 5},
            "samples of 32 rows per parameter": {"SAMPLE_ROWS_PER_PARAMETER": 32},
            "samples of 128 rows per parameter": {"SAMPLE_ROWS_PER_PARAMETER": 128},
            "samples without a share of the table": {"SAMPLE_FRACTION": 0},
            "to a gradient of 1e-3": {"SAMPLE_TOL": 1e-3},
            "to a gradient of 3e-5": {"SAMPLE_TOL": 3e-5},
        },
    ),
    *_STRATIFICATION,
    *_variants(
        "Curvature measured on a sample",
        **{
            "off: on all rows": {(training, "_descend"): _descend_with_all_rows},
            "100 rows per parameter": {
                "FACTOR_ROWS_PER_PARAMETER": 100,
                "SAMPLE_ROWS_PER_PARAMETER": 100,
            },
            "worth one pass": {"FACTOR_PASSES": 1},
            "without a share of a pass": {"FACTOR_PASSES": 0},
        },
    ),
    *_FLOOR,
    *_variants(
        "Single-precision factors",
        **{
            "off: diagonal instead of large ones": {"MAX_SINGLE_FLOATS": 0},
            "off: double up to 10,000,000 entries": {
                "MAX_SINGLE_FLOATS": 0,
                "MAX_FACTOR_FLOATS": 10**7,
            },
            "off: double up to 10,000,000 entries, without waiting": {
                "MAX_SINGLE_FLOATS": 0,
                "MAX_FACTOR_FLOATS": 10**7,
                "EXPENSIVE_FACTOR_PASSES": _NEVER,
            },
            "only where double is too large": {"MIN_SINGLE_FLOATS": 2**20},
            "the cost of double assumed": {"GRAM_ROWS_PER_PASS_SINGLE": 20},
        },
    ),
    *_variants(
        "Diagonal before an expensive factor",
        off={"EXPENSIVE_FACTOR_PASSES": _NEVER},
    ),
    *_variants(
        "New factor after 15, then 30 iterations",
        **{
            "off: one factor": {"FIRST_ITERATIONS": 10**6, "ITERATIONS_PER_FACTOR": 10**6},
            "after 30": {"FIRST_ITERATIONS": 30},
            "after 6, then 10": {"FIRST_ITERATIONS": 6, "ITERATIONS_PER_FACTOR": 10},
            "after 10": {"FIRST_ITERATIONS": 10, "ITERATIONS_PER_FACTOR": 10},
        },
    ),
    *_variants(
        "New diagonal after 100 iterations",
        **{
            "off: one diagonal": {"ITERATIONS_PER_DIAGONAL": 10**6},
            "after 30": {"ITERATIONS_PER_DIAGONAL": 30},
        },
    ),
    *_variants("Short step where a whole one fails", off={"SHORT_STEP": 1.0}),
    *_variants(
        "Descent by the gradient near the minimum",
        off={(training, "minimize"): _minimize_by_value},
    ),
    *_variants(
        "Pairs of L-BFGS",
        **{"5": {"PAIRS": 5}, "20": {"PAIRS": 20}},
    ),
    *_variants(
        "40 pairs with a diagonal",
        **{"off: 10": {"PAIRS_OF_DIAGONAL": 10}, "20": {"PAIRS_OF_DIAGONAL": 20}},
    ),
    *_variants("Memory of the pairs bounded", off={"MAX_FLOATS_OF_PAIRS": 2**30}),
    *_variants("Lower tolerance for rare classes", off={"SLOPES_PER_TOL": _NEVER}),
    *_variants(
        "Row space of wide tables",
        **{
            "off": {"ROW_SPACE_MAX_ROWS": 0},
            "from 0 columns on": {"ROW_SPACE_MIN_COLUMNS": 0},
            "from one column per row on": {"ROW_SPACE_COLUMNS_PER_ROW": 1},
            "up to 4,096 rows": {"ROW_SPACE_MAX_ROWS": 4096},
        },
    ),
    *_variants(
        "Blocks of 3 MiB",
        **{
            "off: of one size in rows": {"BLOCK_BYTES": 2**40},
            "1.5 MiB": {"BLOCK_BYTES": 3 * 2**19},
            "6 MiB": {"BLOCK_BYTES": 6 * 2**20},
        },
    ),
    *_variants(
        "Blocks of 512 rows at least",
        **{
            "off: of one row": {"MIN_BLOCK_ROWS": 1},
            "2,048": {"MIN_BLOCK_ROWS": 2048},
        },
    ),
    *_variants(
        "Blocks of 16,384 rows at most",
        **{
            "off": {"MAX_BLOCK_ROWS": 2**40},
            "4,096": {"MAX_BLOCK_ROWS": 4096},
        },
    ),
    *_variants("Logits count in a block's size", off={"ARRAYS_OF_LOGITS": 0}),
    *_variants("16 lanes at most", **{"4": {"MAX_LANES": 4}}),
    *_variants(
        "Scalar products for rows of 40 to 1,500 columns",
        **{
            "off": {"MAX_SCALAR_PRODUCT": 0},
            "for all": {"MIN_SCALAR_PRODUCT": 0, "MAX_SCALAR_PRODUCT": _NEVER},
        },
    ),
    *_variants("Samples of up to 32 MiB copied", off={"MAX_SAMPLE_COPY_FLOATS": 0}),
    *_variants(
        "Threads from 4 million entries on",
        **{
            "off: always": {"MIN_ENTRIES_FOR_THREADS": 0},
            "off: never": {"MIN_ENTRIES_FOR_THREADS": _NEVER},
        },
    ),
)
"""Variants of single fits."""

_AT_THE_END = {
    "New factor after 15, then 30 iterations",
    "Curvature floor of 0.05",
    "Single-precision factors",
    "Short step where a whole one fails",
    "Descent by the gradient near the minimum",
}
UNPENALISED_FITS = tuple(
    variant for variant in FITS if variant.heuristic in _AT_THE_END and variant.is_off
)
"""Variants of fits without a penalty, to a low tolerance."""

SEARCHES: tuple[Variant, ...] = (
    *_variants(
        "Search: start from the fits of a sample",
        **{
            "off": {"PATH_MIN_SAMPLE_ROWS": 2**62},
            "of 4,096 rows at least": {"PATH_MIN_SAMPLE_ROWS": 4096},
            "of 64 rows per column": {"PATH_SAMPLE_ROWS_PER_FEATURE": 64},
            "to a gradient of 3e-4": {"PATH_SAMPLE_TOL": 3e-4},
        },
    ),
    *_STRATIFICATION,
    *_FLOOR,
    *_variants(
        "Search: one curvature for 3 values of C",
        **{"off": {"CS_PER_CURVATURE": 1}, "5": {"CS_PER_CURVATURE": 5}},
    ),
    *_variants("Search: 6 pairs", **{"3": {"BATCHED_PAIRS": 3}, "10": {"BATCHED_PAIRS": 10}}),
    *_variants("Search: last step without a gradient", off={"CONTRACTION": 0, "TOLS": 1}),
    *_variants("Search: bound on the Newton decrement", off={"EXCESS": _NEVER}),
    *_variants(
        "Search: new curvature after 24 passes",
        **{"off": {"PASSES_PER_ROUND": 1000}, "12": {"PASSES_PER_ROUND": 12}},
    ),
    *_variants(
        "Search: factors of a batch up to 32 MiB",
        **{"off": {"MAX_BATCH_FACTOR_FLOATS": 2**40}, "1 MiB": {"MAX_BATCH_FACTOR_FLOATS": 2**17}},
    ),
)
"""Variants of searches."""
