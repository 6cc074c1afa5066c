"""Class shares of unlabelled data, estimated from predicted probabilities."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state

from skfocal._checks import check_integer, check_number, check_probabilities
from skfocal._typing import Floats
from skfocal.calibration._prior import check_prior, check_two_dimensional

__all__ = ["PriorEstimate", "estimate_prior"]

# Resamples are processed in batches, so that a matrix of their weights has this number of entries.
_BATCH_SIZE = 2**22
# Far below the spread of resamples.
_RESAMPLE_TOL = 1e-5


class PriorEstimate(NamedTuple):
    """Result of `estimate_prior`.

    Examples
    --------
    >>> from skfocal.calibration import estimate_prior
    >>> estimate = estimate_prior([1.0] * 3 + [0.0] * 7, train_prior=0.5, n_resamples=0)
    >>> estimate.prior, estimate.converged
    (array([0.7, 0.3]), True)
    """

    prior: Floats
    """ndarray of shape (n_classes,): estimated class shares."""
    low: Floats
    """ndarray of shape (n_classes,): lower ends of the intervals, nan without resamples."""
    high: Floats
    """ndarray of shape (n_classes,): upper ends of the intervals, nan without resamples."""
    n_iter: int
    """Number of iterations."""
    converged: bool
    """Whether the iterations converged to the tolerance."""


def estimate_prior(
    probabilities: ArrayLike,
    train_prior: ArrayLike,
    *,
    n_resamples: int = 200,
    confidence_level: float = 0.95,
    tol: float = 1e-8,
    max_iter: int = 10_000,
    random_state: int | np.random.RandomState | None = None,
) -> PriorEstimate:
    r"""Estimate the class shares of unlabelled data by maximum likelihood.

    The data are assumed to differ from the training data in the class shares only, so that the
    samples of each class are distributed as before. The shares that maximise the likelihood are
    found by the EM algorithm of Saerens, Latinne and Decaestecker [1]_.

    Parameters
    ----------
    probabilities : array-like of shape (n_samples,) or (n_samples, n_classes)
        Probabilities that a classifier predicts for the unlabelled data: of class 1 for binary
        classification, or of all classes. They must be calibrated for `train_prior`.
    train_prior : float or array-like of shape (n_classes,)
        Class shares, > 0, for which `probabilities` hold, in the form of `adjust_prior`.
    n_resamples : int, default=200
        Number of bootstrap resamples of the samples, for the intervals. 0 computes none.
    confidence_level : float, default=0.95
        Confidence level of the intervals, in (0, 1).
    tol : float, default=1e-8
        Tolerance, > 0. The iterations stop when the mean log-likelihood of a sample is at most
        `tol` below its maximum.
    max_iter : int, default=10000
        Maximum number of iterations.
    random_state : int, RandomState instance or None, default=None
        Seed of the resamples.

    Returns
    -------
    PriorEstimate
        Named tuple with the fields `prior`, `low`, `high`, `n_iter` and `converged`.

    Raises
    ------
    TypeError
        If a parameter is of the wrong type.
    ValueError
        If a parameter is not as described above, if there are no samples, or if all probabilities
        equal `train_prior`, so that they say nothing about the shares.

    Warns
    -----
    ConvergenceWarning
        If the iterations did not converge.

    See Also
    --------
    adjust_prior : Adjust probabilities to the estimated shares.
    PriorShiftClassifier : Classifier that does both.

    Notes
    -----
    With :math:`r_{ik} = P(k \mid x_i) / \pi_k` the mean log-likelihood of shares :math:`\pi'` is,
    up to a constant,

    .. math::
        L(\pi') = \frac 1 n \sum_i \log \sum_k r_{ik} \pi'_k.

    It is concave. Starting at `train_prior`, an iteration multiplies :math:`\pi'_k` by the
    derivative :math:`g_k`. Since :math:`\max L - L(\pi') \le \max_k g_k - 1`, the last expression
    is compared with `tol`.

    The intervals are percentiles of the estimates from resamples. They show the randomness of the
    unlabelled data only, not errors of the classifier. A single sample has no interval (nan).

    References
    ----------
    .. [1] M. Saerens, P. Latinne and C. Decaestecker, "Adjusting the outputs of a classifier to new
       a priori probabilities: a simple procedure", Neural Computation 14 (2002), pp. 21-41.
       https://doi.org/10.1162/089976602753284446

    Examples
    --------
    A perfect classifier counts the classes:

    >>> from skfocal.calibration import estimate_prior
    >>> estimate = estimate_prior([1.0] * 30 + [0.0] * 70, train_prior=0.5, random_state=0)
    >>> estimate.prior
    array([0.7, 0.3])
    >>> estimate.low.round(2), estimate.high.round(2)
    (array([0.62, 0.21]), array([0.79, 0.38]))
    """
    n_resamples = check_integer("n_resamples", n_resamples, "an integer >= 0", 0)
    level = check_number("confidence_level", confidence_level, "a number in (0, 1)", above=0)
    if level >= 1:
        msg = f"confidence_level must be a number in (0, 1); got {confidence_level!r}."
        raise ValueError(msg)
    tol = check_number("tol", tol, "a finite number > 0", above=0)
    max_iter = check_integer("max_iter", max_iter, "an integer >= 1", 1)
    ratios, train_prior = _density_ratios(probabilities, train_prior)
    n_samples, n_classes = ratios.shape
    weights = np.full((1, n_samples), 1 / n_samples)
    found, n_iter, converged = _maximise(ratios, weights, train_prior, tol, max_iter)
    if not converged:
        warnings.warn(
            f"The estimate of the prior did not converge in max_iter={max_iter} iterations. "
            "Increase max_iter or tol.",
            ConvergenceWarning,
            stacklevel=2,
        )
    low = high = np.full(n_classes, np.nan)
    if n_resamples > 0 and n_samples > 1:
        estimates = _resample(ratios, found[0], n_resamples, max_iter, random_state)
        low, high = np.quantile(estimates, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return PriorEstimate(found[0], low, high, n_iter, converged)


def _density_ratios(probabilities: ArrayLike, train_prior: ArrayLike) -> tuple[Floats, Floats]:
    """Return class densities up to a factor per sample, and the shares of the training data."""
    given = check_probabilities("probabilities", probabilities)
    if given.ndim == 1:
        given = np.column_stack([1 - given, given])
    check_two_dimensional(given)
    if not len(given):
        msg = "probabilities must hold at least one sample; got none."
        raise ValueError(msg)
    prior = check_prior("train_prior", train_prior, given.shape[1], positive=True)
    ratios = given / prior
    ratios /= ratios.max(axis=1, keepdims=True)
    # Differences below the rounding of float32 say nothing.
    if ratios.min() > 1 - np.finfo(np.float32).eps:
        msg = (
            "probabilities must differ from train_prior for at least one sample; got a classifier "
            "that does not distinguish the classes, so that their shares cannot be estimated."
        )
        raise ValueError(msg)
    return ratios, prior


def _maximise(
    ratios: Floats, weights: Floats, start: Floats, tol: float, max_iter: int
) -> tuple[Floats, int, bool]:
    """Maximise the likelihood for several weightings of the samples at once.

    Parameters
    ----------
    ratios : ndarray of shape (n_samples, n_classes)
        Class densities, up to a factor per sample.
    weights : ndarray of shape (n_weightings, n_samples)
        Sample weights, each with a sum of 1.
    start : ndarray of shape (n_classes,)
        Shares to start with.
    tol : float
        Largest distance of the log-likelihood from its maximum.
    max_iter : int
        Maximum number of iterations.

    Returns
    -------
    shares : ndarray of shape (n_weightings, n_classes)
        Class shares.
    n_iter : int
        Number of iterations.
    converged : bool
        Whether all weightings converged.
    """
    shares = np.tile(start, (len(weights), 1))
    for n_iter in range(max_iter + 1):
        # A mixture of 0 has a weight of 0, unless it underflows.
        mixture = np.maximum(shares @ ratios.T, np.finfo(np.float64).tiny)
        gradient = (weights / mixture) @ ratios
        converged = bool(gradient.max() - 1 <= tol)
        if converged or n_iter == max_iter:
            break
        shares = shares * gradient
        shares /= shares.sum(axis=1, keepdims=True)
    return shares, n_iter, converged


def _resample(
    ratios: Floats, start: Floats, n_resamples: int, max_iter: int, random_state: Any
) -> Floats:
    """Return estimates of shape (n_resamples, n_classes) from bootstrap resamples."""
    rng = check_random_state(random_state)
    n_samples = len(ratios)
    batch = max(_BATCH_SIZE // n_samples, 1)
    estimates = []
    for first in range(0, n_resamples, batch):
        counts = _draw_counts(rng, n_samples, min(batch, n_resamples - first))
        found, _, _ = _maximise(ratios, counts / n_samples, start, _RESAMPLE_TOL, max_iter)
        estimates.append(found)
    return np.concatenate(estimates)


def _draw_counts(rng: np.random.RandomState, n_samples: int, n_resamples: int) -> NDArray[np.intp]:
    """Return how often each sample is in each resample."""
    drawn = [rng.randint(n_samples, size=n_samples) for _ in range(n_resamples)]
    return np.stack([np.bincount(rows, minlength=n_samples) for rows in drawn])
