"""Who gets what of the metadata that a search is given: its fits, its scorer, its splitter."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import get_config
from sklearn.metrics import check_scoring, get_scorer, log_loss, make_scorer
from sklearn.model_selection import check_cv
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing

from skfocal._typing import Floats, ProbabilityMode

__all__ = [
    "Split",
    "is_log_loss",
    "request_router",
    "route_fit",
    "route_score",
    "scored_probability",
    "scorer_of",
    "splits_of",
]

_LOG_LOSS = "neg_log_loss"

Split = tuple[NDArray[np.intp], NDArray[np.intp]]


def scorer_of(search: Any, classes: NDArray[Any] | None = None) -> Any:
    """Return the scorer of a search; by default minus the log loss.

    Parameters
    ----------
    search : FocalLogisticRegressionCV
        The search.
    classes : ndarray of shape (n_classes,), default=None
        All labels, so that the log loss is defined for rows that lack some of them.

    Raises
    ------
    TypeError, ValueError
        If `scoring` is neither, or names no scorer.
    """
    if search.scoring is None or (isinstance(search.scoring, str) and search.scoring == _LOG_LOSS):
        scorer = _log_loss_scorer(classes)
        if search.scoring is not None:
            return scorer
        # It is made here, where no user can set what it asks for.
        return scorer.set_score_request(sample_weight=True) if _routes() else scorer
    if not isinstance(search.scoring, str) and not callable(search.scoring):
        msg = f"scoring must be None, the name of a scorer or a callable; got {search.scoring!r}."
        raise TypeError(msg)
    return check_scoring(search, scoring=search.scoring)


def _log_loss_scorer(classes: NDArray[Any] | None) -> Any:
    if classes is None:
        return get_scorer(_LOG_LOSS)
    return make_scorer(
        log_loss, greater_is_better=False, response_method="predict_proba", labels=classes
    )


def scored_probability(search: Any) -> ProbabilityMode:
    """Return which probabilities the scorer of a search is to see."""
    probability: ProbabilityMode = search.probability
    return "posterior" if search.scoring is None else probability


def is_log_loss(search: Any) -> bool:
    """Say whether a search scores by the log loss of the true posterior."""
    by_name = isinstance(search.scoring, str) and search.scoring == _LOG_LOSS
    return search.scoring is None or (by_name and search.probability == "posterior")


def request_router(search: Any) -> MetadataRouter:
    """Return what `get_metadata_routing` is to tell of a search."""
    to_score = MethodMapping().add(caller="score", callee="score")
    # The default scorer takes the weights of the fit, which the fit may have declined.
    if search.scoring is not None:
        to_score.add(caller="fit", callee="score")
    return (
        MetadataRouter(owner=search)
        .add_self_request(search)
        .add(scorer=scorer_of(search), method_mapping=to_score)
        .add(splitter=search.cv, method_mapping=MethodMapping().add(caller="fit", callee="split"))
    )


def route_fit(
    search: Any, sample_weight: Floats | None, params: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the arguments of the splitter and of the scorer in `fit`.

    Raises
    ------
    ValueError
        If something other than `groups` is given without metadata routing.
    """
    if _routes():
        if search.scoring is None:
            routed = process_routing(search, "fit", **params)
            return routed.splitter.split, _weights(sample_weight)
        routed = process_routing(search, "fit", sample_weight=sample_weight, **params)
        return routed.splitter.split, routed.scorer.score
    unknown = sorted(params.keys() - {"groups"})
    if unknown:
        msg = (
            f"fit got {', '.join(unknown)}, but takes only X, y, sample_weight and groups unless "
            "metadata routing is enabled: sklearn.set_config(enable_metadata_routing=True)."
        )
        raise ValueError(msg)
    return {"groups": params.get("groups")}, _weights(sample_weight)


def route_score(search: Any, sample_weight: Any, params: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of the scorer in `score`.

    Raises
    ------
    ValueError
        If something other than `sample_weight` is given without metadata routing.
    """
    weights = _weights(sample_weight)
    if _routes():
        score: dict[str, Any] = process_routing(search, "score", **weights, **params).scorer.score
        return score
    if params:
        msg = (
            f"score got {', '.join(sorted(params))}, but takes only X, y and sample_weight unless "
            "metadata routing is enabled: sklearn.set_config(enable_metadata_routing=True)."
        )
        raise ValueError(msg)
    return weights


def splits_of(cv: Any, X: Any, y: Any, params: dict[str, Any]) -> list[Split]:
    """Return the rows to train and to score on of every fold, as indices.

    Raises
    ------
    ValueError
        If there is no fold, or the splitter cannot split these rows.
    """
    everyone = np.arange(X.shape[0])
    splits = list(check_cv(cv, y, classifier=True).split(X, y, **params))
    if not splits:
        msg = f"cv must give at least one split; got none from {cv!r}."
        raise ValueError(msg)
    return [(everyone[training], everyone[held_out]) for training, held_out in splits]


def _routes() -> bool:
    return bool(get_config()["enable_metadata_routing"])


def _weights(sample_weight: Any) -> dict[str, Any]:
    return {} if sample_weight is None else {"sample_weight": sample_weight}
