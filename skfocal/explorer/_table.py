"""Fits on a user's table, as the notebook widget shows them."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.metrics import average_precision_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils import column_or_1d

from skfocal.linear_model import FocalLogisticRegression
from skfocal.metrics import ReliabilityCurve, reliability_curve

__all__ = ["SplitTable", "fit_table", "split_table"]

N_COEFFICIENTS = 15
"""Number of coefficients that are shown, the largest ones."""
MAX_CATEGORIES = 20
"""Number of indicator columns of a text column. Rare categories share one."""


class SplitTable(NamedTuple):
    """Numeric training and held-out rows. Class 1 is the rarer class."""

    X_train: NDArray[np.float64]
    y_train: NDArray[np.intp]
    X_test: NDArray[np.float64]
    y_test: NDArray[np.intp]
    columns: list[str]
    label: str


def split_table(
    X: Any, y: ArrayLike, *, test_size: float = 0.25, random_state: int | None = 0
) -> SplitTable:
    """Hold out rows, and prepare all columns as the training rows determine.

    Missing numbers are replaced by the median, numeric columns are standardised, and the other
    columns of a data frame are one-hot encoded.

    Raises
    ------
    ValueError
        If `y` does not have exactly two classes, or if labels are missing.
    """
    is_rarer, rarer = _rarer_class(column_or_1d(y))
    if hasattr(X, "to_pandas"):
        X = X.to_pandas()
    if hasattr(X, "dtypes"):
        X = _with_text(X)
    X_train, X_test, y_train, y_test = train_test_split(
        X, is_rarer, test_size=test_size, stratify=is_rarer, random_state=random_state
    )
    preparation = _preparation(X)
    X_train = preparation.fit_transform(X_train)
    names = preparation.get_feature_names_out()
    return SplitTable(
        X_train, y_train, preparation.transform(X_test), y_test, names.tolist(), rarer
    )


def fit_table(table: SplitTable, *, gamma: float, alpha: float | None, C: float) -> dict[str, Any]:
    """Fit the training rows, and return what the widget shows, ready for JSON."""
    model = FocalLogisticRegression(gamma=gamma, alpha=alpha, C=C, probability="link")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        model.fit(table.X_train, table.y_train)
    probability = {"raw": model.predict_proba(table.X_test)[:, 1]}
    model.set_params(probability="posterior")
    probability["recovered"] = model.predict_proba(table.X_test)[:, 1]
    coef = model.coef_[0]
    largest = np.argsort(-np.abs(coef), kind="stable")[:N_COEFFICIENTS]
    return {
        "label": table.label,
        "n_train": len(table.y_train),
        "n_test": len(table.y_test),
        "n_positive": int(table.y_test.sum()),
        "coefficients": [(table.columns[i], float(coef[i])) for i in largest],
        "n_coefficients": len(coef),
        "intercept": float(model.intercept_[0]),
        "log_loss": {
            name: float(log_loss(table.y_test, values)) for name, values in probability.items()
        },
        "average_precision": float(
            average_precision_score(table.y_test, model.decision_function(table.X_test))
        ),
        "reliability": {
            name: _bins(reliability_curve(table.y_test, values))
            for name, values in probability.items()
        },
        "warning": " ".join(str(one.message) for one in caught),
    }


def _rarer_class(y: NDArray[Any]) -> tuple[NDArray[np.intp], str]:
    """Return which rows are of the rarer class, and its label."""
    try:
        labels, counts = np.unique(y, return_counts=True)
    except TypeError as error:
        raise ValueError(
            "y must have labels that can be compared; got labels of several types, or missing "
            "ones. Drop the rows without a label, or convert y to text."
        ) from error
    if any(label != label for label in labels):  # noqa: PLR0124 - true for nan
        raise ValueError("y must have no missing labels; got nan. Drop the rows without a label.")
    if len(labels) != 2:
        raise ValueError(f"y must have two classes; got {len(labels)}: {labels[:10].tolist()}.")
    rarer = labels[np.argmin(counts)]
    return (y == rarer).astype(np.intp), str(rarer)


def _with_text(X: Any) -> Any:
    """Return a data frame whose column names, and values other than numbers, are text.

    The encoder sorts the values of a column, so they must be of one type. Names that are numbers
    would be taken for positions.
    """
    X = X.rename(columns=str)
    others = X.select_dtypes(exclude=["number", "bool"])
    text = {name: others[name].astype(object).map(str, na_action="ignore") for name in others}
    return X.assign(**{name: column.where(column.notna(), np.nan) for name, column in text.items()})


def _preparation(X: Any) -> Pipeline:
    scaler = StandardScaler(with_mean=not issparse(X))  # sparse columns stay sparse
    numeric = make_pipeline(SimpleImputer(strategy="median"), scaler)
    if not hasattr(X, "dtypes"):
        return numeric
    return make_pipeline(
        make_column_transformer(
            (numeric, make_column_selector(dtype_include=["number", "bool"])),
            (
                OneHotEncoder(
                    handle_unknown="infrequent_if_exist",
                    max_categories=MAX_CATEGORIES,
                    sparse_output=False,
                ),
                make_column_selector(dtype_exclude=["number", "bool"]),
            ),
            verbose_feature_names_out=False,
        )
    )


def _bins(curve: ReliabilityCurve) -> list[dict[str, float]]:
    return [
        {"probability": float(probability), "frequency": float(frequency), "size": int(size)}
        for probability, frequency, size in zip(
            curve.probability, curve.frequency, curve.n_samples, strict=True
        )
    ]
