"""Scorer, splitter and metadata routing of a search."""

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
    "make_search_scorer",
    "request_router",
    "resolve_splits",
    "route_fit",
    "route_score",
    "scored_probability",
]

_LOG_LOSS = "neg_log_loss"

Split = tuple[NDArray[np.intp], NDArray[np.intp]]


def make_search_scorer(search: Any, classes: NDArray[Any] | None = None) -> Any:
    """Return the scorer of a search, by default minus the log loss.

    Parameters
    ----------
    search : FocalLogisticRegressionCV
        The search.
    classes : ndarray of shape (n_classes,), default=None
        All class labels. The log loss is then also defined for test sets without some classes.

    Returns
    -------
    scorer : callable
        Scorer with the signature ``scorer(estimator, X, y)``.

    Raises
    ------
    TypeError
        If `scoring` is neither a string nor a callable.
    ValueError
        If `scoring` is not the name of a scorer.
    """
    if search.scoring is None or (isinstance(search.scoring, str) and search.scoring == _LOG_LOSS):
        scorer = _log_loss_scorer(classes)
        if search.scoring is not None:
            return scorer
        # A user cannot set the metadata request of the default scorer.
        return scorer.set_score_request(sample_weight=True) if _routing_enabled() else scorer
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
    """Return the value of `probability` of the models that the scorer receives."""
    probability: ProbabilityMode = search.probability
    return "posterior" if search.scoring is None else probability


def is_log_loss(search: Any) -> bool:
    """Return whether the score of a search is minus the log loss of the posterior."""
    by_name = isinstance(search.scoring, str) and search.scoring == _LOG_LOSS
    return search.scoring is None or (by_name and search.probability == "posterior")


def request_router(search: Any) -> MetadataRouter:
    """Return the metadata routing of a search."""
    to_score = MethodMapping().add(caller="score", callee="score")
    # The default scorer always uses the sample weights of `fit`, so it requests none.
    if search.scoring is not None:
        to_score.add(caller="fit", callee="score")
    return (
        MetadataRouter(owner=search)
        .add_self_request(search)
        .add(scorer=make_search_scorer(search), method_mapping=to_score)
        .add(splitter=search.cv, method_mapping=MethodMapping().add(caller="fit", callee="split"))
    )


def route_fit(
    search: Any, sample_weight: Floats | None, params: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the arguments of the splitter and of the scorer in `fit`.

    Raises
    ------
    ValueError
        If `params` holds anything but `groups` and metadata routing is not enabled.
    """
    if _routing_enabled():
        if search.scoring is None:
            routed = process_routing(search, "fit", **params)
            return routed.splitter.split, _weight_params(sample_weight)
        routed = process_routing(search, "fit", sample_weight=sample_weight, **params)
        return routed.splitter.split, routed.scorer.score
    unknown = sorted(params.keys() - {"groups"})
    if unknown:
        msg = (
            f"fit got {', '.join(unknown)}, but without metadata routing it accepts only X, y, "
            "sample_weight and groups. Enable metadata routing: "
            "sklearn.set_config(enable_metadata_routing=True)."
        )
        raise ValueError(msg)
    return {"groups": params.get("groups")}, _weight_params(sample_weight)


def route_score(search: Any, sample_weight: Any, params: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of the scorer in `score`.

    Raises
    ------
    ValueError
        If `params` is not empty and metadata routing is not enabled.
    """
    weights = _weight_params(sample_weight)
    if _routing_enabled():
        score: dict[str, Any] = process_routing(search, "score", **weights, **params).scorer.score
        return score
    if params:
        msg = (
            f"score got {', '.join(sorted(params))}, but without metadata routing it accepts only "
            "X, y and sample_weight. Enable metadata routing: "
            "sklearn.set_config(enable_metadata_routing=True)."
        )
        raise ValueError(msg)
    return weights


def resolve_splits(cv: Any, X: Any, y: Any, params: dict[str, Any]) -> list[Split]:
    """Return the training and test indices of every fold.

    Raises
    ------
    ValueError
        If `cv` yields no split, or cannot split these samples.
    """
    # A splitter may yield boolean masks.
    indices = np.arange(X.shape[0])
    splits = list(check_cv(cv, y, classifier=True).split(X, y, **params))
    if not splits:
        msg = f"cv must yield at least one split; got none from {cv!r}."
        raise ValueError(msg)
    return [(indices[train], indices[test]) for train, test in splits]


def _routing_enabled() -> bool:
    return bool(get_config()["enable_metadata_routing"])


def _weight_params(sample_weight: Any) -> dict[str, Any]:
    """Return keyword arguments with `sample_weight` if it is not None."""
    return {} if sample_weight is None else {"sample_weight": sample_weight}
