"""The methods: fits to a training table, and their forecasts for validation rows."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from skfocal import FocalLogisticRegression, FocalLogisticRegressionCV


NONE = "no correction"
CORRECTIONS = MappingProxyType(
    {
        "under-sampling": RandomUnderSampler,
        "over-sampling": RandomOverSampler,
        "SMOTE": SMOTE,
    }
)
PRIOR_CORRECTED = MappingProxyType({name: f"{name}, prior corrected" for name in CORRECTIONS})
FOCAL = MappingProxyType(
    {
        None: {"focal, raw": "link", "focal, recovered": "posterior"},
        "balanced": {"focal with α, raw": "link", "focal with α, recovered": "posterior"},
    }
)
"""By alpha: the methods that share one fit, and the `probability` of each."""
METHODS = (
    NONE,
    *CORRECTIONS,
    *PRIOR_CORRECTED.values(),
    *(name for f in FOCAL.values() for name in f),
)
PENALTIES = ("plain", "ridge")

GAMMA = 2.0
# The published range, in wider steps.
LAMBDAS = np.geomspace(0.001, 64, 13)
_FOLDS = 10
# Not infinite, for which scikit-learn 1.8 warns.
_NO_PENALTY = 1e100


@dataclass(frozen=True)
class Forecast:
    """The forecast of one method for the validation rows.

    Attributes
    ----------
    penalty, method : str
        One of `PENALTIES`, and one of `METHODS`.
    probability : ndarray of shape (n_validation,)
        Probability of the event.
    separated : bool
        Whether the fit has no penalty and separates its training rows perfectly, so that no
        finite minimum exists.
    converged : bool
        Whether the fit ended without a warning.
    """

    penalty: str
    method: str
    probability: NDArray[np.float64]
    separated: bool
    converged: bool


def make_forecasts(X: Any, y: Any, X_validation: Any, seed: int) -> Iterator[Forecast]:
    """Fit all methods to one training table, and forecast the validation rows.

    The strength of the ridge penalty is chosen by cross-validation within the resampled table, as
    in the publication.
    """
    for correction, sampler in {NONE: None, **CORRECTIONS}.items():
        X_train, y_train = (X, y) if sampler is None else _resample(sampler, X, y, seed)
        for penalty in PENALTIES:
            model = _model(penalty, 0.0, None, y_train, seed)
            converged = _fit(model, X_train, y_train)
            facts = _separated(penalty, model, X_train, y_train), converged
            logits = model.decision_function(X_validation)
            yield Forecast(penalty, correction, expit(logits), *facts)
            if sampler is not None:
                corrected = prior_corrected(logits, y.mean(), y_train.mean())
                yield Forecast(penalty, PRIOR_CORRECTED[correction], corrected, *facts)
    for alpha, methods in FOCAL.items():
        for penalty in PENALTIES:
            model = _model(penalty, GAMMA, alpha, y, seed)
            converged = _fit(model, X, y)
            facts = _separated(penalty, model, X, y), converged
            for method, probability in methods.items():
                model.set_params(probability=probability)
                yield Forecast(penalty, method, model.predict_proba(X_validation)[:, 1], *facts)


def prior_corrected(
    logits: NDArray[np.float64], event_fraction: float, resampled_fraction: float
) -> NDArray[np.float64]:
    """Return probabilities from logits that were learned with more frequent events.

    Sampling by outcome multiplies all odds by one factor; this divides by it: G. King and L. Zeng (2001), "Logistic Regression in Rare Events Data", Political Analysis
    9(2), 137-163, doi:10.1093/oxfordjournals.pan.a004868.
    """
    return expit(logits + logit(event_fraction) - logit(resampled_fraction))


def _resample(sampler: Any, X: Any, y: Any, seed: int) -> tuple[Any, Any]:
    resampled = sampler(random_state=seed).fit_resample(X, y)
    return resampled[0], resampled[1]


def _model(penalty: str, gamma: float, alpha: str | None, y: Any, seed: int) -> Any:
    if penalty == "plain" and gamma == 0:
        return LogisticRegression(C=_NO_PENALTY, solver="newton-cholesky", tol=1e-6, max_iter=1000)
    if penalty == "plain":
        return FocalLogisticRegression(gamma, alpha, C=np.inf)
    folds = StratifiedKFold(min(_FOLDS, np.bincount(y).min()), shuffle=True, random_state=seed)
    # The published objective is a mean over the rows, and its grid includes lambda = 0.
    Cs = (*(1 / (len(y) * LAMBDAS)), np.inf)
    return FocalLogisticRegressionCV((gamma,), (alpha,), Cs, cv=folds)


def _fit(model: Any, X: Any, y: Any) -> bool:
    """Fit, and return whether there was no warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(X, y)
    for each in caught:
        if not issubclass(each.category, ConvergenceWarning):
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
    return not caught


def _separated(penalty: str, model: Any, X: Any, y: Any) -> bool:
    return penalty == "plain" and bool(roc_auc_score(y, model.decision_function(X)) == 1)
