"""Plots of a search over gamma, alpha and C."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from skfocal._checks import check_choice
from skfocal._typing import Floats
from skfocal.displays._drawing import add_legend, make_axes, markers, styles, to_frame

__all__ = ["FocalSearchDisplay"]

Kind = Literal["gamma", "heatmap"]
_KINDS = ("gamma", "heatmap")
# Distance between the points of two alphas, as a fraction of the range of gamma.
_SPACING = 0.015


class FocalSearchDisplay:
    """Plot of a search over gamma, alpha and C.

    Use `from_estimator` or `from_cv_results` to create a display.

    Parameters
    ----------
    gammas : ndarray of shape (n_gammas,) or list of str
        Focusing parameters, ascending. If some have one value per class, their names in the order
        of the search.
    alphas : list of str
        Class weights as text, of length n_alphas.
    Cs : ndarray of shape (n_Cs,)
        Inverse regularisation strengths, ascending.
    mean_scores, std_scores : ndarray of shape (n_gammas, n_alphas, n_Cs)
        Mean and standard deviation of the score over the folds. nan if a candidate was not
        evaluated or failed.
    best : tuple of (int, int, int)
        Indices of the best candidate in `gammas`, `alphas` and `Cs`.
    kind : {"gamma", "heatmap"}, default="gamma"
        Type of plot. "gamma" plots the score against gamma for each alpha, with the best C for
        each point and error bars of one standard deviation over the folds. "heatmap" shows the
        mean score for each gamma and C, for the alpha of the best candidate.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the plot.
    figure_ : matplotlib Figure
        Figure that contains the plot.

    See Also
    --------
    FocalLogisticRegressionCV : Search over gamma, alpha and C.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from sklearn.datasets import make_classification
    >>> from skfocal import FocalLogisticRegressionCV, FocalSearchDisplay
    >>> X, y = make_classification(n_samples=500, random_state=0)
    >>> search = FocalLogisticRegressionCV(Cs=3).fit(X, y)
    >>> FocalSearchDisplay.from_estimator(search).ax_.get_xlabel()
    'gamma'
    """

    def __init__(
        self,
        *,
        gammas: Floats | list[str],
        alphas: list[str],
        Cs: Floats,
        mean_scores: Floats,
        std_scores: Floats,
        best: tuple[int, int, int],
        kind: Kind = "gamma",
    ) -> None:
        self.gammas = gammas
        self.alphas = alphas
        self.Cs = Cs
        self.mean_scores = mean_scores
        self.std_scores = std_scores
        self.best = best
        self.kind = kind

    @classmethod
    def from_estimator(cls, estimator: Any, *, kind: Kind = "gamma", ax: Any = None) -> Self:
        """Plot a fitted search.

        Parameters
        ----------
        estimator : FocalLogisticRegressionCV or GridSearchCV
            Fitted search. A `GridSearchCV` must be over the parameters gamma, alpha and C, and
            perhaps l1_ratio. Only candidates with the best l1_ratio are shown.
        kind : {"gamma", "heatmap"}, default="gamma"
            Type of plot, as described for the class.
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : FocalSearchDisplay
            Display with the plot.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        NotFittedError
            If the search has not been fitted.
        TypeError
            If `estimator` is not a search.
        ValueError
            If `kind` is unknown, or the search was over other parameters or had more than one
            metric.
        """
        if not hasattr(estimator, "cv_results_"):
            check_is_fitted(estimator)
            msg = (
                "estimator must be a search with cv_results_, such as FocalLogisticRegressionCV or "
                f"GridSearchCV; got {type(estimator).__name__}."
            )
            raise TypeError(msg)
        return cls.from_cv_results(estimator.cv_results_, kind=kind, ax=ax)

    @classmethod
    def from_cv_results(
        cls, cv_results: Mapping[str, Any], *, kind: Kind = "gamma", ax: Any = None
    ) -> Self:
        """Plot the results of a search.

        Parameters
        ----------
        cv_results : mapping or DataFrame
            Attribute `cv_results_` of a search over gamma, alpha and C, and perhaps l1_ratio. Only
            candidates with the best l1_ratio are shown.
        kind : {"gamma", "heatmap"}, default="gamma"
            Type of plot, as described for the class.
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : FocalSearchDisplay
            Display with the plot.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If `kind` is unknown, or the search was over other parameters or had more than one
            metric.
        """
        candidates, rows = _candidates(cv_results)
        gammas, gamma_of = _positions([each["gamma"] for each in candidates])
        Cs, penalty_of = np.unique([each["C"] for each in candidates], return_inverse=True)
        names = [str(each["alpha"]) for each in candidates]
        alphas = list(dict.fromkeys(names))
        alpha_of = [alphas.index(name) for name in names]
        scores = []
        for key in ("mean_test_score", "std_test_score"):
            score = np.full((len(gammas), len(alphas), len(Cs)), np.nan)
            score[gamma_of, alpha_of, penalty_of] = np.asarray(cv_results[key])[rows]
            scores.append(score)
        first = _best(np.asarray(cv_results["mean_test_score"])[rows])[1]
        display = cls(
            gammas=gammas,
            alphas=alphas,
            Cs=Cs,
            mean_scores=scores[0],
            std_scores=scores[1],
            best=(int(gamma_of[first]), alpha_of[first], int(penalty_of[first])),
            kind=kind,
        )
        return display.plot(ax=ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the plot.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : FocalSearchDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If `kind` is unknown.
        """
        check_choice("kind", self.kind, _KINDS)
        ax = make_axes(self, ax)
        if self.kind == "gamma":
            self._draw_scores(ax)
        else:
            self._draw_heatmap(ax)
        return self

    def frame(self) -> Any:
        """Return what is drawn.

        Returns
        -------
        frame : DataFrame
            With the columns gamma, alpha, C, mean_score and std_score. For `kind` "gamma", a row
            for each gamma and alpha with the best C; for "heatmap", a row for each gamma and C.
            Candidates without a score are left out.

        Raises
        ------
        ImportError
            If pandas is not installed.
        ValueError
            If `kind` is unknown.
        """
        check_choice("kind", self.kind, _KINDS)
        scored = ~np.isnan(self.mean_scores)
        shown = np.zeros_like(scored)
        if self.kind == "gamma":
            np.put_along_axis(shown, _best(self.mean_scores)[1][..., None], values=True, axis=-1)
        else:
            shown[:, self.best[1]] = True
        gamma, alpha, C = np.nonzero(shown & scored)
        return to_frame(
            {
                "gamma": np.asarray(self.gammas)[gamma],
                "alpha": np.asarray(self.alphas)[alpha],
                "C": self.Cs[C],
                "mean_score": self.mean_scores[gamma, alpha, C],
                "std_score": self.std_scores[gamma, alpha, C],
            }
        )

    def _draw_scores(self, ax: Any) -> None:
        # Values per class have no position on an axis of numbers.
        named = isinstance(self.gammas, list)
        positions = np.arange(len(self.gammas)) if named else np.asarray(self.gammas)
        # The points of different alphas are shifted sideways so that error bars do not overlap.
        spacing = _SPACING * np.ptp(positions)
        for (index, alpha), style, marker in zip(
            enumerate(self.alphas), styles(), markers(), strict=False
        ):
            means, chosen = _best(self.mean_scores[:, index])
            spread = np.take_along_axis(self.std_scores[:, index], chosen[:, None], axis=1)[:, 0]
            shift = spacing * (index - (len(self.alphas) - 1) / 2)
            style |= {"marker": marker, "label": f"alpha={alpha}"}
            ax.errorbar(positions + shift, means, spread, capsize=3, **style)
        if named:
            ax.set_xticks(positions, self.gammas)
        ax.set(xlabel="gamma", ylabel="mean score at the best C, ± 1 std over folds")
        add_legend(ax)

    def _draw_heatmap(self, ax: Any) -> None:
        gamma, alpha, C = self.best
        image = ax.imshow(self.mean_scores[:, alpha].T, aspect="auto", origin="lower")
        ax.plot(gamma, C, marker="*", markersize=14, color="white", markeredgecolor="black")
        ax.set_xticks(range(len(self.gammas)), list(map(_name, self.gammas)))
        ax.set_yticks(range(len(self.Cs)), [f"{each:.2g}" for each in self.Cs])
        ax.set(xlabel="gamma", ylabel="C", title=f"alpha={self.alphas[alpha]}")
        ax.figure.colorbar(image, ax=ax, label="mean score (star: best)")


