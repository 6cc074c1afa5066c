"""Plot of the focal loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
from scipy.special import logit

from skfocal._checks import check_choice
from skfocal._predictions import fitted_gamma
from skfocal._typing import Floats
from skfocal.displays._checks import check_gammas
from skfocal.displays._drawing import add_legend, make_axes, styles, to_frame
from skfocal.losses import FocalLoss, class_gammas

__all__ = ["FocalLossDisplay"]

Kind = Literal["loss", "factor"]
# Enough for a smooth curve at the size of a default figure.
_N_POINTS = 400
# Where cross-entropy is 5. The loss has no upper end to draw.
_HIGHEST_LOSS_AT = np.exp(-5)
_LABELS = {"loss": "loss", "factor": "modulating factor"}


class FocalLossDisplay:
    """Plot of the focal loss against the probability of the true class.

    Use `from_gammas` or `from_estimator` to create a display.

    Parameters
    ----------
    probability : ndarray of shape (n_points,)
        Probability of the true class.
    values : ndarray of shape (n_curves, n_points)
        The loss, or its modulating factor ``(1 - p)^gamma``.
    labels : sequence of str
        Labels of the curves.
    kind : {"loss", "factor"}, default="loss"
        What `values` holds.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the plot.
    figure_ : matplotlib Figure
        Figure that contains the plot.

    See Also
    --------
    focal_loss : The loss as a function of labels and logits.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, "Focal loss for dense object
       detection", ICCV 2017, pp. 2999-3007. https://doi.org/10.1109/ICCV.2017.324

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from skfocal.displays import FocalLossDisplay
    >>> FocalLossDisplay.from_gammas([0, 2]).ax_.get_ylabel()
    'loss'
    """

    def __init__(
        self, *, probability: Floats, values: Floats, labels: Sequence[str], kind: Kind = "loss"
    ) -> None:
        self.probability = probability
        self.values = values
        self.labels = labels
        self.kind = kind

    @classmethod
    def from_gammas(
        cls, gammas: Sequence[float] = (0, 0.5, 1, 2, 5), *, kind: Kind = "loss", ax: Any = None
    ) -> Self:
        """Plot the loss for several values of gamma.

        Parameters
        ----------
        gammas : sequence of float, default=(0, 0.5, 1, 2, 5)
            Focusing parameters, >= 0. 0 is cross-entropy.
        kind : {"loss", "factor"}, default="loss"
            Whether to plot the loss or its modulating factor.
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : FocalLossDisplay
            Display with the plot.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        TypeError
            If `gammas` is not a sequence of numbers.
        ValueError
            If a value of `gammas` is negative or not finite, if there is none, or if `kind` is
            unknown.
        """
        values = check_gammas(gammas)
        labels = [f"γ = {gamma:g}" for gamma in values]
        return cls._from_curves([(gamma, 1.0) for gamma in values], labels, kind, ax)

    @classmethod
    def from_estimator(cls, estimator: Any, *, kind: Kind = "loss", ax: Any = None) -> Self:
        """Plot the loss of a fitted estimator for each of its classes.

        Parameters
        ----------
        estimator : FocalLogisticRegression or FocalLogisticRegressionCV
            Fitted estimator.
        kind : {"loss", "factor"}, default="loss"
            Whether to plot the loss, class weights included, or its modulating factor.
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : FocalLossDisplay
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
            If `kind` is unknown.
        """
        gamma = fitted_gamma("estimator", estimator)
        n_classes = len(estimator.classes_)
        gammas = np.broadcast_to(class_gammas(gamma, n_classes), n_classes)
        labels = [
            f"class {label}: γ = {gamma:g}, α = {weight:.3g}"
            for label, gamma, weight in zip(
                estimator.classes_, gammas, estimator.class_weight_, strict=True
            )
        ]
        curves = list(zip(gammas.tolist(), estimator.class_weight_.tolist(), strict=True))
        return cls._from_curves(curves, labels, kind, ax)

    @classmethod
    def _from_curves(
        cls, curves: Sequence[tuple[float, float]], labels: Sequence[str], kind: Kind, ax: Any
    ) -> Self:
        """Plot a curve for each gamma and class weight."""
        check_choice("kind", kind, tuple(_LABELS))
        probability = np.linspace(0, 1, _N_POINTS + 2)[1:-1]
        true = np.ones(_N_POINTS, dtype=np.intp)
        values = [
            (1 - probability) ** gamma
            if kind == "factor"
            else weight * FocalLoss(gamma).value(true, logit(probability))
            for gamma, weight in curves
        ]
        display = cls(probability=probability, values=np.array(values), labels=labels, kind=kind)
        return display.plot(ax=ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the plot.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : FocalLossDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        ax = make_axes(self, ax)
        for values, label, style in zip(self.values, self.labels, styles(), strict=False):
            ax.plot(self.probability, values, label=label, **style)
        top = 1.0
        if self.kind == "loss":
            top = max(np.interp(_HIGHEST_LOSS_AT, self.probability, each) for each in self.values)
        ax.set(xlabel="probability of the true class", ylabel=_LABELS[self.kind])
        ax.set(xlim=(0, 1), ylim=(0, top))
        add_legend(ax)
        return self

    def frame(self) -> Any:
        """Return what is drawn.

        Returns
        -------
        frame : DataFrame
            With the columns curve, probability, and loss or factor.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        n_points = len(self.probability)
        return to_frame(
            {
                "curve": np.repeat(np.asarray(self.labels, dtype=object), n_points),
                "probability": np.tile(self.probability, len(self.labels)),
                self.kind: np.ravel(self.values),
            }
        )
