"""Validation of labels, probabilities and sample weights."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import assert_all_finite

from skfocal._checks import (
    check_labels,
    check_probabilities,
    check_row_sums,
    check_row_weights,
)

__all__ = [
    "Forecast",
    "check_classwise",
    "check_forecast",
    "check_is_none",
    "check_top_label",
]


class Forecast(NamedTuple):
    """Predicted probabilities of an event and its outcomes, for samples of positive weight."""

    event: NDArray[np.float64]
    """ndarray of shape (n_samples,): 1 where the event happened, else 0."""
    probability: NDArray[np.float64]
    """ndarray of shape (n_samples,): predicted probability of the event."""
    weight: NDArray[np.float64]
    """ndarray of shape (n_samples,): sample weights > 0, scaled to a maximum of 1."""


def check_forecast(
    y_true: ArrayLike, y_prob: ArrayLike, sample_weight: ArrayLike | None, pos_label: Any
) -> Forecast:
    """Return the forecast of the positive class, or raise ValueError."""
    probability = _check_column("y_prob", check_probabilities("y_prob", y_prob))
    outcome = _check_outcome(y_true, len(probability))
    return _forecast(_is_event(outcome, pos_label), probability, sample_weight)


def check_top_label(
    y_true: ArrayLike, y_prob: ArrayLike, sample_weight: ArrayLike | None, labels: ArrayLike | None
) -> list[Forecast]:
    """Return the forecast that the predicted class is the true class, or raise ValueError."""
    is_class, probability = _check_classes(y_true, y_prob, labels)
    rows, predicted = np.arange(len(probability)), probability.argmax(axis=1)
    return [_forecast(is_class[rows, predicted], probability[rows, predicted], sample_weight)]


def check_classwise(
    y_true: ArrayLike, y_prob: ArrayLike, sample_weight: ArrayLike | None, labels: ArrayLike | None
) -> list[Forecast]:
    """Return the one-vs-rest forecast of each class, or raise ValueError."""
    is_class, probability = _check_classes(y_true, y_prob, labels)
    return [
        _forecast(event, column, sample_weight)
        for event, column in zip(is_class.T, probability.T, strict=True)
    ]


def check_is_none(name: str, value: Any, shape: str) -> None:
    """Raise ValueError if a parameter is given that does not apply to the shape of `y_prob`."""
    if value is not None:
        raise ValueError(f"{name} must be None for y_prob {shape}; got {value!r}.")


def _forecast(
    event: NDArray[np.bool_], probability: NDArray[np.float64], sample_weight: ArrayLike | None
) -> Forecast:
    weight = check_row_weights(sample_weight, len(event))
    weight = np.ones(len(event)) if weight is None else weight / weight.max()
    is_used = weight > 0
    return Forecast(event[is_used].astype(np.float64), probability[is_used], weight[is_used])


def _is_event(outcome: NDArray[Any], pos_label: Any) -> NDArray[np.bool_]:
    present = _distinct(outcome)
    if pos_label is None:
        unknown = [label for label in present if label not in {0, 1}]
        if unknown:
            raise ValueError(
                f"y_true must hold only 0 and 1 if pos_label is None; got {unknown[0]!r}. Set "
                "pos_label to the label of the positive class."
            )
        pos_label = 1
    if len(present) > 2:
        raise ValueError(
            "y_true must hold at most two labels for y_prob of shape (n_samples,); "
            f"got {present!r}."
        )
    if len(present) == 2 and pos_label not in present:
        raise ValueError(f"pos_label must be one of the labels {present!r}; got {pos_label!r}.")
    return np.asarray(outcome == pos_label)


def _check_classes(
    y_true: ArrayLike, y_prob: ArrayLike, labels: ArrayLike | None
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return the one-hot encoded true classes and the probabilities."""
    probability = check_probabilities("y_prob", y_prob)
    check_row_sums("y_prob", probability)
    outcome = _check_outcome(y_true, len(probability))
    present = _distinct(outcome)
    classes = present if labels is None else np.asarray(labels).tolist()
    if len(classes) != probability.shape[1] or len(set(classes)) != len(classes):
        raise ValueError(
            f"labels must hold one distinct label for each of the {probability.shape[1]} columns "
            f"of y_prob; got {classes!r}. If labels is None, the labels in y_true are used."
        )
    unknown = [label for label in present if label not in classes]
    if unknown:
        raise ValueError(f"y_true must hold only labels in {classes!r}; got {unknown[0]!r}.")
    return np.column_stack([outcome == label for label in classes]), probability


def _check_outcome(y_true: ArrayLike, n_samples: int) -> NDArray[Any]:
    outcome = _check_column("y_true", check_labels("y_true", y_true))
    if len(outcome) != n_samples:
        raise ValueError(
            f"y_true and y_prob must have the same length; got {len(outcome)} and {n_samples}."
        )
    if not n_samples:
        raise ValueError("y_true must hold at least one sample; got none.")
    assert_all_finite(outcome, input_name="y_true")
    return outcome


def _check_column(name: str, values: NDArray[Any]) -> NDArray[Any]:
    if values.ndim == 2 and values.shape[1] == 1:
        return values[:, 0]
    if values.ndim != 1:
        raise ValueError(f"{name} must be of shape (n_samples,); got shape {values.shape}.")
    return values


def _distinct(outcome: NDArray[Any]) -> list[Any]:
    try:
        return list(np.unique(outcome).tolist())
    except TypeError as error:
        kinds = ", ".join(sorted({type(label).__name__ for label in outcome.tolist()}))
        raise ValueError(f"y_true must hold labels of one type; got {kinds}.") from error
