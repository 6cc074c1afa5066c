"""Logistic regression under focal loss, with gamma, alpha and C chosen by cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from time import perf_counter
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, clone
from sklearn.utils.metadata_routing import UNUSED, MetadataRouter
from sklearn.utils.validation import check_is_fitted, validate_data

from skfocal._checks import check_boolean, check_integer, check_labels, check_number
from skfocal._classes import resolve_alpha, resolve_gamma
from skfocal._solver import canonical, encode_labels
from skfocal._typing import Alpha, Floats, Gamma, ProbabilityMode
from skfocal.linear_model import FocalLogisticRegression
from skfocal.linear_model._callbacks import CallbackSupportMixin, fit_task, with_callbacks
from skfocal.linear_model._prediction import FocalClassifierMixin, check_probability
from skfocal.model_selection._evaluation import SearchPlan, evaluate_folds
from skfocal.model_selection._grid import make_grid
from skfocal.model_selection._results import search_results, warn_of_failures
from skfocal.model_selection._routing import (
    Split,
    request_router,
    route_fit,
    route_score,
    scored_probability,
    scorer_of,
    splits_of,
)

__all__ = ["FocalLogisticRegressionCV"]

_FITTED = (
    *("coef_", "intercept_", "classes_", "class_weight_"),
    *("n_iter_", "n_passes_", "objective_", "_fitted_gamma"),
)


class FocalLogisticRegressionCV(CallbackSupportMixin, FocalClassifierMixin, BaseEstimator):
    """Logistic regression under focal loss that chooses gamma, alpha and C by cross-validation.

    It does what `GridSearchCV` does over `FocalLogisticRegression`, with the same scores and the
    same choice, in a fraction of the time: candidates share all that they have in common, each
    begins where a similar one ended, and a pass over the table serves many of them.

    Parameters
    ----------
    gammas : sequence, default=(0, 0.5, 1, 2, 3, 5)
        Focusing parameters to choose from, each as `FocalLogisticRegression` takes `gamma`.
    alphas : sequence, default=(None, "balanced")
        Class weights to choose from, each as `FocalLogisticRegression` takes `alpha`.
    Cs : int or sequence of float, default=10
        Inverse strengths of the penalty to choose from, > 0. A number stands for as many values
        from 1e-4 to 1e4, evenly spaced in the logarithm.
    cv : int, splitter or iterable, default=None
        How to split: the number of stratified folds, a scikit-learn splitter, or an iterable of
        pairs of indices to train and to score on. None is 5.
    scoring : str or callable, default=None
        Name of a scorer, or one with the signature ``scorer(estimator, X, y)``, which is given
        arrays and returns a number. None is minus the log loss of the recovered posterior, which
        makes candidates of different `gamma` and `alpha` comparable, whatever `probability` says.
    refit : bool, default=True
        Whether to fit the chosen candidate to the whole table. Without, the estimator cannot
        predict.
    n_jobs : int, default=None
        How many folds to work on at once. None is one, which uses the cores by itself.
    fit_intercept : bool, default=True
        As in `FocalLogisticRegression`.
    tol : float, default=1e-6
        As in `FocalLogisticRegression`, for every fit.
    max_iter : int, default=200
        As in `FocalLogisticRegression`, for the last fit and for candidates that do not converge
        in step with others.
    probability : {"posterior", "weighted", "link"}, default="posterior"
        As in `FocalLogisticRegression`.

    Attributes
    ----------
    gamma_, alpha_, C_ : object
        The chosen candidate.
    best_score_ : float
        Its mean score over the folds.
    best_index_ : int
        Its index in `cv_results_`.
    best_params_ : dict
        Its parameters.
    cv_results_ : dict of str to array
        Scores and times of all candidates, in the format and the order of `GridSearchCV`.
        Candidates are trained together, so that the time of a fold is split evenly among them.
    n_splits_ : int
        Number of folds.
    scorer_ : callable
        What scored the candidates.
    n_features_in_ : int
        How many features ``fit`` saw.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Their names, if `X` had names that are all strings.
    refit_time_ : float
        Seconds that the last fit took. As all below only if `refit` is true.
    coef_, intercept_, class_weight_, n_iter_, n_passes_, objective_ : object
        As in `FocalLogisticRegression`, of the chosen candidate fitted to the whole table.
    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted.

    See Also
    --------
    FocalLogisticRegression : The model with given parameters.
    FocalSearchDisplay : Pictures of the search.

    Notes
    -----
    A candidate that cannot be trained on a fold, for lack of a class for instance, or scored on
    it, has the score nan there, with a warning, and is not chosen.

    An objective with ``gamma > 0`` may have more than one minimum, above all if `C` is large and
    the tails of the columns are long. The search may then score another one than the fit of
    `FocalLogisticRegression` finds, in `GridSearchCV` and in the last fit to the whole table.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skfocal import FocalLogisticRegressionCV
    >>> X, y = make_classification(n_samples=2000, weights=[0.9], random_state=0)
    >>> search = FocalLogisticRegressionCV(gammas=(0, 1, 2), Cs=(0.1, 1.0)).fit(X, y)
    >>> len(search.cv_results_["params"]), search.C_
    (12, 1.0)
    """

    # The scorer asks for it, not the estimator.
    __metadata_request__score: ClassVar = {"sample_weight": UNUSED}

    def __init__(  # noqa: PLR0913 - the parameters of a fit and those of a search
        self,
        gammas: Sequence[Gamma] = (0, 0.5, 1, 2, 3, 5),
        alphas: Sequence[Alpha] = (None, "balanced"),
        Cs: int | Sequence[float] = 10,
        *,
        cv: Any = None,
        scoring: str | Callable[..., float] | None = None,
        refit: bool = True,
        n_jobs: int | None = None,
        fit_intercept: bool = True,
        tol: float = 1e-6,
        max_iter: int = 200,
        probability: ProbabilityMode = "posterior",
    ) -> None:
        self.gammas = gammas
        self.alphas = alphas
        self.Cs = Cs
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
        """Choose a candidate, and fit it to the whole table.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training table.
        y : array-like of shape (n_samples,)
            Class labels: strings, booleans or integers.
        sample_weight : float or array-like of shape (n_samples,), default=None
            Weights of the rows, >= 0, in fits and in scores. None weighs every row 1.
        **params : dict
            Without metadata routing `groups` for the splitter; with it whatever the splitter and
            the scorer ask for.

        Returns
        -------
        self : FocalLogisticRegressionCV
            The fitted estimator.

        Raises
        ------
        TypeError, ValueError
            If a parameter, `X`, `y` or `sample_weight` is not what is described above, or all
            fits failed.

        Warns
        -----
        FitFailedWarning
            If candidates could not be trained on a fold.
        ConvergenceWarning
            If gradients exceed `tol` at solutions.
        """
        grid = make_grid(self.gammas, self.alphas, self.Cs)
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
        splits = splits_of(self.cv, X, y, for_splitter)
        self.n_splits_, self.scorer_ = len(splits), scorer_of(self, data.classes)
        for name in ("refit_time_", *_FITTED):
            self.__dict__.pop(name, None)
        context = self._init_callback_context(max_subtasks=len(splits) + bool(self.refit))
        metadata = None if sample_weight is None else {"sample_weight": data.sample_weight}
        about = {"estimator": self, "X": X, "y": y, "metadata": metadata}
        plan = SearchPlan.of(self, data, grid, for_scorer)
        with fit_task(context, fits=self.refit, **about):
            self._choose(plan, splits, context)
            if self.refit:
                refit = context.subcontext(task_name="refit-with-best-params")
                chosen = {**self.best_params_, "probability": self.probability}
                model = clone(plan.model).set_params(**chosen)
                with refit.propagate_callback_context(model), fit_task(refit, **about):
                    self._refit(model, X, y, data.sample_weight)
        return self

    def score(
        self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None, **params: Any
    ) -> float:
        """Score the predictions for a table, by `scoring`.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Table.
        y : array-like of shape (n_samples,)
            True labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.
        **params : dict
            With metadata routing, what else the scorer asks for.

        Returns
        -------
        score : float
            By default minus the log loss of the true posterior.

        Raises
        ------
        NotFittedError
            If there is no fitted model.
        ValueError
            If `params` holds what nobody asks for.
        """
        check_is_fitted(self)
        scored = copy(self).set_params(probability=scored_probability(self))
        arguments = route_score(self, sample_weight, params)
        return float(self.scorer_(scored, X, y, **arguments))

    def get_metadata_routing(self) -> MetadataRouter:
        """Tell who gets what of the metadata.

        Returns
        -------
        routing : MetadataRouter
            To the scorer and the splitter.
        """
        return request_router(self)

    def __sklearn_is_fitted__(self) -> bool:
        """Say whether the estimator can predict."""
        return hasattr(self, "coef_")

    def _check_parameters(self) -> None:
        check_boolean("refit", self.refit)
        check_boolean("fit_intercept", self.fit_intercept)
        check_number("tol", self.tol, "a finite number > 0", above=0)
        check_integer("max_iter", self.max_iter, "an integer >= 1", 1)
        check_probability(self.probability)

    def _choose(self, plan: SearchPlan, splits: Sequence[Split], context: Any) -> None:
        """Evaluate the candidates on every fold, and choose the best."""
        folds = evaluate_folds(plan, splits, context, n_jobs=self.n_jobs)
        results = search_results(plan.grid.candidates(), folds)
        warn_of_failures(folds, results["mean_test_score"])
        self.cv_results_, self.best_index_ = results, results["rank_test_score"].argmin()
        self.best_score_ = results["mean_test_score"][self.best_index_]
        self.best_params_ = results["params"][self.best_index_]
        self.gamma_, self.alpha_, self.C_ = map(self.best_params_.get, ("gamma", "alpha", "C"))

    def _refit(
        self, model: FocalLogisticRegression, X: Any, y: ArrayLike, sample_weight: Floats | None
    ) -> None:
        """Fit a model, and take over what it has become."""
        begin = perf_counter()
        model.fit(X, y, sample_weight)
        self.refit_time_ = perf_counter() - begin
        for name in _FITTED:
            setattr(self, name, getattr(model, name))
