"""The page of the speed run, and the README's part of it, made from the run's JSON alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from benchmarks import markdown
from benchmarks.speed.cells import cell, gradient_text, median_text, spread_text, time_text
from benchmarks.speed.contenders import FOCAL_OURS
from benchmarks.speed.goals import GOALS, Goal, Report, quickest, ratio
from benchmarks.speed.method import METHOD
from benchmarks.speed.plots import FLOOR, PLOTS
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
_FORECAST = re.compile(r"would take about (.+)")


def page(report: Report) -> str:
    """Return the page in Markdown."""
    families = dict.fromkeys(table["family"] for table in report["tables"])
    parts = [
        "# Speed",
        _run(report),
        "## What is aimed at",
        _goals(report),
        "## Fits at default settings",
        _defaults(report),
        *(part for family in families for part in _family(report, family)),
        _not_run(report),
        f"## Time to a relative suboptimality of {TARGET:.0e}",
        *_to_target(report),
        "## Growth",
        *(f"![{title}]({name})" for name, title in PLOTS.items()),
        f"The last is clipped at {FLOOR:.0e}; its grey line is the {TARGET:.0e} of the tables.",
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
    rows = [_headline(tables[name], median_text) for name in _README_ROWS if name in tables]
    measured = {name: goal.measure(report) for name, goal in GOALS.items()}
    known = {name: figure for name, figure in measured.items() if figure is not None}
    reached = sum(GOALS[name].reached(figure) for name, figure in known.items())
    goals = (
        f"Of {len(GOALS)} goals set beforehand, for all kinds of tables, this run measured "
        f"{len(known)}, and {reached} are reached."
    )
    return markdown.table(_HEADLINE, rows) + "\n\n" + goals


def _run(report: Report) -> str:
    """Say what was run, and how much of the whole it is."""
    took = f"One run on one machine, {report['minutes']:.0f} minutes"
    n_missing = len({spec.name for spec in CATALOGUE} - {t["name"] for t in report["tables"]})
    if n_missing == 0:
        return f"{took}: `python -m benchmarks speed`."
    which = "the quick form" if report.get("quick") else "a part"
    return (
        f"{took}: **only {which} of `python -m benchmarks speed`, "
        f"{n_missing} of its {len(CATALOGUE)} tables are missing.**"
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
        figure = f"{_beside_bound(measured.value, goal)} {goal.unit}".strip()
        detail = f"{measured.detail}, in {goal.unit}" if goal.unit else measured.detail
        rows.append([goal.what, bound, figure, "yes" if reached else "**no**", detail])
        if not reached and name in REASONS:
            reasons.append(f"- *{goal.what}*: {REASONS[name]}")
    head = ["what", "at most", "measured", "reached", "in detail"]
    text = markdown.table(head, rows)
    return text + (
        "\n\nWhat the time goes to where it is not:\n\n" + "\n".join(reasons) if reasons else ""
    )


def _beside_bound(value: float, goal: Goal) -> str:
    """Write a figure, in a digit or two more where it would look like a bound that it is not."""
    digits = 0 if goal.unit else 2
    written = [f"{value:.{n}f}" for n in range(digits, digits + 3)]
    return next((figure for figure in written if float(figure) != goal.bound), written[0])


_HEADLINE = [
    "table",
    "focal γ=2",
    "gradient",
    "quickest rival",
    "its time",
    "its gradient",
    "ratio",
    "runs",
    "memory",
]


def _headline(table: Mapping[str, Any], time_of: Callable[[Mapping[str, Any]], str]) -> list[str]:
    """Return a row: us, the quickest rival, the ratio, the runs, and our memory."""
    ours, name = table["contenders"][FOCAL_OURS], quickest(table)
    memory = "" if table["megabytes"] is None else f"{table['megabytes']:.0f} MB"
    row = [table["name"], time_of(ours), gradient_text(ours)]
    if name is None:
        return [*row, "", "", "", "", str(ours["runs"]), memory]
    rival = table["contenders"][name]
    runs = " and ".join(dict.fromkeys(str(each["runs"]) for each in (ours, rival)))
    return [*row, name, time_of(rival), gradient_text(rival), f"{ratio(table):.2f}", runs, memory]


def _family(report: Report, family: str) -> Iterable[str]:
    tables = [table for table in report["tables"] if table["family"] == family]
    yield f"### {family[0].upper()}{family[1:]}"
    yield markdown.table(_HEADLINE, [_headline(table, spread_text) for table in tables])
    names = dict.fromkeys(name for table in tables for name in table["contenders"])
    rows = [[name, *(cell(table["contenders"].get(name)) for table in tables)] for name in names]
    yield f"Everyone's medians{_of_runs(tables)}, and the gradient reached:"
    yield markdown.table(["", *(table["name"] for table in tables)], rows)


def _of_runs(tables: Iterable[Mapping[str, Any]]) -> str:
    """Say of how many runs the medians are that are not of a single one."""
    runs = {each["runs"] for table in tables for each in table["contenders"].values()} - {1}
    if not runs:
        return ""
    return f" of {' to '.join(str(n) for n in sorted({min(runs), max(runs)}))} runs"


def _defaults(report: Report) -> str:
    """Say what the tables of a family show."""
    tables = report["tables"]
    return (
        "Focal loss at γ = 2 beside the quickest rival, of any library, at cross-entropy: medians"
        f"{_of_runs(tables)}, in brackets the range. *Once* marks a "
        "single run: of boosting, of someone far behind the quickest of the group, or where a "
        "round of all takes long. An exclamation mark is a warning of no convergence."
    )


def _not_run(report: Report) -> str:
    """Return one table of who did not run, and why; who shares reason and tables shares a row."""
    places: dict[str, dict[str, list[str]]] = {}
    for table in report["tables"]:
        for name, reason in table["not_run"].items():
            forecast = _FORECAST.fullmatch(reason)
            why = "its forecast is too long" if forecast else reason
            where = f"{table['name']}: {forecast[1]}" if forecast else table["name"]
            places.setdefault(name, {}).setdefault(why, []).append(where)
    rows: dict[tuple[str, str], list[str]] = {}
    for name, reasons in places.items():
        for why, where in reasons.items():
            rows.setdefault((why.replace("|", "\\|"), "; ".join(where)), []).append(name)
    if not rows:
        return ""
    body = [["; ".join(names), why, where] for (why, where), names in rows.items()]
    return "### Not run\n\n" + markdown.table(["contender", "why", "on which tables"], body)


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
        return f"{nearest:.0e} after {time_text(longest)}"
    return time_text(contender["seconds_to_target"])


def _kernels(report: Report) -> str:
    kernels = report["kernels"]
    names = dict.fromkeys(name for kernel in kernels for name in kernel["seconds"])
    rows = [[name, *(time_text(kernel["seconds"][name]) for kernel in kernels)] for name in names]
    text = (
        "A pass goes through the table once and returns the objective and its gradient, for which "
        "it needs the products `X @ w` and `r @ X` at least, with an entry of `w` for each column "
        "and of `r` for each row; `predict_proba` needs `X @ coef`."
    )
    return f"{text}\n\n{markdown.table(['', *(kernel['table'] for kernel in kernels)], rows)}"


def _searches(report: Report) -> str:
    rows = []
    for name, found in report["search"].items():
        size = f"{name}, {found['n_candidates']} candidates, {found['n_folds']} folds"
        seconds, share = found["seconds"], found["share_timed"]
        grids = [
            f"{time_text(seconds[grid])}"
            + (f" (timed on {share[grid]:.0%})" if share[grid] < 1 else "")
            for grid in ("focal", "scikit-learn")
        ]
        ratios = [f"{found['ratio'][grid]:.2f}" for grid in ("focal", "scikit-learn")]
        rows.append([size, time_text(seconds["search"]), grids[0], ratios[0], grids[1], ratios[1]])
    head = [
        "",
        "FocalLogisticRegressionCV",
        "GridSearchCV over FocalLogisticRegression",
        "ratio, focal grid",
        "GridSearchCV over scikit-learn's LogisticRegression",
        "ratio, scikit-learn's grid",
    ]
    return markdown.table(head, rows)


def _alone(report: Report) -> str:
    """Show what the company of other libraries in the process costs."""
    tables = {table["name"]: table for table in report["tables"]}
    rows = [
        [
            name,
            who,
            time_text(seconds),
            time_text(tables[name]["contenders"][who]["median_seconds"]),
        ]
        for name, times in report["alone"].items()
        for who, seconds in times.items()
        if name in tables and who in tables[name]["contenders"]
    ]
    if not rows:
        return ""
    text = "What the company of the other libraries costs those who are compared most:"
    return (
        f"{text}\n\n{markdown.table(['table', '', 'before they are imported', 'among them'], rows)}"
    )


def _machine(report: Report) -> str:
    machine = dict(report["machine"])
    memory = machine.pop("memory_gb", None)
    lines = [f"- {name}: {value}" for name, value in machine.items()]
    lines += [f"- memory: {memory:g} GB"] if memory else []
    lines += [
        f"- {name}: {version or '**missing**, not measured'}"
        for name, version in report["libraries"].items()
    ]
    return "\n".join(lines)
