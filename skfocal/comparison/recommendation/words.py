"""The recommendation in plain words, for readers who know no statistics."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import entr

from skfocal.comparison.recommendation.choice import Choice, Rival
from skfocal.comparison.results import Results
from skfocal.comparison.scoring.metrics import METRICS
from skfocal.comparison.statistics.differences import data_set_scores

__all__ = ["Words", "describe", "format_probability"]

MAX_NAMED = 4
NOUNS = {"probabilities": "probabilities", "ranking": "rankings", "decisions": "decisions"}
"""What methods have by goal."""


class Words(NamedTuple):
    """The parts of a recommendation."""

    advice: str
    """Which method, and which threshold."""
    outlook: str
    """What to expect of new rows; empty if there are several data sets."""
    certainty: str
    """How sure the choice is."""
    warning: str
    """Methods whose probabilities cannot be used; empty if there are none."""

    @property
    def all(self) -> str:
        """The parts in one text."""
        return " ".join(part for part in self if part)


def describe(
    results: Results, choice: Choice, threshold: float | None, expected: pd.DataFrame, n_new: int
) -> Words:
    """Write the recommendation in plain words."""
    return Words(
        _advice(results, choice, threshold),
        _outlook(results, expected, n_new),
        _certainty(results, choice),
        _warning(results, choice),
    )


def format_probability(probability: float) -> str:
    """Format a probability with two significant digits."""
    if 0.1 <= probability <= 0.9:
        return f"{probability:.2f}"
    digits = max(2, 1 - int(np.floor(np.log10(max(min(probability, 1 - probability), 1e-9)))))
    return f"{probability:.{digits}f}"


def _advice(results: Results, choice: Choice, threshold: float | None) -> str:
    methods = {name: method for method in results.methods for name in method.reported}
    described = methods[choice.method].description.split(". ")[0].rstrip(".")
    described = described[0].lower() + described[1:] if described[1:2].islower() else described
    text = f"Use {choice.method}" + (f" ({described})" if described else "")
    if threshold is None:
        return f"{text}."
    if not 0 < threshold < 1:
        return f"{text}, and flag no row: no threshold scores better than flagging none."
    return f"{text}, and flag rows with a probability of {format_probability(threshold)} or more."


def _outlook(results: Results, expected: pd.DataFrame, n_new: int) -> str:
    if "flagged" in expected.index:
        flagged, caught, positive = (
            _count(expected.xs(name)) for name in ("flagged", "caught", "positive")
        )
        label = results.data_sets["class_of_interest"].iloc[0]
        return (
            f"Of {n_new:,} new rows, expect {flagged} to be flagged, and {caught} of these to be "
            f"positive (label {label!r}), out of {positive} positive rows in all."
        )
    if expected.empty:
        return ""
    scores = [
        f"{_inline(row['label'])} {row['value']:.3f} ({row['low']:.3f} to {row['high']:.3f})"
        for _, row in expected.iterrows()
    ]
    return f"For {n_new:,} new rows, expect {_joined(scores)}."


def _count(row: Any) -> str:
    return f"about {row['value']:.0f} ({row['low']:.0f} to {row['high']:.0f})"


def _certainty(results: Results, choice: Choice) -> str:
    judged = f"{NOUNS[choice.goal]} ({_inline(choice.metric.label)})"
    n_methods = len(results.scores["method"].unique()) - len(choice.failed)
    if n_methods == 1:
        return "No other method was compared with it."
    if choice.worse and len(choice.worse) == n_methods - 1:
        return f"Every other method had reliably worse {judged}."
    reliable = f"No other method had reliably better {judged}"
    simplest = ", and it is the simplest of those that may be best."
    if choice.decided or choice.rival is None:
        bound = f", and none is likely to be better by {choice.margin:.2g} or more"
        return f"{reliable}{bound if choice.rival else ''}{simplest.replace(', and', ';')}"
    return (
        f"{reliable}{simplest} The data cannot decide between it and {choice.rival.method}: "
        f"{_gap(choice, choice.rival)}. About {choice.more_positives:,} more rows of the rarest "
        "class would be needed to decide."
    )


def _gap(choice: Choice, rival: Rival) -> str:
    """State by how much the rival may be worse or better."""
    better = f"{rival.high:.2g} better"
    other = f"{-rival.low:.2g} worse to {better}" if rival.low < 0 else better
    return f"by {_inline(choice.metric.label)} that may be {other}"


def _warning(results: Results, choice: Choice) -> str:
    """Name the methods whose probabilities are worse than one probability for all rows."""
    if not results.is_single or results.data_sets["n_classes"].iloc[0] != 2:
        return ""
    prevalence = float(results.data_sets["prevalence"].iloc[0])
    uninformed = float(np.sum(entr([prevalence, 1 - prevalence])))
    losses = data_set_scores(results.scores, METRICS["log_loss"]).iloc[0]
    useless = [str(name) for name in losses.index[losses > uninformed]]
    if not useless:
        return ""
    if choice.method in useless:
        text = f"Do not use the probabilities of {choice.method} as such: their log loss is"
    else:
        named = useless[:MAX_NAMED]
        more = len(useless) - len(named)
        names = _joined([*named, *([f"{more} more"] if more else [])])
        text = f"{names} would make the probabilities unusable: their log loss is"
    return f"{text} worse than that of the same probability for every row."


def _joined(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _inline(label: str) -> str:
    """Write a label within a sentence: in lower case, unless it is an abbreviation."""
    return label[0].lower() + label[1:] if re.match(r".[a-z]", label) else label
