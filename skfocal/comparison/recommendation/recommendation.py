"""The recommendation of a comparison."""

from __future__ import annotations

import html
import json
from collections import Counter
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from skfocal.comparison.data.preparation import Layout
from skfocal.comparison.data.schema import Schema
from skfocal.comparison.errors import DataError
from skfocal.comparison.methods.catalogue import with_classifier
from skfocal.comparison.methods.method import Method
from skfocal.comparison.recommendation.choice import Choice, choose
from skfocal.comparison.recommendation.pipeline import plain_pipeline
from skfocal.comparison.recommendation.script import script
from skfocal.comparison.recommendation.words import Words, describe
from skfocal.comparison.results import Results
from skfocal.comparison.scoring.threshold_rules import parse_threshold
from skfocal.comparison.statistics.expectations import (
    Expectations,
    crossed_thresholds,
    expect_scores,
)

__all__ = ["Recommendation", "recommend"]

N_NEW = 1000
SCORES = ("log_loss", "average_precision", "balanced_accuracy_default", "f1_default")
"""What is expected of more than two classes."""


class Recommendation:
    """Which method to use, at which threshold, and what to expect of it.

    `Comparison.recommend` makes it.

    Attributes
    ----------
    goal : {"probabilities", "ranking", "decisions"}
        What the methods were judged by.
    method : str
        Reported name of the method.
    threshold : float or None
        Probability from which on rows are flagged as positive: the median of the thresholds that
        were chosen on the training rows of the folds. None with more than two classes, or with
        several data sets.
    reason : str
        Why, in plain words: what to expect, how sure it is, and what else would do harm.
    expected : DataFrame
        What to expect of 1,000 new rows, indexed by measure, with columns label, value, low and
        high: numbers of rows and scores, and their 95 % intervals. Empty with several data sets.
    params : dict
        The parameters that tuning chose on most folds.
    choice : Choice
        The metric that decided, the methods that are significantly worse, the rival and how many
        more positive rows would decide.
    words : Words
        The parts of the text: advice, outlook, certainty and warning.
    rule : ThresholdRule
        How the threshold is chosen.
    results : Results
        What it is based on.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skfocal.comparison import compare
    >>> X, y = make_classification(n_samples=200, weights=[0.9], random_state=0)
    >>> comparison = compare(X, y, methods=["class_weight"], cv=2, repeats=1)
    >>> comparison.recommend("ranking").method
    'logistic'
    """

    def __init__(self, results: Results, choice: Choice, threshold: str | None = None) -> None:
        self.choice = choice
        self.goal = choice.goal
        self.method = choice.method
        self.results = results
        self.rule = parse_threshold(threshold or results.settings.threshold)
        self._rows = results.scores[results.scores["method"] == self.method]
        self._predictions = [one for one in results.predictions if one.method == choice.method]
        if threshold not in (None, results.settings.threshold):
            chosen = crossed_thresholds(self._rows, self._predictions, self.rule)
            self._rows = self._rows.assign(threshold=chosen)
        self.params = self._usual_params()
        self.threshold = self._threshold()
        self.expected = self.expect(N_NEW)
        self.words: Words = describe(results, choice, self.threshold, self.expected, N_NEW)
        self.reason = self.words._replace(advice="").all

    def __repr__(self) -> str:
        """Name the method, the threshold and the goal."""
        at = "" if self.threshold is None else f" at {self.threshold:.3g}"
        return f"<Recommendation for {self.goal}: {self.method}{at}>"

    def __str__(self) -> str:
        """Return the recommendation in plain words."""
        return self.words.all

    def _repr_html_(self) -> str:
        """Show the recommendation in a notebook."""
        advice, *others = (f"<p>{html.escape(part)}</p>" for part in self.words if part)
        shown = self.expected.rename_axis(None).set_index("label") if len(self.expected) else None
        table = "" if shown is None else shown.to_html(float_format="{:.3g}".format)
        return f"<div><p><b>{advice[3:-4]}</b></p>{''.join(others)}{table}</div>"

    def expect(self, n_rows: int) -> pd.DataFrame:
        """Predict numbers of rows and scores of new rows.

        Parameters
        ----------
        n_rows : int
            Number of new rows.

        Returns
        -------
        DataFrame
            As `expected`, for another number of rows.
        """
        if not self.results.is_single:
            return pd.DataFrame(columns=["label", "value", "low", "high"])
        if not self._is_binary:
            return expect_scores(self._rows, SCORES, n_new=n_rows)
        return self._expectations.of(n_rows)

    def estimator(self) -> Any:
        """Return the method as an unfitted pipeline of scikit-learn or imbalanced-learn.

        Its columns are those of the table. Dates, times and numbers with units must be converted
        first, as `code` does. Numbers are imputed and scaled, categories one-hot encoded.

        Returns
        -------
        Pipeline

        Raises
        ------
        DataError
            If there are several data sets, whose columns differ.
        SettingError
            If it is a user's estimator of a stored comparison.
        """
        settings = self.results.settings
        return plain_pipeline(
            self.definition,
            self.method,
            self.params,
            self._layout,
            seed=settings.random_state,
            inner_cv=settings.inner_cv,
            class_counts=self._class_counts if self._is_binary else None,
        )

    def code(self, data: str | None = None, target: str | None = None) -> str:
        """Return a Python script that fits the method without the comparison.

        Parameters
        ----------
        data : str, default=None
            The file to read; by default that of the comparison, if it read one.
        target : str, default=None
            The column to predict; by default that of the comparison, if it read a file.

        Returns
        -------
        str
            It reads the file, fits `estimator` and flags the rows at the threshold.
        """
        source = self.results.origin.get("source") or {}
        layout, data_set = self._layout, self._data_set
        return script(
            self.estimator(),
            Schema.from_dict(data_set["schema"]),
            title=f"{self.method}, as recommended for {data_set['data_set']}.",
            data=data or source.get("data", "DATA.csv"),
            target=target or source.get("target", "TARGET"),
            positive=data_set["class_of_interest"] if self._is_binary else None,
            threshold=self.threshold,
            categorical=layout.categorical,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the recommendation as plain data."""
        choice, rival = self.choice, self.choice.rival
        return {
            "goal": self.goal,
            "metric": choice.metric.name,
            "method": self.method,
            "threshold": self.threshold,
            "params": self.params,
            **self.words._asdict(),
            "expected": json.loads(self.expected.reset_index().to_json(orient="records")),
            "n_new": N_NEW,
            "worse": list(choice.worse),
            "failed": list(choice.failed),
            "rival": None if rival is None else rival._asdict(),
            "margin": choice.margin,
            "decided": choice.decided,
            "more_positives": choice.more_positives,
        }

    @cached_property
    def _expectations(self) -> Expectations:
        return Expectations(self._rows, self._predictions, self.rule)

    @property
    def _is_binary(self) -> bool:
        return bool((self.results.data_sets["n_classes"] == 2).all())

    @property
    def definition(self) -> Method:
        """The method, with the classifier of the catalogue if it was read from a file."""
        found = next(one for one in self.results.methods if self.method in one.reported)
        return with_classifier(found)

    @cached_property
    def _data_set(self) -> dict[str, Any]:
        if not self.results.is_single:
            raise DataError(
                "a pipeline needs the columns of one table; compare on a single table to get it"
            )
        return dict(self.results.data_sets.iloc[0])

    @property
    def _class_counts(self) -> tuple[int, int]:
        """Number of rows of the two classes."""
        n_rows, n_rarest = int(self._data_set["n_rows"]), int(self._data_set["n_rarest"])
        return n_rows - n_rarest, n_rarest

    @property
    def _layout(self) -> Layout:
        names = (tuple(self._data_set[key]) for key in ("numeric", "categorical", "incomplete"))
        return Layout(*names)

    def _usual_params(self) -> dict[str, Any]:
        counts = Counter(self._rows["params"])
        params: dict[str, Any] = json.loads(counts.most_common(1)[0][0])
        return params

    def _threshold(self) -> float | None:
        thresholds = self._rows["threshold"].to_numpy(np.float64)
        if not self.results.is_single or np.isnan(thresholds).all():
            return None
        return float(np.median(thresholds))


def recommend(
    results: Results, goal: str | None = None, *, threshold: str | None = None
) -> Recommendation:
    """Recommend a method; see `Comparison.recommend`.

    With another rule for the threshold than that of the comparison, the threshold of each test
    fold is chosen on the other test folds.
    """
    return Recommendation(results, choose(results, goal), threshold)
