"""Logistic regression with focal loss."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import validate_data

from skfocal._checks import (
    check_boolean,
    check_integer,
    check_l1_ratio,
    check_labels,
    check_number,
)
from skfocal._classes import resolve_alpha, resolve_gamma
from skfocal._predictions import check_probability
from skfocal._solver import (
    FocalObjective,
    Iteration,
    Solution,
    Standardization,
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
from skfocal.linear_model._pickling import VersionedEstimator
from skfocal.linear_model._prediction import FocalClassifierMixin
from skfocal.linear_model._sparse_coef import SparseCoefMixin, dense_coef
from skfocal.losses import FocalLoss, check_gamma

__all__ = ["FocalLogisticRegression"]


class _ByClass(NamedTuple):
    """The classes, and the values of the parameters for them."""

    classes: NDArray[Any]
    gamma: float | Floats
    class_weight: Floats


class FocalLogisticRegression(
    CallbackSupportMixin, FocalClassifierMixin, SparseCoefMixin, VersionedEstimator
):
    """Logistic regression with focal loss.

    Focal loss gives less weight to samples that the model already classifies well. The sigmoid or
    softmax of its logits is therefore not the class probability. ``predict_proba`` recovers the
    class probabilities in closed form. With ``gamma=0`` and ``alpha=None`` this is ordinary
    logistic regression.

    Parameters
    ----------
    gamma : float, mapping or array-like of shape (n_classes,), default=2.0
        Focusing parameter, >= 0. With 0 the loss is cross-entropy. A mapping from class label to
        number, or an array in the order of ``classes_``, sets one value per class.
    alpha : None, float, "balanced", mapping or array-like of shape (n_classes,), default=None
        Class weights. None sets all weights to 1. A float in (0, 1) is valid for two classes: it is
        the weight of ``classes_[1]``, and ``1 - alpha`` is the weight of ``classes_[0]``.
        "balanced" sets weights that are inversely proportional to the total sample weight of each
        class, as ``class_weight="balanced"`` in scikit-learn. A mapping is from class label to
        weight. An array is in the order of ``classes_``.
    C : float, default=1.0
        Inverse of the strength of the penalty, > 0. ``np.inf`` means no penalty. The loss decreases
        as `gamma` increases, so the same `C` regularises more strongly. Tune both together.
    l1_ratio : float, default=0.0
        Share of the L1 penalty, from 0 to 1. With 0 the penalty is L2, with 1 it is L1, and in
        between it is the elastic net. With any L1 penalty some coefficients are exactly zero.
    fit_intercept : bool, default=True
        Whether to fit an intercept. The intercept is not penalised.
    tol : float, default=1e-4
        Tolerance, > 0. The solver stops when it estimates that the objective exceeds its minimum by
        at most ``tol**2`` of its value; see Notes.
    max_iter : int, default=200
        Maximum number of iterations, >= 1.
    warm_start : bool, default=False
        Whether to start from the solution of the previous call to ``fit``.
    probability : {"posterior", "weighted", "link"}, default="posterior"
        What ``predict_proba`` returns. "posterior" is the class probability, which inverts the
        effect of `gamma` and `alpha`. "weighted" inverts the effect of `gamma` only, as a model
        with cross-entropy and the same class weights. "link" is the sigmoid or softmax of the
        logits, as in deep learning code. For ``gamma > 0`` it is closer to uniform than the class
        probability.
    verbose : int, default=0
        If positive, ``fit`` prints a line for each iteration: the stage (a subsample, the row space
        or all the data), the objective and its estimated error, which `tol` bounds.

    Attributes
    ----------
    coef_ : ndarray of shape (1, n_features) or (n_classes, n_features)
        Coefficients in the precision of `X`. One row if there are two classes. With more than two
        classes and ``l1_ratio=0`` each column sums to zero.
    intercept_ : ndarray of shape (1,) or (n_classes,)
        Intercepts, zero if `fit_intercept` is False. With more than two classes they sum to zero.
    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted.
    class_weight_ : ndarray of shape (n_classes,)
        Resolved class weights.
    n_iter_ : int
        Number of iterations, including those on a subsample and Newton's at the end.
    n_passes_ : float
        Number of passes over the data. Reading a subsample counts as a fraction of a pass.
    objective_ : float
        Value of the objective at the solution.
    n_features_in_ : int
        Number of features seen during ``fit``.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of features seen during ``fit``. Defined only if `X` has feature names that are all
        strings.

    See Also
    --------
    focal_loss : The loss as a function of labels and logits.
    focal_posterior : Class probabilities from logits.
    FocalLogisticRegressionCV : Selects `gamma`, `alpha`, `C` and `l1_ratio` by cross-validation.
    l1_min_c : The largest `C` for which all coefficients are zero.
    sklearn.linear_model.LogisticRegression : The special case of cross-entropy.

    Notes
    -----
    The objective is ``(1 - l1_ratio) ||w||^2 / 2 + l1_ratio ||w||_1 + C sum_i s_i alpha_{y_i}
    FL_i``, where ``s_i`` are the sample weights and ``FL_i`` is the focal loss [1]_ of the logits
    ``X w + b``. With ``C=np.inf`` it is the sum alone. If columns are then collinear, the solution
    has the smallest ``||w||``, unless `X` has more than 3162 rows and as many columns. There is one
    logit for two classes, and one logit per class for more.

    ``predict`` returns the class with the largest posterior times class weight, which minimises
    the risk with these class weights. If `gamma` is the same for all classes, this is the class
    with the largest logit. The class with the largest posterior [2]_ may be another one unless
    `alpha` is None.

    The difference from the minimum is estimated by ``g^T H^-1 g / 2``, where ``g`` is the gradient
    and ``H`` the approximation of the Hessian that L-BFGS uses. It does not depend on the units of
    the features, on `C` or on the number of samples. Near the minimum it equals half the squared
    distance of the coefficients from the solution, in the norm of the Hessian. `tol` therefore
    bounds a relative error of the coefficients, of which ``tol**2`` is the error of the objective.
    With the default, the objective was within 1e-7 of its minimum, relative to its value, on 40
    real and synthetic data sets. The estimate can be too small with several classes, heavy-tailed
    features and hardly any penalty: in such a case, with ``C=1e5``, the difference was 5e-7.

    With an L1 penalty the estimate is the decrease of a quadratic model of the loss plus the exact
    penalty, between the current coefficients and the minimum of this model. It is zero if and only
    if the coefficients are stationary: for the standardised columns, each slope of the loss and the
    L2 penalty equals the slope of the L1 penalty, or does not exceed it where the coefficient is
    zero. If there are more than 400 features, coefficients are fitted on subsets of the features,
    and the decrease that each other feature could achieve alone is added to the estimate. With more
    than two classes and ``l1_ratio=1``, several coefficients may attain the minimum.

    For ``gamma > 0`` the objective is not convex, so the solver may converge to a local minimum.
    It starts from the class frequencies and is deterministic: coefficients are identical to the
    last bit for any number of threads.

    `X` is not copied if it is dense (float64 or float32, in any order, also memory-mapped) or CSR.
    CSC is converted to CSR. CSR with duplicate entries is copied.

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
        l1_ratio: float = 0.0,
        fit_intercept: bool = True,
        tol: float = 1e-4,
        max_iter: int = 200,
        warm_start: bool = False,
        probability: ProbabilityMode = "posterior",
        verbose: int = 0,
    ) -> None:
        self.gamma = gamma
        self.alpha = alpha
        self.C = C
        self.l1_ratio = l1_ratio
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
            Training data.
        y : array-like of shape (n_samples,)
            Class labels: strings, booleans or integers.
        sample_weight : float or array-like of shape (n_samples,), default=None
            Sample weights, >= 0. A number is the weight of every sample. None means 1.

        Returns
        -------
        self : FocalLogisticRegression
            The fitted estimator.

        Raises
        ------
        TypeError
            If a parameter is of the wrong type.
        ValueError
            If a parameter, `X`, `y` or `sample_weight` is not as described above, or the
            coefficients of a warm start are not finite.

        Warns
        -----
        ConvergenceWarning
            If the estimated error at the solution exceeds `tol`.
        """
        self._check_parameters()
        X, y = self._check_data(X, y)
        data = encode_labels(X, y, sample_weight)
        values = self._resolve_by_class(data.classes, data.class_totals)
        metadata = None if sample_weight is None else {"sample_weight": data.sample_weight}
        task_data = {"estimator": self, "X": X, "y": y, "metadata": metadata}
        context = self._init_callback_context(max_subtasks=self.max_iter + 1)
        with fit_task(context, is_fitted=True, **task_data), ordered_map() as map_:
            unweighted = objective_on_table(
                data,
                FocalLoss(values.gamma),
                map_,
                fit_intercept=self.fit_intercept,
                estimator_name=type(self).__name__,
            )
            solution = self._train(unweighted, values, data.X.dtype, context, task_data)
        if not solution.is_converged:
            self._warn_not_converged(solution)
        return self

    def _resolve_by_class(self, classes: NDArray[Any], class_totals: Floats) -> _ByClass:
        """Resolve `gamma` and `alpha` for the classes of a table."""
        gamma = resolve_gamma(self.gamma, classes)
        return _ByClass(classes, gamma, resolve_alpha(self.alpha, classes, class_totals))

    def _train(
        self,
        unweighted: FocalObjective,
        values: _ByClass,
        dtype: np.dtype[Any],
        context: Any,
        task_data: Mapping[str, Any],
        observe: Callable[[Iteration], None] = lambda _: None,
    ) -> Solution:
        """Train on a table, and set the fitted attributes."""
        objective = unweighted.weighted(values.class_weight, self.C, self.l1_ratio)
        attributes_at = partial(self._fitted_attributes, objective.columns, values, dtype)
        start = self._previous_parameters(values.classes, objective.columns)
        tasks = IterationTasks(
            context,
            attributes_at,
            constant_parameters(objective) if start is None else start,
            verbose=self.verbose,
            **task_data,
        )

        def callback(iteration: Iteration) -> None:
            observe(iteration)
            tasks(iteration)

        solution = train(
            objective, tol=self.tol, max_iter=self.max_iter, start=start, callback=callback
        )
        tasks.close()
        for name, value in attributes_at(solution.parameters).items():
            setattr(self, name, value)
        self.n_iter_ = solution.n_iter
        self.n_passes_ = objective.blocks.n_passes
        C = 1.0 if np.isinf(self.C) else self.C
        self.objective_ = solution.value * objective.total_weight * C
        return solution

    def _check_data(self, X: Any, y: ArrayLike) -> tuple[Any, ArrayLike]:
        check_labels("y", y)
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse="csr",
            dtype=[np.float64, np.float32],
            # Checked later, in the pass that standardises the columns.
            ensure_all_finite=False,
        )
        return canonical(X), y

    def _fitted_attributes(
        self,
        columns: Standardization,
        values: _ByClass,
        dtype: np.dtype[Any],
        parameters: Floats,
    ) -> dict[str, Any]:
        """Return the fitted attributes for given parameters of standardised columns."""
        raw = np.atleast_2d(columns.raw_parameters(parameters))
        raw = in_precision(raw, dtype)
        return {
            "coef_": raw[:, :-1],
            "intercept_": raw[:, -1],
            "classes_": values.classes,
            "class_weight_": values.class_weight,
            # Setting `gamma` after the fit must not change predictions.
            "_fitted_gamma": values.gamma,
        }

    def _check_parameters(self) -> None:
        if not isinstance(self.gamma, Mapping):
            check_gamma(self.gamma)
        check_number("C", self.C, "a number > 0, or np.inf for no penalty", above=0, finite=False)
        check_l1_ratio("l1_ratio", self.l1_ratio)
        check_boolean("fit_intercept", self.fit_intercept)
        check_number("tol", self.tol, "a finite number > 0", above=0)
        check_integer("max_iter", self.max_iter, "an integer >= 1", 1)
        check_boolean("warm_start", self.warm_start)
        check_integer("verbose", self.verbose, "an integer >= 0", 0)
        check_probability(self.probability)

    def _previous_parameters(
        self, classes: NDArray[Any], columns: Standardization
    ) -> Floats | None:
        """Return the parameters of the previous fit, or None if no warm start is possible."""
        if not (
            self.warm_start
            and hasattr(self, "coef_")
            and np.array_equal(self.classes_, classes)
            and self.coef_.shape[1] == len(columns.mean)
        ):
            return None
        raw = np.column_stack([dense_coef(self), self.intercept_]).astype(np.float64)
        if not np.isfinite(raw).all():
            msg = (
                "coef_ and intercept_ must hold finite numbers for a warm start; got NaN or "
                "infinity. Set warm_start=False."
            )
            raise ValueError(msg)
        return columns.standardized_parameters(raw[0] if len(raw) == 1 else raw)

    def _warn_not_converged(self, solution: Solution) -> None:
        if solution.n_iter >= self.max_iter:
            cause, advice = "reached max_iter", "Increase max_iter or tol"
        else:
            cause, advice = "cannot descend further because of rounding", "Increase tol"
        if np.isinf(self.C):
            advice += ", or make C finite: without a penalty, separable classes have no minimum"
        msg = (
            f"The fit did not converge: it {cause} after {solution.n_iter} iterations "
            f"(max_iter={self.max_iter}), and the estimated error of {solution.error:.2g} exceeds "
            f"tol={self.tol:.2g}. {advice}."
        )
        warnings.warn(msg, ConvergenceWarning, stacklevel=4)
