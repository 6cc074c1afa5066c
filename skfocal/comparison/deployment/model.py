"""A fitted model that reads new rows as the table it was fitted on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit

from skfocal._typing import Floats
from skfocal.comparison.data.schema import NewRows, Schema
from skfocal.comparison.errors import SettingError
from skfocal.comparison.scoring.log_probabilities import log_odds, log_probabilities

__all__ = ["Model", "Predictions"]


@dataclass(frozen=True, eq=False)
class Predictions:
    """Predictions for rows.

    Attributes
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
        Probabilities of the classes.
    decisions : ndarray of shape (n_samples,)
        Indices of the predicted classes.
    rows : NewRows
        The features, and what was unusual about the rows.
    """

    probabilities: Floats
    decisions: NDArray[np.intp]
    rows: NewRows


@dataclass(frozen=True, eq=False)
class Model:
    """A fitted model with all that is needed to use it.

    Attributes
    ----------
    pipeline : Pipeline
        Fitted preparation and classifier, without a sampler.
    correction : callable or None
        Maps log-probabilities to corrected ones.
    schema : Schema
        How the columns of new rows are read.
    classes : tuple of str
        The label of each class; of two, the second is positive.
    threshold : float or None
        Log-odds from which on a row is positive; None with more than two classes, of which the
        classifier decides.
    card : dict
        The model card: all of this and where it comes from, as plain data.

    Examples
    --------
    >>> from skfocal.comparison import load_model
    >>> load_model("model.skops").classes  # doctest: +SKIP
    ('no', 'yes')
    """

    pipeline: Any
    correction: Callable[[Floats], Floats] | None
    schema: Schema
    classes: tuple[str, ...]
    threshold: float | None
    card: Mapping[str, Any]

    def log_probabilities(self, X: pd.DataFrame) -> Floats:
        """Return log-probabilities from the features of a table.

        Parameters
        ----------
        X : DataFrame of shape (n_samples, n_columns)
            Features of a table.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Log-probabilities.
        """
        prepared = self.pipeline[:-1].transform(X)
        found = log_probabilities(self.pipeline[-1], prepared)
        return found if self.correction is None else self.correction(found)

    def predict(
        self,
        frame: pd.DataFrame,
        *,
        typed: bool = True,
        threshold: float | None = None,
        adjust: Callable[[Floats], Floats] | None = None,
    ) -> Predictions:
        """Predict the classes of rows.

        Parameters
        ----------
        frame : DataFrame
            All columns that the model needs; others are ignored.
        typed : bool, default=True
            Whether missing values are marked as such; False for values that were read as text.
        threshold : float, default=None
            Probability from which on a row is positive; by default that of the model.
        adjust : callable, default=None
            Maps probabilities of shape (n_samples, n_classes) to those for other class shares.

        Returns
        -------
        Predictions

        Raises
        ------
        DataError
            If a column is missing.
        SettingError
            If a threshold is given for more than two classes, or is no probability.
        """
        rows = self.schema.read(frame, typed=typed)
        log_proba = self.log_probabilities(rows.X)
        probabilities = np.exp(log_proba)
        if adjust is not None:
            probabilities = adjust(probabilities)
            with np.errstate(divide="ignore"):
                log_proba = np.log(probabilities)
        bound = self._bound(threshold)
        if bound is not None:
            decisions = (log_odds(log_proba) >= bound).astype(np.intp)
        elif self.correction is None and adjust is None:
            prepared = self.pipeline[:-1].transform(rows.X)
            decisions = np.asarray(self.pipeline[-1].predict(prepared), dtype=np.intp)
        else:
            decisions = log_proba.argmax(axis=1)
        return Predictions(probabilities, decisions, rows)

    def _bound(self, threshold: float | None) -> float | None:
        if threshold is None:
            return self.threshold
        if len(self.classes) != 2:
            raise SettingError(
                "threshold", f"needs a binary target; the model has {len(self.classes)} classes"
            )
        if not 0 < threshold < 1:
            raise SettingError(
                "threshold", f"must be a probability between 0 and 1; got {threshold!r}."
            )
        return float(logit(threshold))
