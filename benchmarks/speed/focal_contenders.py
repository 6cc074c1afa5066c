"""Who takes part at gamma = 2: what a user would write, PyTorch, and boosting for orientation."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from scipy.special import expit
from sklearn.exceptions import ConvergenceWarning

from benchmarks.speed.contenders import CROSS_ENTROPY, OURS, Contender, dense_pair, pair, rungs
from benchmarks.speed.solutions import Solution
from benchmarks.speed.tables import TableSpec
from skfocal import FocalLoss

__all__ = ["CONTENDERS", "FOCAL"]

_GAMMA = 2.0
_EPSILON = 1e-15
_ADAM_RATE = 0.1
_ADAM_STEPS = 200
_TREES = 100
_MOST_COLUMNS_OF_TREES, _MOST_ENTRIES_OF_TREES = 300, 10_000_000


def _plain(
    X: Any, y: NDArray[np.int64], gtol: float = 1e-5, ftol: float = 2.2e-9, maxiter: int = 15_000
) -> Solution:
    """Minimise the loss as it is written on paper, probabilities clipped; SciPy's defaults."""
    n_samples, n_features = X.shape

    def objective(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        coef, intercept = parameters[:-1], parameters[-1]
        p = np.clip(expit(X @ coef + intercept), _EPSILON, 1 - _EPSILON)
        p_true = np.where(y == 1, p, 1 - p)
        missed = 1 - p_true
        value = -np.sum(missed**_GAMMA * np.log(p_true))
        slope = missed**_GAMMA * (_GAMMA * p_true * np.log(p_true) - missed)
        slope = np.where(y == 1, slope, -slope)
        gradient = np.append(X.T @ slope + coef, slope.sum())
        return (value + 0.5 * coef @ coef) / n_samples, gradient / n_samples

    found = optimize.minimize(
        objective,
        np.zeros(n_features + 1),
        jac=True,
        method="L-BFGS-B",
        options={"gtol": gtol, "ftol": ftol, "maxiter": maxiter},
    )
    if not found.success:
        warnings.warn(str(found.message), ConvergenceWarning, stacklevel=2)
    return Solution(found.x[np.newaxis, :-1], found.x[-1:])


def _torch_problem(X: Any, y: NDArray[np.int64]) -> tuple[Any, Any, Any]:
    """Return torch, the parameters and the objective, by the formula published with the loss."""
    torch = import_module("torch")
    cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits
    table = torch.from_numpy(X)
    target = torch.from_numpy(y).to(table.dtype)
    parameters = torch.zeros(X.shape[1] + 1, dtype=table.dtype, requires_grad=True)

    def objective() -> Any:
        logits = table @ parameters[:-1] + parameters[-1]
        p = torch.sigmoid(logits)
        p_true = p * target + (1 - p) * (1 - target)
        loss = cross_entropy(logits, target, reduction="none") * (1 - p_true) ** _GAMMA
        return (loss.sum() + 0.5 * (parameters[:-1] ** 2).sum()) / len(target)

    return torch, parameters, objective


def _torch_solution(parameters: Any) -> Solution:
    found = parameters.detach().numpy()
    return Solution(found[np.newaxis, :-1], found[-1:])


def _torch_lbfgs(
    X: Any, y: NDArray[np.int64], max_iter: int = 100, tolerance: float = 1e-7
) -> Solution:
    torch, parameters, objective = _torch_problem(X, y)
    optimizer = torch.optim.LBFGS(
        [parameters],
        max_iter=max_iter,
        tolerance_grad=tolerance,
        tolerance_change=1e-2 * tolerance,
        line_search_fn="strong_wolfe",
    )

    def closure() -> Any:
        optimizer.zero_grad()
        value = objective()
        value.backward()
        return value

    optimizer.step(closure)
    return _torch_solution(parameters)


def _torch_adam(X: Any, y: NDArray[np.int64], steps: int = _ADAM_STEPS) -> Solution:
    torch, parameters, objective = _torch_problem(X, y)
    optimizer = torch.optim.Adam([parameters], lr=_ADAM_RATE)
    for _ in range(steps):
        optimizer.zero_grad()
        objective().backward()
        optimizer.step()
    return _torch_solution(parameters)


def _narrow_pair(spec: TableSpec) -> str:
    """Take part for orientation, which is not worth minutes."""
    if spec.n_features > _MOST_COLUMNS_OF_TREES:
        return f"for orientation, on {_MOST_COLUMNS_OF_TREES:,} columns at most"
    if spec.n_samples * spec.n_features > _MOST_ENTRIES_OF_TREES:
        return f"for orientation, on {_MOST_ENTRIES_OF_TREES:,} entries at most"
    return dense_pair(spec)


def _derivatives(
    logits: NDArray[Any], y: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    loss, codes = FocalLoss(_GAMMA), y.astype(np.int64)
    logits = logits.astype(np.float64)
    # A tree's leaf divides by the sum of the second derivatives, which has to be positive.
    return loss.gradient(codes, logits), np.maximum(loss.hessian(codes, logits), 1e-6)


def _xgboost(X: Any, y: NDArray[np.int64]) -> None:
    xgboost = import_module("xgboost")
    xgboost.train(
        {"verbosity": 0},
        xgboost.DMatrix(X, label=y),
        num_boost_round=_TREES,
        obj=lambda logits, data: _derivatives(logits, data.get_label()),
    )


def _lightgbm(X: Any, y: NDArray[np.int64]) -> None:
    lightgbm = import_module("lightgbm")
    lightgbm.train(
        {
            "verbosity": -1,
            "objective": lambda logits, data: _derivatives(logits, data.get_label()),
        },
        lightgbm.Dataset(X, label=y),
        num_boost_round=_TREES,
    )


FOCAL: dict[str, Contender] = {
    "SciPy L-BFGS, plain NumPy": Contender(
        _plain, "scipy", _GAMMA, "focal", pair, rungs("maxiter", gtol=0.0, ftol=0.0)
    ),
    "PyTorch L-BFGS": Contender(
        _torch_lbfgs, "torch", _GAMMA, "focal", dense_pair, rungs("max_iter", tolerance=0.0)
    ),
    "PyTorch Adam": Contender(_torch_adam, "torch", _GAMMA, "focal", dense_pair, rungs("steps")),
    "XGBoost": Contender(_xgboost, "xgboost", _GAMMA, "boosting", _narrow_pair),
    "LightGBM": Contender(_lightgbm, "lightgbm", _GAMMA, "boosting", _narrow_pair),
}
"""Other ways to focal loss, by the name in the report."""

CONTENDERS: dict[str, Contender] = {**OURS, **CROSS_ENTROPY, **FOCAL}
"""All who take part."""
