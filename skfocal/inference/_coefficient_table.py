"""A table of coefficients with their uncertainty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri
from sklearn.utils.validation import validate_data

from skfocal._checks import check_choice, check_labels, check_number
from skfocal._predictions import fitted_gamma
from skfocal._solver import (
    Covariance,
    TrainingData,
    canonical,
    covariance_at,
    encode_labels,
    objective_on_table,
    ordered_map,
)
from skfocal._typing import Floats
from skfocal.linear_model._sparse_coef import dense_coef
from skfocal.losses import FocalLoss

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["coefficient_table"]

# An error of the coefficients of this many tolerances is not one of the fit.
_TOLERANCES = 10
# Coefficients in single precision are rounded by about this.
_LEAST_ERROR = 1e-5


def coefficient_table(
    model: Any,
    X: Any,
    y: ArrayLike,
    sample_weight: ArrayLike | None = None,
    *,
    covariance: Literal["sandwich", "model"] = "sandwich",
    confidence: float = 0.95,
    reference: Any = None,
) -> pd.DataFrame:
    """Compute standard errors, tests and intervals of the coefficients of a model.

    Parameters
    ----------
    model : FocalLogisticRegression or FocalLogisticRegressionCV
        Fitted model, without an L1 penalty.
    X : {array-like, sparse matrix} of shape (n_samples, n_features)
        Data that the model was fitted to.
    y : array-like of shape (n_samples,)
        Their labels.
    sample_weight : float or array-like of shape (n_samples,), default=None
        Their weights in the fit. A weight of 2 counts as two samples.
    covariance : {"sandwich", "model"}, default="sandwich"
        How the standard errors are computed. "sandwich" is valid also if the model is wrong.
        "model" is the inverse of the Hessian. It is valid only for a correct model fitted by
        maximum likelihood, and is computed only for ``gamma=0``, ``alpha=None`` and ``C=np.inf``.
    confidence : float, default=0.95
        Confidence level of the intervals, between 0 and 1.
    reference : object, default=None
        With more than two classes, the label of the class that the others are compared with: the
        table has the differences of their coefficients from those of this class. None means the
        coefficients themselves, which sum to zero over the classes.

    Returns
    -------
    table : DataFrame
        One row for each coefficient, named by feature, and for the intercept if there is one. With
        more than two classes, the index has the class as its first level. The columns are:

        - `coefficient`: the coefficient of the feature as it is in `X`;
        - `standard_error`: nan for constant features, whose coefficient is zero;
        - `z`: the coefficient divided by its standard error;
        - `p_value`: two-sided, for a coefficient of zero;
        - `lower`, `upper`: ends of the confidence interval.

    Raises
    ------
    ImportError
        If pandas is not installed.
    NotFittedError
        If the model has not been fitted.
    TypeError
        If a parameter is of the wrong type.
    ValueError
        If the model has an L1 penalty, a parameter is not as described above, the data are not
        those of the fit, or they do not determine the coefficients.

    See Also
    --------
    FocalLogisticRegression : The model.

    Notes
    -----
    Let ``psi_i`` be the gradient of ``alpha_{y_i} FL_i`` in the coefficients and ``H`` the Hessian
    of the whole objective divided by `C`. The sandwich is ``H^-1 S H^-1`` [1]_ with ``S = sum_i s_i
    (psi_i - mean psi) (psi_i - mean psi)^T``. Intervals are those of the normal distribution. They
    hold for large samples: there is no correction for small ones.

    What is estimated are the coefficients that minimise the expected objective in the population,
    for the same `gamma`, class weights and penalty per sample:

    - For ``gamma=0``, ``alpha=None`` and ``C=np.inf`` these are the log-odds ratios of a logistic
      model.
    - For ``gamma > 0`` they are not log-odds ratios. The log-odds are a nonlinear function of the
      logits, which ``predict_proba`` inverts, and for large logits about ``1 + gamma`` times as
      large. A coefficient of zero still means no effect if the model is correct.
    - With class weights, the coefficients are those of a population in which the classes have
      these weights. Weights that were computed from the data, by ``alpha="balanced"``, are treated
      as fixed. In a simulation this made the interval of the intercept too wide.
    - With an L2 penalty, the coefficients are biased towards zero. The interval is one for the
      penalised coefficients, not for those of the model without a penalty. It may cover the latter
      rarely if the penalty is strong.

    A model whose `gamma`, `alpha` or `C` was selected on the same data has wider uncertainty than
    the table shows.

    References
    ----------
    .. [1] H. White, "Maximum likelihood estimation of misspecified models", Econometrica 50(1),
       1982, pp. 1-25. https://doi.org/10.2307/1912526

    Examples
    --------
    >>> import numpy as np
    >>> from skfocal import FocalLogisticRegression
    >>> from skfocal.inference import coefficient_table
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((1000, 2))
    >>> y = (X[:, 0] + rng.logistic(size=1000) > 0).astype(int)
    >>> model = FocalLogisticRegression(gamma=0, C=np.inf).fit(X, y)
    >>> table = coefficient_table(model, X, y)
    >>> table[["coefficient", "standard_error", "p_value"]].round(2)
               coefficient  standard_error  p_value
    x0                1.10            0.08     0.00
    x1               -0.17            0.07     0.02
    intercept        -0.09            0.07     0.21
    """
    check_choice("covariance", covariance, ("sandwich", "model"))
    level = check_number("confidence", confidence, "a number between 0 and 1", above=0)
    if level >= 1:
        msg = f"confidence must be a number between 0 and 1; got {confidence!r}."
        raise ValueError(msg)
    pandas = _pandas()
    gamma = fitted_gamma("model", model)
    coef = dense_coef(model).astype(np.float64)
    raw = np.column_stack([coef, model.intercept_.astype(np.float64)])
    found = _covariance(model, gamma, raw, _data(model, X, y, sample_weight), covariance)
    classes, contrasts = _contrasts(model.classes_, reference)
    with_contrasts = np.kron(contrasts, np.eye(raw.shape[1]))
    chosen = found.sandwich if covariance == "sandwich" else found.model
    variance = np.diag(with_contrasts @ chosen @ with_contrasts.T).copy()
    variance[np.tile(found.is_fixed, len(contrasts))] = np.nan
    columns = _columns(with_contrasts @ raw.ravel(), np.sqrt(variance), level)
    names = [*_feature_names(model), "intercept"]
    index: Any = names
    if classes is not None:
        index = pandas.MultiIndex.from_product([classes, names], names=["class", "feature"])
    kept = np.tile(np.arange(len(names)) < len(names) - (not model.fit_intercept), len(contrasts))
    table: pd.DataFrame = pandas.DataFrame(columns, index=index)[kept]
    return table


def _pandas() -> Any:
    try:
        import pandas as pd  # noqa: PLC0415 - an optional dependency
    except ImportError as error:
        msg = 'coefficient_table needs pandas. Install it: pip install "skfocal[compare]".'
        raise ImportError(msg) from error
    return pd


def _data(model: Any, X: Any, y: ArrayLike, sample_weight: ArrayLike | None) -> TrainingData:
    """Return the data that a model was fitted to."""
    check_labels("y", y)
    X, y = validate_data(
        model,
        X,
        y,
        reset=False,
        accept_sparse="csr",
        dtype=[np.float64, np.float32],
        # Checked later, in the pass that standardises the columns.
        ensure_all_finite=False,
    )
    data = encode_labels(canonical(X), y, sample_weight)
    if not np.array_equal(data.classes, model.classes_):
        msg = (
            f"y must hold the classes of the fit, {model.classes_.tolist()!r}; got "
            f"{data.classes.tolist()!r}."
        )
        raise ValueError(msg)
    return data


def _covariance(
    model: Any,
    gamma: float | Floats,
    raw: Floats,
    data: TrainingData,
    kind: Literal["sandwich", "model"],
) -> Covariance:
    """Return the covariance of the raw parameters, of shape (n_rows, n_features + 1)."""
    # A search has the parameters of the best candidate.
    C = getattr(model, "C_", None) or model.C
    l1_ratio = model.l1_ratio_ if hasattr(model, "l1_ratio_") else model.l1_ratio
    if l1_ratio > 0 and np.isfinite(C):
        msg = (
            "model must not have an L1 penalty, since coefficients that it shrinks to zero are not "
            f"normally distributed; got l1_ratio={l1_ratio}. Set l1_ratio=0."
        )
        raise ValueError(msg)
    is_likelihood = not np.any(gamma) and (model.class_weight_ == 1).all() and np.isinf(C)
    if kind == "model" and not is_likelihood:
        msg = (
            "covariance='model' needs a fit by maximum likelihood: gamma=0, alpha=None and "
            "C=np.inf. Use covariance='sandwich'."
        )
        raise ValueError(msg)
    with ordered_map() as map_:
        objective = objective_on_table(
            data,
            FocalLoss(gamma),
            map_,
            fit_intercept=model.fit_intercept,
            estimator_name=type(model).__name__,
        ).weighted(model.class_weight_, C)
        parameters = objective.columns.standardized_parameters(raw)
        found = covariance_at(objective, parameters.reshape(objective.parameters_shape))
    if found is None:
        msg = (
            "X and y must determine the coefficients, but the Hessian is not positive definite: "
            "features are collinear, or the classes are separable. Drop features, or make C finite."
        )
        raise ValueError(msg)
    if found.error > max(_TOLERANCES * model.tol, _LEAST_ERROR):
        msg = (
            "X, y and sample_weight must be those that model was fitted to, with the same "
            f"parameters: its coefficients have an estimated error of {found.error:.2g} on them, "
            f"and tol is {model.tol:.2g}."
        )
        raise ValueError(msg)
    return found


def _contrasts(classes: NDArray[Any], reference: Any) -> tuple[list[Any] | None, Floats]:
    """Return the classes of the table, and the rows of coefficients that they are sums of."""
    labels = classes.tolist()
    if reference is not None and (len(labels) == 2 or reference not in labels):
        msg = (
            "reference must be None for two classes"
            if len(labels) == 2
            else f"reference must be None or one of the classes {labels!r}"
        )
        msg = f"{msg}; got {reference!r}."
        raise ValueError(msg)
    if len(labels) == 2:
        return None, np.ones((1, 1))
    contrasts = np.eye(len(labels))
    if reference is None:
        return labels, contrasts
    position = labels.index(reference)
    contrasts[:, position] -= 1
    return labels[:position] + labels[position + 1 :], np.delete(contrasts, position, axis=0)


def _columns(estimates: Floats, standard_errors: Floats, level: float) -> dict[str, Floats]:
    with np.errstate(invalid="ignore"):
        z = estimates / standard_errors
    half = ndtri(0.5 + 0.5 * level) * standard_errors
    return {
        "coefficient": estimates,
        "standard_error": standard_errors,
        "z": z,
        "p_value": 2 * ndtr(-np.abs(z)),
        "lower": estimates - half,
        "upper": estimates + half,
    }


def _feature_names(model: Any) -> list[str]:
    names = getattr(model, "feature_names_in_", None)
    return [f"x{j}" for j in range(model.n_features_in_)] if names is None else list(names)
