"""The page of the quality run, made from its results alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from benchmarks.datasets import BINARY, MULTICLASS
from benchmarks.datasets import LARGE as LARGE_SETS
from benchmarks.markdown import joined, p_text, signed, table
from benchmarks.quality.details import details, named
from benchmarks.quality.plots import PLOTS
from benchmarks.quality.results import Results
from benchmarks.quality.standing import (
    MORE_CLASSES,
    SIGNIFICANT,
    TWO_CLASSES,
    standing,
)
from skfocal.comparison.methods.catalogue import BASELINE
from skfocal.comparison.scoring.folds import METRICS

__all__ = ["page"]

ASKED = {
    "Ranking": ("average_precision",),
    "Probabilities": ("log_loss",),
    "Decisions": ("f1_default", "f1_tuned"),
}
RANKED = (
    *("average_precision", "roc_auc", "log_loss", "brier_score", "calibration_error"),
    *("f1_default", "f1_tuned", "mcc_tuned"),
)
RANKED_MORE = ("average_precision", "log_loss", "calibration_error", "balanced_accuracy_default")
_HEAD = [
    *("arm", "mean rank (95 % interval)", "wins", "ties", "losses"),
    *("clearly better", "clearly worse", "median difference", "p (Holm)"),
]
_READING = """\
Ranks run from 1, the best. Wins, ties and losses are data sets on which the arm's mean over the
folds lies on the better side of plain logistic regression, equals it, or lies on the worse side.
It is *clearly* better or worse on a data set where the 95 % interval of the paired difference
excludes zero (Nadeau and Bengio's, which allows for training sets that overlap). The p-value is
that of Wilcoxon's signed-rank test over the data sets, with Holm's correction for the number of
arms. An arm that failed on a fold ranks last on that data set, and loses there. In the diagrams,
arms beside one bar do not differ significantly from each other: that correction is for all pairs
of arms, so that it shows less than the table, which is only about plain logistic regression."""


def page(results: Results) -> str:
    """Return the page in Markdown."""
    parts = [
        "# Quality",
        _opening(results),
        *_answer(results),
        "## Ranking",
        _READING,
        *_rankings(results, TWO_CLASSES, RANKED, "Two classes"),
        *_rankings(results, MORE_CLASSES, RANKED_MORE, "More classes"),
        *details(results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _opening(results: Results) -> str:
    suites = results.info["suites"]
    n_sets = sum(len(suite["data_sets"]) for suite in suites)
    expected = len(BINARY) + len(MULTICLASS) + len(LARGE_SETS)
    text = (
        f"{len(results.info['arms'])} ways to treat class imbalance with a linear model on "
        f"{n_sets} real data sets, all tuned alike: `{results.info['command']}`."
    )
    if less := "; ".join(_less(suites)):
        text += f" Not in full: {less}; see [how it is measured](#how-it-is-measured)."
    if n_sets < expected:
        text += f"\n\n**Only a part: {expected - n_sets} of {expected} data sets are missing.**"
    return text


def _less(suites: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Say which data sets were folded only once, or could be sampled down."""
    for suite in suites:
        facts = ["folds drawn once"] if suite["repeats"] == 1 else []
        facts += [f"at most about {suite['max_rows']:,} rows"] if suite["max_rows"] else []
        if facts:
            yield f"{named(suite)} ({', '.join(facts)})"


def _answer(results: Results) -> Iterator[str]:
    """Answer first, over the data sets of two classes."""
    count = len(results.data_sets(TWO_CLASSES))
    if count < 2:
        return
    lines = [
        f"- **{subject}**: {' '.join(_sentence(results, metric) for metric in metrics)}"
        for subject, metrics in ASKED.items()
    ]
    yield f"Against plain logistic regression, over the {count} data sets of two classes:"
    yield "\n".join(lines)


def _sentence(results: Results, metric: str) -> str:
    rows = standing(results, TWO_CLASSES, metric).drop(index=BASELINE)
    label = METRICS[metric].label
    label = label[0].lower() + label[1:] if label[1].islower() else label
    found = rows[rows["p_holm"] < SIGNIFICANT]
    parts = [
        f"significantly {word}: {_with_sizes(found[found['direction'] == sign])}"
        for word, sign in (("better", 1), ("worse", -1))
        if (found["direction"] == sign).any()
    ]
    if not (found["direction"] == 1).any():
        parts.insert(0, "no arm is significantly better")
    if not parts[1:] and found.empty:
        smallest = p_text(rows["p_holm"].min())
        parts = [f"no arm differs significantly, the smallest p being {smallest}"]
    return f"By {label}, {'; '.join(parts)}."


def _with_sizes(rows: pd.DataFrame) -> str:
    """Name arms with the median of their differences, the greatest first."""
    ordered = rows.reindex(rows["difference"].abs().sort_values(ascending=False).index)
    return joined([f"{arm} {signed(size)}" for arm, size in ordered["difference"].items()])


def _rankings(
    results: Results, suites: tuple[str, ...], metrics: Sequence[str], title: str
) -> Iterator[str]:
    count = len(results.data_sets(suites))
    if count < 2:
        return
    yield f"### {title}, {count} data sets"
    for metric in metrics:
        yield f"**{METRICS[metric].label}.** {METRICS[metric].meaning}"
        if suites == TWO_CLASSES and metric in PLOTS:
            yield f"![Mean ranks by {METRICS[metric].label}]({PLOTS[metric]})"
        yield table(_HEAD, [_row(arm, row) for arm, row in _standing(results, suites, metric)])


def _standing(
    results: Results, suites: tuple[str, ...], metric: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    frame = standing(results, suites, metric)
    yield from zip(map(str, frame.index), frame.to_dict("records"), strict=True)


def _row(arm: str, row: dict[str, Any]) -> list[str]:
    rank = f"{row['mean_rank']:.1f} ({row['rank_low']:.1f} to {row['rank_high']:.1f})"
    if arm == BASELINE:
        return [f"*{arm}*", rank, *[""] * (len(_HEAD) - 2)]
    counts = [f"{row[key]:.0f}" for key in ("wins", "ties", "losses", "better", "worse")]
    p_value = p_text(row["p_holm"])
    marked = f"**{p_value}**" if row["p_holm"] < SIGNIFICANT else p_value
    return [arm, rank, *counts, signed(row["difference"], 4), marked]
