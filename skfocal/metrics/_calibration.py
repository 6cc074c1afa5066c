"""The calibration error over bins of the probability."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from skfocal._checks import check_choice
from skfocal.metrics._checks import (
    Forecast,
    check_absent,
    check_classwise,
    check_forecast,
    check_top_label,
)
from skfocal.metrics._reliability import BinStrategy, bin_rows, curve_of_bins

__all__ = ["CalibrationForm", "MultiClass", "calibration_error"]

CalibrationForm: TypeAlias = Literal["absolute", "debiased"]
MultiClass: TypeAlias = Literal["top-label", "classwise"]


def calibration_error(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    pos_label: Any = None,
    labels: ArrayLike | None = None,
    n_bins: int = 10,
    strategy: BinStrategy = "quantile",
    form: CalibrationForm = "absolute",
    multi_class: MultiClass = "top-label",
) -> float:
    r"""Calibration error over bins of the probability.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True labels.
    y_prob : array-like of shape (n_samples,) or (n_samples, n_classes)
        Predicted probabilities: those of the event, from 0 to 1, or those of two or more classes,
        which sum to 1 in each row.
    sample_weight : float or array-like of shape (n_samples,), default=None
        Weights of the rows, >= 0. None weighs every row 1.
    pos_label : int, float, bool or str, default=None
        Label of the event, for `y_prob` of shape (n_samples,). None takes 1, and `y_true` may then
        hold 0 and 1, or booleans, only.
    labels : array-like of shape (n_classes,), default=None
        Labels of the columns, for `y_prob` of shape (n_samples, n_classes). None takes those in
        `y_true`, sorted; there have to be as many as columns.
    n_bins : int, default=10
        Number of bins, >= 1.
    strategy : {"quantile", "uniform"}, default="quantile"
        "quantile" makes bins of equal mass, which hold the same total weight; rows of equal
        probability always share one. "uniform" makes bins of equal width, closed on the right.
    form : {"absolute", "debiased"}, default="absolute"
        "absolute" is the mean absolute gap, in units of probability; it is above 0 in small
        samples even for perfect probabilities. "debiased" estimates the mean squared gap less
        what chance alone adds to it; it may fall below 0.
    multi_class : {"top-label", "classwise"}, default="top-label"
        For `y_prob` of shape (n_samples, n_classes). "top-label" takes the event that the
        likeliest class is the true one. "classwise" is the mean over classes of the error of each
        against the rest.

    Returns
    -------
    float
        The calibration error; 0 is perfect.

    Raises
    ------
    TypeError
        If `n_bins` is not an integer.
    ValueError
        If the lengths differ, if `y_true`, `y_prob`, `sample_weight`, `pos_label` or `labels` is
        not what is described above, if `n_bins` is below 1, or if `strategy`, `form` or
        `multi_class` is unknown.

    See Also
    --------
    reliability_curve : The bins themselves.
    calibration_intercept_slope : What is wrong with probabilities, in two numbers without bins.

    Notes
    -----
    With :math:`\bar p_b` the mean probability in bin :math:`b`, :math:`\bar y_b` the share of
    events and :math:`w_b` the share of all weight, the two forms are [1]_

    .. math::
        \sum_b w_b |\bar p_b - \bar y_b|
        \quad\text{and}\quad
        \sum_b w_b \Big[(\bar p_b - \bar y_b)^2 - \frac{\bar y_b (1 - \bar y_b)}{n_b - 1}\Big].

    :math:`n_b` is the number of rows if all weigh the same, and Kish's effective number [2]_,
    :math:`(\sum_i s_i)^2 / \sum_i s_i^2` over the sample weights in the bin, if not; the scale of
    the weights means nothing. A bin of a single row says nothing about its own variance and is
    left uncorrected.

    The absolute form is known as the expected calibration error (ECE), with bins of equal width
    in [3]_, which takes the likeliest class; its mean over classes comes from [4]_.

    References
    ----------
    .. [1] A. Kumar, P. Liang, T. Ma (2019). "Verified Uncertainty Calibration." Advances in
       Neural Information Processing Systems 32. doi:10.48550/arXiv.1909.10155
    .. [2] L. Kish (1965). "Survey Sampling." Wiley. ISBN 978-0-471-10949-5
    .. [3] C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger (2017). "On Calibration of Modern Neural
       Networks." Proceedings of Machine Learning Research 70, 1321-1330.
       doi:10.48550/arXiv.1706.04599
    .. [4] M. Kull, M. Perello-Nieto, M. Kängsepp, T. Silva Filho, H. Song, P. Flach (2019).
       "Beyond Temperature Scaling: Obtaining Well-Calibrated Multi-Class Probabilities with
       Dirichlet Calibration." Advances in Neural Information Processing Systems 32.
       doi:10.48550/arXiv.1910.12656

    Examples
    --------
    >>> from skfocal.metrics import calibration_error
    >>> y_true = [0, 0, 0, 1, 0, 1, 1, 1]
    >>> y_prob = [0.1, 0.1, 0.1, 0.1, 0.9, 0.9, 0.9, 0.9]
    >>> round(calibration_error(y_true, y_prob), 3)
    0.15
    >>> round(calibration_error(y_true, y_prob, form="debiased"), 3)
    -0.04

    As a scorer; labels other than 0 and 1 need `pos_label`:

    >>> from sklearn.datasets import load_breast_cancer
    >>> from sklearn.metrics import make_scorer
    >>> from sklearn.model_selection import cross_val_score
    >>> from skfocal import FocalLogisticRegression
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> scorer = make_scorer(
    ...     calibration_error, response_method="predict_proba", greater_is_better=False
    ... )
    >>> scores = cross_val_score(FocalLogisticRegression(C=0.01), X, y, scoring=scorer)
    >>> bool((-0.1 < scores).all() and (scores < 0).all())
    True
    """
    check_choice("form", form, get_args(CalibrationForm))
    check_choice("multi_class", multi_class, get_args(MultiClass))
    if np.ndim(y_prob) == 2 and np.shape(y_prob)[1] > 1:
        check_absent("pos_label", pos_label, "of shape (n_samples, n_classes)")
        check = check_top_label if multi_class == "top-label" else check_classwise
        forecasts = check(y_true, y_prob, sample_weight, labels)
    else:
        check_absent("labels", labels, "of shape (n_samples,)")
        forecasts = [check_forecast(y_true, y_prob, sample_weight, pos_label)]
    errors = [_binned_error(forecast, n_bins, strategy, form) for forecast in forecasts]
    return float(np.mean(errors))


def _binned_error(
    forecast: Forecast, n_bins: int, strategy: BinStrategy, form: CalibrationForm
) -> float:
    bins = bin_rows(forecast, n_bins, strategy)
    curve = curve_of_bins(forecast, bins)
    gap = np.abs(curve.probability - curve.frequency)
    if form == "debiased":
        weight = np.bincount(bins, weights=forecast.weight)
        squares = np.bincount(bins, weights=forecast.weight**2)
        # The number of rows less one, with both sides multiplied by the sum of squares.
        beyond_one = weight**2 - squares
        variance = curve.frequency * (1 - curve.frequency) * squares
        by_chance = np.divide(variance, beyond_one, out=np.zeros_like(gap), where=beyond_one > 0)
        gap = gap**2 - by_chance
    return float(np.average(gap, weights=curve.weight))
