"""Focal loss and its metric for the training functions of the libraries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skfocal._checks import check_choice
from skfocal._typing import Floats
from skfocal.boosting._derivatives import CURVATURES, Curvature
from skfocal.boosting._loss import BoostedLoss
from skfocal.boosting._parameters import check_native_parameters

__all__ = [
    "CatBoostObjective",
    "Library",
    "PosteriorLogloss",
    "focal_metric",
    "focal_objective",
    "softmax_factor",
]

Library: TypeAlias = Literal["xgboost", "lightgbm", "catboost"]
"""A library of boosted trees."""


def focal_objective(
    library: Library,
    focal_gamma: ArrayLike = 2.0,
    focal_alpha: ArrayLike | None = None,
    *,
    curvature: Curvature = "expected",
) -> Any:
    """Focal loss for the training function of a library.

    Parameters
    ----------
    library : {"xgboost", "lightgbm", "catboost"}
        Library that is to train.
    focal_gamma : float or array-like of shape (n_classes,), default=2.0
        Focusing parameter, >= 0. With 0 the loss is log loss.
    focal_alpha : None, float or array-like of shape (n_classes,), default=None
        Class weights. A float in (0, 1) is valid for two classes: it is the weight of class 1, and
        ``1 - focal_alpha`` is the weight of class 0.
    curvature : {"expected", "exact", "gradient"}, default="expected"
        Curvature of the Newton steps; see `FocalXGBClassifier`.

    Returns
    -------
    objective : callable or object
        For XGBoost the `obj` of ``xgboost.train``. For LightGBM the `objective` of the parameters
        of ``lightgbm.train``. For CatBoost the `loss_function` of a model. The labels must be
        class indices. Sample weights of the data are used.

    Raises
    ------
    TypeError
        If `focal_gamma` or `focal_alpha` is of the wrong type.
    ValueError
        If a parameter is not as described above.

    See Also
    --------
    constant_start : Where training should start.
    focal_metric : The metric for early stopping.
    skfocal.focal_posterior : Class probabilities from the margins of the booster.

    Notes
    -----
    The probabilities that a booster itself computes from its margins are not the class
    probabilities: pass its margins to `focal_posterior`. XGBoost starts at a margin of 0.5 unless
    `base_score` or a base margin is set. LightGBM and CatBoost start at zero, and do not add an
    initial score or a baseline to their predictions. The estimators of this module take care of
    all that.

    Examples
    --------
    >>> from skfocal.boosting import focal_objective
    >>> objective = focal_objective("lightgbm", focal_gamma=2.0)
    >>> parameters = {"objective": objective, "num_leaves": 15}
    """
    loss = _loss(focal_gamma, focal_alpha, curvature)
    return _choose(library, _XGBoostObjective, _LightGBMObjective, CatBoostObjective)(loss)


def focal_metric(
    library: Library, focal_gamma: ArrayLike = 2.0, focal_alpha: ArrayLike | None = None
) -> Any:
    """Log loss of the recovered posterior, for early stopping with a library.

    Parameters
    ----------
    library : {"xgboost", "lightgbm", "catboost"}
        Library that trains.
    focal_gamma : float or array-like of shape (n_classes,), default=2.0
        Focusing parameter of the objective.
    focal_alpha : None, float or array-like of shape (n_classes,), default=None
        Class weights of the objective.

    Returns
    -------
    metric : callable or object
        For XGBoost the `custom_metric` of ``xgboost.train``. For LightGBM the `feval` of
        ``lightgbm.train``. For CatBoost the `eval_metric` of a model. Lower is better.

    Raises
    ------
    TypeError
        If `focal_gamma` or `focal_alpha` is of the wrong type.
    ValueError
        If a parameter is not as described above.

    See Also
    --------
    focal_objective : The loss for the training functions of the libraries.

    Notes
    -----
    It is the mean of ``-log P(y | x)``, weighted by the sample weights of the data, with the
    posterior `P` of `focal_posterior`. The libraries' own log loss takes the sigmoid or softmax
    for the probability, and would stop at the wrong number of trees. Switch it off, by
    ``disable_default_eval_metric`` in XGBoost and ``metric="None"`` in LightGBM.

    Examples
    --------
    >>> from skfocal.boosting import focal_metric
    >>> metric = focal_metric("xgboost", focal_gamma=2.0)
    """
    loss = _loss(focal_gamma, focal_alpha, "expected")
    return _choose(library, _XGBoostMetric, _LightGBMMetric, PosteriorLogloss)(loss)


def softmax_factor(library: Library, n_classes: int) -> float:
    """Return the factor of the library's own softmax for the curvature ``p (1 - p)``.

    The classes' trees of a round are fitted at once, each as if the other margins stayed where
    they are. The factors make up for it.
    """
    return {"xgboost": 2.0, "lightgbm": n_classes / (n_classes - 1), "catboost": 1.0}[library]


def _loss(focal_gamma: Any, focal_alpha: Any, curvature: Any) -> BoostedLoss:
    check_choice("curvature", curvature, CURVATURES)
    gamma = check_native_parameters(focal_gamma, focal_alpha)
    return BoostedLoss(gamma, focal_alpha, curvature)


def _choose(library: Any, xgboost: Any, lightgbm: Any, catboost: Any) -> Any:
    check_choice("library", library, ("xgboost", "lightgbm", "catboost"))
    return {"xgboost": xgboost, "lightgbm": lightgbm, "catboost": catboost}[library]


@dataclass(frozen=True)
class _XGBoostObjective:
    loss: BoostedLoss

    def __call__(self, margins: Floats, data: Any) -> tuple[Floats, Floats]:
        """Return gradient and curvature, of the shape of the margins."""
        weight = data.get_weight()
        factor = softmax_factor("xgboost", margins.shape[-1])
        return self.loss.derivatives(
            data.get_label(), margins, weight if len(weight) else None, factor
        )


@dataclass(frozen=True)
class _LightGBMObjective:
    loss: BoostedLoss

    def __call__(self, margins: Floats, data: Any) -> tuple[Floats, Floats]:
        """Return gradient and curvature, of the shape of the margins."""
        factor = softmax_factor("lightgbm", margins.shape[-1]) if margins.ndim == 2 else 1.0
        return self.loss.derivatives(data.get_label(), margins, data.get_weight(), factor)


@dataclass(frozen=True)
class _XGBoostMetric:
    loss: BoostedLoss

    def __call__(self, margins: Floats, data: Any) -> tuple[str, float]:
        """Return name and value."""
        weight = data.get_weight()
        name = "logloss" if margins.ndim == 1 else "mlogloss"
        weight = weight if len(weight) else None
        return name, self.loss.mean_log_loss(data.get_label(), margins, weight)


@dataclass(frozen=True)
class _LightGBMMetric:
    loss: BoostedLoss

    def __call__(self, margins: Floats, data: Any) -> tuple[str, float, bool]:
        """Return name, value and whether higher is better."""
        name = "binary_logloss" if margins.ndim == 1 else "multi_logloss"
        value = self.loss.mean_log_loss(data.get_label(), margins, data.get_weight())
        return name, value, False


class CatBoostObjective:
    """Derivatives of minus the loss, as CatBoost calls for them.

    Parameters
    ----------
    loss : BoostedLoss
        The loss.
    start : float or ndarray of shape (n_classes,), default=0.0
        Margins that are added to those of CatBoost, which begin at zero.
    """

    no_jit: ClassVar = True  # CatBoost would try to compile the methods with Numba, and warn

    def __init__(self, loss: BoostedLoss, start: Any = 0.0) -> None:
        self.loss = loss
        self.start = start

    def calc_ders_range(
        self, margins: Floats, labels: NDArray[np.float32], weights: NDArray[np.float32] | None
    ) -> Floats:
        """Return both derivatives of each row of a block, of shape (n_samples, 2)."""
        gradient, curvature = self.loss.derivatives(labels, margins + self.start, weights)
        result = np.empty((len(gradient), 2))
        np.negative(gradient, out=result[:, 0])
        np.negative(curvature, out=result[:, 1])
        return result

    def calc_ders_multi(
        self, margins: Floats, label: float, weight: float
    ) -> tuple[list[float], list[list[float]]]:
        """Return first and second derivatives of one row."""
        logits = (margins + self.start).tolist()
        # Minus the weight, because CatBoost maximises.
        return self.loss.row_derivatives(int(label), logits, -weight)


class PosteriorLogloss:
    """Log loss of the posterior, as CatBoost calls for it.

    Parameters
    ----------
    loss : BoostedLoss
        The loss.
    start : float or ndarray of shape (n_classes,), default=0.0
        Margins that are added to those of CatBoost.
    """

    no_jit: ClassVar = True  # see CatBoostObjective

    def __init__(self, loss: BoostedLoss, start: Any = 0.0) -> None:
        self.loss = loss
        self.start = start

    def is_max_optimal(self) -> bool:
        """Return whether higher is better."""
        return False

    def evaluate(
        self,
        margins: Sequence[Floats],
        labels: NDArray[np.float32],
        weights: NDArray[np.float32] | None,
    ) -> tuple[float, float]:
        """Return the total loss and the total weight."""
        logits = np.asarray(margins[0]) if len(margins) == 1 else np.stack(margins, axis=1)
        losses = self.loss.log_losses(labels, logits + self.start)
        if weights is None:
            return float(losses.sum()), float(len(losses))
        return float(losses @ weights), float(np.sum(weights))

    def get_final_error(self, error: float, weight: float) -> float:
        """Return the mean."""
        return error / weight
