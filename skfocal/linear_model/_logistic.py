"""Logistic regression under focal loss."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import partial
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import validate_data

from skfocal._checks import check_boolean, check_integer, check_labels, check_number
from skfocal._classes import resolve_alpha, resolve_gamma
from skfocal._solver import (
    Minimum,
    Standardization,
    TrainingData,
    canonical,
    constant_parameters,
    encode_labels,
    in_precision,
    objective_on_table,
    ordered_map,
    train,
)
from skfocal._typing import Alpha, Floats, Gamma, ProbabilityMode
from skfocal.linear_model._callbacks import (
    CallbackSupportMixin,
    IterationTasks,
    fit_task,
    with_callbacks,
)
from skfocal.linear_model._prediction import FocalClassifierMixin, check_probability
from skfocal.losses import FocalLoss, check_gamma

__all__ = ["FocalLogisticRegression"]


class FocalLogisticRegression(CallbackSupportMixin, FocalClassifierMixin, BaseEstimator):
    """Logistic regression that minimises focal loss, with true probabilities.

    Focal loss turns the model's attention from rows that it gets right to rows that it gets
    wrong. Its scores are not probabilities; ``predict_proba`` recovers the true ones in closed
    form. With ``gamma=0`` and ``alpha=None`` this is ordinary logistic regression.

    Parameters
    ----------
    gamma : float, mapping or array-like of shape (n_classes,), default=2.0
        Focusing parameter, >= 0. Zero gives cross-entropy. A mapping from label to number, or an
        array in the order of ``classes_``, gives each class its own.
    alpha : None, float, "balanced", mapping or array-like of shape (n_classes,), default=None
        Weights of the classes. None weighs every class 1. A float in (0, 1), for two classes,
        weighs ``classes_[1]``, and one minus it ``classes_[0]``. "balanced" weighs classes by the
        inverse of their total weight, as class weights of that name do in scikit-learn. A mapping
        goes from label to weight, and an array is in the order of ``classes_``.
    C : float, default=1.0
        Inverse strength of the ridge penalty, > 0. ``np.inf`` for none. The loss shrinks as
        `gamma` rises, so the same `C` penalises more: search both together.
    fit_intercept : bool, default=True
        Whether to fit an intercept, which is not penalised.
    tol : float, default=1e-6
        Bound, > 0, on the largest absolute component of the gradient at the solution. The
        gradient is that of the objective divided by `C` and by the total sample weight, `alpha`
        included, with respect to the coefficients of standardised (centred, unit-variance)
        columns, so that neither a change of units nor more rows change what it means. Without an
        intercept columns are divided by their root mean squares and not centred. Where the
        gradient is small from the start, with a class of less than about one row in fifty or a
        large `gamma`, the search goes on to a bound that is smaller in proportion.
    max_iter : int, default=200
        Maximum number of L-BFGS iterations, >= 1.
    warm_start : bool, default=False
        Whether to begin at the solution of the previous call to ``fit``.
    probability : {"posterior", "weighted", "link"}, default="posterior"
        What ``predict_proba`` tells. "posterior" is the true probability of the classes, with
        `gamma` and `alpha` undone. "weighted" undoes `gamma` only, and so gives what class
        weights give elsewhere. "link" is the plain sigmoid or softmax of the logits, which
        deep-learning code reports; for ``gamma > 0`` it is drawn towards uniform.
    verbose : int, default=0
        If positive, ``fit`` prints a line for each iteration: what is minimised (a sample, the
        row space of a wide table, or the table), the objective divided by `C` and the total
        weight, and the largest component of its gradient.

    Attributes
    ----------
    coef_ : ndarray of shape (1, n_features) or (n_classes, n_features)
        Coefficients; one row if there are two classes. In the precision of `X`.
    intercept_ : ndarray of shape (1,) or (n_classes,)
        Intercepts, zero without one. For more than two classes they sum to zero.
    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted.
    class_weight_ : ndarray of shape (n_classes,)
        What `alpha` came to: one weight for each class.
    n_iter_ : int
        Number of L-BFGS iterations, those on a sample included.
    n_passes_ : float
        How often the table was read. Reads of a sample count by its share of the rows.
    objective_ : float
        Value of the objective at the solution.
    n_features_in_ : int
        How many features ``fit`` saw.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Their names, if `X` had names that are all strings.

    See Also
    --------
    focal_loss : The loss as a function of labels and logits.
    focal_posterior : The map from logits to true probabilities.
    sklearn.linear_model.LogisticRegression : The special case of cross-entropy.

    Notes
    -----
    The objective is ``||w||^2 / 2 + C sum_i s_i alpha_{y_i} FL_i``, with ``s_i`` the sample
    weights and ``FL_i`` the focal loss [1]_ of the logits ``X w + b``; with ``C=np.inf`` the sum
    alone. Two classes have one logit, more have one each. ``predict`` returns the class of the
    largest posterior weighted by `alpha`, which minimises the risk weighted so; with one `gamma`
    for all classes it is that of the largest logit. The true posterior [2]_ may have its maximum
    elsewhere unless `alpha` is None.

    For ``gamma > 0`` the objective is not convex. The search starts from the class frequencies,
    is deterministic, to the same bits for any number of threads, and ends in a minimum that need
    not be the lowest. Tables with two can be constructed; on 36 public ones, with `C` from 0.01
    to 100, it ended where a path of warm starts along `gamma` does.

    `X` may be dense in any order, float64 or float32, memory-mapped, or CSR, and is not copied;
    CSC is converted to CSR, and a sparse table with repeated entries is copied to add them up.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, "Focal loss for dense object
       detection", ICCV 2017, pp. 2999-3007. https://doi.org/10.1109/ICCV.2017.324
    .. [2] N. Charoenphakdee, J. Vongkulbhisal, N. Chairatanakul and M. Sugiyama, "On focal loss
       for class-posterior probability estimation: a theoretical perspective", CVPR 2021,
       pp. 5202-5211. https://doi.org/10.1109/CVPR46437.2021.00516

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import make_classification
    >>> from skfocal import FocalLogisticRegression
    >>> X, y = make_classification(n_samples=5000, weights=[0.95], random_state=0)
    >>> model = FocalLogisticRegression(gamma=2.0).fit(X, y)
    >>> model.predict_proba(X).mean(axis=0).round(3)
    array([0.944, 0.056])
    >>> (np.bincount(y) / len(y)).round(3)
    array([0.945, 0.055])
    """

    def __init__(
        self,
        gamma: Gamma = 2.0,
        alpha: Alpha = None,
        *,
        C: float = 1.0,
        fit_intercept: bool = True,
        tol: float = 1e-6,
        max_iter: int = 200,
        warm_start: bool = False,
        probability: ProbabilityMode = "posterior",
        verbose: int = 0,
    ) -> None:
        self.gamma = gamma
        self.alpha = alpha
        self.C = C
        self.fit_intercept = fit_intercept
        self.tol = tol
        self.max_iter = max_iter
        self.warm_start = warm_start
        self.probability = probability
        self.verbose = verbose

    @with_callbacks
    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training table.
        y : array-like of shape (n_samples,)
            Class labels: strings, booleans or integers.
        sample_weight : float or array-like of shape (n_samples,), default=None
            Weights of the rows, >= 0; a single number weighs all. None weighs every row 1.

        Returns
        -------
        self : FocalLogisticRegression
            The fitted estimator.

        Raises
        ------
        TypeError
            If a parameter is of the wrong type.
        ValueError
            If a parameter, `X`, `y` or `sample_weight` is not what is described above.

        Warns
        -----
        ConvergenceWarning
            If the gradient at the solution exceeds `tol`.
        """
        self._check_parameters()
        X, y = self._check_table(X, y)
        data = encode_labels(X, y, sample_weight)
        gamma = resolve_gamma(self.gamma, data.classes)
        class_weight = resolve_alpha(self.alpha, data.classes, data.class_totals)
        metadata = None if sample_weight is None else {"sample_weight": data.sample_weight}
        about = {"estimator": self, "X": X, "y": y, "metadata": metadata}
        context = self._init_callback_context(max_subtasks=self.max_iter + 1)
        with fit_task(context, fits=True, **about):
            with ordered_map() as map_:
                objective = objective_on_table(
                    data,
                    FocalLoss(gamma),
                    map_,
                    fit_intercept=self.fit_intercept,
                    estimator_name=type(self).__name__,
                ).weighted(class_weight, self.C)
                attributes_at = partial(
                    self._fitted_attributes, objective.columns, data, gamma, class_weight
                )
                start = self._previous_parameters(data, objective.columns)
                tasks = IterationTasks(
                    context,
                    attributes_at,
                    constant_parameters(objective) if start is None else start,
                    verbose=self.verbose,
                    **about,
                )
                minimum = train(
                    objective, tol=self.tol, max_iter=self.max_iter, start=start, callback=tasks
                )
                tasks.close()
            for name, value in attributes_at(minimum.parameters).items():
                setattr(self, name, value)
            self.n_iter_ = minimum.n_iter
            self.n_passes_ = objective.blocks.n_passes
            C = 1.0 if np.isinf(self.C) else self.C
            self.objective_ = minimum.value * objective.total_weight * C
        if not minimum.gradient_norm <= self.tol:
            self._warn_of_nonconvergence(minimum)
        return self

    def _check_table(self, X: Any, y: ArrayLike) -> tuple[Any, ArrayLike]:
        check_labels("y", y)
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse="csr",
            dtype=[np.float64, np.float32],
            # Checked later, in the pass that measures the columns.
            ensure_all_finite=False,
        )
        return canonical(X), y

    def _fitted_attributes(
        self,
        columns: Standardization,
        data: TrainingData,
        gamma: float | Floats,
        class_weight: Floats,
        parameters: Floats,
    ) -> dict[str, Any]:
        """Return the attributes of an estimator that was fitted with these parameters."""
        raw = np.atleast_2d(columns.raw_parameters(parameters))
        raw = in_precision(raw, data.X.dtype)
        return {
            "coef_": raw[:, :-1],
            "intercept_": raw[:, -1],
            "classes_": data.classes,
            "class_weight_": class_weight,
            # A later change of the parameter must not change the predictions of this fit.
            "_fitted_gamma": gamma,
        }

    def _check_parameters(self) -> None:
        if not isinstance(self.gamma, Mapping):
            check_gamma(self.gamma)
        check_number("C", self.C, "a number > 0, or np.inf for no penalty", above=0, finite=False)
        check_boolean("fit_intercept", self.fit_intercept)
        check_number("tol", self.tol, "a finite number > 0", above=0)
        check_integer("max_iter", self.max_iter, "an integer >= 1", 1)
        check_boolean("warm_start", self.warm_start)
        check_integer("verbose", self.verbose, "an integer >= 0", 0)
        check_probability(self.probability)

    def _previous_parameters(self, data: TrainingData, columns: Standardization) -> Floats | None:
        """Return the parameters of the previous fit, if a warm start from them is possible."""
        if not (
            self.warm_start
            and hasattr(self, "coef_")
            and np.array_equal(self.classes_, data.classes)
            and self.coef_.shape[1] == len(columns.mean)
        ):
            return None
        raw = np.column_stack([self.coef_, self.intercept_]).astype(np.float64)
        return columns.standardized_parameters(raw[0] if len(raw) == 1 else raw)

    def _warn_of_nonconvergence(self, minimum: Minimum) -> None:
        if minimum.n_iter >= self.max_iter:
            remedy = "Increase max_iter or tol"
        else:
            remedy = "Rounding allows no further descent: increase tol"
        if np.isinf(self.C):
            remedy += ", or make C finite: without a penalty separable classes have no minimum"
        msg = (
            f"L-BFGS stopped after {minimum.n_iter} iterations (max_iter={self.max_iter}) with a "
            f"gradient of {minimum.gradient_norm:.2g}, above tol={self.tol:.2g}. {remedy}."
        )
        warnings.warn(msg, ConvergenceWarning, stacklevel=4)
