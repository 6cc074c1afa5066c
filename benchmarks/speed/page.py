"""The page of the speed run, and the README's part of it, made from the run's JSON alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from benchmarks import markdown
from benchmarks.speed.contenders import FOCAL_OURS
from benchmarks.speed.goals import GOALS, Report, quickest, ratio
from benchmarks.speed.method import METHOD
from benchmarks.speed.plots import PLOTS
from benchmarks.speed.reasons import REASONS
from benchmarks.speed.tables import CATALOGUE
from benchmarks.speed.to_target import TARGET

__all__ = ["page", "readme_part"]

_README_ROWS = (
    "300 x 10",
    "2,000 x 30",
    "10,000 x 30",
    "100,000 x 30",
    "1,000,000 x 30",
    "10,000,000 x 10",
    "100,000 x 300",
    "10,000 x 3,000",
    "100,000 x 30, unscaled",
)


def page(report: Report) -> str:
    """Return the page in Markdown."""
    families = dict.fromkeys(table["family"] for table in report["tables"])
    parts = [
        "# Speed",
        f"One run on one machine, {report['minutes']:.0f} minutes: `python -m benchmarks speed`.",
        _partial(report),
        "## What is aimed at",
        _goals(report),
        "## Fits at default settings",
        "Focal loss at γ = 2 beside the quickest rival, of any library, at cross-entropy.",
        *(part for family in families for part in _family(report, family)),
        f"## Time to a relative suboptimality of {TARGET:.0e}",
        *_to_target(report),
        "## Growth",
        *(f"![{title}]({name})" for name, title in PLOTS.items()),
        "## Below the fit",
        _kernels(report),
        "## Searches",
        _searches(report),
        "## How it is measured",
        METHOD,
        _alone(report),
        "## Machine",
        _machine(report),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def readme_part(report: Report) -> str:
    """Return the README's table and its line on the goals."""
    tables = {table["name"]: table for table in report["tables"]}
    rows = [_headline(tables[name], _median) for name in _README_ROWS if name in tables]
    measured = {name: goal.measure(report) for name, goal in GOALS.items()}
    known = {name: figure for name, figure in measured.items() if figure is not None}
    reached = sum(GOALS[name].reached(figure) for name, figure in known.items())
    goals = (
        f"Of {len(GOALS)} goals set beforehand, for all kinds of tables, this run measured "
        f"{len(known)}, and {reached} are reached."
    )
    return markdown.table(_HEADLINE, rows) + "\n\n" + goals


def _partial(report: Report) -> str:
    """Say if tables are missing."""
    n_missing = len({spec.name for spec in CATALOGUE} - {t["name"] for t in report["tables"]})
    if n_missing == 0:
        return ""
    return (
        f"**Only a part of the measurements: {n_missing} of {len(CATALOGUE)} tables are missing.**"
    )


def _goals(report: Report) -> str:
    rows, reasons = [], []
    for name, goal in GOALS.items():
        measured = goal.measure(report)
        bound = f"{goal.bound:g} {goal.unit}".strip()
        if measured is None:
            rows.append([goal.what, bound, "not measured", "", ""])
            continue
        reached = goal.reached(measured)
        digits = 0 if goal.unit else 2
        figure = f"{measured.value:.{digits}f} {goal.unit}".strip()
        rows.append([goal.what, bound, figure, "yes" if reached else "**no**", measured.detail])
        if not reached and name in REASONS:
            reasons.append(f"- *{goal.what}*: {REASONS[name]}")
    head = ["what", "at most", "measured", "reached", "in detail"]
    text = markdown.table(head, rows)
    return text + (
        "\n\nWhat the time goes to where it is not:\n\n" + "\n".join(reasons) if reasons else ""
    )


_HEADLINE = [
    "table",
    "focal γ=2",
    "gradient",
    "quickest rival",
    "its time",
    "its gradient",
    "ratio",
    "memory",
]


def _headline(table: Mapping[str, Any], time_of: Callable[[Mapping[str, Any]], str]) -> list[str]:
    """Return a row: us, the quickest rival, the ratio, and our memory."""
    ours, name = table["contenders"][FOCAL_OURS], quickest(table)
    memory = "" if table["megabytes"] is None else f"{table['megabytes']:.0f} MB"
    row = [table["name"], time_of(ours), _gradient(ours)]
    if name is None:
        return [*row, "", "", "", "", memory]
    rival = table["contenders"][name]
    return [*row, name, time_of(rival), _gradient(rival), f"{ratio(table):.2f}", memory]


