"""Logistic regression with focal loss, with gamma, alpha and C selected by cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from time import perf_counter
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.utils.metadata_routing import UNUSED, MetadataRouter
from sklearn.utils.validation import check_is_fitted, validate_data

from skfocal._checks import check_boolean, check_integer, check_labels, check_number
from skfocal._classes import resolve_alpha, resolve_gamma
from skfocal._predictions import check_probability
from skfocal._solver import canonical, encode_labels
from skfocal._typing import Alpha, Floats, Gamma, ProbabilityMode
from skfocal.linear_model import FocalLogisticRegression
from skfocal.linear_model._callbacks import CallbackSupportMixin, fit_task, with_callbacks
from skfocal.linear_model._pickling import VersionedEstimator
from skfocal.linear_model._prediction import FocalClassifierMixin
from skfocal.linear_model._sparse_coef import SparseCoefMixin
from skfocal.model_selection._evaluation import SearchPlan, evaluate_folds
from skfocal.model_selection._grid import Grid, make_grid
from skfocal.model_selection._results import FoldResult, search_results, warn_about_failures
from skfocal.model_selection._routing import (
    Split,
    make_search_scorer,
    request_router,
    resolve_splits,
    route_fit,
    route_score,
    scored_probability,
)

__all__ = ["FocalLogisticRegressionCV"]

_REFIT_ATTRIBUTES = (
    *("coef_", "intercept_", "classes_", "class_weight_"),
    *("n_iter_", "n_passes_", "objective_", "_fitted_gamma"),
)


class FocalLogisticRegressionCV(
    CallbackSupportMixin, FocalClassifierMixin, SparseCoefMixin, VersionedEstimator
):
    """Logistic regression with focal loss that selects gamma, alpha and C by cross-validation.

    The scores and the selected candidate are those of `GridSearchCV` with
    `FocalLogisticRegression`, in a fraction of the time: candidates are warm-started along
    `gamma`, and are optimised together so that one pass over the data serves many of them. With an
    L1 penalty they are warm-started along `C` instead, from the largest penalty downwards.

    Parameters
    ----------
    gammas : sequence, default=(0, 0.5, 1, 2, 3, 5)
        Candidate values of `gamma`, each as in `FocalLogisticRegression`.
    alphas : sequence, default=(None, "balanced")
        Candidate values of `alpha`, each as in `FocalLogisticRegression`.
    Cs : int or sequence of float, default=10
        Candidate values of `C`, > 0. An integer is the number of values on a logarithmic scale
        between 1e-4 and 1e4.
    l1_ratios : sequence of float, default=None
        Candidate values of `l1_ratio`, from 0 to 1. None means the L2 penalty only, without a
        parameter `l1_ratio` in `cv_results_`.
    cv : int, cross-validation generator or iterable, default=None
        Cross-validation splitting strategy: the number of stratified folds, a scikit-learn
        splitter, or an iterable of (train, test) splits as arrays of indices. None means 5 folds.
    scoring : str or callable, default=None
        Name of a scorer, or a callable with the signature ``scorer(estimator, X, y)`` that returns
        a number. It receives arrays. None means minus the log loss of the posterior, for any value
        of `probability`, because it makes candidates with different `gamma` and `alpha`
        comparable.
    refit : bool, default=True
        Whether to fit the best candidate to all data. If False, the estimator cannot predict.
    n_jobs : int, default=None
        Number of folds to evaluate in parallel. None means 1. One fold already uses several
        threads.
    fit_intercept : bool, default=True
        As in `FocalLogisticRegression`.
    tol : float, default=1e-4
        As in `FocalLogisticRegression`, for the refit. Candidates are fitted to a hundredth of it,
        so that log losses are exact to about 1e-6. Scores by ranks may differ by pairs of samples
        with almost equal probabilities.
    max_iter : int, default=200
        As in `FocalLogisticRegression`, for the refit and for candidates that do not converge
        together with the others.
    probability : {"posterior", "weighted", "link"}, default="posterior"
        As in `FocalLogisticRegression`.

    Attributes
    ----------
    gamma_, alpha_, C_, l1_ratio_ : object
        Parameters of the best candidate.
    best_score_ : float
        Mean score of the best candidate over the folds.
    best_index_ : int
        Index of the best candidate in `cv_results_`.
    best_params_ : dict
        Parameters of the best candidate, as a dict.
    cv_results_ : dict of str to array
        Scores and times of all candidates, in the format and the order of `GridSearchCV`.
        Candidates are fitted together, so the time of a fold is divided evenly among them.
    n_splits_ : int
        Number of folds.
    scorer_ : callable
        Scorer of the candidates.
    n_features_in_ : int
        Number of features seen during ``fit``.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of features seen during ``fit``. Defined only if `X` has feature names that are all
        strings.
    refit_time_ : float
        Seconds of the refit. This attribute and those below are defined only if `refit` is True.
    coef_, intercept_, class_weight_, n_iter_, n_passes_, objective_ : object
        As in `FocalLogisticRegression`, from the refit.
    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted.

    See Also
    --------
    FocalLogisticRegression : The model with fixed parameters.
    FocalSearchDisplay : Plots of the search.

    Notes
    -----
    If a candidate cannot be fitted or scored on a fold, for example because a class is missing,
    its score is nan, a warning is issued and the candidate is not selected.

    An objective with ``gamma > 0`` may have several local minima, mostly if `C` is large and the
    features have heavy tails. The search may then converge to another one than
    `FocalLogisticRegression` does in `GridSearchCV` and in the refit.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skfocal import FocalLogisticRegressionCV
    >>> X, y = make_classification(n_samples=2000, weights=[0.9], random_state=0)
    >>> search = FocalLogisticRegressionCV(gammas=(0, 1, 2), Cs=(0.1, 1.0)).fit(X, y)
    >>> len(search.cv_results_["params"]), search.C_
    (12, 1.0)
    """

    # Requested by the scorer, not by the estimator.
    __metadata_request__score: ClassVar = {"sample_weight": UNUSED}

    def __init__(  # noqa: PLR0913 - the parameters of the model and of the search
        self,
        gammas: Sequence[Gamma] = (0, 0.5, 1, 2, 3, 5),
        alphas: Sequence[Alpha] = (None, "balanced"),
        Cs: int | Sequence[float] = 10,
        *,
        l1_ratios: Sequence[float] | None = None,
        cv: Any = None,
        scoring: str | Callable[..., float] | None = None,
        refit: bool = True,
        n_jobs: int | None = None,
        fit_intercept: bool = True,
        tol: float = 1e-4,
        max_iter: int = 200,
        probability: ProbabilityMode = "posterior",
    ) -> None:
        self.gammas = gammas
        self.alphas = alphas
        self.Cs = Cs
        self.l1_ratios = l1_ratios
        self.cv = cv
        self.scoring = scoring
        self.refit = refit
        self.n_jobs = n_jobs
        self.fit_intercept = fit_intercept
        self.tol = tol
        self.max_iter = max_iter
        self.probability = probability

    @with_callbacks
    def fit(
        self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None, **params: Any
    ) -> Self:
        """Select the best candidate and fit it to all data.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training data.
        y : array-like of shape (n_samples,)
            Class labels: strings, booleans or integers.
        sample_weight : float or array-like of shape (n_samples,), default=None
            Sample weights, >= 0, used in fits and in scores. A number is the weight of every
            sample. None means 1.
        **params : dict
            If metadata routing is enabled, the metadata that the splitter and the scorer request.
            Otherwise only `groups`, for the splitter.

        Returns
        -------
        self : FocalLogisticRegressionCV
            The fitted estimator.

        Raises
        ------
        TypeError, ValueError
            If a parameter, `X`, `y` or `sample_weight` is not as described above, if all fits
            failed, or if no candidate has a finite mean score.

        Warns
        -----
        FitFailedWarning
            If candidates could not be fitted on a fold.
        ConvergenceWarning
            If fits did not converge to `tol`.
        """
        grid = make_grid(self.gammas, self.alphas, self.Cs, self.l1_ratios)
        self._check_parameters()
        check_labels("y", y)
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=[np.float64, np.float32])
        X = canonical(X)
        data = encode_labels(X, y, sample_weight)
        for gamma in grid.gammas:
            resolve_gamma(gamma, data.classes)
        for alpha in grid.alphas:
            resolve_alpha(alpha, data.classes, data.class_totals)
        for_splitter, for_scorer = route_fit(self, data.sample_weight, params)
        splits = resolve_splits(self.cv, X, y, for_splitter)
        self.n_splits_, self._labels = len(splits), data.classes
        for name in {"refit_time_", *_REFIT_ATTRIBUTES} & vars(self).keys():
            delattr(self, name)
        context = self._init_callback_context(max_subtasks=len(splits) + bool(self.refit))
        metadata = None if sample_weight is None else {"sample_weight": data.sample_weight}
        task_data = {"estimator": self, "X": X, "y": y, "metadata": metadata}
        plan = SearchPlan.from_search(self, data, grid, for_scorer)
        with fit_task(context, is_fitted=self.refit, **task_data):
            self._select(plan, splits, context)
            if self.refit:
                refit = context.subcontext(task_name="refit-with-best-params")
                best = {**self.best_params_, "probability": self.probability}
                model = clone(plan.model).set_params(**best)
                with refit.propagate_callback_context(model), fit_task(refit, **task_data):
                    self._refit(model, X, y, data.sample_weight)
        return self

    def score(
        self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None, **params: Any
    ) -> float:
        """Score the refitted model with `scoring`.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Data.
        y : array-like of shape (n_samples,)
            True labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights.
        **params : dict
            If metadata routing is enabled, further metadata that the scorer requests.

        Returns
        -------
        score : float
            Score, by default minus the log loss of the posterior.

        Raises
        ------
        NotFittedError
            If there is no refitted model.
        ValueError
            If `params` holds metadata that is not requested.
        """
        check_is_fitted(self)
        scored = copy(self).set_params(probability=scored_probability(self))
        arguments = route_score(self, sample_weight, params)
        return float(self.scorer_(scored, X, y, **arguments))

    def get_metadata_routing(self) -> MetadataRouter:
        """Get the metadata routing of this object.

        Returns
        -------
        routing : MetadataRouter
            Routing to the scorer and the splitter.
        """
        return request_router(self)

    @property
    def scorer_(self) -> Any:
        """Scorer of the candidates. It is not stored, so that a saved search has no callables."""
        if not hasattr(self, "_labels"):
            msg = f"{type(self).__name__} has no scorer_ before it is fitted."
            raise AttributeError(msg)
        return make_search_scorer(self, self._labels)

    def __sklearn_is_fitted__(self) -> bool:
        """Return whether the estimator can predict."""
        return hasattr(self, "coef_")

    def _check_parameters(self) -> None:
        check_boolean("refit", self.refit)
        check_boolean("fit_intercept", self.fit_intercept)
        check_number("tol", self.tol, "a finite number > 0", above=0)
        check_integer("max_iter", self.max_iter, "an integer >= 1", 1)
        check_probability(self.probability)

    def _select(self, plan: SearchPlan, splits: Sequence[Split], context: Any) -> None:
        """Evaluate the candidates on every fold and select the best one."""
        self._choose(plan.grid, evaluate_folds(plan, splits, context, n_jobs=self.n_jobs))

    def _choose(self, grid: Grid, folds: Sequence[FoldResult]) -> None:
        """Set the results of all candidates, and the parameters of the best one."""
        results = search_results(grid.candidates(), folds)
        warn_about_failures(folds, results["mean_test_score"])
        self.cv_results_, self.best_index_ = results, results["rank_test_score"].argmin()
        self.best_score_ = results["mean_test_score"][self.best_index_]
        self.best_params_ = results["params"][self.best_index_]
        self.gamma_, self.alpha_, self.C_ = map(self.best_params_.get, ("gamma", "alpha", "C"))
        self.l1_ratio_ = self.best_params_.get("l1_ratio", 0.0)

    def _refit(
        self, model: FocalLogisticRegression, X: Any, y: ArrayLike, sample_weight: Floats | None
    ) -> None:
        """Fit a model and copy its fitted attributes."""
        begin = perf_counter()
        model.fit(X, y, sample_weight)
        self.refit_time_ = perf_counter() - begin
        for name in _REFIT_ATTRIBUTES:
            setattr(self, name, getattr(model, name))
