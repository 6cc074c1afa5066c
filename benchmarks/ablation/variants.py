"""The heuristics of the solver, and how each of them is switched off or changed."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np

from skfocal._solver import heuristics, matrices, proximal_newton, smooth_path, training
from skfocal._solver.lbfgs import Tolerance
from skfocal._solver.objective import FocalObjective

__all__ = ["BASELINE", "MATTERS", "VARIANTS", "Shape", "Variant", "active"]

Target = str | tuple[Any, str]
"""A constant of `skfocal._solver.heuristics`, or an attribute by its owner and name."""
Replacements = Mapping[Target, Any]


class Shape(NamedTuple):
    """The size of a table."""

    n_samples: int
    n_features: int
    n_classes: int

    @property
    def factor_floats(self) -> int:
        """Number of entries of the factors of the curvature."""
        n_logits = 1 if self.n_classes == 2 else self.n_classes
        return n_logits * (self.n_features + 1) ** 2


MATTERS: Mapping[str, Callable[[Shape], bool]] = {
    "any": lambda _: True,
    "long": lambda shape: shape.n_samples >= 8192 and shape.factor_floats < 2e7,
    "factor": lambda shape: shape.n_samples >= 256 and shape.factor_floats < 2e7,
    "large factor": lambda shape: 3e4 < shape.factor_floats < 2e7,
    "diagonal": lambda shape: shape.factor_floats > 1e6,
    "wide": lambda shape: shape.n_features >= shape.n_samples,
    "blocks": lambda shape: shape.n_samples > 512 and shape.n_samples * shape.n_features > 2**16,
}
"""For which tables a heuristic may matter."""


@dataclass(frozen=True, eq=False)
class Variant:
    """The solver with one heuristic off, or with another value of a constant."""

    heuristic: str
    change: str
    """What is done instead; starts with "off" where the heuristic is missing."""
    replacements: Replacements = field(default_factory=dict)
    tables: str = "any"
    """For which tables it may matter, a key of `MATTERS`."""
    uses: Sequence[str] = ("fit",)
    """Where it is measured: in a "fit", in one with an L1 penalty ("l1"), or in a "search"."""

    @property
    def name(self) -> str:
        """Return the heuristic and the change."""
        return f"{self.heuristic}: {self.change}"

    @property
    def is_off(self) -> bool:
        """Return whether the heuristic is missing."""
        return self.change.startswith("off")


@contextmanager
def active(variant: Variant) -> Iterator[None]:
    """Run the solver as the variant says."""
    with ExitStack() as stack:
        for target, value in variant.replacements.items():
            owner, name = (heuristics, target) if isinstance(target, str) else target
            stack.enter_context(mock.patch.object(owner, name, value))
        yield


def constants() -> Iterator[Variant]:
    """Read the variants that change a single constant."""
    with Path(__file__).with_name("constants.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = row["constant"]
            heuristic = f"{row['heuristic']} (`{name}`, {getattr(heuristics, name):g})"
            values = {"off": row["off"]} if row["off"] else {}
            values |= {f"{float(value):g}": value for value in row["others"].split()}
            for change, text in values.items():
                value = float(text)
                number = int(value) if value.is_integer() else value
                uses = row["uses"].split()
                yield Variant(heuristic, change, {name: number}, row["tables"], uses)


def code_paths() -> Iterator[Variant]:
    """Return the variants that change functions, or several constants."""
    heuristic = "Half of a sample drawn evenly from the classes"
    change: Replacements
    change = {
        (module, "subsample"): subsample_in_proportion
        for module in (training, proximal_newton, smooth_path)
    }
    yield Variant(heuristic, "off: in proportion", change, "factor", ("fit", "search"))
    heuristic = "Curvature measured on a sample"
    without: Replacements = {(training, "_preconditioners"): preconditioners_without_sample}
    change = {**without, "FACTOR_ROWS": 10**12}
    yield Variant(heuristic, "off: on all rows", change, "factor")
    yield Variant(heuristic, "never that of the start", without, "factor")
    change = {"MIN_ITERATIONS_PER_FACTOR": 10**9}
    yield Variant("Curvature measured again", "off", change, "factor")
    heuristic = "Cost of a factor by columns (`FACTOR_COLUMNS_PER_PASS`)"
    columns = heuristics.FACTOR_COLUMNS_PER_PASS.items()
    for name, factor in {"half": 2, "double": 0.5}.items():
        change = {"FACTOR_COLUMNS_PER_PASS": {key: factor * value for key, value in columns}}
        yield Variant(heuristic, name, change, "factor")
    heuristic = "Factors in single precision (`MIN_SINGLE_FLOATS`, `MAX_SINGLE_FLOATS`)"
    changes: Mapping[str, Replacements] = {
        "off: the diagonal for large ones": {"MAX_SINGLE_FLOATS": 0},
        "off: double precision": {"MAX_SINGLE_FLOATS": 0, "MAX_FACTOR_FLOATS": 10**7},
        "only where double is too large": {"MIN_SINGLE_FLOATS": 2**20},
        "from 30,000 entries": {"MIN_SINGLE_FLOATS": 30_000},
    }
    for name, change in changes.items():
        yield Variant(heuristic, name, change, "large factor")
    change = {(matrices.parts, "__defaults__"): (64,)}
    yield Variant("Bands of a matrix (`PART_SIZE`)", "64", change, "large factor")
    heuristic = "Logits by scalar products (`MIN_SCALAR_PRODUCT`, `MAX_SCALAR_PRODUCT`)"
    yield Variant(heuristic, "off", {"MAX_SCALAR_PRODUCT": 0})
    change = {"MIN_SCALAR_PRODUCT": 0, "MAX_SCALAR_PRODUCT": 10**9}
    yield Variant(heuristic, "for any number of columns", change)


def subsample_in_proportion(objective: FocalObjective, n_rows: int) -> FocalObjective:
    """Sample every class in proportion to its size."""
    counts = objective.blocks.class_counts(objective.n_classes)
    quota = np.ceil(np.minimum(n_rows * counts / counts.sum(), counts)).astype(np.intp)
    blocks = objective.blocks.draw(counts, quota)
    alpha = 1.0 if objective.class_weight is None else objective.class_weight
    total_weight = float((alpha * blocks.class_totals(objective.n_classes)).sum())
    return replace(objective, blocks=blocks, total_weight=total_weight)


preconditioners = training._preconditioners  # noqa: SLF001 - replaced by a variant


def preconditioners_without_sample(objective: FocalObjective, tol: Tolerance, _: Any) -> Any:
    """Measure the curvature apart from the sample of the start."""
    return preconditioners(objective, tol, None)


BASELINE = Variant("as released", "nothing")
VARIANTS = (*constants(), *code_paths())
