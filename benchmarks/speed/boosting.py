"""Boosted trees with our focal loss beside the libraries' own log loss."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from numpy.typing import NDArray

from benchmarks.speed.tables import TableSpec, make_data
from benchmarks.speed.timing import time_interleaved
from skfocal import boosting as focal

N_TREES = 200
GAMMA = 2.0
TIME_LIMIT = 60.0
"""Seconds; a call whose runs have taken longer in total is not repeated."""
# The number of trees counts those of all classes, so that tables take about the same time.
LIBRARIES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "xgboost": ("XGBClassifier", "FocalXGBClassifier", {}),
    "lightgbm": ("LGBMClassifier", "FocalLGBMClassifier", {"verbosity": -1}),
    # It chooses another learning rate for its own losses, and one leaf estimation for others.
    "catboost": (
        "CatBoostClassifier",
        "FocalCatBoostClassifier",
        {"verbose": 0, "allow_writing_files": False, "learning_rate": 0.1},
    ),
}


def versions() -> dict[str, str]:
    """Return the versions of the libraries, and of NumPy, in which our loss is computed."""
    return {name: import_module(name).__version__ for name in (*LIBRARIES, "numpy")}


def boosting(_: Any, spec: TableSpec, rounds: int) -> list[dict[str, Any]]:
    """Time the training of each library with its own log loss and with our focal loss."""
    X, y = make_data(spec)
    n_rounds = N_TREES if spec.n_classes == 2 else N_TREES // spec.n_classes
    records = []
    for library, (own, ours, settings) in LIBRARIES.items():
        if library == "catboost" and spec.n_classes > 2:
            continue  # it calls for the derivatives row by row, which takes minutes
        calls = {
            "log loss": _fit(getattr(import_module(library), own), n_rounds, settings, X, y),
            "focal loss": _fit(getattr(focal, ours), n_rounds, settings, X, y, focal_gamma=GAMMA),
        }
        timings = time_interleaved(calls, rounds=rounds, time_limit=TIME_LIMIT)
        seconds = {name: one.summary() for name, one in timings.items()}
        about = {"table": spec.name, "library": library, "n_rounds": n_rounds}
        records.append({**about, "calls": seconds})
    return records


def _fit(
    make: Any, n_rounds: int, settings: dict[str, Any], X: Any, y: NDArray[Any], **loss: Any
) -> Callable[[], None]:
    """Return a call that fits a model and keeps nothing of it."""

    def fit() -> None:
        make(n_estimators=n_rounds, **settings, **loss).fit(X, y)

    return fit
