"""Logistic regression with focal loss on Dask collections."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from skfocal import linear_model
from skfocal._solver import Iteration, objective_on_blocks
from skfocal._typing import Alpha, Floats, Gamma, ProbabilityMode
from skfocal.dask._cluster import ClusterError
from skfocal.dask._partitions import (
    Persist,
    check_finite,
    check_persist,
    check_size,
    is_dask,
    read_features,
    read_table,
)
from skfocal.dask._prediction import DaskPredictionMixin, set_features
from skfocal.linear_model._callbacks import fit_task, with_callbacks
from skfocal.losses import FocalLoss

__all__ = ["FocalLogisticRegression"]


class FocalLogisticRegression(DaskPredictionMixin, linear_model.FocalLogisticRegression):
    """Logistic regression with focal loss, trained on Dask collections.

    The solution is that of `skfocal.FocalLogisticRegression` on the same rows, for any
    partitioning. Data in memory are accepted, too, and are trained on and predicted in memory.

    Parameters
    ----------
    gamma, alpha, C, l1_ratio, fit_intercept, tol, max_iter, warm_start, probability, verbose
        As in `skfocal.FocalLogisticRegression`.
    persist : {"auto", True, False}, default="auto"
        Whether the workers keep the partitions in memory. Otherwise they are computed again for
        every pass over the data. "auto" keeps them if they take up at most half of the memory of
        the workers.

    Attributes
    ----------
    is_persisted_ : bool
        Whether the workers kept the partitions in memory.
    coef_, intercept_, classes_, class_weight_, n_iter_, n_passes_, objective_, n_features_in_, \
feature_names_in_
        As in `skfocal.FocalLogisticRegression`.

    See Also
    --------
    skfocal.FocalLogisticRegression : The same estimator for data in memory.

    Notes
    -----
    The training objective is a sum over the partitions. L-BFGS runs on the client. For each
    evaluation the client sends the coefficients, every worker sums over its partitions, and the
    sums are added up in a tree, always in the same order. What is sent does not depend on the
    number of rows. A fit repeats bit for bit for the same partitions.

    The active `dask.distributed.Client` is used. Without one, Dask's default scheduler runs threads
    of this process.

    Examples
    --------
    >>> import dask.array as da
    >>> from sklearn.datasets import make_classification
    >>> from skfocal.dask import FocalLogisticRegression
    >>> X, y = make_classification(n_samples=5000, weights=[0.95], random_state=0)
    >>> X, y = da.from_array(X, chunks=(1000, 20)), da.from_array(y, chunks=1000)
    >>> model = FocalLogisticRegression(gamma=2.0).fit(X, y)
    >>> model.predict_proba(X).mean(axis=0).compute().round(3)
    array([0.944, 0.056])
    """

    _local_class = linear_model.FocalLogisticRegression

    def __init__(  # noqa: PLR0913 - the parameters of the model
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
        persist: Persist = "auto",
    ) -> None:
        super().__init__(
            gamma,
            alpha,
            C=C,
            l1_ratio=l1_ratio,
            fit_intercept=fit_intercept,
            tol=tol,
            max_iter=max_iter,
            warm_start=warm_start,
            probability=probability,
            verbose=verbose,
        )
        self.persist = persist

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : Dask array or Dask frame of shape (n_samples, n_features)
            Training data, with any number of partitions, some of which may be empty. Chunks of an
            array may be sparse SciPy arrays. The columns of a frame must hold numbers.
        y : Dask array or Dask series of shape (n_samples,)
            Class labels, with the partitions of `X`. Labels in memory are accepted if the lengths
            of the partitions of `X` are known.
        sample_weight : float, Dask array or Dask series of shape (n_samples,), default=None
            Sample weights, >= 0, with the partitions of `X`. None means 1.

        Returns
        -------
        self : FocalLogisticRegression
            The fitted estimator.

        Raises
        ------
        TypeError
            If a parameter, or `X`, is of the wrong type.
        ValueError
            If a parameter, `X`, `y` or `sample_weight` is not as described above.
        ClusterError
            If the cluster is lost. The coefficients of the last iteration are then fitted
            attributes, and the start of the next fit with ``warm_start=True``.

        Warns
        -----
        ConvergenceWarning
            If the estimated error at the solution exceeds `tol`.
        """
        check_persist(self.persist)
        if not is_dask(X):
            check_size(X)
            self.is_persisted_ = False
            return super().fit(X, y, sample_weight)
        return self._fit_on_cluster(X, y, sample_weight)

    @with_callbacks
    def _fit_on_cluster(self, X: Any, y: Any, sample_weight: Any) -> Self:
        self._check_parameters()
        features = read_features(X)
        table = read_table(X, features, y, sample_weight, self.persist)
        set_features(self, features)
        self.is_persisted_ = table.is_persisted
        if self.verbose:
            place = "kept in memory" if table.is_persisted else "computed for every pass"
            print(f"{len(table.blocks.partitions)} partitions, {place}")  # noqa: T201 - verbose
        values = self._resolve_by_class(table.classes, table.class_totals)
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        task_data = {"estimator": self, "X": X, "y": y, "metadata": metadata}
        context = self._init_callback_context(max_subtasks=self.max_iter + 1)
        with fit_task(context, is_fitted=True, **task_data):
            unweighted = objective_on_blocks(
                table.blocks,
                table.class_totals,
                FocalLoss(values.gamma),
                fit_intercept=self.fit_intercept,
            )
            if np.isnan(unweighted.columns.inverse_scale).any():
                check_finite(features)
            last: dict[str, Floats] = {}

            def observe(iteration: Iteration) -> None:
                last["parameters"] = iteration.parameters

            try:
                solution = self._train(unweighted, values, table.dtype, context, task_data, observe)
            except ClusterError:
                if last:
                    self._set_fitted(unweighted.columns, values, table.dtype, last["parameters"])
                raise
        if not solution.is_converged:
            self._warn_not_converged(solution)
        return self

    def _set_fitted(self, *state: Any) -> None:
        for name, value in self._fitted_attributes(*state).items():
            setattr(self, name, value)
