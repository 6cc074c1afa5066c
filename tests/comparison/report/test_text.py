"""The ranking fits in a terminal, whatever the names."""

from dataclasses import replace

import pytest
from sklearn.linear_model import LogisticRegression

from skfocal.comparison import METHODS, METRICS, Method, Metric, compare_tables, make_table
from skfocal.comparison.report.text import WIDTH, ranking_text
from skfocal.comparison.scoring.metrics import resolve_metrics
from skfocal.comparison.scoring.threshold_rules import parse_threshold

LONG = "a method whose name was meant to be a sentence"


def table_of(text):
    """Return the lines of the table, which ends at an empty line."""
    lines = text.splitlines()
    title = next(at for at, line in enumerate(lines) if line.startswith("Mean "))
    first = lines.index("", title) + 1
    return lines[first : lines.index("", first)]


@pytest.mark.slow
@pytest.mark.parametrize("threshold", ["tune:f1", "cost:fp=1,fn=20"])
@pytest.mark.parametrize("n_tables", [1, 2])
def test_the_table_keeps_to_the_width_of_a_terminal(mixed_frame, threshold, n_tables):
    tables = [make_table(*mixed_frame(seed=seed), name=f"t{seed}") for seed in range(n_tables)]
    focal = replace(METHODS["focal_alpha"], grid={"gamma": (0.0,), "alpha": (None,)})
    own = Method(LONG, "Long.", LogisticRegression(), {})
    settings = {"threshold": threshold, "cv": 2, "repeats": 1}
    comparison = compare_tables(tables, methods=["logistic", focal, own], **settings)
    lines = table_of(ranking_text(comparison))
    assert max(map(len, lines)) <= WIDTH
    assert len({len(line) for line in lines[-4:]}) == 1
    for word in ("method", "AP", "tuned", "time", *(["cost"] if "cost" in threshold else [])):
        assert any(word in line.split() for line in lines)
    assert any(line.startswith("focal_alpha (recovered) ") for line in lines)
    assert any(line.startswith(LONG[:20]) for line in lines)


def test_what_does_not_fit_is_the_least_prominent(made_up):
    comparison = made_up()
    settings = {"aspect": "decisions", "greater_is_better": True}
    wide = [
        Metric(f"a_long_name_{n}", "Long", None, prominence="medium", **settings) for n in range(9)
    ]
    comparison.metrics = [*wide, *resolve_metrics(None, parse_threshold("tune:f1"))]
    comparison.scores = comparison.scores.assign(
        **{metric.name: comparison.scores["log_loss"] for metric in wide}
    )
    comparison.differences = comparison.differences.iloc[:0]
    lines = table_of(ranking_text(comparison))
    assert max(map(len, lines)) <= WIDTH
    heads = " ".join(lines[:3]).split()
    shown = [one for one in METRICS.values() if one.prominence == "high" and not one.needs_costs]
    assert all(one.short_label.split()[-1] in heads for one in shown)
