"""The model card: where a model comes from, what it expects and what to expect of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from skfocal.comparison.data.readings import CategoryReading
from skfocal.comparison.data.tables import Table
from skfocal.comparison.recommendation.recommendation import Recommendation
from skfocal.comparison.run.tuning import FittedMethod
from skfocal.comparison.storage.environment import versions
from skfocal.comparison.storage.keys import content_hash

__all__ = ["FORMAT", "make_card", "plain_rows", "reference_rows", "write_card_text"]

FORMAT = 1
"""Version of the format of model files."""


def make_card(
    recommendation: Recommendation,
    table: Table,
    fitted: FittedMethod,
    *,
    target: str | None,
    command: str | None,
    same_data: bool,
) -> dict[str, Any]:
    """Describe a fitted model as plain data."""
    results = recommendation.results
    shares = np.bincount(table.y, minlength=table.n_classes) / len(table.y)
    log_threshold = fitted.thresholds.get(recommendation.method)
    expected = recommendation.expected.reset_index()
    return {
        "format": FORMAT,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
        "versions": versions(),
        "data": {
            "name": table.name,
            "hash": content_hash(table),
            "rows": len(table.y),
            "findings": list(table.findings),
        },
        "target": target,
        "classes": list(table.classes),
        "class_shares": shares.tolist(),
        "features": _describe_features(table),
        "schema": table.schema.to_dict(),
        "method": recommendation.method,
        "description": recommendation.definition.description,
        "params": fitted.params,
        "threshold": None if log_threshold is None else float(expit(log_threshold)),
        "threshold_log_odds": None if log_threshold is None else repr(float(log_threshold)),
        "threshold_rule": str(recommendation.rule),
        "recommendation": recommendation.to_dict(),
        "expected": json.loads(expected.to_json(orient="records")),
        "expected_of_same_data": same_data,
        "evaluation": {
            "cv": results.settings.cv,
            "repeats": results.settings.repeats,
            "inner_cv": results.settings.inner_cv,
            "random_state": results.settings.random_state,
        },
    }


def reference_rows(table: Table) -> pd.DataFrame:
    """Return rows that are no rows of the table, to recognise a model by its predictions.

    A typical row, one without values, the lowest and the highest numbers, and unknown categories.
    """
    numbers, codes = list(table.numeric), list(table.categorical)
    typical = table.X.median()
    for name in codes:
        typical[name] = table.X[name].mode(dropna=True).get(0, np.nan)
    unknown = typical.copy()
    unknown[codes] = [float(table.X[name].max()) + 1 for name in codes]
    lowest, highest = typical.copy(), typical.copy()
    lowest[numbers], highest[numbers] = table.X[numbers].min(), table.X[numbers].max()
    nothing = typical * np.nan
    rows = pd.DataFrame([typical, nothing, lowest, highest, unknown])
    return rows[list(table.X.columns)].reset_index(drop=True)


def plain_rows(frame: pd.DataFrame) -> list[list[float | None]]:
    """Return numbers as plain data, None where missing."""
    return [[None if np.isnan(one) else float(one) for one in row] for row in frame.to_numpy()]


def write_card_text(card: Mapping[str, Any]) -> str:
    """Write the card as Markdown."""
    data, threshold = card["data"], card["threshold"]
    shares = ", ".join(
        f"{label}: {100 * share:.2f} %"
        for label, share in zip(card["classes"], card["class_shares"], strict=True)
    )
    lines = [
        f"# {card['method']} for {data['name']}",
        "",
        f"{card['description']}",
        "",
        f"- data: {data['name']}, {data['rows']:,} rows, hash {data['hash']}",
        *([f"- target: {card['target']}"] if card["target"] else []),
        f"- classes: {shares}",
        f"- parameters: {', '.join(f'{k} = {v}' for k, v in card['params'].items()) or 'none'}",
    ]
    if threshold is not None:
        lines.append(f"- threshold: {threshold:.6g}, {card['threshold_rule']}")
    lines += [
        f"- made: {card['created']}" + (f" by `{card['command']}`" if card["command"] else "")
    ]
    lines += [f"- {name}: {number}" for name, number in card["versions"].items()]
    origin = "" if card["expected_of_same_data"] else ", from another version of the data"
    n_new = card["recommendation"]["n_new"]
    lines += ["", f"## What to expect of {n_new:,} new rows{origin}", ""]
    lines += ["| | expected | 95 % interval |", "| --- | --- | --- |"]
    lines += [
        f"| {row['label']} | {row['value']:.4g} | {row['low']:.4g} to {row['high']:.4g} |"
        for row in card["expected"]
    ]
    lines += ["", "## Columns", "", "| feature | column | kind | range or categories | missing |"]
    lines += ["| --- | --- | --- | --- | --- |"]
    lines += [_feature_row(one) for one in card["features"]]
    return "\n".join(lines) + "\n"


def _feature_row(one: Mapping[str, Any]) -> str:
    if one["kind"] == "category":
        values = one["categories"]
        content = ", ".join(values[:8]) + (
            f" and {len(values) - 8} more" if len(values) > 8 else ""
        )
    else:
        content = "no values" if one["low"] is None else f"{one['low']:.6g} to {one['high']:.6g}"
    cells = [one["feature"], one["column"], one["kind"], content]
    escaped = [str(cell).replace("|", "\\|") for cell in cells]
    return f"| {' | '.join(escaped)} | {100 * one['missing_share']:.1f} % |"


def _describe_features(table: Table) -> list[dict[str, Any]]:
    """Describe each feature: its column, its kind, its range or categories, its missing share."""
    described: list[dict[str, Any]] = []
    for reading in table.schema.readings:
        for feature in reading.features:
            values = table.X[feature]
            one = {
                "feature": feature,
                "column": reading.column,
                "kind": reading.kind,
                "missing_share": float(values.isna().mean()),
            }
            if isinstance(reading, CategoryReading):
                one["categories"] = list(reading.categories)
            else:
                known = values.dropna()
                one["low"] = float(known.min()) if len(known) else None
                one["high"] = float(known.max()) if len(known) else None
            described.append(one)
    return described
