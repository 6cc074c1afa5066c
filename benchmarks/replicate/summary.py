"""Medians, intervals and paired gains over the repetitions of a run."""

from __future__ import annotations

from typing import Any

import pandas as pd

from benchmarks.replicate.forecasts import METHODS, NONE
from benchmarks.replicate.scores import SCORES

TRUTH = "true risks"
CELL = ["event_fraction", "n_predictors", "n_samples"]
GAINS = ("auc_gain", "log_loss_gain", "balanced_gain", "slope_error_gain")
"""Paired differences from no correction in the same repetition: of the AUC, of the log loss, of the
mean of sensitivity and specificity (at one half; without correction at the event fraction), and of
the distance of the slope from 1."""
ENDS = {"low": 0.025, "median": 0.5, "high": 0.975}


def summarize(repetitions: pd.DataFrame) -> pd.DataFrame:
    """Summarize the repetitions of each scenario, penalty and method.

    There are quantiles over the repetitions whose training rows are not separated: `NAME_low`
    (2.5 %), `NAME_median` and `NAME_high` (97.5 %) of every score and gain, and how many gains
    are above zero. Rows without `n_samples` pool the scenarios of an event fraction.
    """
    frame = _with_gains(repetitions)
    pooled = frame.assign(n_predictors=0, n_samples=0)
    keys = [*CELL, "method", "penalty"]
    order = pd.CategoricalDtype([TRUTH, *METHODS], ordered=True)
    rows = [
        {**dict(zip(keys, cell, strict=True)), **_summarize_one(part)}
        for cell, part in pd.concat([frame, pooled]).groupby(keys)
    ]
    summary = pd.DataFrame(rows).astype({"method": order})
    summary = summary.sort_values(keys, ascending=[False, True, True, True, True])
    pool = summary["n_samples"] == 0
    summary[["n_predictors", "n_samples"]] = (
        summary[["n_predictors", "n_samples"]].astype("Int64").mask(pool)
    )
    return summary.astype({"method": str}).reset_index(drop=True)


def _with_gains(frame: pd.DataFrame) -> pd.DataFrame:
    pair = [*CELL, "repetition", "penalty"]
    none = frame[frame["method"] == NONE].set_index(pair)
    none["balanced"] = (none["sensitivity_fraction"] + none["specificity_fraction"]) / 2
    compared = none[["auc", "log_loss", "balanced", "slope"]].add_suffix("_none")
    joined = frame.join(compared, on=pair)
    balanced = (joined["sensitivity_half"] + joined["specificity_half"]) / 2
    return frame.assign(
        auc_gain=joined["auc"] - joined["auc_none"],
        log_loss_gain=joined["log_loss"] - joined["log_loss_none"],
        balanced_gain=balanced - joined["balanced_none"],
        slope_error_gain=(joined["slope"] - 1).abs() - (joined["slope_none"] - 1).abs(),
    )


def _summarize_one(part: pd.DataFrame) -> dict[str, Any]:
    used = part[~part["separated"]]
    quantiles = used[[*SCORES, *GAINS]].quantile(list(ENDS.values())).set_axis(list(ENDS))
    return {
        "n_used": len(used),
        "n_separated": int(part["separated"].sum()),
        "n_unconverged": int((~used["converged"]).sum()),
        **{f"{name}_{end}": quantiles.loc[end, name] for name in (*SCORES, *GAINS) for end in ENDS},
        **{f"n_{name}_positive": int((used[name] > 0).sum()) for name in GAINS},
    }
