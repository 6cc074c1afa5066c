"""Plain logistic regression with Platt, isotonic, temperature and focal temperature scaling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_expit, log_softmax, logit, logsumexp
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from skfocal._typing import Floats
from skfocal.calibration._temperature import Scaling, fit_focal_temperature, fit_temperature
from skfocal.comparison.methods import plain
from skfocal.comparison.methods.method import Correction, CorrectionLearner, Method

__all__ = ["CORRECTIONS", "FAMILY", "focal_temperature", "isotonic", "platt", "temperature"]


class ScoreMap(Protocol):
    """Maps the log-odds of a class to calibrated ones."""

    def __call__(self, score: Floats) -> Floats:
        """Map log-odds."""


@dataclass(frozen=True, eq=False)
class TemperatureMap:
    """Temperature scaling, and the focal calibration map after it."""

    temperature: float
    gamma: float = 0.0

    def __call__(self, log_proba: Floats) -> Floats:
        """Correct log-probabilities."""
        return Scaling(self.temperature, self.gamma).apply(log_proba)


@dataclass(frozen=True, eq=False)
class PlattMap:
    """A line through the log-odds."""

    slope: float
    intercept: float

    def __call__(self, score: Floats) -> Floats:
        """Map log-odds."""
        return self.slope * score + self.intercept


@dataclass(frozen=True, eq=False)
class IsotonicMap:
    """A monotonic map of log-odds, linear between its points."""

    scores: Floats
    probabilities: Floats

    def __call__(self, score: Floats) -> Floats:
        """Map log-odds."""
        return np.asarray(logit(np.interp(score, self.scores, self.probabilities)))


@dataclass(frozen=True, eq=False)
class OneVsRest:
    """A map of the log-odds of class 1 of two, or of each class against the rest."""

    maps: tuple[ScoreMap, ...]

    def __call__(self, log_proba: Floats) -> Floats:
        """Correct log-probabilities."""
        classes = _mapped_classes(log_proba.shape[1])
        logits = np.column_stack(
            [
                score_map(_log_odds_vs_rest(log_proba, index))
                for index, score_map in zip(classes, self.maps, strict=True)
            ]
        )
        if log_proba.shape[1] == 2:
            return np.hstack([log_expit(-logits), log_expit(logits)])
        return np.asarray(log_softmax(log_expit(logits), axis=1))


CORRECTIONS = (TemperatureMap, PlattMap, IsotonicMap, OneVsRest)
"""Types that the file of a fitted model may hold."""


def temperature(
    y: NDArray[np.intp], log_proba: Floats, _class_counts: NDArray[np.intp]
) -> Correction:
    """Divide the logits by the temperature that minimises log loss."""
    return TemperatureMap(*fit_temperature(y, log_proba))


def focal_temperature(
    y: NDArray[np.intp], log_proba: Floats, _class_counts: NDArray[np.intp]
) -> Correction:
    """Apply the focal calibration map after temperature scaling; both minimise log loss."""
    return TemperatureMap(*fit_focal_temperature(y, log_proba))


def platt(y: NDArray[np.intp], log_proba: Floats, _class_counts: NDArray[np.intp]) -> Correction:
    """Fit a logistic regression of the class on its log-odds; one against the rest if multiclass.

    References
    ----------
    J. C. Platt (1999). "Probabilistic Outputs for Support Vector Machines and Comparisons to
    Regularized Likelihood Methods." Advances in Large Margin Classifiers, MIT Press, 61-74.
    """
    return _fit_one_vs_rest(_fit_platt, y, log_proba)


def isotonic(y: NDArray[np.intp], log_proba: Floats, _class_counts: NDArray[np.intp]) -> Correction:
    """Fit an isotonic regression of the class on its log-odds; one against the rest if multiclass.

    Probabilities are clipped to those of Laplace's rule of succession for the number of rows.

    References
    ----------
    B. Zadrozny, C. Elkan (2002). "Transforming Classifier Scores into Accurate Multiclass
    Probability Estimates." KDD 2002, 694-699. doi:10.1145/775047.775151
    """
    return _fit_one_vs_rest(_fit_isotonic, y, log_proba)


def _fit_platt(event: NDArray[np.bool_], score: Floats) -> ScoreMap:
    n_positive, n_negative = np.count_nonzero(event), np.count_nonzero(~event)
    # Platt's targets are slightly inside (0, 1), so that separable scores have a finite slope.
    target = np.where(event, (n_positive + 1) / (n_positive + 2), 1 / (n_negative + 2))
    model = LogisticRegression(C=1e9, solver="newton-cholesky", tol=1e-8)
    model.fit(
        np.tile(score, 2)[:, np.newaxis],
        np.repeat([1, 0], len(score)),
        sample_weight=np.concatenate([target, 1 - target]),
    )
    return PlattMap(float(model.coef_[0, 0]), float(model.intercept_[0]))


def _fit_isotonic(event: NDArray[np.bool_], score: Floats) -> ScoreMap:
    least = 1 / (len(event) + 2)
    steps = IsotonicRegression(y_min=least, y_max=1 - least, out_of_bounds="clip")
    steps.fit(score, event)
    return IsotonicMap(steps.X_thresholds_, steps.y_thresholds_)


def _fit_one_vs_rest(
    learn: Callable[[NDArray[np.bool_], Floats], ScoreMap],
    y: NDArray[np.intp],
    log_proba: Floats,
) -> Correction:
    """Learn a map of the log-odds of class 1, or of each class if there are more than two."""
    classes = _mapped_classes(log_proba.shape[1])
    maps = [learn(y == index, _log_odds_vs_rest(log_proba, index)) for index in classes]
    return OneVsRest(tuple(maps))


def _mapped_classes(n_classes: int) -> Sequence[int]:
    return (1,) if n_classes == 2 else range(n_classes)


def _log_odds_vs_rest(log_proba: Floats, index: int) -> Floats:
    """Log-odds of one class against the rest."""
    rest = logsumexp(np.delete(log_proba, index, axis=1), axis=1)
    return np.asarray(log_proba[:, index] - rest)


def _calibrated(name: str, description: str, learner: CorrectionLearner) -> Method:
    return replace(
        plain.FAMILY[0],
        name=name,
        description=f"Plain logistic regression with {description}, fitted to the inner held-out "
        "predictions.",
        corrections={name: learner},
    )


FAMILY = (
    _calibrated("platt", "Platt scaling", platt),
    _calibrated("isotonic", "isotonic calibration", isotonic),
    _calibrated("temperature", "temperature scaling", temperature),
    _calibrated("focal_temperature", "focal temperature scaling", focal_temperature),
)
