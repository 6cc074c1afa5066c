"""What to expect of new rows, from the predictions for held-out rows, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.special import expit, logit
from sklearn.metrics import average_precision_score, matthews_corrcoef, roc_auc_score

from skfocal._typing import Floats
from skfocal.comparison.scoring.cell_results import EventPredictions
from skfocal.comparison.scoring.metrics import METRICS
from skfocal.comparison.scoring.threshold_rules import ThresholdRule
from skfocal.comparison.scoring.thresholds import find_threshold

__all__ = ["Expectations", "Outcomes", "crossed_thresholds", "expect_scores", "measure"]

N_GROUPS = 20
"""Groups of rows of the jackknife, for a standard error within about a sixth."""
SAME = 1 - 1e-12
"""A probability that was rounded may be below the threshold by this factor."""
MAX_ODDS = 745.0
"""Log-odds beyond those of any probability."""
TINY = np.nextafter(0.0, 1.0)


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Rows with their outcome, their probability and their decision.

    Attributes
    ----------
    event : ndarray of bool of shape (n_samples,)
        Whether the row is positive.
    probability : ndarray of shape (n_samples,)
        Predicted probability of the positive class.
    flagged : ndarray of bool of shape (n_samples,)
        Whether it was predicted positive.
    """

    event: NDArray[np.bool_]
    probability: Floats
    flagged: NDArray[np.bool_]

    def take(self, rows: NDArray[Any]) -> Outcomes:
        """Return some of the rows."""
        return Outcomes(self.event[rows], self.probability[rows], self.flagged[rows])


@dataclass(frozen=True)
class _Rate:
    """A share of rows, shown as a number of rows."""

    label: str
    of_rows: Callable[[Outcomes], NDArray[np.bool_]]


@dataclass(frozen=True)
class _Score:
    """A score of rows, and the range of its values."""

    label: str
    of_rows: Callable[[Outcomes], float]
    high: float = 1.0
    low: float = 0.0


def _log_loss(rows: Outcomes) -> float:
    right = np.where(rows.event, rows.probability, 1 - rows.probability)
    return float(-np.log(np.maximum(right, TINY)).mean())


def _share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    return float((part & whole).sum() / whole.sum()) if whole.any() else float("nan")


def _f1(rows: Outcomes) -> float:
    total = int(rows.event.sum() + rows.flagged.sum())
    return float(2 * (rows.event & rows.flagged).sum() / total) if total else float("nan")


def _rates() -> dict[str, _Rate]:
    return {
        "flagged": _Rate("rows flagged", lambda rows: rows.flagged),
        "caught": _Rate("flagged rows that are positive", lambda rows: rows.flagged & rows.event),
        "positive": _Rate("positive rows", lambda rows: rows.event),
    }


def _scores(rule: ThresholdRule) -> dict[str, _Score]:
    def cost(rows: Outcomes) -> float:
        wrong = rule.false_positive * (rows.flagged & ~rows.event)
        return float((wrong + rule.false_negative * (rows.event & ~rows.flagged)).mean())

    scores = {
        "recall": _Score(
            "share of the positive rows that are flagged",
            lambda rows: _share(rows.flagged, rows.event),
        ),
        "precision": _Score(
            "share of the flagged rows that are positive",
            lambda rows: _share(rows.event, rows.flagged),
        ),
        "f1": _Score("F1", _f1),
        "average_precision": _Score(
            "average precision",
            lambda rows: float(average_precision_score(rows.event, rows.probability)),
        ),
        "roc_auc": _Score(
            "ROC AUC", lambda rows: float(roc_auc_score(rows.event, rows.probability))
        ),
        "log_loss": _Score("log loss", _log_loss, high=np.inf),
        "brier_score": _Score(
            "Brier score", lambda rows: float(np.mean((rows.probability - rows.event) ** 2))
        ),
    }
    if rule.kind == "mcc":
        scores["mcc"] = _Score(
            "MCC", lambda rows: float(matthews_corrcoef(rows.event, rows.flagged)), low=-1.0
        )
    if rule.kind == "cost":
        scores["cost"] = _Score("mean cost per row", cost, high=np.inf)
    return scores


def measure(rows: Outcomes, rule: ThresholdRule) -> dict[str, float]:
    """Measure on rows what `Expectations` states: numbers of rows, and scores."""
    numbers = {name: float(one.of_rows(rows).sum()) for name, one in _rates().items()}
    return {**numbers, **{name: one.of_rows(rows) for name, one in _scores(rule).items()}}


