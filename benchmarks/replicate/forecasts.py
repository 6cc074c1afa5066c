"""The methods, and their forecasts for validation rows."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
CORRECTIONS: Mapping[str, Any] = {
    "under-sampling": RandomUnderSampler,
    "over-sampling": RandomOverSampler,
    "SMOTE": SMOTE,
}
PRIOR_CORRECTED = {name: f"{name}, prior corrected" for name in CORRECTIONS}
FOCAL: Mapping[str | None, Mapping[str, str]] = {
    None: {"focal, raw": "link", "focal, recovered": "posterior"},
    "balanced": {"focal with α, raw": "link", "focal with α, recovered": "posterior"},
}
"""By alpha: the methods that share one fit, and the `probability` of each."""
METHODS = (
    NONE,
    *CORRECTIONS,
    *PRIOR_CORRECTED.values(),
    *(m for one in FOCAL.values() for m in one),
)
PENALTIES = ("plain", "ridge")

GAMMA = 2.0
# The published range, in wider steps.
LAMBDAS = np.geomspace(0.001, 64, 13)
FOLDS = 10
# Not infinite, for which scikit-learn 1.8 warns.
NO_PENALTY = 1e100
TOL = 1e-6


@dataclass(frozen=True)
class MethodForecast:
    """The forecast of one method for the validation rows.

    A fit is separated if it has no penalty and separates its training rows perfectly, so that no
    finite minimum exists.
    """

    penalty: str
    method: str
    probability: NDArray[np.float64]
    separated: bool
    converged: bool


def make_forecasts(X: Any, y: Any, X_validation: Any, seed: int) -> Iterator[MethodForecast]:
    """Fit all methods to one training table, and forecast the validation rows.

    The strength of the ridge penalty is chosen by cross-validation within the resampled table, as
    in the publication.
    """
    for correction, sampler in {NONE: None, **CORRECTIONS}.items():
        X_train, y_train = (
            (X, y) if sampler is None else sampler(random_state=seed).fit_resample(X, y)
        )
        for penalty in PENALTIES:
            model, *facts = _fit(penalty, 0.0, None, X_train, y_train, seed)
            logits = model.decision_function(X_validation)
            yield MethodForecast(penalty, correction, expit(logits), *facts)
            if sampler is not None:
                corrected = prior_corrected(logits, y.mean(), y_train.mean())
                yield MethodForecast(penalty, PRIOR_CORRECTED[correction], corrected, *facts)
    for alpha, methods in FOCAL.items():
        for penalty in PENALTIES:
            model, *facts = _fit(penalty, GAMMA, alpha, X, y, seed)
            for method, probability in methods.items():
                model.set_params(probability=probability)
                yield MethodForecast(
                    penalty, method, model.predict_proba(X_validation)[:, 1], *facts
                )


def prior_corrected(
    logits: NDArray[np.float64], event_fraction: float, resampled_fraction: float
) -> NDArray[np.float64]:
    """Return probabilities from logits that were learned with more frequent events.

    Sampling by outcome multiplies all odds by one factor; this divides by it: G. King and L. Zeng
    (2001), "Logistic Regression in Rare Events Data", Political Analysis 9(2), 137-163,
    doi:10.1093/oxfordjournals.pan.a004868.
    """
    shift = logit(event_fraction) - logit(resampled_fraction)
    return np.asarray(expit(logits + shift))


def _model(penalty: str, gamma: float, alpha: str | None, y: Any, seed: int) -> Any:
    if penalty == "plain" and gamma == 0:
        return LogisticRegression(C=NO_PENALTY, solver="newton-cholesky", tol=TOL, max_iter=1000)
    if penalty == "plain":
        return FocalLogisticRegression(gamma, alpha, C=np.inf, tol=TOL)
    folds = StratifiedKFold(min(FOLDS, np.bincount(y).min()), shuffle=True, random_state=seed)
    # The published objective is a mean over the rows, and its grid includes lambda = 0.
    Cs = (*(1 / (len(y) * LAMBDAS)), np.inf)
    return FocalLogisticRegressionCV((gamma,), (alpha,), Cs, cv=folds, tol=TOL)


def _fit(
    penalty: str, gamma: float, alpha: str | None, X: Any, y: Any, seed: int
) -> tuple[Any, bool, bool]:
    """Return a fitted model, whether it separates its rows, and whether it converged."""
    model = _model(penalty, gamma, alpha, y, seed)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(X, y)
    for each in caught:
        if not issubclass(each.category, ConvergenceWarning):
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
    separated = penalty == "plain" and roc_auc_score(y, model.decision_function(X)) == 1
    return model, bool(separated), not caught
