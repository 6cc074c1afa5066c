"""Temperature scaling and focal temperature scaling of log-probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax

from skfocal._typing import Floats, Integers
from skfocal.posterior import posterior_logits

__all__ = ["Scaling", "fit_focal_temperature", "fit_temperature"]

_MAX_LOG_TEMPERATURE = float(np.log(100))
_GAMMA_BOUNDS = (-0.5, 5.0)  # as in the paper; the map is increasing for gamma > -1
_LOWEST = float(np.log(np.nextafter(0.0, 1.0)))  # no positive probability is below it


class Scaling(NamedTuple):
    """A map of log-probabilities that keeps the order of the classes."""

    temperature: float
    """Divisor of the logits."""
    gamma: float = 0.0
    """Parameter of the focal calibration map."""

    def apply(self, log_probabilities: Floats) -> Floats:
        """Return the calibrated log-probabilities of shape (n_samples, n_classes)."""
        logits = np.maximum(log_probabilities, _LOWEST) / self.temperature
        return np.asarray(log_softmax(posterior_logits(logits, self.gamma), axis=1))

    def loss(self, codes: Integers, log_probabilities: Floats) -> float:
        """Return the log loss for class indices."""
        return -float(self.apply(log_probabilities)[np.arange(len(codes)), codes].mean())


def fit_temperature(codes: Integers, log_probabilities: Floats) -> Scaling:
    """Find the temperature that minimises the log loss.

    Parameters
    ----------
    codes : ndarray of shape (n_samples,)
        Class indices of samples that the classifier was not fitted to.
    log_probabilities : ndarray of shape (n_samples, n_classes)
        Log-probabilities of the classifier.

    Returns
    -------
    scaling : Scaling
        The map, with ``gamma=0``.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger (2017). "On Calibration of Modern Neural Networks."
    Proceedings of Machine Learning Research 70, 1321-1330. arXiv:1706.04599
    """

    def loss(log_temperature: float) -> float:
        return Scaling(np.exp(log_temperature)).loss(codes, log_probabilities)

    bounds = (-_MAX_LOG_TEMPERATURE, _MAX_LOG_TEMPERATURE)
    search = minimize_scalar(loss, bounds=bounds, options={"xatol": 1e-7})
    return Scaling(float(np.exp(search.x)))


def fit_focal_temperature(codes: Integers, log_probabilities: Floats) -> Scaling:
    """Find the temperature and the gamma that minimise the log loss.

    Parameters
    ----------
    codes : ndarray of shape (n_samples,)
        Class indices of samples that the classifier was not fitted to.
    log_probabilities : ndarray of shape (n_samples, n_classes)
        Log-probabilities of the classifier.

    Returns
    -------
    scaling : Scaling
        The map. Its log loss is not larger than that of `fit_temperature`.
    """

    def make(parameters: Sequence[float]) -> Scaling:
        return Scaling(float(np.exp(parameters[0])), float(parameters[1]))

    plain = fit_temperature(codes, log_probabilities)
    search = minimize(
        lambda parameters: make(parameters).loss(codes, log_probabilities),
        [np.log(plain.temperature), 0.0],
        method="L-BFGS-B",
        bounds=[(-_MAX_LOG_TEMPERATURE, _MAX_LOG_TEMPERATURE), _GAMMA_BOUNDS],
        options={"ftol": 1e-10, "gtol": 1e-7},
    )
    found = make(search.x)
    losses = [one.loss(codes, log_probabilities) for one in (plain, found)]
    return found if losses[1] < losses[0] else plain