class Expectations:
    r"""Predict numbers of rows and scores of new rows, with 95 % intervals.

    Parameters
    ----------
    scores : DataFrame
        The rows of one method on one binary table, one per repeat and fold.
    predictions : sequence of EventPredictions
        Its predictions for the test folds, in the same order.
    rule : ThresholdRule
        How the thresholds were chosen.

    Notes
    -----
    The variance of a score :math:`\theta` of :math:`m` new rows, predicted by one model that was
    trained on :math:`n` rows like those of the folds, around its estimate from :math:`K` folds is

    .. math:: \sigma^2 \left(\frac1m + \frac1n\right) + \tau^2 \left(1 + \frac1K\right).

    :math:`\sigma^2 / n` is the variance from the choice of rows, by a jackknife over groups of
    rows [1]_; for a share :math:`p` it is :math:`p (1 - p) / n`. :math:`\tau^2` is the variance
    over training sets, through the model and its threshold: that between folds, as far as it
    exceeds :math:`\sigma^2 / n_\text{test}`. Scores have an interval of Student's t, with the
    degrees of freedom of Satterthwaite [2]_, numbers of rows one of the beta-binomial distribution
    with this variance.

    References
    ----------
    .. [1] J. Shao, D. Tu (1995). "The Jackknife and Bootstrap." Springer.
       doi:10.1007/978-1-4612-0795-5
    .. [2] F. E. Satterthwaite (1946). "An Approximate Distribution of Estimates of Variance
       Components." Biometrics Bulletin 2(6), 110-114. doi:10.2307/3002019
    """

    def __init__(
        self, scores: pd.DataFrame, predictions: Sequence[EventPredictions], rule: ThresholdRule
    ) -> None:
        folds = [
            _outcomes(one, float(threshold))
            for one, threshold in zip(predictions, scores["threshold"], strict=True)
        ]
        repeats = scores["repeat"].to_numpy()
        first = _joined([fold for fold, repeat in zip(folds, repeats, strict=True) if repeat == 0])
        pooled = _joined(folds)
        self._n_rows = len(first.event)
        self._rates = {}
        for name, rate in _rates().items():
            shares = np.array([rate.of_rows(fold).mean() for fold in folds])
            if name == "positive":  # the folds are stratified
                shares[:] = first.event.mean()
            share = float(rate.of_rows(pooled).mean())
            self._rates[name] = rate, share, *_between_folds(shares, repeats)
        self._scores = {}
        for name, score in _scores(rule).items():
            values = np.array([score.of_rows(fold) for fold in folds])
            value = float(scores[name].mean()) if name in METRICS else score.of_rows(pooled)
            self._scores[name] = score, value, _variances(score, first, values, repeats)

    def of(self, n_new: int) -> pd.DataFrame:
        """Return what to expect of a number of new rows.

        Returns
        -------
        DataFrame
            Indexed by measure: label, value, low and high. The first three are numbers of rows.
        """
        records = {}
        for name, (rate, share, between, n_folds) in self._rates.items():
            low, high = _count_interval(share, between, n_folds, self._n_rows, n_new)
            records[name] = _record(rate.label, n_new * share, low, high)
        for name, (score, value, variances) in self._scores.items():
            half = variances.half_width(n_new)
            low, high = np.clip([value - half, value + half], score.low, score.high).tolist()
            records[name] = _record(score.label, value, low, high)
        return pd.DataFrame.from_dict(records, orient="index").rename_axis("measure")


def expect_scores(scores: pd.DataFrame, metrics: Sequence[str], *, n_new: int) -> pd.DataFrame:
    r"""Predict scores of new rows from those of the folds alone, for any number of classes.

    Returns
    -------
    DataFrame
        As that of `Expectations.of`, for the given metrics.

    Notes
    -----
    The variance is :math:`s^2 (n_\text{test} / m + 1 / J + n_\text{test} / n_\text{train})`, that
    of the corrected t-test for :math:`J` folds with one for the new rows added.
    """
    records = {}
    for name in metrics:
        metric, values = METRICS[name], scores[name].to_numpy(np.float64)
        n_test, n_train = scores["n_test"].mean(), scores["n_train"].mean()
        spread = float(np.nanvar(values, ddof=1)) if len(values) > 1 else float("nan")
        variance = spread * (n_test / n_new + 1 / len(values) + n_test / n_train)
        half = float(stats.t.ppf(0.975, max(len(values) - 1, 1)) * np.sqrt(variance))
        value = float(np.nanmean(values))
        low, high = np.clip([value - half, value + half], *metric.bounds).tolist()
        records[name] = _record(metric.label, value, low, high)
    return pd.DataFrame.from_dict(records, orient="index").rename_axis("measure")


