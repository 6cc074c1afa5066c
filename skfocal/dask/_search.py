"""Selection of gamma, alpha and C on Dask collections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, Self

import numpy as np

from skfocal import model_selection
from skfocal._checks import check_integer
from skfocal._solver import objective_on_blocks, search_tolerance
from skfocal._typing import Alpha, Gamma, ProbabilityMode
from skfocal.dask._blocks import Fold
from skfocal.dask._logistic import FocalLogisticRegression
from skfocal.dask._partitions import (
    DaskTable,
    Persist,
    check_finite,
    check_persist,
    check_size,
    is_dask,
    read_features,
    read_groups,
    read_table,
)
from skfocal.dask._prediction import DaskPredictionMixin, set_features
from skfocal.losses import FocalLoss
from skfocal.model_selection._folds import FitSettings, fit_candidates
from skfocal.model_selection._grid import Grid, make_grid
from skfocal.model_selection._results import FoldResult
from skfocal.model_selection._scoring import log_likelihood_sums

__all__ = ["FocalLogisticRegressionCV"]

_DEFAULT_FOLDS = 5


class FocalLogisticRegressionCV(DaskPredictionMixin, model_selection.FocalLogisticRegressionCV):
    """Logistic regression with focal loss that selects gamma, alpha and C on Dask collections.

    Candidates are trained together, so that one pass over the partitions serves many of them. They
    are compared by the log loss of the posterior.

    Parameters
    ----------
    gammas, alphas, Cs, l1_ratios, refit, fit_intercept, tol, max_iter, probability
        As in `skfocal.FocalLogisticRegressionCV`.
    cv : int, default=None
        Number of folds. Partition ``i`` is in fold ``i % cv``, or the groups given to ``fit`` are
        distributed in their order. None means 5 folds. For data in memory as in
        `skfocal.FocalLogisticRegressionCV`.
    scoring : str or callable, default=None
        For data in memory only.
    n_jobs : int, default=None
        For data in memory only.
    persist : {"auto", True, False}, default="auto"
        As in `FocalLogisticRegression`.

    Attributes
    ----------
    gamma_, alpha_, C_, l1_ratio_, best_score_, best_index_, best_params_, cv_results_, n_splits_, \
