"""The speed command: time, precision and memory of a fit, in one run on this machine."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import sklearn
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_info

import skfocal
from benchmarks.speed.memory import megabytes_above_table
from benchmarks.speed.tables import Shape, make_table
from benchmarks.speed.timing import Timing, time_fits
from skfocal import FocalLogisticRegression

__all__ = ["run"]

_FOCAL = "focal, gamma=2"
_SOLVERS = ("lbfgs", "newton-cholesky", "newton-cg", "liblinear", "saga")
_SHAPES = (
    Shape(300, 10),
    Shape(1_000, 20),
    Shape(2_000, 30),
    Shape(20_000, 30),
    Shape(200_000, 30),
    Shape(200_000, 30, unscaled=True),
    Shape(1_000_000, 30),
    Shape(100_000, 300),
)
_QUICK_SHAPES = _SHAPES[:5]
_SECONDS_PER_SHAPE = 15.0


def run(output: Path, *, quick: bool) -> None:
    """Measure every shape, print a table as it comes, and write all of it as JSON."""
    machine = describe_machine()
    print(", ".join(f"{key}: {value}" for key, value in machine.items()))
    print("Fits at default settings; medians of interleaved runs; gradient as in `tol`.\n")
    row = "{:>22}  {:>9}  {:>9}  {:<15}  {:>5}  {:>8}  {:>8}  {:>7}"
    head = ("rows x columns", "focal", "sklearn", "its solver", "ratio", "gradient", "sklearn's")
    print(row.format(*head, "memory"))
    results = []
    for shape in _QUICK_SHAPES if quick else _SHAPES:
        result = measure(shape)
        results.append(result)
        print(
            row.format(
                str(shape),
                f"{result['focal_seconds'] * 1e3:,.1f} ms",
                f"{result['best_seconds'] * 1e3:,.1f} ms",
                result["best_solver"],
                f"{result['ratio']:.2f}",
                f"{result['focal_gradient']:.0e}",
                f"{result['best_gradient']:.0e}",
                f"{result['focal_megabytes']:.0f} MB",
            ),
            flush=True,
        )
    output.parent.mkdir(parents=True, exist_ok=True)
    report = {"machine": machine, "results": results}
    output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"\nAll contenders: {output}")


def measure(shape: Shape) -> dict[str, Any]:
    """Time focal loss beside every solver of scikit-learn's cross-entropy on one table."""
    X, y = make_table(shape)
    solvers = {solver: LogisticRegression(solver=solver) for solver in _SOLVERS}
    timings = time_fits(
        {_FOCAL: FocalLogisticRegression()}, solvers, X, y, seconds=_SECONDS_PER_SHAPE
    )
    best = min(solvers, key=lambda name: timings[name].median)
    return {
        "shape": str(shape),
        "n_samples": shape.n_samples,
        "n_features": shape.n_features,
        "focal_seconds": timings[_FOCAL].median,
        "focal_gradient": timings[_FOCAL].gradient_norm,
        "focal_megabytes": megabytes_above_table(FocalLogisticRegression(), shape),
        "best_solver": best,
        "best_seconds": timings[best].median,
        "best_gradient": timings[best].gradient_norm,
        "ratio": timings[_FOCAL].median / timings[best].median,
        "contenders": {name: summarize(timing) for name, timing in timings.items()},
    }


def summarize(timing: Timing) -> dict[str, Any]:
    """Return a contender's timing as plain numbers."""
    return {
        "median_seconds": timing.median,
        "quartiles": np.quantile(timing.seconds, [0.25, 0.75]).tolist(),
        "runs": len(timing.seconds),
        "gradient": timing.gradient_norm,
        "warned": timing.warned,
    }


def describe_machine() -> dict[str, Any]:
    """Return what a timing depends on."""
    blas = {
        f"{library['internal_api']} {library['version']} {library.get('architecture', '')}".strip()
        for library in threadpool_info()
        if library["user_api"] == "blas"
    }
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "BLAS": "; ".join(sorted(blas)),
        "Python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
        "skfocal": skfocal.__version__,
    }
