"""Medians, intervals and comparisons with no correction, over the repetitions of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from benchmarks.replicate.arms import ARMS, NONE, PENALTIES
from benchmarks.replicate.chunks import TRUTH, Rows
from benchmarks.replicate.measures import MEASURES

__all__ = ["GAINS", "as_text", "from_text", "summarize"]

GAINS = ("auc_gain", "log_loss_gain", "balanced_gain", "slope_error_gain")
"""Paired differences from no correction in the same repetition with the same penalty; the third is
that of the mean of sensitivity and specificity, of the arm at the threshold of one half and of no
correction at the event fraction, the last that of the slope's distance from 1."""
_INTERVAL = (0.025, 0.5, 0.975)
_DIGITS = 4
_CELL = ["event_fraction", "n_predictors", "n_samples"]


def summarize(rows: Rows) -> Rows:
    """Return one row for each scenario, penalty and arm, and for those of a fraction pooled.

    Separated fits are left out of their arm's figures and counted. A measure is its 2.5 %, 50 %
    and 97.5 % quantiles over the repetitions; of a gain, the number above 0 is told too. Pooled
    rows have no number of predictors and rows.
    """
    frame = _with_gains(pd.DataFrame(rows))
    pooled = frame.assign(n_predictors=0, n_samples=0)
    order = [("", TRUTH), *((penalty, arm) for arm in ARMS for penalty in PENALTIES)]
    summary = []
    for cell, part in pd.concat([frame, pooled]).groupby(_CELL, sort=False):
        arms = dict(list(part.groupby(["penalty", "arm"])))
        for penalty, arm in order:
            scenario = {name: value or None for name, value in zip(_CELL, cell, strict=True)}
            summary.append(
                scenario | {"penalty": penalty, "arm": arm} | _figures(arms[penalty, arm])
            )
    return summary


def as_text(report: Mapping[str, Any]) -> str:
    """Return a report as JSON, its summary as a table: names once, and a line for each row."""
    names = list(dict.fromkeys(name for row in report["summary"] for name in row))
    lines = [names, *([row.get(name) for name in names] for row in report["summary"])]
    table = ",\n".join(json.dumps(line, separators=(",", ":")) for line in lines)
    head = json.dumps({**report, "summary": []}, indent=1, ensure_ascii=False)
    return head.replace('"summary": []', f'"summary": [\n{table}\n]') + "\n"


def from_text(text: str) -> dict[str, Any]:
    """Return the report that `as_text` made a text of."""
    report: dict[str, Any] = json.loads(text)
    names, *lines = report["summary"]
    rows = [dict(zip(names, line, strict=True)) for line in lines]
    # What a row has no figure of is not in it; pooled rows say so of two.
    report["summary"] = [
        {name: value for name, value in row.items() if value is not None or name in _CELL}
        for row in rows
    ]
    return report


def _with_gains(frame: pd.DataFrame) -> pd.DataFrame:
    pair = [*_CELL, "repetition", "penalty"]
    baseline = frame[frame["arm"] == NONE].set_index(pair)
    baseline["balanced"] = (baseline["sensitivity_fraction"] + baseline["specificity_fraction"]) / 2
    compared = baseline[["auc", "log_loss", "balanced", "slope"]].add_suffix("_none")
    joined = frame.join(compared, on=pair)
    balanced = (joined["sensitivity_half"] + joined["specificity_half"]) / 2
    return frame.assign(
        auc_gain=joined["auc"] - joined["auc_none"],
        log_loss_gain=joined["log_loss"] - joined["log_loss_none"],
        balanced_gain=balanced - joined["balanced_none"],
        slope_error_gain=(joined["slope"] - 1).abs() - (joined["slope_none"] - 1).abs(),
    )


def _figures(part: pd.DataFrame) -> dict[str, Any]:
    used = part[~part["separated"]]
    quantiles = used[[*MEASURES, *GAINS]].quantile(list(_INTERVAL))
    found: dict[str, Any] = {
        "n_used": len(used),
        "n_separated": int(part["separated"].sum()),
        "n_unconverged": int((~used["converged"]).sum()),
    }
    for name in (*MEASURES, *GAINS):
        values = quantiles[name]
        # The true risks have no model of no correction to be compared with.
        if values.notna().all():
            found[name] = [float(f"{value:.{_DIGITS}g}") for value in values]
    for name in GAINS:
        found[f"n_{name}_positive"] = int((used[name] > 0).sum())
    return found
