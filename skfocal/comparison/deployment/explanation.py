"""The effects of the columns of a model, as a table and as a page with a figure."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from skfocal.comparison.errors import ModelError
from skfocal.comparison.report.templating import template

__all__ = ["effect_table", "explanation_page", "explanation_text", "note_on_odds"]

MAX_BARS = 30
MAX_LABEL = 60
ROW_HEIGHT, WIDTH, LONGEST_BAR = 40, 368, 140
"""Sizes of the figure, which fits on a telephone: each label is above its bar."""
WITH_ODDS = (
    "The odds ratio is the factor of the odds of the class per unit of a number, or of a category "
    "in place of the one it is compared with, at equal values of all other columns."
)
WITHOUT_ODDS = (
    "This model has no odds ratios: its probability is not a logistic function of the columns, so "
    "that the effect of a unit on the odds differs from row to row. The effect is the average "
    "change of the probability."
)


def effect_table(card: Mapping[str, Any]) -> pd.DataFrame:
    """Return the effects of a model from its card, the largest first.

    Raises
    ------
    ModelError
        If the model is not linear.
    """
    effects = card.get("effects") or []
    if not effects:
        raise ModelError(
            f"explain needs a linear model; {card['method']} has no coefficients, or no columns"
        )
    frame = pd.DataFrame(effects)
    if frame["odds_ratio"].isna().all():
        frame = frame.drop(columns="odds_ratio")
    if len(card["classes"]) == 2:
        frame = frame.drop(columns="class")
    return frame


def note_on_odds(frame: pd.DataFrame) -> str:
    """State what the numbers mean."""
    return WITH_ODDS if "odds_ratio" in frame else WITHOUT_ODDS


def explanation_text(card: Mapping[str, Any]) -> str:
    """Write the table for a terminal."""
    frame = effect_table(card)
    shown = pd.DataFrame({"column": _labels(frame)})
    if "class" in frame:
        shown["class"] = frame["class"]
    shown["coefficient"] = frame["coefficient"].map("{:.4g}".format)
    if "odds_ratio" in frame:
        shown["odds ratio"] = frame["odds_ratio"].map("{:.4g}".format)
    shown["effect, % points"] = (100 * frame["effect"]).map("{:+.3g}".format)
    shown["per SD"] = (100 * frame["per_sd"]).map("{:+.3g}".format)
    head = f"{card['method']} for {card['data']['name']}: effects on the probability{_event(card)}"
    return f"{head}\n\n{shown.to_string(index=False)}\n\n{note_on_odds(frame)}\n"


def explanation_page(card: Mapping[str, Any]) -> str:
    """Write the figure and the table as an HTML page."""
    frame = effect_table(card)
    return template("explanation.html").render(
        card=card,
        event=_event(card),
        note=note_on_odds(frame),
        rows=frame.assign(label=_labels(frame)).to_dict("records"),
        has_odds="odds_ratio" in frame,
        has_class="class" in frame,
        figure=_bars(frame.head(MAX_BARS)),
        n_bars=min(len(frame), MAX_BARS),
        n_rows=len(frame),
    )


def _event(card: Mapping[str, Any]) -> str:
    """Name the class whose probability is shown, or the target of several."""
    target, positive = card["target"], card["classes"][1]
    if len(card["classes"]) == 2:
        return f" of {target} = {positive}" if target else f" of {positive}"
    return f" of each class of {target}" if target else ""


def _labels(frame: pd.DataFrame) -> list[str]:
    return [
        str(feature) if pd.isna(level) else f"{feature}: {level} (vs. {base})"
        for feature, level, base in zip(
            frame["feature"], frame["level"], frame["compared_with"], strict=True
        )
    ]


def _bars(frame: pd.DataFrame) -> dict[str, Any]:
    """Draw a bar for each effect, from the probability without a change."""
    largest = max(float(frame["per_sd"].abs().max()), 1e-12)
    middle = WIDTH / 2
    labels = _labels(frame)
    if "class" in frame:
        labels = [f"{label}, {one}" for label, one in zip(labels, frame["class"], strict=True)]
    parts = []
    for at, (label, value) in enumerate(zip(labels, frame["per_sd"], strict=True)):
        y = at * ROW_HEIGHT + 12
        length = LONGEST_BAR * abs(value) / largest
        left = middle if value >= 0 else middle - length
        end = middle + (length + 5) * (1 if value >= 0 else -1)
        anchor = "start" if value >= 0 else "end"
        short = label if len(label) <= MAX_LABEL else f"{label[: MAX_LABEL - 1]}…"
        parts.append(
            f'<text x="0" y="{y}">{escape(short)}</text>'
            f'<rect x="{left:.1f}" y="{y + 5}" width="{length:.1f}" height="10" '
            f'fill="var(--{"worse" if value >= 0 else "better"})"/>'
            f'<text x="{end:.1f}" y="{y + 14}" text-anchor="{anchor}">{_points(value)}</text>'
            f'<line x1="{middle}" x2="{middle}" y1="{y + 3}" y2="{y + 17}" '
            'stroke="var(--unclear)"/>'
        )
    return {"content": "".join(parts), "width": WIDTH, "height": len(frame) * ROW_HEIGHT}


def _points(value: float) -> str:
    """Write a change of a probability in percentage points."""
    return f"{100 * value:+.2g}".replace("-", "\N{MINUS SIGN}")
