"""Logistic regression with focal loss on Dask collections."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skfocal import linear_model
from skfocal._solver import Iteration, objective_on_blocks
from skfocal._typing import Alpha, Floats, Gamma, ProbabilityMode
from skfocal.dask._cluster import ClusterError
from skfocal.dask._import import dask
from skfocal.dask._partitions import (
    Features,
    Persist,
    check_finite,
    is_dask,
    read_features,
    read_table,
)
from skfocal.linear_model._callbacks import fit_task, with_callbacks
from skfocal.losses import FocalLoss

__all__ = ["FocalLogisticRegression"]

# A larger array in memory is probably a mistake, 1 GB.
_MAX_EAGER_BYTES = 2**30


class FocalLogisticRegression(linear_model.FocalLogisticRegression):
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

    # The parameters of a model.
    def __init__(  # noqa: PLR0913
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
        if not (isinstance(self.persist, bool) or self.persist == "auto"):
            msg = f"persist must be 'auto', True or False; got {self.persist!r}."
            raise ValueError(msg)
        if not is_dask(X):
            _check_size(X)
            self.is_persisted_ = False
            return super().fit(X, y, sample_weight)
        return self._fit_on_cluster(X, y, sample_weight)

    @with_callbacks
    def _fit_on_cluster(self, X: Any, y: Any, sample_weight: Any) -> Self:
        self._check_parameters()
        features = read_features(X)
        self._set_features(features)
        table = read_table(X, features, y, sample_weight, self.persist)
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

    def predict(self, X: Any) -> Any:
        """Predict class labels.

        Parameters
        ----------
        X : Dask array or Dask frame of shape (n_samples, n_features), or data in memory
            Data.

        Returns
        -------
        labels : Dask array of shape (n_samples,), or ndarray
            Class labels. Those of a Dask collection are computed lazily.
        """
        if not is_dask(X):
            return super().predict(X)
        return self._lazily("predict", X)

    def predict_proba(self, X: Any) -> Any:
        """Predict class probabilities, as set by `probability`.

        Parameters
        ----------
        X : Dask array or Dask frame of shape (n_samples, n_features), or data in memory
            Data.

        Returns
        -------
        probabilities : Dask array of shape (n_samples, n_classes), or ndarray
            In the order of ``classes_``. Those of a Dask collection are computed lazily.
        """
        if not is_dask(X):
            return super().predict_proba(X)
        return self._lazily("predict_proba", X)

    def predict_log_proba(self, X: Any) -> Any:
        """Predict log-probabilities, which are accurate also where probabilities underflow.

        Parameters
        ----------
        X : Dask array or Dask frame of shape (n_samples, n_features), or data in memory
            Data.

        Returns
        -------
        log_probabilities : Dask array of shape (n_samples, n_classes), or ndarray
            In the order of ``classes_``. Those of a Dask collection are computed lazily.
        """
        if not is_dask(X):
            return super().predict_log_proba(X)
        return self._lazily("predict_log_proba", X)

    def decision_function(self, X: Any) -> Any:
        """Compute the decision scores of samples.

        Parameters
        ----------
        X : Dask array or Dask frame of shape (n_samples, n_features), or data in memory
            Data.

        Returns
        -------
        scores : Dask array of shape (n_samples,) or (n_samples, n_classes), or ndarray
            As in `skfocal.FocalLogisticRegression`. Those of a Dask collection are computed lazily.
        """
        if not is_dask(X):
            return super().decision_function(X)
        return self._lazily("decision_function", X)

    def to_local(self) -> linear_model.FocalLogisticRegression:
        """Return the estimator for data in memory, fitted if this one is.

        Returns
        -------
        estimator : skfocal.FocalLogisticRegression
            It does not need Dask.
        """
        parameters = self.get_params()
        del parameters["persist"]
        local = linear_model.FocalLogisticRegression(**parameters)
        _copy_fitted_attributes(self, local)
        return local

    @classmethod
    def from_local(cls, estimator: linear_model.FocalLogisticRegression) -> Self:
        """Return the estimator for Dask collections, fitted if the given one is.

        Parameters
        ----------
        estimator : skfocal.FocalLogisticRegression
            An estimator for data in memory.

        Returns
        -------
        estimator : FocalLogisticRegression
            It has the same parameters and fitted attributes.
        """
        on_cluster = cls(**estimator.get_params())
        _copy_fitted_attributes(estimator, on_cluster)
        return on_cluster

    def _lazily(self, method: str, X: Any) -> Any:
        """Return what a method returns for each partition, as a Dask array."""
        check_is_fitted(self)
        features = read_features(X)
        self._check_features(features)
        local = self.to_local()
        meta = _call(local, method, features.empty)
        model = dask.delayed(local, pure=True)
        return dask.array.concatenate(
            [
                dask.array.from_delayed(
                    dask.delayed(_call)(model, method, partition),
                    (length, *meta.shape[1:]),
                    meta=meta,
                )
                for partition, length in zip(features.partitions, features.lengths, strict=True)
            ],
            allow_unknown_chunksizes=True,
        )

    def _set_features(self, features: Features) -> None:
        self.n_features_in_ = features.n_columns
        if features.names is not None and all(isinstance(name, str) for name in features.names):
            self.feature_names_in_ = features.names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    def _check_features(self, features: Features) -> None:
        names = getattr(self, "feature_names_in_", None)
        if features.n_columns != self.n_features_in_:
            msg = (
                f"X has {features.n_columns} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input."
            )
            raise ValueError(msg)
        if (
            names is not None
            and features.names is not None
            and not np.array_equal(names, features.names)
        ):
            msg = (
                f"The feature names of X must be those of the fit, {names.tolist()}; got "
                f"{features.names.tolist()}."
            )
            raise ValueError(msg)

    def _set_fitted(self, *state: Any) -> None:
        for name, value in self._fitted_attributes(*state).items():
            setattr(self, name, value)


def _copy_fitted_attributes(from_: Any, to: Any) -> None:
    for name, value in vars(from_).items():
        is_fitted = name.endswith("_") or name == "_fitted_gamma"
        if is_fitted and not name.startswith("__") and name != "is_persisted_":
            setattr(to, name, value)


def _call(model: Any, method: str, partition: Any) -> Any:
    """Return predictions for a partition, which may be empty."""
    if partition.shape[0]:
        return getattr(model, method)(partition)
    # scikit-learn refuses an empty table.
    row = np.zeros((1, model.n_features_in_))
    if hasattr(model, "feature_names_in_"):
        row = type(partition)(row, columns=model.feature_names_in_)
    return getattr(model, method)(row)[:0]


def _check_size(X: Any) -> None:
    """Refuse a large table in memory."""
    n_bytes = getattr(X, "nbytes", None)
    if n_bytes is None and hasattr(X, "memory_usage"):
        n_bytes = int(X.memory_usage().sum())
    if n_bytes is not None and n_bytes > _MAX_EAGER_BYTES:
        msg = (
            f"X must be a Dask collection, or data in memory of at most 1 GB; got {n_bytes:,} "
            "bytes in memory. Use dask.array.from_array or dask.dataframe.from_pandas, or train "
            "skfocal.FocalLogisticRegression on it."
        )
        raise ValueError(msg)
