"""What the estimators of all libraries have in common."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import column_or_1d
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.validation import check_is_fitted

from skfocal._checks import check_choice, check_labels, check_row_weights
from skfocal._classes import class_totals, encode, is_neutral
from skfocal._predictions import (
    best_classes,
    check_probability,
    decision_scores,
    log_probabilities,
    probabilities,
)
from skfocal._solver import ordered_map
from skfocal._typing import Floats, Integers
from skfocal.boosting._derivatives import CURVATURES, Map
from skfocal.boosting._loss import BoostedLoss
from skfocal.boosting._parameters import resolve_parameters
from skfocal.boosting._start import start_at

__all__ = [
    "OWN_PARAMETERS",
    "FocalBoostingMixin",
    "FocalProblem",
    "block_map",
    "check_loss_parameters",
    "replaced_attributes",
]

OWN_PARAMETERS = ("focal_gamma", "focal_alpha", "focal_curvature", "probability")
"""Parameters that are not those of the library."""

_UNSET = object()


@dataclass(frozen=True)
class FocalProblem:
    """Labels and loss of a fit.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
        Class labels, sorted.
    codes : ndarray of shape (n_samples,)
        Index of each sample's class.
    sample_weight : ndarray of shape (n_samples,) or None
        Sample weights, without those of the classes.
    class_weight : ndarray of shape (n_classes,)
        Resolved class weights.
    loss : BoostedLoss
        The loss.
    start : float or ndarray of shape (n_classes,)
        Margins at the optimum of a constant.
    is_plain : bool
        Whether the loss is log loss without class weights, which the library trains itself.
    """

    classes: NDArray[Any]
    codes: Integers
    sample_weight: Floats | None
    class_weight: Floats
    loss: BoostedLoss
    start: Any
    is_plain: bool

    @property
    def n_classes(self) -> int:
        """Return the number of classes."""
        return len(self.classes)

    @property
    def row_weight(self) -> Floats | None:
        """Return the sample weights times those of the classes, or None for 1."""
        if self.loss.alpha is None:
            return self.sample_weight
        weight: Floats = self.class_weight.take(self.codes)
        return weight if self.sample_weight is None else weight * self.sample_weight

    def encoded(self, y: ArrayLike) -> Integers:
        """Return the class indices of the labels of an evaluation set."""
        labels = np.asarray(column_or_1d(check_labels("eval_set", y)))
        known = np.isin(labels, self.classes)
        if not known.all():
            msg = (
                f"The labels of eval_set must be among the classes {self.classes.tolist()!r} of y; "
                f"got {labels[~known].tolist()[0]!r}."
            )
            raise ValueError(msg)
        return np.searchsorted(self.classes, labels)

    def encoded_sets(self, eval_set: Any, X: Any, y: Any) -> list[tuple[Any, Integers]] | None:
        """Return evaluation sets with class indices. The training set stays the same object."""
        if eval_set is None:
            return None
        pairs = eval_set if isinstance(eval_set, list) else [eval_set]
        for pair in pairs:
            if not (isinstance(pair, list | tuple) and len(pair) == 2):
                msg = (
                    "eval_set must be a tuple (X, y) or a list of those; got a "
                    f"{type(pair).__name__} in place of a tuple of two."
                )
                raise ValueError(msg)
        return [
            (one_X, self.codes if one_X is X and one_y is y else self.encoded(one_y))
            for one_X, one_y in pairs
        ]


class FocalBoostingMixin:
    """Parameters, class labels and predictions of a booster trained with focal loss.

    A subclass defines ``_margins(X, **options)``.
    """

    focal_gamma: Any
    focal_alpha: Any
    focal_curvature: Any
    probability: Any

    def decision_function(self, X: Any, **options: Any) -> Floats:
        """Compute the raw margins of samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Data, in any form that the library accepts.
        **options : object
            Options of the library's own prediction, such as a range of trees.

        Returns
        -------
        margins : ndarray of shape (n_samples,) or (n_samples, n_classes)
            Of ``classes_[1]`` if there are two classes, else of all classes.
        """
        check_is_fitted(self)
        return self._margins(X, **options)

    def predict(self, X: Any, **options: Any) -> NDArray[Any]:
        """Predict class labels.

        The predicted class minimises the risk with the class weights `focal_alpha`. If that is not
        None, the class with the largest ``predict_proba`` may be another one.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Data, in any form that the library accepts.
        **options : object
            Options of the library's own prediction.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Class labels.
        """
        margins = self.decision_function(X, **options)
        codes = best_classes(decision_scores(margins, self._fitted_gamma))
        labels: NDArray[Any] = self.classes_.take(codes)
        return labels

    def predict_proba(self, X: Any, **options: Any) -> Floats:
        """Predict class probabilities, as set by `probability`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Data, in any form that the library accepts.
        **options : object
            Options of the library's own prediction.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``.
        """
        return self._from_margins(probabilities, X, options)

    def predict_log_proba(self, X: Any, **options: Any) -> Floats:
        """Predict log-probabilities, which are accurate also where probabilities underflow.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Data, in any form that the library accepts.
        **options : object
            Options of the library's own prediction.

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``.
        """
        return self._from_margins(log_probabilities, X, options)

    def set_params(self, **params: Any) -> Self:
        """Set parameters, of the loss or of the library.

        Parameters
        ----------
        **params : object
            Parameters.

        Returns
        -------
        self : object
            The estimator.
        """
        # The libraries would pass what they set on to their training or their fitted model.
        for name in OWN_PARAMETERS:
            if name in params:
                setattr(self, name, params.pop(name))
        if params:
            super().set_params(**params)  # type: ignore[misc] # the library's
        return self

    @property
    def classes_(self) -> NDArray[Any]:
        """Class labels, sorted; an ndarray of shape (n_classes,)."""
        labels = self.__dict__.get("_labels")
        # While the library is fitted, its classes are the class indices.
        result: NDArray[Any] = (
            super().classes_ if labels is None else labels  # type: ignore[misc] # the library's
        )
        return result

    def _margins(self, X: Any, **options: Any) -> Floats:
        raise NotImplementedError

    def _from_margins(self, function: Callable[..., Floats], X: Any, options: Any) -> Floats:
        check_probability(self.probability)
        margins = self.decision_function(X, **options).astype(np.float64, copy=False)
        return function(margins, self._fitted_gamma, self.class_weight_, self.probability)

    def _focal_problem(
        self, y: ArrayLike, sample_weight: Any, class_weight: Any = None
    ) -> FocalProblem:
        """Check the parameters, and return labels and loss of a fit.

        `class_weight` is a parameter of the library that multiplies `focal_alpha`.
        """
        check_probability(self.probability)
        check_choice("focal_curvature", self.focal_curvature, CURVATURES)
        classes, codes = encode(column_or_1d(check_labels("y", y), warn=True))
        weight = check_row_weights(sample_weight, len(codes))
        totals = class_totals(codes, len(classes), weight)
        gamma, weights = resolve_parameters(self.focal_gamma, self.focal_alpha, classes, totals)
        if class_weight is not None:
            weights *= compute_class_weight(class_weight, classes=classes, y=classes.take(codes))
        is_weighted = bool((weights != 1).any())
        return FocalProblem(
            classes=classes,
            codes=codes,
            sample_weight=weight,
            class_weight=weights,
            loss=BoostedLoss(gamma, weights if is_weighted else None, self.focal_curvature),
            start=start_at(totals, gamma, weights),
            is_plain=not (np.any(gamma) or is_weighted),
        )

    def _forget_labels(self) -> None:
        self.__dict__.pop("_labels", None)

    def _remember(self, problem: FocalProblem) -> None:
        """Set the fitted attributes that predictions need."""
        self._labels = problem.classes
        self.class_weight_ = problem.class_weight
        # Setting `focal_gamma` after the fit must not change predictions.
        self._fitted_gamma = problem.loss.gamma

    def _focal_state(self) -> str:
        """Return what `_restore` needs, as text for a file of the library."""
        labels = self._labels
        return json.dumps(
            {
                "classes": labels.tolist(),
                "dtype": labels.dtype.str,
                "class_weight": self.class_weight_.tolist(),
                "gamma": np.asarray(self._fitted_gamma).tolist(),
            }
        )

    def _restore(self, state: str | None, source: str) -> None:
        """Set the fitted attributes from the text of a file of the library."""
        if not state:
            msg = (
                f"{source} holds no parameters of focal loss, so that its margins cannot be turned "
                f"into probabilities; load a model that {type(self).__name__} saved."
            )
            raise ValueError(msg)
        values = json.loads(state)
        dtype = np.dtype(values["dtype"])
        self._labels = np.array(values["classes"], dtype=dtype)
        self.class_weight_ = np.array(values["class_weight"])
        gamma = values["gamma"]
        self._fitted_gamma = np.array(gamma) if isinstance(gamma, list) else float(gamma)


def check_loss_parameters(
    params: Mapping[str, Any],
    objectives: Iterable[str],
    class_weights: Iterable[str],
    *,
    defaults: tuple[str, ...] = (),
) -> None:
    """Raise ValueError if a library was asked for another loss, or for class weights of its own.

    Parameters
    ----------
    params : mapping
        Parameters of the library.
    objectives, class_weights : iterable of str
        Names of the parameters for the objective and for class weights.
    defaults : tuple of str, default=()
        Names of log loss, which the library itself may have set.
    """
    for name in objectives:
        value = params.get(name)
        if value is not None and not (isinstance(value, str) and value in defaults):
            msg = (
                f"{name} must be left at its default, because focal loss is the objective; got "
                f"{value!r}."
            )
            raise ValueError(msg)
    for name in class_weights:
        if not is_neutral(params.get(name)):
            msg = (
                f"{name} must be left at its default; got {params[name]!r}. Set the class weights "
                "by focal_alpha, which predict_proba inverts."
            )
            raise ValueError(msg)


@contextmanager
def block_map(n_jobs: int | None) -> Iterator[Map]:
    """Give a `map` for blocks of rows: in threads, unless the library is to use one thread."""
    if n_jobs == 1:
        yield map
    else:
        with ordered_map() as map_:
            yield map_


@contextmanager
def replaced_attributes(target: Any, values: Mapping[str, Any]) -> Iterator[None]:
    """Set attributes of an object for the time of a block."""
    kept = {name: vars(target).get(name, _UNSET) for name in values}
    vars(target).update(values)
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is _UNSET:
                vars(target).pop(name, None)
            else:
                vars(target)[name] = value