def _family(report: Report, family: str) -> Iterable[str]:
    tables = [table for table in report["tables"] if table["family"] == family]
    yield f"### {family.capitalize()}"
    yield markdown.table(_HEADLINE, [_headline(table, _spread) for table in tables])
    names = dict.fromkeys(name for table in tables for name in table["contenders"])
    rows = [[name, *(_cell(table["contenders"].get(name)) for table in tables)] for name in names]
    yield "Everyone's median, and the gradient reached:"
    yield markdown.table(["", *(table["name"] for table in tables)], rows)
    absent: dict[str, list[str]] = {}
    for table in tables:
        for name, reason in table["not_run"].items():
            absent.setdefault(f"{name} ({reason})", []).append(table["name"])
    if absent:
        told = "; ".join(f"{who} on {', '.join(where)}" for who, where in absent.items())
        yield f"Not run: {told}."


def _to_target(report: Report) -> Iterable[str]:
    for gamma in sorted({climb["gamma"] for climb in report["to_target"]}):
        climbs = [climb for climb in report["to_target"] if climb["gamma"] == gamma]
        names = dict.fromkeys(name for climb in climbs for name in climb["contenders"])
        rows = [
            [name, *(_time_to_target(climb["contenders"].get(name)) for climb in climbs)]
            for name in names
        ]
        yield markdown.table([f"γ={gamma:g}", *(climb["table"] for climb in climbs)], rows)


def _time_to_target(contender: Mapping[str, Any] | None) -> str:
    if contender is None:
        return "-"
    if contender["seconds_to_target"] is None:
        longest = max(seconds for seconds, _ in contender["points"])
        nearest = min(suboptimality for _, suboptimality in contender["points"])
        return f"{nearest:.0e} after {_time(longest)}"
    return _time(contender["seconds_to_target"])


def _kernels(report: Report) -> str:
    kernels = report["kernels"]
    names = dict.fromkeys(name for kernel in kernels for name in kernel["seconds"])
    rows = [[name, *(_time(kernel["seconds"][name]) for kernel in kernels)] for name in names]
    return markdown.table(["", *(kernel["table"] for kernel in kernels)], rows)


def _searches(report: Report) -> str:
    rows = []
    for name, found in report["search"].items():
        size = f"{name}, {found['n_candidates']} candidates, {found['n_folds']} folds"
        seconds, share = found["seconds"], found["share_timed"]
        grids = [
            f"{_time(seconds[grid])}"
            + (f" (timed on {share[grid]:.0%})" if share[grid] < 1 else "")
            for grid in ("focal", "scikit-learn")
        ]
        ratios = [f"{found['ratio'][grid]:.2f}" for grid in ("focal", "scikit-learn")]
        rows.append([size, _time(seconds["search"]), grids[0], ratios[0], grids[1], ratios[1]])
    grid = "GridSearchCV over"
    head = ["", "FocalLogisticRegressionCV", f"{grid} FocalLogisticRegression", "ratio"]
    return markdown.table([*head, f"{grid} scikit-learn's LogisticRegression", "ratio"], rows)


def _alone(report: Report) -> str:
    """Show that the company of other libraries in the process slows nobody down."""
    tables = {table["name"]: table for table in report["tables"]}
    rows = [
        [name, who, _time(seconds), _time(tables[name]["contenders"][who]["median_seconds"])]
        for name, times in report["alone"].items()
        for who, seconds in times.items()
        if name in tables and who in tables[name]["contenders"]
    ]
    if not rows:
        return ""
    text = "What the other libraries in the process do to those who are compared most:"
    return (
        f"{text}\n\n{markdown.table(['table', '', 'before they are imported', 'among them'], rows)}"
    )


def _machine(report: Report) -> str:
    lines = [f"- {name}: {value}" for name, value in report["machine"].items()]
    lines += [
        f"- {name}: {version or '**missing**, not measured'}"
        for name, version in report["libraries"].items()
    ]
    return "\n".join(lines)


def _time(seconds: float) -> str:
    return f"{seconds * 1e3:,.1f} ms" if seconds < 1 else f"{seconds:,.2f} s"


def _median(contender: Mapping[str, Any]) -> str:
    return _time(contender["median_seconds"])


def _spread(contender: Mapping[str, Any]) -> str:
    if contender["runs"] == 1:
        return f"{_time(contender['median_seconds'])} once"
    low, high = (_time(seconds) for seconds in contender["quartiles"])
    return f"{_time(contender['median_seconds'])} ({low} to {high})"


def _gradient(contender: Mapping[str, Any]) -> str:
    if contender["gradient"] is None:
        return ""
    return f"{contender['gradient']:.0e}" + "!" * contender["warned"]


def _cell(contender: Mapping[str, Any] | None) -> str:
    if contender is None:
        return "-"
    once = " once" if contender["runs"] == 1 else ""
    gradient = _gradient(contender)
    return f"{_time(contender['median_seconds'])}{once}" + (f", {gradient}" if gradient else "")
