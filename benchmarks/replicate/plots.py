"""The plot of the simulation, drawn from its JSON: the same JSON gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchmarks.replicate.arms import NONE, PENALTIES

__all__ = ["PLOT", "PLOT_ARMS", "TITLE", "draw"]

PLOT = "replicate.svg"
TITLE = "Calibration intercept, slope and AUC against the event fraction"
# Okabe and Ito's colours, which the colour-blind can tell apart; ours are the two strongest.
PLOT_ARMS = MappingProxyType(
    {
        NONE: ("#000000", "s"),
        "under-sampling": ("#0072B2", "v"),
        "over-sampling": ("#56B4E9", "^"),
        "SMOTE": ("#009E73", "D"),
        "focal, raw": ("#E69F00", "o"),
        "focal, recovered": ("#D55E00", "o"),
    }
)
"""By arm: its colour and marker."""
_PANELS = MappingProxyType({"intercept": 0.0, "slope": 1.0, "auc": None})
_LABELS = MappingProxyType(
    {"intercept": "calibration intercept", "slope": "calibration slope", "auc": "AUC"}
)
_SETTINGS = {
    "svg.hashsalt": "skfocal",
    "svg.fonttype": "none",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}
_STEP = 0.1


def draw(report: Mapping[str, Any], folder: Path) -> None:
    """Write the plot as SVG: medians and intervals, all scenarios of a fraction pooled."""
    import matplotlib as mpl  # noqa: PLC0415 - an extra, which only the plots need
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    with mpl.rc_context(_SETTINGS):
        figure = Figure((10, 5.5), layout="constrained")
        panels = figure.subplots(len(PENALTIES), len(_PANELS), sharex=True, sharey="col")
        for penalty, line in zip(PENALTIES, panels, strict=True):
            for measure, axes in zip(_PANELS, line, strict=True):
                _panel(axes, report["summary"], penalty, measure)
                axes.set_title(f"{penalty}: {_LABELS[measure]}", loc="left")
        for axes in panels[-1]:
            axes.set_xlabel("event fraction")
        handles, names = panels[0][0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower center", ncols=len(PLOT_ARMS))
        figure.savefig(folder / PLOT, metadata={"Date": None, "Title": TITLE})


def _panel(axes: Any, summary: Any, penalty: str, measure: str) -> None:
    pooled = [row for row in summary if row["n_samples"] is None and row["penalty"] == penalty]
    fractions = sorted({row["event_fraction"] for row in pooled})
    for index, (arm, (color, marker)) in enumerate(PLOT_ARMS.items()):
        points = [
            (fractions.index(row["event_fraction"]), *row[measure])
            for row in pooled
            if row["arm"] == arm and measure in row
        ]
        if points:
            places, low, median, high = zip(*points, strict=True)
            shift = _STEP * (index - (len(PLOT_ARMS) - 1) / 2)
            axes.errorbar(
                [place + shift for place in places],
                median,
                [
                    [m - end for m, end in zip(median, low, strict=True)],
                    [end - m for m, end in zip(median, high, strict=True)],
                ],
                color=color,
                marker=marker,
                markersize=4,
                linestyle="",
                linewidth=1.2,
                label=arm,
            )
    ideal = _PANELS[measure]
    if ideal is not None:
        axes.axhline(ideal, color="#999999", linewidth=0.8, zorder=1)
    axes.set_xticks(range(len(fractions)), [f"{fraction:g}" for fraction in fractions])
    axes.grid(visible=True, axis="y", color="#dddddd", linewidth=0.5)
