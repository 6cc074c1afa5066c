"""Render results as one HTML file that needs neither network nor scripts, or as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from skfocal.comparison.methods.grids import N_EXTRA
from skfocal.comparison.recommendation.recommendation import N_NEW
from skfocal.comparison.report.advice import expected_cells, recommendation_of
from skfocal.comparison.report.answer import answer, describe_edges, describe_focusing, join_names
from skfocal.comparison.report.figures.figure import DrawnFigure, draw_figure, report_figures
from skfocal.comparison.report.table_cells import (
    class_recall_tables,
    description_cells,
    failure_counts,
    leading_metrics,
    pair_tables,
    ranking_cells,
    score_tables,
    sensitivity_rows,
    spread_rows,
    warning_counts,
)
from skfocal.comparison.report.templating import template, template_exists
from skfocal.comparison.results import Results
from skfocal.comparison.scoring.log_probabilities import MIN_LOG_PROBABILITY
from skfocal.comparison.scoring.metric import ASPECTS, Metric
from skfocal.comparison.scoring.metrics import DESCRIPTIONS
from skfocal.comparison.scoring.threshold_rules import parse_threshold

__all__ = ["render", "render_markdown", "render_summary"]


@dataclass(frozen=True)
class _Section:
    """A section of the report, from the template `sections/<name>.html` or a general one."""

    name: str
    title: str
    only_figures: bool = False
    """Whether it is left out without a figure."""

    @property
    def template(self) -> str:
        """The template that writes it."""
        own = f"sections/{self.name}.html"
        return own if template_exists(own) else "sections/figures.html"


SECTIONS = (
    _Section("ranking", "Ranking"),
    _Section("differences", "Differences", only_figures=True),
    _Section("curves", "Curves", only_figures=True),
    _Section("reliability", "Reliability", only_figures=True),
    _Section("cost", "Running time"),
    _Section("robustness", "Robustness"),
    _Section("scores", "Scores by data set"),
    _Section("data", "Data"),
    _Section("failures", "Failures"),
    _Section("method", "Method"),
    _Section("repeat", "How to repeat it"),
)
"""The sections in order. Sections of registered figures follow the last one with figures only."""


def render(results: Results, *, command: str | None = None) -> str:
    """Render the report."""
    numbers = _numbers(results, command)
    figures: dict[str, list[DrawnFigure]] = {}
    for figure in report_figures():
        drawn = draw_figure(figure, results)
        if drawn.panels:
            figures.setdefault(figure.section, []).append(drawn)
    troubles = {"Failures": numbers["failures"], "Warnings": numbers["warnings"]}
    named = " and ".join(name for name, some in troubles.items() if some).capitalize()
    sections = _sections(figures, named, single=results.is_single)
    context = {"figures": figures, "sections": sections, "figure_template": _figure_template}
    return template("report.html").render({**numbers, **context})


def render_markdown(results: Results, *, command: str | None = None) -> str:
    """Render the answer, the tables and how to repeat the comparison as Markdown."""
    return template("report.md").render(_numbers(results, command))


def render_summary(results: Results) -> str:
    """Render the answer and the ranking as HTML for a notebook."""
    return template("summary.html").render(_numbers(results, None))


def _sections(figures: Mapping[str, object], troubles: str, *, single: bool) -> list[_Section]:
    """Return the sections that have content, with their titles."""
    titles = {"failures": troubles, **({"scores": "Scores"} if single else {})}
    sections: list[_Section] = []
    known = {section.name for section in SECTIONS}
    added = [_Section(name, name.capitalize(), only_figures=True) for name in figures]
    for section in SECTIONS:
        if section.name == "cost":
            sections += [one for one in added if one.name not in known]
        sections.append(section)
    return [
        replace(one, title=titles.get(one.name, one.title))
        for one in sections
        if (not one.only_figures or one.name in figures) and (one.name != "failures" or troubles)
    ]


def _figure_template(drawn: DrawnFigure) -> str:
    own = f"figures/{drawn.figure.name}.html"
    return own if template_exists(own) else "figures/default.html"


def _numbers(results: Results, command: str | None) -> dict[str, Any]:
    order = results.method_order()
    recommended = recommendation_of(results)
    settings = results.settings
    rule = parse_threshold(settings.threshold)
    return {
        "title": _title(results),
        "recommendation": recommended,
        "expected": [] if recommended is None else expected_cells(recommended),
        "n_new": N_NEW,
        "answer": answer(results),
        "focusing": describe_focusing(results),
        "at_edge": describe_edges(results),
        "findings": results.findings,
        "results": results,
        "settings": settings,
        "manifest": results.manifest(command=command),
        "aspects": ASPECTS,
        "metrics": results.measured_metrics(),
        "prominent_metrics": results.prominent_metrics(),
        "ranking_tables": _ranking_tables(results.measured_metrics()),
        "order": order,
        "ranking": ranking_cells(results),
        "single": results.is_single,
        "cost": results.running_times(),
        "pairs": pair_tables(results, order),
        "description_labels": [description.label for description in DESCRIPTIONS.values()],
        "descriptions": description_cells(results),
        "tables": score_tables(results, order),
        "recalls": class_recall_tables(results, order),
        "spread": spread_rows(results, order),
        "sensitivity": sensitivity_rows(results),
        "edges": results.edge_shares().to_dict("records"),
        "extra": N_EXTRA,
        "chosen": _chosen_values(results),
        "data_sets": results.data_sets.to_dict("records"),
        "multiclass": bool((results.data_sets["n_classes"] > 2).any()),
        "failures": failure_counts(results),
        "n_failures": len(results.failures),
        "warnings": warning_counts(results),
        "threshold_rule": str(rule),
        "largest_loss": -MIN_LOG_PROBABILITY,
        "budget": _budget(results),
    }


def _ranking_tables(metrics: Sequence[Metric]) -> list[list[Metric]]:
    """Return the metrics of the ranking table and, if there are more, of the folded one."""
    leading = leading_metrics(metrics)
    rest = [metric for metric in metrics if metric not in leading]
    return [leading, rest] if rest else [leading]


def _title(results: Results) -> str:
    names: Sequence[str] = list(results.data_sets["data_set"])
    return names[0] if results.is_single else f"{len(names)} data sets"


def _chosen_values(results: Results) -> dict[str, list[tuple[str, dict[str, float]]]]:
    """Return the symbol of each shown parameter and the shares of its values, by method."""
    symbols = {method.name: method.shown_parameters for method in results.methods}
    return {
        method: [(symbols[method][name], shares) for name, shares in parameters.items()]
        for method, parameters in results.chosen_values().items()
    }


def _budget(results: Results) -> str:
    """State among how many candidates the methods choose."""
    numbers = {method.name: method.n_candidates for method in results.methods}
    listed = join_names([f"{name} {number}" for name, number in numbers.items()])
    budget = f"The methods choose among different numbers of candidates ({listed})"
    if len(set(numbers.values())) == 1:
        budget = f"Every method chooses among {numbers.popitem()[1]} candidates"
    n_extra = max(method.n_extra_candidates for method in results.methods)
    return budget + (f" and up to {n_extra} beyond the edges of its grid" if n_extra else "")
