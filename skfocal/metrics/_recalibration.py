"""Calibration intercept and slope."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import log_expit, logit, logsumexp
from sklearn.linear_model import LogisticRegression

from skfocal._typing import Floats
from skfocal.metrics._checks import Forecast, check_forecast

__all__ = ["InterceptSlope", "calibration_intercept_slope"]


class InterceptSlope(NamedTuple):
    """Result of `calibration_intercept_slope`.

    Examples
    --------
    >>> from skfocal.metrics import calibration_intercept_slope
    >>> y, p = [0, 0, 1, 0, 1, 1], [0.1, 0.3, 0.4, 0.5, 0.6, 0.8]
    >>> calibration_intercept_slope(y, p)._fields
    ('intercept', 'slope')
    """

    intercept: float
    """Intercept for a slope fixed at 1 (calibration in the large)."""
    slope: float
    """Slope, fitted together with a separate intercept."""


def calibration_intercept_slope(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    pos_label: Any = None,
) -> InterceptSlope:
    r"""Calibration intercept and slope.

    Both are coefficients of a logistic regression of the true labels on the predicted log-odds. An
    intercept above 0 means that the positive class is more frequent than predicted. A slope below 1
    means that the probabilities are too extreme, as for an overfitted model. A slope above 1 means
    that they are not extreme enough.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True labels, of two classes.
    y_prob : array-like of shape (n_samples,)
        Predicted probabilities of the positive class, in [0, 1]. For more than two classes, pass
        one class against the rest.
    sample_weight : float or array-like of shape (n_samples,), default=None
        Sample weights, >= 0. None gives every sample the weight 1.
    pos_label : int, float, bool or str, default=None
        Label of the positive class. None means 1 and requires `y_true` to hold only 0 and 1, or
        booleans.

    Returns
    -------
    InterceptSlope
        Named tuple with the fields `intercept`, whose best value is 0, and `slope`, whose best
        value is 1.

    Raises
    ------
    ValueError
        If `y_true` and `y_prob` have different lengths, if a parameter is not as described above,
        or if no finite estimate exists. This is the case if a probability of exactly 0 or 1 is
        wrong, or if among the other samples there is only one label or only one probability, or a
        threshold on `y_prob` separates the two classes.

    See Also
    --------
    calibration_error : Mean difference between probability and frequency in bins.

    Notes
    -----
    Both are maximum-likelihood estimates in

    .. math::
        \operatorname{logit} P(y = 1) = a + b \operatorname{logit} p.

    The slope is :math:`b` if :math:`a` and :math:`b` are both fitted [1]_. The intercept is
    :math:`a` if :math:`b` is fixed at 1, which is known as calibration in the large [2]_. It is
    not the intercept that is fitted together with the slope.

    A probability of exactly 0 or 1 has infinite log-odds and is treated as a limit. If it is right,
    its likelihood approaches 1, so it only implies that the slope is not negative. If it is wrong,
    its likelihood approaches 0 and no finite estimate exists. Clip `y_prob` to avoid this.

    References
    ----------
    .. [1] D. R. Cox, "Two further applications of a model for binary regression", Biometrika
       45(3-4), 1958, pp. 562-565. https://doi.org/10.1093/biomet/45.3-4.562
    .. [2] B. Van Calster, D. J. McLernon, M. van Smeden, L. Wynants and E. W. Steyerberg,
       "Calibration: the Achilles heel of predictive analytics", BMC Medicine 17, 230, 2019.
       https://doi.org/10.1186/s12916-019-1466-7

    Examples
    --------
    The observed frequencies are 1/2 for a probability of 1/4, and 5/6 for a probability of 3/4:

    >>> from skfocal.metrics import calibration_intercept_slope
    >>> y_true = [0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1]
    >>> y_prob = [0.25] * 6 + [0.75] * 6
    >>> intercept, slope = calibration_intercept_slope(y_true, y_prob)
    >>> round(intercept, 3), round(slope, 3)
    (0.906, 0.732)

    A scorer must return one number, such as the distance of the slope from 1:

    >>> from sklearn.datasets import load_breast_cancer
    >>> from sklearn.metrics import make_scorer
    >>> from sklearn.model_selection import cross_val_score
    >>> from skfocal import FocalLogisticRegression
    >>> def slope_error(y_true, y_prob, **options):
    ...     return abs(calibration_intercept_slope(y_true, y_prob, **options).slope - 1)
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> scorer = make_scorer(slope_error, response_method="predict_proba", greater_is_better=False)
    >>> scores = cross_val_score(FocalLogisticRegression(C=0.01), X, y, scoring=scorer, cv=3)
    >>> bool((scores < 0).all())
    True
    """
    forecast = check_forecast(y_true, y_prob, sample_weight, pos_label)
    certain = (forecast.probability == 0) | (forecast.probability == 1)
    wrong = certain & (forecast.probability != forecast.event)
    if wrong.any():
        raise ValueError(
            "y_prob must not be exactly 0 for the positive class or 1 for the negative class, "
            "since no finite intercept and slope exist then; got "
            f"{wrong.sum()} such samples. Clip y_prob, for example to [1e-6, 1 - 1e-6]."
        )
    uncertain = Forecast(*(column[~certain] for column in forecast))
    log_odds = logit(uncertain.probability)
    _check_overlap(log_odds[uncertain.event == 0], log_odds[uncertain.event == 1])
    slope = _slope(log_odds, uncertain)
    # With probabilities of exactly 0 or 1, which are right here, a negative slope is impossible.
    return InterceptSlope(
        intercept=_intercept(log_odds, uncertain),
        slope=max(slope, 0.0) if certain.any() else slope,
    )


def _check_overlap(negative: Floats, positive: Floats) -> None:
    """Raise ValueError if no maximum-likelihood estimate exists for these log-odds."""
    if not (len(negative) and len(positive)):
        raise ValueError(
            "y_true must hold both classes among the samples with y_prob strictly between 0 and "
            f"1; got {len(positive)} of the positive and {len(negative)} of the negative class."
        )
    if negative.max() > positive.min() and positive.max() > negative.min():
        return
    if negative.min() == positive.max() and negative.max() == positive.min():
        raise ValueError(
            "y_prob must hold at least two different values strictly between 0 and 1; got one."
        )
    raise ValueError(
        "y_prob must not separate the two classes in y_true, since the slope is infinite then; "
        "got a threshold with all samples of the positive class on one side and all others on "
        "the other side."
    )


def _slope(log_odds: Floats, forecast: Forecast) -> float:
    center = np.average(log_odds, weights=forecast.weight)
    scale = np.std(log_odds)
    # scikit-learn 1.8 warns if C is infinite. With this C the penalty is below rounding error.
    model = LogisticRegression(C=1e100, solver="newton-cholesky", tol=1e-16, max_iter=1000)
    model.fit((log_odds - center)[:, np.newaxis] / scale, forecast.event, forecast.weight)
    return float(model.coef_[0, 0] / scale)


def _intercept(log_odds: Floats, forecast: Forecast) -> float:
    is_positive = forecast.event == 1
    positive_weight, negative_weight = forecast.weight[is_positive], forecast.weight[~is_positive]

    def log_ratio(intercept: float) -> float:
        """Return an increasing function of the intercept whose root is the estimate."""
        negatives = logsumexp(log_expit(intercept + log_odds[~is_positive]), b=negative_weight)
        positives = logsumexp(log_expit(-intercept - log_odds[is_positive]), b=positive_weight)
        return float(negatives - positives)

    odds = np.log(positive_weight.sum()) - np.log(negative_weight.sum())
    # At these bounds every shifted probability is below, or above, the observed frequency.
    low, high = odds - log_odds.max() - 1, odds - log_odds.min() + 1
    return float(brentq(log_ratio, low, high, xtol=1e-14))
