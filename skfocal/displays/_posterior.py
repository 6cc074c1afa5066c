"""Plot of the class probability against the sigmoid of focal scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logit

from skfocal._predictions import fitted_gamma
from skfocal._typing import Floats
from skfocal.displays._checks import check_gammas
from skfocal.displays._drawing import add_legend, make_axes, styles, to_frame
from skfocal.posterior import focal_posterior

__all__ = ["FocalPosteriorDisplay"]

_N_POINTS = 400


class FocalPosteriorDisplay:
    """Plot of the class probability against the sigmoid of focal scores.

    If ``gamma > 0``, the sigmoid of scores that minimise focal loss is not the class probability.
    The plot shows how far apart they are. Use `from_gammas` or `from_estimator` to create a
    display.

    Parameters
    ----------
    sigmoid : ndarray of shape (n_points,)
        Sigmoid of the score.
    posterior : ndarray of shape (n_curves, n_points)
        Class probability.
    labels : sequence of str
        Labels of the curves.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the plot.
    figure_ : matplotlib Figure
        Figure that contains the plot.

    See Also
    --------
    focal_posterior : The class probability as a function of the score.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from skfocal.displays import FocalPosteriorDisplay
    >>> FocalPosteriorDisplay.from_gammas([0, 2]).posterior.shape
    (2, 400)
    """

    def __init__(self, *, sigmoid: Floats, posterior: Floats, labels: Sequence[str]) -> None:
        self.sigmoid = sigmoid
        self.posterior = posterior
        self.labels = labels

    @classmethod
    def from_gammas(
        cls,
        gammas: Sequence[float] = (0, 1, 2, 5),
        *,
        alpha: ArrayLike | None = None,
        ax: Any = None,
    ) -> Self:
        """Plot the class probability for several values of gamma.

        Parameters
        ----------
        gammas : sequence of float, default=(0, 1, 2, 5)
            Focusing parameters, >= 0.
        alpha : float or array-like of shape (2,), default=None
            Class weights of the loss, as in `focal_posterior`.
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : FocalPosteriorDisplay
            Display with the plot.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        TypeError
            If `gammas` is not a sequence of numbers.
        ValueError
            If a value of `gammas` is negative or not finite, if there is none, or if `alpha` is
            invalid.
        """
        values = check_gammas(gammas)
        labels = [f"γ = {gamma:g}" for gamma in values]
        return cls._from_losses([(gamma, alpha) for gamma in values], labels, ax)

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Any = None) -> Self:
        """Plot the class probability of a fitted estimator for two classes.

        Parameters
        ----------
        estimator : FocalLogisticRegression or FocalLogisticRegressionCV
            Fitted estimator.
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : FocalPosteriorDisplay
            Display with the plot.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If the estimator is not one with focal loss.
        ValueError
            If there are more than two classes.
        """
        gamma = fitted_gamma("estimator", estimator)
        n_classes = len(estimator.classes_)
        if n_classes != 2:
            msg = f"estimator must be fitted on two classes; got {n_classes}."
            raise ValueError(msg)
        label = f"probability of {estimator.classes_[1]}"
        return cls._from_losses([(gamma, estimator.class_weight_)], [label], ax)

    @classmethod
    def _from_losses(
        cls, losses: Sequence[tuple[Any, ArrayLike | None]], labels: Sequence[str], ax: Any
    ) -> Self:
        sigmoid = np.linspace(0, 1, _N_POINTS + 2)[1:-1]
        posterior = [
            focal_posterior(logit(sigmoid), gamma=gamma, alpha=alpha) for gamma, alpha in losses
        ]
        return cls(sigmoid=sigmoid, posterior=np.array(posterior), labels=labels).plot(ax=ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the plot.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : FocalPosteriorDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        ax = make_axes(self, ax, square=True)
        ax.plot([0, 1], [0, 1], color="0.75", linewidth=0.8)
        for values, label, style in zip(self.posterior, self.labels, styles(), strict=False):
            ax.plot(self.sigmoid, values, label=label, **style)
        ax.set(xlabel="sigmoid of the score", ylabel="class probability", aspect="equal")
        ax.set(xlim=(0, 1), ylim=(0, 1))
        add_legend(ax)
        return self

    def frame(self) -> Any:
        """Return what is drawn.

        Returns
        -------
        frame : DataFrame
            With the columns curve, sigmoid and posterior.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        return to_frame(
            {
                "curve": np.repeat(np.asarray(self.labels, dtype=object), len(self.sigmoid)),
                "sigmoid": np.tile(self.sigmoid, len(self.labels)),
                "posterior": np.ravel(self.posterior),
            }
        )
