"""The files of a comparison: the same numbers for eyes, tables and programs."""

from __future__ import annotations

import io
import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skfocal.comparison.report.answer import findings
from skfocal.comparison.report.rendering import render_markdown
from skfocal.comparison.report.standings import cost
from skfocal.comparison.storage.files import write_bytes, write_text

if TYPE_CHECKING:
    import pandas as pd

    from skfocal.comparison.comparison import Comparison

__all__ = ["to_plain_data", "write_files"]


def write_files(comparison: Comparison, target: Path, *, command: str | None) -> list[Path]:
    """Write everything to a directory; `report.html` comes first of the paths returned."""
    target.mkdir(parents=True, exist_ok=True)
    summary = json.dumps(comparison.to_dict(command=command), indent=1, allow_nan=False)
    markdown = render_markdown(comparison, command=command)
    paths = [
        comparison.to_html(target / "report.html", command=command),
        write_text(target / "report.md", markdown),
        write_text(target / "scores.csv", comparison.scores.to_csv(index=False)),
        write_text(target / "summary.json", summary + "\n"),
    ]
    if find_spec("pyarrow"):
        buffer = io.BytesIO()
        comparison.scores.to_parquet(buffer, engine="pyarrow", index=False)
        paths.append(write_bytes(target / "scores.parquet", buffer.getvalue()))
    return paths


def to_plain_data(comparison: Comparison, *, command: str | None) -> dict[str, Any]:
    """Return all numbers of the report as plain data."""
    return {
        "manifest": comparison.manifest(command=command),
        "answer": [finding._asdict() for finding in findings(comparison)],
        "data_sets": _records(comparison.data_sets),
        "ranking": _records(comparison.summary()),
        "differences": _records(comparison.differences),
        "pairwise": _records(comparison.pairwise()),
        "descriptions": _records(comparison.descriptions()),
        "class_recalls": _records(comparison.class_recalls()),
        "cost": _records(cost(comparison).reset_index()),
        "seed_spread": _records(comparison.seed_spread()),
        "sensitivity": _records(comparison.sensitivity()),
        "failures": _records(
            comparison.failures[["data_set", "method", "repeat", "fold", "failure"]]
        ),
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain data, None for what is not a number."""
    plain: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=12))
    return plain
