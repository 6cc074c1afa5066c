"""Intercept and slope of the logistic recalibration."""

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
    """What `calibration_intercept_slope` returns."""

    intercept: float
    """Calibration in the large: the shift of the log-odds, their slope fixed at 1."""
    slope: float
    """Slope of the log-odds, fitted together with an intercept of its own."""


def calibration_intercept_slope(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    pos_label: Any = None,
) -> InterceptSlope:
    r"""Calibration intercept and slope: what is wrong with probabilities, in two numbers.

    The outcome is regressed on the log-odds of the predictions. An intercept above 0 says that
    the event happens more often than predicted. A slope below 1 says that probabilities are too
    extreme, as those of an overfitted model are, and one above 1 that they are not extreme enough.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        What happened: one of two labels for each row.
    y_prob : array-like of shape (n_samples,)
        Predicted probability of the event, from 0 to 1. For more than two classes, take one class
        against the rest.
    sample_weight : float or array-like of shape (n_samples,), default=None
        Weights of the rows, >= 0. None weighs every row 1.
    pos_label : int, float, bool or str, default=None
        Label of the event. None takes 1, and `y_true` may then hold 0 and 1, or booleans, only.

    Returns
    -------
    InterceptSlope
        Named tuple of `intercept`, perfect at 0, and `slope`, perfect at 1.

    Raises
    ------
    ValueError
        If the lengths differ, if `y_true`, `y_prob`, `sample_weight` or `pos_label` is not what is
        described above, or where no finite maximum of the likelihood exists: if among the rows
        with a probability strictly between 0 and 1 there is one outcome only, or one probability
        only, if some threshold separates their outcomes, or if a probability of exactly 0 or 1
        proved wrong.

    See Also
    --------
    calibration_error : The mean gap between probability and frequency, whatever its form.

    Notes
    -----
    Both numbers are maximum-likelihood estimates in

    .. math::
        \operatorname{logit} P(y = 1) = a + b \operatorname{logit} p.

    The slope is :math:`b` where both are fitted [1]_. The intercept is :math:`a` where
    :math:`b` is fixed at 1, which is known as calibration in the large [2]_; it is not the
    intercept that belongs to the fitted slope.

    A probability of exactly 0 or 1 has infinite log-odds, and is taken as the limit of
    probabilities that approach it. If it proved right, its likelihood tends to 1 and it says
    nothing, except that the slope is not negative. If it proved wrong, the likelihood tends to 0
    and there is no answer; clip `y_prob` to say how wrong it may be.

    References
    ----------
    .. [1] D. R. Cox (1958). "Two Further Applications of a Model for Binary Regression."
       Biometrika 45(3-4), 562-565. doi:10.1093/biomet/45.3-4.562
    .. [2] B. Van Calster, D. J. McLernon, M. van Smeden, L. Wynants, E. W. Steyerberg (2019).
       "Calibration: the Achilles heel of predictive analytics." BMC Medicine 17, 230.
       doi:10.1186/s12916-019-1466-7

    Examples
    --------
    Half of what was given odds of 1 to 3, and 5 in 6 of what was given odds of 3 to 1, happened:

    >>> from skfocal.metrics import calibration_intercept_slope
    >>> y_true = [0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1]
    >>> y_prob = [0.25] * 6 + [0.75] * 6
    >>> intercept, slope = calibration_intercept_slope(y_true, y_prob)
    >>> round(intercept, 3), round(slope, 3)
    (0.906, 0.732)

    A scorer needs one number, such as the distance of the slope from 1:

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
            "y_prob must not be exactly 0 or 1 where the opposite happened, since no finite "
            f"intercept and slope exist then; got {wrong.sum()} such rows. Clip y_prob to keep "
            "them."
        )
    uncertain = Forecast(*(column[~certain] for column in forecast))
    log_odds = logit(uncertain.probability)
    _check_overlap(log_odds[uncertain.event == 0], log_odds[uncertain.event == 1])
    slope = _slope(log_odds, uncertain)
    # Certain rows would be on the wrong side of a negative slope, however small it is.
    return InterceptSlope(
        intercept=_intercept(log_odds, uncertain),
        slope=max(slope, 0.0) if certain.any() else slope,
    )


def _check_overlap(without: Floats, with_event: Floats) -> None:
    """Raise ValueError unless the likelihood has a maximum, given log-odds by outcome."""
    if not (len(without) and len(with_event)):
        raise ValueError(
            "y_true must hold both outcomes among rows with y_prob strictly between 0 and 1; "
            f"got {len(with_event)} with the event and {len(without)} without."
        )
    if without.max() > with_event.min() and with_event.max() > without.min():
        return
    if without.min() == with_event.max() and without.max() == with_event.min():
        raise ValueError(
            "y_prob must hold at least two probabilities strictly between 0 and 1; got one only."
        )
    raise ValueError(
        "y_prob must not separate the outcomes in y_true, since their slope is infinite then; "
        "got a threshold with all events on one side and none on the other."
    )


def _slope(log_odds: Floats, forecast: Forecast) -> float:
    center = np.average(log_odds, weights=forecast.weight)
    scale = np.std(log_odds)
    # Not infinite: scikit-learn 1.8 warns of that. The penalty is below any rounding.
    model = LogisticRegression(C=1e100, solver="newton-cholesky", tol=1e-16, max_iter=1000)
    model.fit((log_odds - center)[:, np.newaxis] / scale, forecast.event, forecast.weight)
    return float(model.coef_[0, 0] / scale)


def _intercept(log_odds: Floats, forecast: Forecast) -> float:
    happened = forecast.event == 1
    weight_with, weight_without = forecast.weight[happened], forecast.weight[~happened]

    def excess(intercept: float) -> float:
        """Logarithm of the expected over the missing events: 0 at the answer, and increasing."""
        expected = logsumexp(log_expit(intercept + log_odds[~happened]), b=weight_without)
        missing = logsumexp(log_expit(-intercept - log_odds[happened]), b=weight_with)
        return float(expected - missing)

    odds = np.log(weight_with.sum()) - np.log(weight_without.sum())
    # Beyond these bounds every probability is below, or above, the share of events.
    low, high = odds - log_odds.max() - 1, odds - log_odds.min() + 1
    return float(brentq(excess, low, high, xtol=1e-14))
