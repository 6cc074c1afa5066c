"""The page's second half: each data set, what was chosen, what failed, how it was done."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.markdown import joined, number, table
from benchmarks.quality.results import Results
from skfocal.comparison.methods.catalogue import BASELINE
from skfocal.comparison.scoring.folds import METRICS

__all__ = ["details", "named"]

SHOWN = ("average_precision", "roc_auc", "log_loss", "calibration_error", "f1_default", "f1_tuned")
_METHOD = """\
- Every arm has {candidates} candidates to tune, by average precision on three inner folds of the
  training rows, and its threshold set there for the best F1. Imputing, scaling, encoding and
  sampling are learned inside the training fold as well, corrections on inner held-out rows. *C*
  runs from .01 to 10 for all linear models, in as many steps as the other parameters leave: the
  ratio to which classes are sampled, the neighbours of SMOTE, γ and α, the smoothing, the share of
  hard examples.
- Arms that differ only in what is done with the fitted model share tuning and fit: plain logistic
  regression with its three calibrations, each sampler and class weights with and without
  correction for the changed class shares, both readings of a focal model. To each the scores are
  what a fit of its own would give, and the seconds are those of the common fit.
- Boosted trees, which the comparison has for orientation, take no part: this run is of linear
  models.
- Identical rows share a fold, as do the flights of one day, so that no test row has been seen.
- Logistic regression is scikit-learn's, by Newton's method up to a hundred coefficients and by
  L-BFGS beyond; one thread for each process."""


def details(results: Results) -> Iterator[str]:
    """Return the parts of the page that follow the rankings."""
    yield "## What it costs"
    yield "Seconds against plain logistic regression on the same rows: medians over data sets."
    yield _costs(results)
    yield "## What tuning chose"
    yield _chosen(results)
    yield "## What failed"
    yield _failures(results)
    yield "## Each data set"
    yield (
        "Means over the folds; ▲ and ▼ mark where the 95 % interval of the difference from plain "
        "logistic regression lies wholly on the better or the worse side."
    )
    yield from (_data_set(results, record) for record in results.info["data_sets"])
    yield "## How it is measured"
    yield _METHOD.format(candidates=results.info["n_candidates"])
    yield _reduced(results)
    yield "## Arms"
    yield table(["arm", ""], [[name, what] for name, what in results.info["arms"].items()])
    yield "## Machine"
    yield _machine(results.info)


def _costs(results: Results) -> str:
    suites = [suite["name"] for suite in results.info["suites"]]
    rows = []
    fit, tuning = (results.scores(suites, f"{part}_seconds") for part in ("fit", "tuning"))
    for arm in fit.columns:
        ratio = (fit[arm] / fit[BASELINE]).median()
        whole = (tuning[arm] / tuning[BASELINE]).median()
        rows.append(
            [str(arm), f"{1e3 * fit[arm].median():.1f} ms", number(ratio, 2), number(whole, 2)]
        )
    return table(["arm", "median fit", "fit, ratio", "tuning, ratio"], rows)


def _chosen(results: Results) -> str:
    """Show, over all folds of all data sets, how often each value was chosen."""
    pooled: dict[tuple[str, str], Counter[str]] = {}
    for methods in results.info["chosen"].values():
        for method, parameters in methods.items():
            for parameter, counts in parameters.items():
                pooled.setdefault((method, parameter), Counter()).update(counts)
    rows = []
    for (method, parameter), counts in pooled.items():
        total = sum(counts.values())
        ordered = sorted(counts, key=_by_value)
        shares = ", ".join(f"{value}: {counts[value] / total:.0%}" for value in ordered)
        rows.append([method, parameter, shares])
    return table(["arms by their fit", "parameter", "share of the folds"], rows)


def _by_value(text: str) -> tuple[float, str]:
    try:
        return float(text), text
    except ValueError:
        return np.inf, text


def _failures(results: Results) -> str:
    parts = []
    for what, records in (
        ("failed", results.info["failures"]),
        ("warned", results.info["warnings"]),
    ):
        if not records:
            parts.append(f"No arm {what} on any fold.")
            continue
        rows = [
            [one["data_set"], one["method"], str(one["folds"]), _in_a_cell(one["reason"])]
            for one in records
        ]
        parts.append(f"Arms that {what}:\n\n" + table(["data set", "arm", "folds", "reason"], rows))
    return "\n\n".join(parts)


def _in_a_cell(text: str) -> str:
    return html.escape(" ".join(text.split())).replace("|", "\\|")


def _data_set(results: Results, record: dict[str, Any]) -> str:
    name = record["data_set"]
    figures = results.figures[results.figures["data_set"] == name].set_index("method")
    metrics = [key for key in SHOWN if METRICS[key].suits(record["n_classes"])]
    rows = [
        [str(arm), *(_score(row, metric) for metric in metrics), _fit_time(row)]
        for arm, row in figures.iterrows()
    ]
    what = (
        f"{record['n_rows']:,} rows, {record['n_numeric']} numbers, "
        f"{record['n_categorical']} categories, {record['n_classes']} classes, the rarest "
        f"{record['n_rarest'] / record['n_rows']:.1%}"
    )
    head = ["arm", *(METRICS[key].label for key in metrics), "fit"]
    return (
        f"<details><summary><b>{html.escape(name)}</b>: {what}</summary>\n\n"
        f"{table(head, rows)}\n\n</details>"
    )


def _score(row: pd.Series, metric: str) -> str:
    mean = row[f"{metric}_mean"]
    if np.isnan(mean):
        return "failed"
    low, high = row.get(f"{metric}_low", np.nan), row.get(f"{metric}_high", np.nan)
    greater = METRICS[metric].greater_is_better
    better = low > 0 if greater else high < 0
    worse = high < 0 if greater else low > 0
    return number(mean) + (" ▲" if better else " ▼" if worse else "")


def _fit_time(row: pd.Series) -> str:
    seconds = row["fit_seconds_mean"]
    return "" if np.isnan(seconds) else f"{1e3 * seconds:.1f} ms"


def _reduced(results: Results) -> str:
    """Say how often each suite was folded, and which tables were sampled down."""
    lines = ["What is run how often, and what of it is less than the whole:", ""]
    for suite in results.info["suites"]:
        text = f"- {named(suite)}: {suite['cv']} folds, drawn {_times(suite['repeats'])}"
        if suite["max_rows"]:
            text += (
                f"; tables of more than {suite['max_rows']:,} rows are sampled down to about so "
                "many, with the same class shares"
            )
        lines.append(f"{text}; {suite['minutes']:.0f} minutes.")
    lines += ["", "The minutes are those of all cells one after the other, on one core."]
    return "\n".join(lines)


def named(suite: dict[str, Any]) -> str:
    """Name the data sets of a suite, or tell how many there are."""
    names = suite["data_sets"]
    return joined(names) if len(names) <= 3 else f"{len(names)} data sets"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _machine(info: dict[str, Any]) -> str:
    origin = info["origin"]
    lines = [
        f"- {origin['created']}, {origin['platform']}, {origin['cores']} cores",
        *(f"- {name} {version}" for name, version in origin["versions"].items()),
        *(f"- {blas}" for blas in origin["blas"]),
    ]
    return "\n".join(lines)
