"""Binned calibration error."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from skfocal._checks import check_choice
from skfocal.metrics._checks import (
    Forecast,
    check_classwise,
    check_forecast,
    check_is_none,
    check_top_label,
)
from skfocal.metrics._reliability import BinStrategy, bin_rows, curve_of_bins

__all__ = ["CalibrationForm", "MultiClass", "calibration_error"]

CalibrationForm: TypeAlias = Literal["absolute", "debiased"]
"""The mean absolute deviation of the bins, or the squared one without the bias of small bins."""
MultiClass: TypeAlias = Literal["top-label", "classwise"]
"""The error of the predicted class, or the mean over the classes."""


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
    r"""Binned calibration error.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True labels.
    y_prob : array-like of shape (n_samples,) or (n_samples, n_classes)
        Predicted probabilities, in [0, 1]: those of the positive class, or those of all classes,
        which must sum to 1 for each sample.
    sample_weight : float or array-like of shape (n_samples,), default=None
        Sample weights, >= 0. None gives every sample the weight 1.
    pos_label : int, float, bool or str, default=None
        Label of the positive class, for `y_prob` of shape (n_samples,). None means 1 and requires
        `y_true` to hold only 0 and 1, or booleans.
    labels : array-like of shape (n_classes,), default=None
        Labels of the columns, for `y_prob` of shape (n_samples, n_classes). None means the sorted
        labels in `y_true`, of which there must be ``n_classes``.
    n_bins : int, default=10
        Number of bins, >= 1.
    strategy : {"quantile", "uniform"}, default="quantile"
        "quantile" makes bins of equal total sample weight; samples with the same probability are
        always in the same bin. "uniform" makes bins of equal width that include their right edge.
    form : {"absolute", "debiased"}, default="absolute"
        "absolute" is the mean absolute difference between probability and frequency. On few
        samples it is above 0 even for perfectly calibrated probabilities. "debiased" is the mean
        squared difference minus an estimate of its bias. It can be negative.
    multi_class : {"top-label", "classwise"}, default="top-label"
        For `y_prob` of shape (n_samples, n_classes). "top-label" compares the probability of the
        predicted class with the accuracy. "classwise" is the mean of the one-vs-rest errors of all
        classes.

    Returns
    -------
    float
        Calibration error. The best value is 0.

    Raises
    ------
    TypeError
        If `n_bins` is not an integer.
    ValueError
        If `y_true` and `y_prob` have different lengths, or if a parameter is not as described
        above.

    See Also
    --------
    reliability_curve : Mean probability and frequency in each bin.
    calibration_intercept_slope : Calibration measures that need no bins.

    Notes
    -----
    Let :math:`\bar p_b` be the mean probability in bin :math:`b`, :math:`\bar y_b` the frequency
    of the positive class and :math:`w_b` the fraction of the total weight. The two forms are [1]_

    .. math::
        \sum_b w_b |\bar p_b - \bar y_b|
        \quad\text{and}\quad
        \sum_b w_b \left[(\bar p_b - \bar y_b)^2 - \frac{\bar y_b (1 - \bar y_b)}{n_b - 1}\right].

    Here :math:`n_b` is Kish's effective sample size [2]_ of the bin,
    :math:`(\sum_i s_i)^2 / \sum_i s_i^2` with the sample weights :math:`s_i`. For equal weights it
    is the number of samples. The result does not depend on the scale of the weights. A bin of one
    sample has no variance estimate and is not corrected.

    The absolute form is known as expected calibration error (ECE). It was defined for the
    predicted class with bins of equal width in [3]_, and classwise in [4]_.

    References
    ----------
    .. [1] A. Kumar, P. Liang and T. Ma, "Verified uncertainty calibration", NeurIPS 2019.
       https://doi.org/10.48550/arXiv.1909.10155
    .. [2] L. Kish, "Survey sampling", Wiley, 1965. ISBN 978-0-471-10949-5
    .. [3] C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural
       networks", ICML 2017, pp. 1321-1330. https://doi.org/10.48550/arXiv.1706.04599
    .. [4] M. Kull, M. Perello-Nieto, M. Kängsepp, T. Silva Filho, H. Song and P. Flach, "Beyond
       temperature scaling: obtaining well-calibrated multi-class probabilities with Dirichlet
       calibration", NeurIPS 2019. https://doi.org/10.48550/arXiv.1910.12656

    Examples
    --------
    >>> from skfocal.metrics import calibration_error
    >>> y_true = [0, 0, 0, 1, 0, 1, 1, 1]
    >>> y_prob = [0.1, 0.1, 0.1, 0.1, 0.9, 0.9, 0.9, 0.9]
    >>> round(calibration_error(y_true, y_prob), 3)
    0.15
    >>> round(calibration_error(y_true, y_prob, form="debiased"), 3)
    -0.04

    As a scorer (labels other than 0 and 1 need `pos_label`):

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
        check_is_none("pos_label", pos_label, "of shape (n_samples, n_classes)")
        check = check_top_label if multi_class == "top-label" else check_classwise
        forecasts = check(y_true, y_prob, sample_weight, labels)
    else:
        check_is_none("labels", labels, "of shape (n_samples,)")
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
        # Numerator and denominator of the correction are both multiplied by the sum of squares.
        denominator = weight**2 - squares
        variance = curve.frequency * (1 - curve.frequency) * squares
        bias = np.divide(variance, denominator, out=np.zeros_like(gap), where=denominator > 0)
        gap = gap**2 - bias
    return float(np.average(gap, weights=curve.weight))
