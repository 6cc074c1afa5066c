"""Who takes part at gamma = 0: the solvers of cross-entropy, and ours, all at one objective."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module, metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.speed.solutions import Solution
from benchmarks.speed.tables import TableSpec
from benchmarks.speed.timing import OURS_GROUP
from skfocal import FocalLogisticRegression

__all__ = [
    "CROSS_ENTROPY",
    "FOCAL_OURS",
    "LOGISTIC_GROUPS",
    "OURS",
    "Contender",
    "Fit",
    "dense_pair",
    "pair",
    "rungs",
]

Fit = Callable[..., Solution | None]
"""Takes X, y and the settings of a rung of the ladder; None is a model that is not linear."""

LOGISTIC_GROUPS = ("scikit-learn", "cross-entropy elsewhere")
FOCAL_OURS = "skfocal, γ=2"

_MAX_HESSIAN_SIDE = 5_000
_MAX_COORDINATES = 100
_STEPS = tuple(sorted({round(2 ** (k / 2)) for k in range(25)}))


def anywhere(_: TableSpec) -> str:
    """Take part on every table."""
    return ""


def pair(spec: TableSpec) -> str:
    """Take part where there are two classes."""
    return "" if spec.n_classes == 2 else "two classes only"


def dense_pair(spec: TableSpec) -> str:
    """Take part on dense tables of two classes."""
    return "dense tables only" if spec.columns == "sparse" else pair(spec)


def _small_hessian(spec: TableSpec) -> str:
    n_rows = 1 if spec.n_classes == 2 else spec.n_classes
    if n_rows * (spec.n_features + 1) > _MAX_HESSIAN_SIDE:
        return f"its Hessian has more than {_MAX_HESSIAN_SIDE:,} rows"
    return ""


def _small_hessian_of_pair(spec: TableSpec) -> str:
    return pair(spec) or _small_hessian(spec)


def _easy_coordinates_of_pair(spec: TableSpec) -> str:
    if spec.columns in {"unscaled", "correlated"} or (
        spec.columns == "plain" and spec.n_features > _MAX_COORDINATES
    ):
        return (
            "one coordinate after the other, takes minutes on columns that are unscaled, "
            f"correlated or more than {_MAX_COORDINATES}"
        )
    return pair(spec)


def _no_sparse_classes(spec: TableSpec) -> str:
    return "takes minutes" if spec.columns == "sparse" and spec.n_classes > 2 else ""


@dataclass(frozen=True)
class Contender:
    """A way to fit a linear model, with the ridge penalty of ``C=1``.

    Attributes
    ----------
    fit : callable
        Takes X, y and, as keywords, the settings of a rung; without these it is at its defaults.
    library : str
        The distribution that it comes from.
    gamma : float
        Of the loss that it minimises.
    group : str
        Rivals whose times are compared: a rival far behind the quickest of its group runs once.
    not_for : callable
        Takes a table's description and says why it does not take part, or nothing.
    ladder : tuple of dict
        Settings from loose to tight, to see when a given objective is reached.
    """

    fit: Fit
    library: str
    gamma: float
    group: str
    not_for: Callable[[TableSpec], str] = anywhere
    ladder: tuple[Mapping[str, Any], ...] = ()

    @property
    def version(self) -> str | None:
        """Return the version of its library, or None if that is missing."""
        try:
            return metadata.version(self.library)
        except metadata.PackageNotFoundError:
            return None


def _of_estimator(make: Callable[..., Any]) -> Fit:
    """Return a fit of what `make` builds from the settings."""

    def fit(X: Any, y: NDArray[np.int64], **settings: Any) -> Solution:
        model = make(**settings).fit(X, y)
        return Solution(model.coef_, model.intercept_)

    return fit


def rungs(name: str, **others: Any) -> tuple[dict[str, Any], ...]:
    """Return a ladder: ever more iterations, with the tolerances so small that they stop none."""
    return tuple({name: n_steps, **others} for n_steps in _STEPS)


_LADDER = rungs("max_iter", tol=1e-14)
_OUR_LADDER = tuple({"tol": 10 ** (-k / 2), "max_iter": 1_000} for k in range(2, 19))


def _scikit_learn(
    solver: str,
    not_for: Callable[[TableSpec], str] = anywhere,
    ladder: tuple[Mapping[str, Any], ...] = _LADDER,
) -> Contender:
    return Contender(
        _of_estimator(lambda **settings: LogisticRegression(solver=solver, **settings)),
        "scikit-learn",
        0.0,
        LOGISTIC_GROUPS[0],
        not_for,
        ladder,
    )


def _intelex(**settings: Any) -> Any:
    return import_module("sklearnex.linear_model").LogisticRegression(**settings)


def _glum(X: Any, y: NDArray[np.int64], tol: float | None = None, max_iter: int = 100) -> Solution:
    model = import_module("glum").GeneralizedLinearRegressor(
        family="binomial",
        alpha=1 / len(y),
        l1_ratio=0.0,
        solver="irls-ls",
        gradient_tol=tol,
        max_iter=max_iter,
    )
    model.fit(X, y.astype(X.dtype))
    return Solution(model.coef_[np.newaxis], np.atleast_1d(model.intercept_))


def _skglm(X: Any, y: NDArray[np.int64], tol: float = 1e-4, max_iter: int = 20) -> Solution:
    # Its L-BFGS has no intercept and its L2 penalty no other solver, so that an elastic net
    # without L1 stands for it.
    datafits, penalties, solvers = (
        import_module(f"skglm.{part}") for part in ("datafits", "penalties", "solvers")
    )
    model = import_module("skglm").GeneralizedLinearEstimator(
        datafits.Logistic(),
        penalties.L1_plus_L2(1 / len(y), l1_ratio=0.0),
        solvers.ProxNewton(tol=tol, max_iter=max_iter),
    )
    model.fit(X, y)
    return Solution(np.atleast_2d(model.coef_), np.atleast_1d(model.intercept_))


def _ours(gamma: float) -> Contender:
    def make(**settings: Any) -> FocalLogisticRegression:
        return FocalLogisticRegression(gamma, **settings)

    return Contender(_of_estimator(make), "skfocal", gamma, OURS_GROUP, ladder=_OUR_LADDER)


OURS: dict[str, Contender] = {FOCAL_OURS: _ours(2.0), "skfocal, γ=0": _ours(0.0)}
"""This package, at both values of gamma."""

CROSS_ENTROPY: dict[str, Contender] = {
    "scikit-learn lbfgs": _scikit_learn("lbfgs"),
    "scikit-learn newton-cholesky": _scikit_learn("newton-cholesky", _small_hessian),
    "scikit-learn newton-cg": _scikit_learn("newton-cg", _no_sparse_classes),
    # It penalises its intercept, and so has another minimum.
    "scikit-learn liblinear": _scikit_learn("liblinear", pair, ladder=()),
    "scikit-learn saga": _scikit_learn("saga"),
    "scikit-learn-intelex": Contender(
        _of_estimator(_intelex),
        "scikit-learn-intelex",
        0.0,
        LOGISTIC_GROUPS[1],
        _no_sparse_classes,
        _LADDER,
    ),
    "glum": Contender(
        _glum,
        "glum",
        0.0,
        LOGISTIC_GROUPS[1],
        _small_hessian_of_pair,
        _LADDER,
    ),
    "skglm": Contender(
        _skglm, "skglm", 0.0, LOGISTIC_GROUPS[1], _easy_coordinates_of_pair, _LADDER
    ),
}
"""Their solvers, by the name in the report."""