def crossed_thresholds(
    scores: pd.DataFrame, predictions: Sequence[EventPredictions], rule: ThresholdRule
) -> Floats:
    """Choose the threshold of each test fold on the other test folds of its repeat.

    Returns
    -------
    ndarray of shape (n_folds,)
        Probabilities.
    """
    repeats = scores["repeat"].to_numpy()
    thresholds = np.empty(len(predictions))
    for at in range(len(predictions)):
        others = [
            one
            for place, one in enumerate(predictions)
            if place != at and repeats[place] == repeats[at]
        ]
        event = np.concatenate([one.event for one in others]).astype(np.intp)
        with np.errstate(divide="ignore"):
            odds = logit(np.concatenate([one.probability for one in others]))
        thresholds[at] = expit(find_threshold(rule, event, np.clip(odds, -MAX_ODDS, MAX_ODDS)))
    return thresholds


def _outcomes(one: EventPredictions, threshold: float) -> Outcomes:
    return Outcomes(one.event, one.probability, one.probability >= threshold * SAME)


def _joined(folds: Sequence[Outcomes]) -> Outcomes:
    return Outcomes(
        np.concatenate([fold.event for fold in folds]),
        np.concatenate([fold.probability for fold in folds]),
        np.concatenate([fold.flagged for fold in folds]),
    )


def _record(label: str, value: float, low: float, high: float) -> dict[str, Any]:
    return {"label": label, "value": value, "low": low, "high": high}


def _between_folds(values: Floats, repeats: NDArray[Any]) -> tuple[float, int]:
    """Return the variance between the folds of a repeat, and the number of folds."""
    groups = pd.Series(values).groupby(repeats)
    spread = float(groups.var(ddof=1).mean())
    return (0.0 if np.isnan(spread) else spread), int(groups.size().max())


def _count_interval(
    share: float, between: float, n_folds: int, n_rows: int, n_new: int
) -> tuple[float, float]:
    # Jeffreys' estimate, so that a share of 0 or 1 has a variance.
    share = (share * n_rows + 0.5) / (n_rows + 1)
    unit = share * (1 - share)
    tau = max(between - unit * n_folds / n_rows, 0.0)
    variance = min(unit / n_rows + tau * (1 + 1 / n_folds), 0.99 * unit)
    strength = unit / variance - 1
    law = stats.betabinom(n_new, share * strength, (1 - share) * strength)
    return float(law.ppf(0.025)), float(law.ppf(0.975))


class _Variances(NamedTuple):
    """The parts of the variance of a score."""

    of_row: float
    """From the choice of rows, for one row."""
    of_training: float
    """Over training sets, for one model."""
    n_rows: int
    n_folds: int
    degrees: tuple[int, int]
    """Degrees of freedom of both."""

    def half_width(self, n_new: int) -> float:
        """Return half the width of the 95 % interval for new rows."""
        chance = self.of_row * (1 / n_new + 1 / self.n_rows)
        spread = self.of_training * (1 + 1 / self.n_folds)
        if chance + spread == 0:
            return 0.0
        uncertainty = chance**2 / self.degrees[0] + spread**2 / self.degrees[1]
        freedom = (chance + spread) ** 2 / uncertainty
        return float(stats.t.ppf(0.975, freedom) * np.sqrt(chance + spread))


def _variances(score: _Score, rows: Outcomes, values: Floats, repeats: NDArray[Any]) -> _Variances:
    n_rows = len(rows.event)
    left_out = np.array([score.of_rows(part) for part in _jackknife(rows)])
    defined = left_out[~np.isnan(left_out)]
    n_groups = max(len(defined), 2)
    unit = n_rows * (n_groups - 1) * float(np.var(defined)) if len(defined) else 0.0
    between, n_folds = _between_folds(values, repeats)
    tau = max(between - unit * n_folds / n_rows, 0.0)
    return _Variances(unit, tau, n_rows, n_folds, (n_groups - 1, max(len(values) - 1, 1)))


def _jackknife(rows: Outcomes) -> Iterator[Outcomes]:
    """Yield the rows without each of the groups."""
    n_rows = len(rows.event)
    group = np.random.default_rng(0).permutation(np.arange(n_rows) % min(N_GROUPS, n_rows))
    for left_out in range(group.max() + 1):
        part = rows.take(group != left_out)
        if part.event.any() and not part.event.all():
            yield part
