"""The solvers that are timed, all with the objective of C=1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module, metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.speed.precision import Solution
from benchmarks.speed.tables import TableSpec
from skfocal import FocalLogisticRegression

Fit = Callable[..., Solution]
"""Takes X, y and settings of the solver as keywords."""
Exclusion = Callable[[TableSpec], str]
"""Returns why a solver is not run on a table, or an empty string."""

FOCAL_OURS = "skfocal, γ=2"
GAMMA = 2.0
MAX_HESSIAN_SIDE = 5_000
MAX_COORDINATES = 100
MAX_ENTRIES = 10_000_000
"""Of a larger table only the solvers that were fastest on such tables before are timed."""
STEPS = tuple(sorted({round(2 ** (k / 2)) for k in range(25)}))


def _anywhere(_: TableSpec) -> str:
    return ""


def _two_classes(spec: TableSpec) -> str:
    return "" if spec.n_classes == 2 else "two classes only"


def _small(spec: TableSpec) -> str:
    large = spec.columns != "sparse" and spec.n_samples * spec.n_features > MAX_ENTRIES
    return f"only tables of up to {MAX_ENTRIES:,} entries" if large else ""


def _dense(spec: TableSpec) -> str:
    return "dense tables only" if spec.columns == "sparse" else _two_classes(spec) or _small(spec)


def _small_hessian(spec: TableSpec) -> str:
    n_rows = 1 if spec.n_classes == 2 else spec.n_classes
    too_large = n_rows * (spec.n_features + 1) > MAX_HESSIAN_SIDE
    return f"its Hessian has more than {MAX_HESSIAN_SIDE:,} rows" if too_large else ""


def _small_hessian_of_two(spec: TableSpec) -> str:
    return _two_classes(spec) or _small_hessian(spec) or _small(spec)


def _few_coordinates(spec: TableSpec) -> str:
    hard = spec.columns in {"unscaled", "correlated"} or (
        spec.columns == "plain" and spec.n_features > MAX_COORDINATES
    )
    return "coordinate descent takes minutes" if hard else _two_classes(spec) or _small(spec)


@dataclass(frozen=True)
class Solver:
    """A way to fit a linear model with the ridge penalty of C=1.

    The settings are from loose to tight, to find the loosest that reach a given precision.
    """

    fit: Fit
    library: str
    gamma: float = 0.0
    exclusion: Exclusion = _anywhere
    settings: tuple[Mapping[str, Any], ...] = ()

    @property
    def version(self) -> str | None:
        """The version of the library, None if it is not installed."""
        try:
            return metadata.version(self.library)
        except metadata.PackageNotFoundError:
            return None


def _iterations(name: str, **others: Any) -> tuple[dict[str, Any], ...]:
    """Return settings with more and more iterations, which no tolerance stops."""
    return tuple({name: n_steps, **others} for n_steps in STEPS)


MAX_ITER = _iterations("max_iter", tol=1e-14)
TOL = tuple({"tol": 10 ** (-k / 2), "max_iter": 1_000} for k in range(2, 19))


def _estimator(make: Callable[..., Any]) -> Fit:
    """Return the fit of an estimator that `make` returns for settings."""

    def fit(X: Any, y: NDArray[np.int64], **settings: Any) -> Solution:
        model = make(**settings).fit(X, y)
        return Solution(model.coef_, model.intercept_)

    return fit


def _scikit_learn(
    solver: str,
    exclusion: Exclusion = _anywhere,
    settings: tuple[Mapping[str, Any], ...] = MAX_ITER,
) -> Solver:
    fit = _estimator(lambda **chosen: LogisticRegression(solver=solver, **chosen))
    return Solver(fit, "scikit-learn", exclusion=exclusion, settings=settings)


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
    # Its L2 penalty has no solver with an intercept; an elastic net without L1 has.
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


def _torch(X: Any, y: NDArray[np.int64], max_iter: int = 100, tolerance: float = 1e-7) -> Solution:
    """Minimise the published formula with the L-BFGS of PyTorch."""
    torch = import_module("torch")
    cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits
    table = torch.from_numpy(X)
    target = torch.from_numpy(y).to(table.dtype)
    parameters = torch.zeros(X.shape[1] + 1, dtype=table.dtype, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [parameters],
        max_iter=max_iter,
        tolerance_grad=tolerance,
        tolerance_change=1e-2 * tolerance,
        line_search_fn="strong_wolfe",
    )

    def closure() -> Any:
        optimizer.zero_grad()
        logits = table @ parameters[:-1] + parameters[-1]
        p = torch.sigmoid(logits)
        p_true = p * target + (1 - p) * (1 - target)
        loss = cross_entropy(logits, target, reduction="none") * (1 - p_true) ** GAMMA
        value = (loss.sum() + 0.5 * (parameters[:-1] ** 2).sum()) / len(target)
        value.backward()
        return value

    optimizer.step(closure)
    found = parameters.detach().numpy()
    return Solution(found[np.newaxis, :-1], found[-1:])


def _ours(gamma: float) -> Solver:
    fit = _estimator(lambda **settings: FocalLogisticRegression(gamma, **settings))
    return Solver(fit, "skfocal", gamma, settings=TOL)


OURS = {FOCAL_OURS: _ours(GAMMA), "skfocal, γ=0": _ours(0.0)}
CROSS_ENTROPY = {
    "scikit-learn lbfgs": _scikit_learn("lbfgs"),
    "scikit-learn newton-cholesky": _scikit_learn("newton-cholesky", _small_hessian),
    "scikit-learn newton-cg": _scikit_learn("newton-cg", _small),
    "scikit-learn-intelex": Solver(_estimator(_intelex), "scikit-learn-intelex", settings=MAX_ITER),
    "glum": Solver(_glum, "glum", exclusion=_small_hessian_of_two, settings=MAX_ITER),
    "skglm": Solver(_skglm, "skglm", exclusion=_few_coordinates, settings=MAX_ITER),
}
FOCAL = {
    "PyTorch L-BFGS": Solver(
        _torch, "torch", GAMMA, _dense, _iterations("max_iter", tolerance=0.0)
    ),
}
SOLVERS: Mapping[str, Solver] = {**OURS, **CROSS_ENTROPY, **FOCAL}
"""All solvers, by the names of the page."""
