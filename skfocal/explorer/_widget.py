"""The explorer as notebook widgets. They need anywidget."""

from __future__ import annotations

import math
from typing import Any

import anywidget
import traitlets

from skfocal.explorer._bundle import bundle
from skfocal.explorer._table import SplitTable, fit_table

__all__ = ["FocalExplorer", "TableExplorer"]


class FocalExplorer(anywidget.AnyWidget):
    """The explorer in a notebook.

    Attributes
    ----------
    gamma : float
        Focusing parameter, >= 0.
    alpha : float or None
        Weight of class 1, in (0, 1). Class 0 has the weight ``1 - alpha``. None means no class
        weights.
    """

    _esm = bundle("widget.js")
    _element = traitlets.Unicode("focal-explorer").tag(sync=True)
    _shared = traitlets.List(["gamma", "alpha"]).tag(sync=True)
    gamma = traitlets.CFloat(2.0).tag(sync=True)
    alpha = traitlets.CFloat(None, allow_none=True).tag(sync=True)

    @traitlets.validate("gamma")
    def _check_gamma(self, proposal: Any) -> float:
        gamma: float = proposal["value"]
        if not (math.isfinite(gamma) and gamma >= 0):
            raise traitlets.TraitError(f"gamma must be a finite number >= 0; got {gamma!r}.")
        return gamma

    @traitlets.validate("alpha")
    def _check_alpha(self, proposal: Any) -> float | None:
        alpha: float | None = proposal["value"]
        if alpha is not None and not 0 < alpha < 1:
            raise traitlets.TraitError(f"alpha must be None or lie in (0, 1); got {alpha!r}.")
        return alpha


class TableExplorer(FocalExplorer):
    """A fit on a table in a notebook, repeated at every change of gamma, alpha or C.

    Attributes
    ----------
    gamma, alpha, C : float
        Parameters of `FocalLogisticRegression`. `alpha` may be None.
    fit : dict
        Coefficients, scores and reliability curves for these parameters.
    table : SplitTable
        Prepared training rows and held-out rows.
    """

    _element = traitlets.Unicode("focal-table-fit").tag(sync=True)
    _shared = traitlets.List(["gamma", "alpha", "C", "fit"]).tag(sync=True)
    C = traitlets.CFloat(1.0).tag(sync=True)
    fit = traitlets.Dict().tag(sync=True)

    def __init__(self, table: SplitTable, **parameters: Any) -> None:
        self.table = table
        super().__init__(**parameters)
        self._refit()
        self.observe(self._refit, ["gamma", "alpha", "C"])

    @traitlets.validate("C")
    def _check_C(self, proposal: Any) -> float:  # noqa: N802 - named after the trait
        C: float = proposal["value"]
        if not (math.isfinite(C) and C > 0):
            raise traitlets.TraitError(f"C must be a finite number > 0; got {C!r}.")
        return C

    def _refit(self, _: Any = None) -> None:
        self.fit = fit_table(self.table, gamma=self.gamma, alpha=self.alpha, C=self.C)
