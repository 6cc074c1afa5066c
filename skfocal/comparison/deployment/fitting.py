"""Fit the recommended method on all rows."""

from __future__ import annotations

import copy

import numpy as np
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from skfocal.comparison.data.schema import Schema
from skfocal.comparison.data.splits import make_inner_folds
from skfocal.comparison.data.tables import Table
from skfocal.comparison.deployment.card import make_card, plain_rows, reference_rows
from skfocal.comparison.deployment.effects import describe_effects
from skfocal.comparison.deployment.model import Model
from skfocal.comparison.errors import SettingError
from skfocal.comparison.recommendation.recommendation import Recommendation
from skfocal.comparison.run.tuning import FittedMethod, fit_method
from skfocal.comparison.storage.keys import content_hash

__all__ = ["fit_model"]


def fit_model(
    recommendation: Recommendation,
    table: Table,
    *,
    target: str | None = None,
    command: str | None = None,
) -> Model:
    """Tune the recommended method on all rows, choose its threshold, and fit it.

    Tuning and the threshold use the inner folds and the seed of the comparison.

    Parameters
    ----------
    recommendation : Recommendation
        What `Comparison.recommend` returns.
    table : Table
        The rows to fit on, usually those of the comparison.
    target : str, default=None
        Name of the column that is predicted, for the model card.
    command : str, default=None
        Command line that repeats it, for the model card.

    Returns
    -------
    Model

    Raises
    ------
    SettingError
        If the method is a user's estimator of a stored comparison, or the table has other classes.
    DataError
        If a class has too few rows for the inner folds.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skfocal.comparison import compare_tables, fit_model, make_table
    >>> X, y = make_classification(n_samples=200, weights=[0.9], random_state=0)
    >>> table = make_table(X, y, name="toy")
    >>> comparison = compare_tables([table], methods=["class_weight"], cv=2, repeats=1)
    >>> model = fit_model(comparison.recommend("ranking"), table)
    >>> model.log_probabilities(table.X).shape
    (200, 2)
    """
    method, results = recommendation.definition, recommendation.results
    if method.classifier is None:
        raise SettingError(
            "method",
            f"got {method.name!r}, a user's estimator that the stored comparison does not hold; "
            "name another method",
        )
    settings = results.settings
    folds = make_inner_folds(table, n_folds=settings.inner_cv, seed=settings.random_state)
    rows = np.arange(len(table.y))
    with threadpool_limits(limits=1):  # as the cells of the comparison, for the same numbers
        fitted = fit_method(method, table, rows, folds, settings.random_state, recommendation.rule)
    hashes = [str(one) for one in results.data_sets.get("data_hash", [])]
    card = make_card(
        recommendation,
        table,
        fitted,
        target=target,
        command=command,
        same_data=hashes == [content_hash(table)],
    )
    model = Model(
        _without_sampler(fitted, recommendation),
        fitted.corrections.get(recommendation.method),
        Schema.from_dict(card["schema"]),
        table.classes,
        fitted.thresholds.get(recommendation.method),
        card,
    )
    card["mean_probabilities"] = np.exp(model.log_probabilities(table.X)).mean(axis=0).tolist()
    card["effects"] = describe_effects(model, table)
    reference = reference_rows(table)
    card["reference"] = {
        "features": list(reference.columns),
        "rows": plain_rows(reference),
        "log_probabilities": model.log_probabilities(reference).tolist(),
    }
    return model


def _without_sampler(fitted: FittedMethod, recommendation: Recommendation) -> Pipeline:
    """Return the fitted steps that new rows pass, with the parameters of the view set."""
    steps = dict(fitted.pipeline.steps)
    view = recommendation.definition.reported[recommendation.method]
    classifier = copy.copy(steps["classify"]).set_params(**view)
    return Pipeline(
        [("encode", steps["encode"]), ("one_hot", steps["one_hot"]), ("classify", classifier)]
    )
