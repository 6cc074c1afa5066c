"""Predictions for Dask collections, computed lazily by the estimator for data in memory."""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar, cast

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skfocal.dask._import import dask
from skfocal.dask._partitions import Features, is_dask, read_features

__all__ = ["DaskPredictionMixin", "set_features"]

Estimator = TypeVar("Estimator")
# Fitted attributes of estimators for Dask collections alone.
_OWN_ATTRIBUTES = {"persist", "is_persisted_"}


class DaskPredictionMixin:
    """Mixin before the class for data in memory, which is also the attribute ``_local_class``."""

    _local_class: ClassVar[Any]

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
            return super().predict(X)  # type: ignore[misc]
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
            return super().predict_proba(X)  # type: ignore[misc]
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
            return super().predict_log_proba(X)  # type: ignore[misc]
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
            return super().decision_function(X)  # type: ignore[misc]
        return self._lazily("decision_function", X)

    def to_local(self) -> Any:
        """Return the estimator for data in memory, fitted if this one is.

        Returns
        -------
        estimator : object
            The estimator of the same name in ``skfocal``. It does not need Dask.
        """
        parameters = cast("Any", self).get_params(deep=False)
        del parameters["persist"]
        return _copy_fitted(self, self._local_class(**parameters))

    @classmethod
    def from_local(cls, estimator: Any) -> Self:
        """Return the estimator for Dask collections, fitted if the given one is.

        Parameters
        ----------
        estimator : object
            The estimator of the same name in ``skfocal``.

        Returns
        -------
        estimator : object
            It has the same parameters and fitted attributes.
        """
        return _copy_fitted(estimator, cls(**estimator.get_params(deep=False)))

    def _lazily(self, method: str, X: Any) -> Any:
        """Return what a method returns for each partition, as a Dask array."""
        check_is_fitted(self)
        features = read_features(X)
        _check_features(self, features)
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


def _copy_fitted(from_: Any, to: Estimator) -> Estimator:
    """Copy the fitted attributes of an estimator to another one, and return that."""
    left = {*from_.get_params(), *_OWN_ATTRIBUTES}
    for name in vars(from_).keys() - left:
        setattr(to, name, getattr(from_, name))
    return to


def set_features(estimator: Any, features: Features) -> None:
    """Set the number and the names of the columns of a fit."""
    estimator.n_features_in_ = features.n_columns
    if features.names is not None and all(isinstance(name, str) for name in features.names):
        estimator.feature_names_in_ = features.names
    elif hasattr(estimator, "feature_names_in_"):
        del estimator.feature_names_in_


def _check_features(estimator: Any, features: Features) -> None:
    names = getattr(estimator, "feature_names_in_", None)
    if features.n_columns != estimator.n_features_in_:
        msg = (
            f"X has {features.n_columns} features, but {type(estimator).__name__} is expecting "
            f"{estimator.n_features_in_} features as input."
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


def _call(model: Any, method: str, partition: Any) -> Any:
    """Return predictions for a partition, which may be empty."""
    if partition.shape[0]:
        return getattr(model, method)(partition)
    # scikit-learn refuses an empty table.
    row = np.zeros((1, model.n_features_in_))
    if hasattr(model, "feature_names_in_"):
        row = type(partition)(row, columns=model.feature_names_in_)
    return getattr(model, method)(row)[:0]