def _candidates(
    cv_results: Mapping[str, Any],
) -> tuple[list[Mapping[str, Any]], NDArray[np.intp]]:
    """Return the candidates with the best l1_ratio and their rows in the results.

    Raises
    ------
    ValueError
        If the search cannot be plotted.
    """
    if "mean_test_score" not in cv_results:
        msg = (
            "cv_results must contain 'mean_test_score', from a search with a single metric; got "
            f"the keys {[str(name) for name in cv_results]!r}."
        )
        raise ValueError(msg)
    candidates = list(cv_results["params"])
    for candidate in candidates:
        if candidate.keys() - {"l1_ratio"} != {"gamma", "alpha", "C"}:
            msg = (
                "cv_results must be from a search over gamma, alpha and C; got a candidate with "
                f"the parameters {sorted(candidate)!r}. Only l1_ratio may be added."
            )
            raise ValueError(msg)
    ratios = np.array([each.get("l1_ratio", 0.0) for each in candidates])
    best = _best(np.asarray(cv_results["mean_test_score"]))[1]
    rows = np.flatnonzero(ratios == ratios[best])
    return [candidates[row] for row in rows], rows


def _positions(gammas: list[Any]) -> tuple[Floats | list[str], NDArray[np.intp]]:
    """Return the distinct values of gamma, and the position of each candidate's among them.

    They are sorted numbers, or names in the order of the candidates if some are per class.
    """
    if all(isinstance(gamma, Real) for gamma in gammas):
        numbers, positions = np.unique(gammas, return_inverse=True)
        return numbers, positions
    names = [_name(gamma) for gamma in gammas]
    distinct = list(dict.fromkeys(names))
    return distinct, np.array([distinct.index(name) for name in names])


def _name(gamma: Any) -> str:
    """Return a short name of a value of gamma."""
    if isinstance(gamma, str):
        return gamma
    if isinstance(gamma, Mapping):
        return ", ".join(f"{label}: {value:g}" for label, value in gamma.items())
    return f"{gamma:g}" if isinstance(gamma, Real) else ", ".join(f"{each:g}" for each in gamma)


def _best(scores: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Return the largest score along the last axis and its index. nan is the lowest score."""
    best = np.where(np.isnan(scores), -np.inf, scores).argmax(axis=-1)
    return np.take_along_axis(scores, best[..., None], axis=-1)[..., 0], best
