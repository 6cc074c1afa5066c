"""Logistic regression under focal loss."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, log_expit, log_softmax, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags, assert_all_finite
from sklearn.utils.extmath import safe_sparse_dot
from sklearn.utils.validation import check_is_fitted, validate_data

from skfocal._checks import (
    check_boolean,
    check_choice,
    check_integer,
    check_number,
    check_row_weights,
)
from skfocal._typing import Alpha, Floats, ProbabilityMode
from skfocal.blocks import RowBlocks
from skfocal.classes import class_totals, encode, resolve_alpha
from skfocal.lbfgs import Minimum
from skfocal.losses import FocalLoss, check_gamma
from skfocal.objective import FocalObjective
from skfocal.posterior import posterior_logits
from skfocal.preconditioning import standardize
from skfocal.threads import ordered_map
from skfocal.training import gradient_norm, train

__all__ = ["FocalLogisticRegression"]


class FocalLogisticRegression(ClassifierMixin, BaseEstimator):
    """Logistic regression that minimises focal loss, with true probabilities.

    Focal loss turns the model's attention from rows that it gets right to rows that it gets
    wrong. Its scores are not probabilities; ``predict_proba`` recovers the true ones in closed
    form. With ``gamma=0`` and ``alpha=None`` this is ordinary logistic regression.

    Parameters
    ----------
    gamma : float, default=2.0
        Focusing parameter, >= 0. Zero gives cross-entropy.
    alpha : None, float, "balanced", mapping or array-like of shape (n_classes,), default=None
        Weights of the classes. None weighs every class 1. A float in (0, 1), for two classes,
        weighs ``classes_[1]``, and one minus it ``classes_[0]``. "balanced" weighs classes by the
        inverse of their total weight, as class weights of that name do in scikit-learn. A mapping
        goes from label to weight, and an array is in the order of ``classes_``.
    C : float, default=1.0
        Inverse strength of the ridge penalty, > 0. ``np.inf`` for none.
    fit_intercept : bool, default=True
        Whether to fit an intercept, which is not penalised.
    tol : float, default=1e-6
        Bound, > 0, on the largest absolute component of the gradient at the solution. The
        gradient is that of the objective divided by `C` and by the total sample weight, with
        respect to the coefficients of standardised (centred, unit-variance) columns, so that
        neither a change of units nor more rows change what it means. Without an intercept columns
        are divided by their root mean squares and not centred.
    max_iter : int, default=200
        The most L-BFGS iterations over the whole table, >= 1.
    warm_start : bool, default=False
        Whether to begin at the solution of the previous call to ``fit``.
    probability : {"posterior", "weighted", "link"}, default="posterior"
        What ``predict_proba`` tells. "posterior" is the true probability of the classes, with
        `gamma` and `alpha` undone. "weighted" undoes `gamma` only, and so gives what class
        weights give elsewhere. "link" is the plain sigmoid or softmax of the logits, which
        deep-learning code reports; for ``gamma > 0`` it is drawn towards uniform.

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
        L-BFGS iterations over the whole table.
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
    alone. Two classes have one logit, more have one each. The labels of ``predict`` are those of
    the largest logit, which minimises the risk weighted by `alpha`; the true posterior [2]_ may
    have its maximum elsewhere unless `alpha` is None.

    For ``gamma > 0`` the objective is not convex. The search starts from the class frequencies
    and is deterministic; the same table gives the same bits for any number of threads.

    `X` may be dense in any order, float64 or float32, memory-mapped, or sparse (CSR; CSC is
    converted); none of these is copied whole.

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
        gamma: float = 2.0,
        alpha: Alpha = None,
        *,
        C: float = 1.0,
        fit_intercept: bool = True,
        tol: float = 1e-6,
        max_iter: int = 200,
        warm_start: bool = False,
        probability: ProbabilityMode = "posterior",
    ) -> None:
        self.gamma = gamma
        self.alpha = alpha
        self.C = C
        self.fit_intercept = fit_intercept
        self.tol = tol
        self.max_iter = max_iter
        self.warm_start = warm_start
        self.probability = probability

    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training table.
        y : array-like of shape (n_samples,)
            Class labels: strings, booleans or integers.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, >= 0. None weighs every row 1.

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
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse="csr",
            dtype=[np.float64, np.float32],
            # Checked below, in the pass that measures the columns.
            ensure_all_finite=False,
        )
        classes, codes = encode(np.asarray(y))
        sample_weight = check_row_weights(sample_weight, X.shape[0])
        totals = class_totals(codes, len(classes), sample_weight)
        if not totals.all():
            empty = classes[totals == 0].tolist()
            msg = f"sample_weight must leave every class some weight; got none for {empty!r}."
            raise ValueError(msg)
        class_weight = resolve_alpha(self.alpha, classes, totals)

        with ordered_map() as map_:
            blocks = RowBlocks(X, map_)
            columns = standardize(blocks, sample_weight, fit_intercept=self.fit_intercept)
            if not np.isfinite(columns.mean).all():
                assert_all_finite(X, input_name="X", estimator_name=type(self).__name__)
            objective = FocalObjective(
                blocks,
                codes,
                n_classes=len(classes),
                loss=FocalLoss(self.gamma),
                penalty=1 / (self.C * totals.sum()),
                class_weight=None if self.alpha is None else class_weight,
                sample_weight=sample_weight,
                total_weight=totals.sum(),
            )
            warm = self.warm_start and self._can_start_from_here(classes, X.shape[1])
            minimum = train(
                objective,
                columns,
                self._parameters() if warm else self._start(objective, class_weight * totals),
                tol=self.tol,
                max_iter=self.max_iter,
                start_is_good=warm,
            )
        self._warn_unless_converged(gradient_norm(columns, minimum.gradient), minimum.n_iter)
        self._store(minimum, classes, class_weight, X.dtype)
        self.objective_ = minimum.value * totals.sum() * (self.C if np.isfinite(self.C) else 1)
        return self

    def decision_function(self, X: Any) -> Floats:
        """Compute the logits.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Table.

        Returns
        -------
        logits : ndarray of shape (n_samples,) or (n_samples, n_classes)
            One for each row if there are two classes, that of ``classes_[1]``.
        """
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=[np.float64, np.float32], reset=False)
        logits: Floats = safe_sparse_dot(X, self.coef_.T, dense_output=True) + self.intercept_
        return logits[:, 0] if logits.shape[1] == 1 else logits

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict the class of each row: that of the largest logit.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Table.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Class labels.
        """
        logits = self.decision_function(X)
        chosen = (logits > 0).astype(np.intp) if logits.ndim == 1 else logits.argmax(axis=1)
        return self.classes_.take(chosen)

    def predict_proba(self, X: Any) -> Floats:
        """Predict the probabilities of the classes, of the kind that `probability` names.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Table.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``.
        """
        scores = self._probability_scores(X)
        if scores.ndim == 1:
            return np.asarray(expit(_both_signs(scores)))
        return np.asarray(softmax(scores, axis=1))

    def predict_log_proba(self, X: Any) -> Floats:
        """Predict the logarithms of the probabilities, exact however small these are.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Table.

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``.
        """
        scores = self._probability_scores(X)
        if scores.ndim == 1:
            return np.asarray(log_expit(_both_signs(scores)))
        return np.asarray(log_softmax(scores, axis=1))

    def __sklearn_tags__(self) -> Tags:
        """Say what the estimator takes."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _check_parameters(self) -> None:
        check_gamma(self.gamma)
        check_number("C", self.C, "a number > 0, or np.inf for no penalty", above=0, finite=False)
        check_boolean("fit_intercept", self.fit_intercept)
        check_number("tol", self.tol, "a finite number > 0", above=0)
        check_integer("max_iter", self.max_iter, "an integer >= 1", minimum=1)
        check_boolean("warm_start", self.warm_start)
        self._check_probability()

    def _check_probability(self) -> None:
        check_choice("probability", self.probability, ("posterior", "weighted", "link"))

    def _start(self, objective: FocalObjective, weighted_totals: Floats) -> Floats:
        """Return parameters that ignore the table: no coefficients, and the prior log-odds.

        At the minimum logits shrink like ``1 / (1 + gamma)``.
        """
        start = np.zeros(objective.parameters_shape)
        if self.fit_intercept:
            logits = np.log(weighted_totals) / (1 + self.gamma)
            start[..., -1] = logits[1] - logits[0] if start.ndim == 1 else logits - logits.mean()
        return start

    def _can_start_from_here(self, classes: NDArray[Any], n_features: int) -> bool:
        return (
            hasattr(self, "coef_")
            and np.array_equal(self.classes_, classes)
            and self.coef_.shape[1] == n_features
        )

    def _parameters(self) -> Floats:
        """Return the fitted parameters as the objective takes them."""
        parameters = np.column_stack([self.coef_, self.intercept_]).astype(np.float64)
        parameters[:, -1] *= self.fit_intercept
        return parameters[0] if len(parameters) == 1 else parameters

    def _store(
        self,
        minimum: Minimum,
        classes: NDArray[Any],
        class_weight: Floats,
        dtype: np.dtype[Any],
    ) -> None:
        parameters = np.atleast_2d(minimum.parameters)
        if len(parameters) > 1:
            # Adding the same to every class changes nothing: the centred answer stands for all.
            parameters = parameters - parameters.mean(axis=0)
        self.classes_ = classes
        self.class_weight_ = class_weight
        self.coef_ = parameters[:, :-1].astype(dtype)
        self.intercept_ = parameters[:, -1].astype(dtype)
        self.n_iter_ = minimum.n_iter

    def _warn_unless_converged(self, norm: float, n_iter: int) -> None:
        if norm <= self.tol:
            return
        if n_iter >= self.max_iter:
            remedy = "Increase max_iter or tol"
        else:
            remedy = "Rounding allows no further descent: increase tol"
        if np.isinf(self.C):
            remedy += ", or make C finite: without a penalty separable classes have no minimum"
        msg = (
            f"L-BFGS stopped after {n_iter} iterations (max_iter={self.max_iter}) with a gradient "
            f"of {norm:.2g}, above tol={self.tol:.2g}. {remedy}."
        )
        warnings.warn(msg, ConvergenceWarning, stacklevel=3)

    def _probability_scores(self, X: Any) -> Floats:
        """Return scores whose sigmoid or softmax is the probability asked for."""
        self._check_probability()
        logits = self.decision_function(X)
        if self.probability == "link":
            return logits
        undone = self.class_weight_ if self.probability == "posterior" else None
        return posterior_logits(logits, float(self.gamma), undone)


def _both_signs(scores: Floats) -> Floats:
    return np.column_stack([-scores, scores])
