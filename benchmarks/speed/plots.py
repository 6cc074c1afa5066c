"""The plots of the speed run, drawn from its JSON: the same JSON gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchmarks.speed.contenders import FOCAL_OURS
from benchmarks.speed.to_target import TARGET

__all__ = ["FLOOR", "PLOTS", "draw", "figures", "growth"]

PLOTS = MappingProxyType(
    {
        "speed-rows.svg": "Time of a fit against rows, 30 and 10 columns",
        "speed-columns.svg": "Time of a fit against columns, 100,000 and 10,000 rows",
        "speed-suboptimality.svg": "Suboptimality against time",
    }
)
"""By file name, what each shows."""

_DARKEST, _GRID = "#333333", "#dddddd"
# Okabe and Ito's colours, which the colour-blind can tell apart; ours are the two strongest.
_STYLES = {
    "skfocal, γ=2": ("#D55E00", "o", "-"),
    "skfocal, γ=0": ("#E69F00", "o", "--"),
    "scikit-learn lbfgs": ("#0072B2", "s", "-"),
    "scikit-learn newton-cholesky": ("#0072B2", "^", "--"),
    "scikit-learn newton-cg": ("#56B4E9", "s", "-"),
    "scikit-learn liblinear": ("#56B4E9", "^", "--"),
    "scikit-learn saga": ("#56B4E9", "v", ":"),
    "scikit-learn-intelex": ("#009E73", "D", "-"),
    "glum": ("#009E73", "s", "--"),
    "skglm": ("#009E73", "v", ":"),
    "SciPy L-BFGS, plain NumPy": ("#CC79A7", "s", "-"),
    "PyTorch L-BFGS": (_DARKEST, "D", "-"),
    "PyTorch Adam": (_DARKEST, "v", ":"),
    "XGBoost": ("#999999", "^", "-"),
    "LightGBM": ("#999999", "s", "--"),
}
_SETTINGS = {
    "svg.hashsalt": "skfocal",
    "svg.fonttype": "none",
    "font.size": 9,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}
# A page may be light or dark. What matplotlib writes into an element yields to `!important` only.
_DARK = f"""\
  <style>
   text {{ fill: #24292f; }}
   @media (prefers-color-scheme: dark) {{
    text {{ fill: #e6edf3; }}
    [style*="stroke: #000000"] {{ stroke: #e6edf3 !important; }}
    [style*="stroke: {_DARKEST}"] {{ stroke: #e6edf3 !important; }}
    [style*="fill: {_DARKEST}"] {{ fill: #e6edf3 !important; }}
    [style*="stroke: {_GRID}"] {{ stroke: #3d444d !important; }}
   }}
  </style>
"""
FLOOR = 1e-10
"""Nearer suboptimalities are drawn here."""


def draw(report: Mapping[str, Any], folder: Path) -> None:
    """Write all plots as SVG, in colours that suit a light page and a dark one."""
    import matplotlib as mpl  # noqa: PLC0415 - an extra, which only the plots need

    with mpl.rc_context(_SETTINGS):
        for name, figure in figures(report).items():
            drawn = StringIO()
            figure.savefig(drawn, format="svg", metadata={"Date": None})
            before, end, after = drawn.getvalue().partition("</style>\n")
            (folder / name).write_text(before + end + _DARK + after, encoding="utf-8")


def figures(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figure of every plot, by file name."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    made = {name: Figure(layout="constrained") for name in PLOTS}
    for figure, make in zip(made.values(), (_rows, _columns, _suboptimality), strict=True):
        make(report, figure)
    return made


def growth(
    report: Mapping[str, Any], axis: str, **fixed: int
) -> dict[str, list[tuple[int, float]]]:
    """Return each contender's (size, seconds) on the plain tables with all else fixed."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for table in report["tables"]:
        if table["family"] in {"small", "dense"} and fixed.items() <= table.items():
            for name, each in table["contenders"].items():
                lines.setdefault(name, []).append((table[axis], each["median_seconds"]))
    return {name: sorted(points) for name, points in lines.items()}


def _rows(report: Mapping[str, Any], figure: Any) -> None:
    names = {f"rows ({n:,} columns)": {"n_features": n} for n in (30, 10)}
    _growth_panels(report, figure, "n_samples", names)


def _columns(report: Mapping[str, Any], figure: Any) -> None:
    names = {f"columns ({n:,} rows)": {"n_samples": n} for n in (100_000, 10_000)}
    _growth_panels(report, figure, "n_features", names)


def _growth_panels(
    report: Mapping[str, Any], figure: Any, axis: str, fixed: Mapping[str, Mapping[str, int]]
) -> None:
    """Draw time against a size, in a panel for each name with what is fixed there."""
    figure.set_size_inches(10, 4.5)
    panels = figure.subplots(1, len(fixed), sharey=True)
    for axes, (name, sizes) in zip(panels, fixed.items(), strict=True):
        _lines(axes, growth(report, axis, **sizes))
        axes.set(xlabel=name)
    panels[0].set_ylabel("seconds")
    _legend(figure, panels)


def _suboptimality(report: Mapping[str, Any], figure: Any) -> None:
    climbs = report["to_target"]
    gammas = sorted({climb["gamma"] for climb in climbs})
    tables = list(dict.fromkeys(climb["table"] for climb in climbs))
    figure.set_size_inches(10, 3 * max(1, len(tables)))
    panels = figure.subplots(max(1, len(tables)), max(1, len(gammas)), squeeze=False)
    for climb in climbs:
        axes = panels[tables.index(climb["table"])][gammas.index(climb["gamma"])]
        _lines(
            axes,
            {
                name: [(seconds, max(gap, FLOOR)) for seconds, gap in each["points"]]
                for name, each in climb["contenders"].items()
            },
        )
        axes.set(xlabel="seconds", ylabel="relative suboptimality")
        axes.set_title(f"{climb['table']}, γ={climb['gamma']:g}", loc="left")
        axes.axhline(TARGET, color="#999999", linewidth=0.8)
    _legend(figure, panels.ravel())


def _lines(axes: Any, lines: Mapping[str, list[tuple[float, float]]]) -> None:
    for name, points in lines.items():
        color, marker, style = _STYLES[name]
        axes.plot(
            *zip(*points, strict=True),
            color=color,
            marker=marker,
            markersize=5.5,
            linestyle=style,
            linewidth=2.2 if name == FOCAL_OURS else 1.1,
            zorder=3 if name == FOCAL_OURS else 2,
            label=name,
        )
    axes.set(xscale="log", yscale="log")
    for each in (axes.xaxis, axes.yaxis):
        each.set_minor_formatter("")
    axes.grid(visible=True, color=_GRID, linewidth=0.5)


def _legend(figure: Any, panels: Any) -> None:
    """Name every contender once, in the order of the report."""
    handles: dict[str, Any] = {}
    for axes in panels:
        handles |= dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    named = [name for name in _STYLES if name in handles]
    figure.legend([handles[name] for name in named], named, loc="outside right upper")
