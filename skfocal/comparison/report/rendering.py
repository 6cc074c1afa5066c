"""Render a comparison as one HTML file that needs neither network nor scripts, or as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skfocal.comparison.report import panels
from skfocal.comparison.report.answer import chosen_values, findings, focusing, join_names
from skfocal.comparison.report.standings import cost, measured_metrics, ranking_order, shown_first
from skfocal.comparison.report.tables import (
    class_recall_tables,
    data_set_tables,
    description_texts,
    failure_counts,
    pair_tables,
    ranking_cells,
    sensitivity_rows,
    spread_rows,
    warning_counts,
)
from skfocal.comparison.report.templating import template
from skfocal.comparison.scoring.metrics import DESCRIPTIONS, METRICS
from skfocal.comparison.scoring.thresholds import parse_threshold

if TYPE_CHECKING:
    from skfocal.comparison.comparison import Comparison

__all__ = ["render", "render_markdown"]


def render(comparison: Comparison, *, command: str | None = None) -> str:
    """Render the report."""
    context = {**_numbers(comparison, command), **_figures(comparison)}
    return template("report.html").render(context)


def render_markdown(comparison: Comparison, *, command: str | None = None) -> str:
    """Render the answer, the tables and what a repetition needs as Markdown."""
    return template("report.md").render(_numbers(comparison, command))


def _numbers(comparison: Comparison, command: str | None) -> dict[str, Any]:
    order = ranking_order(comparison)
    settings = comparison.settings
    return {
        "title": _title(comparison),
        "findings": findings(comparison),
        "focusing": focusing(comparison),
        "comparison": comparison,
        "settings": settings,
        "manifest": comparison.manifest(command=command),
        "metrics": measured_metrics(comparison),
        "first_metrics": [METRICS[key] for key in shown_first(comparison)],
        "order": order,
        "ranking": ranking_cells(comparison),
        "single": len(comparison.data_sets) == 1,
        "cost": cost(comparison),
        "pairs": pair_tables(comparison, order),
        "description_labels": list(DESCRIPTIONS.values()),
        "descriptions": description_texts(comparison),
        "tables": data_set_tables(comparison, order),
        "recalls": class_recall_tables(comparison, order),
        "spread": spread_rows(comparison, order),
        "sensitivity": sensitivity_rows(comparison),
        "chosen": chosen_values(comparison),
        "data_sets": comparison.data_sets.to_dict("records"),
        "multiclass": bool((comparison.data_sets["n_classes"] > 2).any()),
        "failures": failure_counts(comparison),
        "n_failures": len(comparison.failures),
        "warnings": warning_counts(comparison),
        "threshold_rule": str(parse_threshold(settings.threshold)),
        "threshold_score": {"mcc": "MCC", "cost": "Mean cost of a row"}.get(
            parse_threshold(settings.threshold).kind, "F1"
        ),
        "budget": _budget(comparison),
    }


def _figures(comparison: Comparison) -> dict[str, Any]:
    first = shown_first(comparison)
    differences = panels.difference_figures(comparison)
    reliability = panels.reliability_figures(comparison)
    return {
        "ranking_panels": panels.ranking_figures(comparison),
        "panels": [panel for panel in differences if panel.metric.key in first],
        "more_panels": [panel for panel in differences if panel.metric.key not in first],
        "roc_panels": panels.roc_figures(comparison),
        "precision_panels": panels.precision_figures(comparison),
        "threshold_panels": panels.threshold_figures(comparison),
        "reliability_panels": [panel for panel, _ in reliability],
        "corp": {panel.method: found for panel, found in reliability},
        "cost_panels": panels.cost_figures(comparison),
    }


def _title(comparison: Comparison) -> str:
    names = list(comparison.data_sets["data_set"])
    return names[0] if len(names) == 1 else f"{len(names)} data sets"


def _budget(comparison: Comparison) -> str:
    """Say among how many candidates each method chooses."""
    numbers = {method.name: method.n_candidates for method in comparison.methods}
    if len(set(numbers.values())) == 1:
        return f"Every method chooses among {numbers.popitem()[1]} candidates"
    told = join_names([f"{name} {number}" for name, number in numbers.items()])
    return f"The methods choose among unequal numbers of candidates ({told})"
