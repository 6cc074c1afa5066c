"""True class probabilities from logits that minimise focal loss, in closed form."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_softmax, softmax

from skfocal._typing import Floats
from skfocal.losses import check_gamma, check_logits, class_gammas, class_weights
from skfocal.losses._binary import cross_entropies
from skfocal.losses._softmax import leave_one_out

__all__ = ["focal_posterior", "posterior_logits", "sigmoid"]


def focal_posterior(
    logits: ArrayLike, *, gamma: ArrayLike, alpha: ArrayLike | None = None
) -> Floats:
    """Recover class probabilities from logits that minimise focal loss.

    At the minimum of focal loss the sigmoid or softmax of the logits is not the probability of
    the class when ``gamma > 0``: it is drawn towards uniform. The distortion has a closed-form
    inverse [1]_, and so has that of `alpha`.

    Parameters
    ----------
    logits : array-like of shape (n_samples,) or (n_samples, n_classes)
        Scores: of class 1 of two, or of all classes.
    gamma : float or array-like of shape (n_classes,)
        Focusing parameter with which the logits were trained, >= 0, or one for each class.
    alpha : float or array-like of shape (n_classes,), default=None
        Weights of the classes with which the logits were trained, as in `focal_loss`. With None
        only `gamma` is undone: the *weighted posterior*, which is what class weights would have
        given elsewhere. It is the true posterior when training used no weights.

    Returns
    -------
    posterior : ndarray of shape (n_samples,) or (n_samples, n_classes)
        Probability of class 1 for one-dimensional logits, otherwise of every class.

    Raises
    ------
    TypeError
        If `gamma` or `alpha` is of the wrong type.
    ValueError
        If a parameter or a shape is not what is described above.

    See Also
    --------
    FocalLogisticRegression : Whose ``predict_proba`` applies it.

    Notes
    -----
    Let ``q_k`` be the softmax of the logits and ``h_k(v) = v / [(1 - v)^gamma_k - gamma_k v
    (1 - v)^(gamma_k - 1) log v]``, which increases strictly from 0. Stationarity of the expected
    loss is ``h_k(q_k) ∝ alpha_k P(k | x)``, hence ``P(k | x) ∝ h_k(q_k) / alpha_k``. It is computed
    in logarithms and is exact in the tails, down to the least normal number. The map is that of
    the population optimum: a model that is misspecified, or strongly regularised, still needs a
    check of its calibration.

    References
    ----------
    .. [1] N. Charoenphakdee, J. Vongkulbhisal, N. Chairatanakul and M. Sugiyama, "On focal loss
       for class-posterior probability estimation: a theoretical perspective", CVPR 2021,
       pp. 5202-5211. https://doi.org/10.1109/CVPR46437.2021.00516

    Examples
    --------
    >>> from skfocal import focal_posterior
    >>> focal_posterior([-2.0, 0.0, 2.0], gamma=2.0).round(4)
    array([0.0045, 0.5   , 0.9955])
    >>> focal_posterior([-2.0, 0.0, 2.0], gamma=2.0, alpha=0.25).round(4)
    array([0.0134, 0.75  , 0.9985])
    """
    logits = check_logits(logits)
    n_classes = 2 if logits.ndim == 1 else logits.shape[1]
    gamma = class_gammas(check_gamma(gamma), n_classes)
    weights = None if alpha is None else class_weights(alpha, n_classes)
    scores = posterior_logits(logits, gamma, weights)
    posterior: Floats = sigmoid(scores) if scores.ndim == 1 else softmax(scores, axis=1)
    return posterior


def posterior_logits(
    logits: Floats, gamma: float | Floats, class_weight: Floats | None = None
) -> Floats:
    """Return scores whose sigmoid or softmax is the posterior, for input known to be valid.

    Parameters
    ----------
    logits : ndarray of shape (n_samples,) or (n_samples, n_classes)
        Scores that minimise focal loss.
    gamma : float or ndarray of shape (n_classes,)
        Focusing parameter, or one for each class.
    class_weight : ndarray of shape (n_classes,), default=None
        Weights to undo, if any.

    Returns
    -------
    scores : ndarray of the shape of `logits`
        For two classes the log-odds of class 1, otherwise log probabilities up to a constant in
        each row.
    """
    if not isinstance(gamma, float):
        gamma = gamma.astype(logits.dtype)
    if isinstance(gamma, float) and gamma == 0:
        scores = logits
    elif logits.ndim == 1:
        scores = _odd_map(logits, gamma) if isinstance(gamma, float) else _log_odds(logits, gamma)
    else:
        margins = _margins(logits)
        hit, miss = cross_entropies(margins)
        certain, doubtful = _odds_times_surprise(np.abs(margins))
        scores = gamma * miss - hit
        scores -= np.log1p(gamma * np.where(margins > 0, certain, doubtful))
    if class_weight is None:
        return scores
    offset: Floats = np.log(class_weight).astype(logits.dtype)
    if logits.ndim == 1:
        return np.asarray(scores - (offset[1] - offset[0]))
    # Far from zero the offset would drown in the rounding of the scores.
    return np.asarray(scores - scores.max(axis=1, keepdims=True) - offset)


@np.errstate(over="ignore")
def sigmoid(logits: Floats) -> Floats:
    """Return ``1 / (1 + exp(-logits))``.

    NumPy's operations on whole arrays take a third of SciPy's time, and a tenth of what it takes
    to choose a form by the sign of each logit. Zero where it is below the normal range.
    """
    result = np.negative(logits)
    np.exp(result, out=result)
    result += 1
    return np.divide(1, result, out=result)


def _odd_map(logits: Floats, gamma: float) -> Floats:
    """Return the log-odds of two classes, an odd function of the logit."""
    magnitude = np.abs(logits)
    certain, doubtful = _odds_times_surprise(magnitude)
    certain *= gamma
    certain += 1
    doubtful *= gamma
    doubtful += 1
    doubtful /= certain
    magnitude *= 1 + gamma
    magnitude += np.log(doubtful, out=doubtful)
    return np.copysign(magnitude, logits, out=magnitude)


def _log_odds(logits: Floats, gamma: Floats) -> Floats:
    """Return the log-odds of two classes that have a gamma each."""
    hit, miss = cross_entropies(logits)
    certain, doubtful = _odds_times_surprise(np.abs(logits))
    is_likely = logits > 0
    scores: Floats = (1 + gamma[1]) * miss - (1 + gamma[0]) * hit
    scores -= np.log1p(gamma[1] * np.where(is_likely, certain, doubtful))
    scores += np.log1p(gamma[0] * np.where(is_likely, doubtful, certain))
    return scores


def _odds_times_surprise(magnitude: Floats) -> tuple[Floats, Floats]:
    """Return ``exp(m) log(1 + exp(-m))`` at ``m`` and at ``-m``, for ``m`` >= 0.

    It rises from 0 to 1.
    """
    exp = np.negative(magnitude)
    np.exp(exp, out=exp)
    # Far above the underflow of exp both have reached their limits, 1 and 0.
    np.maximum(exp, np.finfo(exp.dtype).tiny, out=exp)
    certain = np.log1p(exp)
    doubtful = certain + magnitude
    doubtful *= exp
    certain /= exp
    return certain, doubtful


def _margins(logits: Floats) -> Floats:
    """Return ``log p_k - log(1 - p_k)`` for every class of every row."""
    rows, largest = np.arange(len(logits)), logits.argmax(axis=1)
    log_probabilities = log_softmax(logits, axis=1)
    probabilities = np.exp(log_probabilities)
    # Only the likeliest class can be so likely that 1 - p cancels.
    probabilities[rows, largest] = 0
    margins: Floats = log_probabilities - np.log1p(-probabilities)
    margins[rows, largest] = leave_one_out(logits, largest)[0]
    return margins