coef_, intercept_, classes_, class_weight_, n_iter_, n_passes_, objective_, refit_time_, \
n_features_in_, feature_names_in_
        As in `skfocal.FocalLogisticRegressionCV`.

    See Also
    --------
    FocalLogisticRegression : The model with fixed parameters.
    skfocal.FocalLogisticRegressionCV : The same search for data in memory.

    Notes
    -----
    Every training set must hold all classes. If the rows are sorted by class, shuffle them first,
    or give groups.

    Examples
    --------
    >>> import dask.array as da
    >>> from sklearn.datasets import make_classification
    >>> from skfocal.dask import FocalLogisticRegressionCV
    >>> X, y = make_classification(n_samples=2000, weights=[0.9], random_state=0)
    >>> X, y = da.from_array(X, chunks=(500, 20)), da.from_array(y, chunks=500)
    >>> search = FocalLogisticRegressionCV(gammas=(0, 1, 2), Cs=(0.1, 1.0), cv=4).fit(X, y)
    >>> len(search.cv_results_["params"]), search.C_
    (12, 1.0)
    """

    _local_class = model_selection.FocalLogisticRegressionCV

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
        persist: Persist = "auto",
    ) -> None:
        super().__init__(
            gammas,
            alphas,
            Cs,
            l1_ratios=l1_ratios,
            cv=cv,
            scoring=scoring,
            refit=refit,
            n_jobs=n_jobs,
            fit_intercept=fit_intercept,
            tol=tol,
            max_iter=max_iter,
            probability=probability,
        )
        self.persist = persist

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **params: Any) -> Self:
        """Select the best candidate and fit it to all data.

        Parameters
        ----------
        X : Dask array or Dask frame of shape (n_samples, n_features)
            Training data.
        y : Dask array or Dask series of shape (n_samples,)
            Class labels, with the partitions of `X`.
        sample_weight : float, Dask array or Dask series of shape (n_samples,), default=None
            Sample weights, >= 0, used in fits and in scores. None means 1.
        **params : dict
            ``groups``, a Dask array or series: rows of the same group are in the same fold. For
            data in memory as in `skfocal.FocalLogisticRegressionCV`.

        Returns
        -------
        self : FocalLogisticRegressionCV
            The fitted estimator.

        Raises
        ------
        TypeError, ValueError
            If a parameter, `X`, `y` or `sample_weight` is not as described above, or a training set
            lacks a class.
        ClusterError
            If the cluster is lost.
        """
        check_persist(self.persist)
        if not is_dask(X):
            check_size(X)
            return super().fit(X, y, sample_weight, **params)
        grid = make_grid(self.gammas, self.alphas, self.Cs, self.l1_ratios)
        self._check_parameters()
        n_folds = self._check_for_cluster(params)
        features = read_features(X)
        table = read_table(X, features, y, sample_weight, self.persist)
        groups = params.get("groups")
        folds = (
            table.blocks.folds(n_folds)
            if groups is None
            else table.blocks.folds_of_groups(
                n_folds, read_groups(groups, features), is_persisted=table.is_persisted
            )
        )
        settings = FitSettings(self.fit_intercept, search_tolerance(self.tol), self.max_iter)
        results = []
        for index, fold in enumerate(folds):
            result = _evaluate(fold, table, grid, settings, index)
            if result is None:
                check_finite(features)
            else:
                results.append(result)
        del table, folds, fold
        set_features(self, features)
        self.n_splits_ = n_folds
        self._choose(grid, results)
        if self.refit:
            model = FocalLogisticRegression(
                **self.best_params_,
                fit_intercept=self.fit_intercept,
                tol=self.tol,
                max_iter=self.max_iter,
                probability=self.probability,
                persist=self.persist,
            )
            self._refit(model, X, y, sample_weight)
        return self

    def _check_for_cluster(self, params: dict[str, Any]) -> int:
        """Check what is different for Dask collections, and return the number of folds."""
        if self.scoring is not None:
            msg = f"scoring must be None for Dask collections; got {self.scoring!r}."
            raise ValueError(msg)
        unknown = sorted(params.keys() - {"groups"})
        if unknown:
            msg = f"fit of Dask collections takes sample_weight and groups; got {unknown}."
            raise ValueError(msg)
        if self.cv is None:
            return _DEFAULT_FOLDS
        return check_integer("cv", self.cv, "an integer >= 2 for Dask collections, or None", 2)


def _evaluate(
    fold: Fold, table: DaskTable, grid: Grid, settings: FitSettings, index: int
) -> FoldResult | None:
    """Train and score all candidates on a fold; None if a value in it is not finite.

    Raises
    ------
    ValueError
        If the training or the test set has no weight, or the training set lacks a class.
    """
    n_classes = len(table.classes)
    totals = fold.train.class_totals(n_classes)
    if not totals.all():
        missing = table.classes[totals == 0].tolist()
        msg = (
            f"The training set of every fold must hold all classes; that of fold {index} lacks "
            f"{missing}. Shuffle the rows, use another cv, or give groups."
        )
        raise ValueError(msg)
    test_weight = fold.test.class_totals(n_classes).sum()
    if not test_weight:
        msg = f"The test set of every fold must have weight; that of fold {index} has none."
        raise ValueError(msg)
    begin = perf_counter()
    base = objective_on_blocks(
        fold.train, totals, FocalLoss(), fit_intercept=settings.fit_intercept
    )
    if np.isnan(base.columns.inverse_scale).any():
        return None
    fits = fit_candidates(base, np.arange(n_classes), table.classes, grid, settings)
    fitted = perf_counter()
    scores = log_likelihood_sums(fits, fold.test, table.dtype, grid) / test_weight
    return FoldResult(
        grid.by_candidate(scores),
        fitted - begin,
        perf_counter() - fitted,
        [error for error in fits.errors.values() for _ in grid.gammas],
        [],
        fits.n_unconverged,
    )
