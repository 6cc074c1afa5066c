"""The recommendation that the report opens with."""

from __future__ import annotations

from skfocal.comparison.errors import DataError
from skfocal.comparison.recommendation.recommendation import Recommendation, recommend
from skfocal.comparison.report.templating import number
from skfocal.comparison.results import Results

__all__ = ["expected_cells", "recommendation_of"]

COUNTS = ("flagged", "caught", "positive")


def recommendation_of(results: Results) -> Recommendation | None:
    """Return the recommendation for the goal of the comparison; None if every method failed."""
    try:
        return recommend(results)
    except DataError:
        return None


def expected_cells(recommendation: Recommendation) -> list[dict[str, str]]:
    """Return the label, the value and the ends of the interval of each expected number."""
    return [
        {
            "label": str(row["label"]),
            **{key: _number(str(name), row[key]) for key in ("value", "low", "high")},
        }
        for name, row in recommendation.expected.iterrows()
    ]


def _number(name: str, value: float) -> str:
    return f"{value:,.0f}" if name in COUNTS else number(value)
