"""The files of a comparison: reports for readers, and the same numbers for programs."""

from __future__ import annotations

import io
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd

from skfocal.comparison.report.advice import recommendation_of
from skfocal.comparison.report.answer import answer
from skfocal.comparison.report.rendering import render, render_markdown
from skfocal.comparison.results import Results
from skfocal.comparison.storage.files import write_bytes, write_text

__all__ = ["to_plain_data", "write_files"]


def write_files(results: Results, directory: Path, *, command: str | None) -> list[Path]:
    """Write all files to a directory; `report.html` is the first of the returned paths."""
    directory.mkdir(parents=True, exist_ok=True)
    summary = json.dumps(to_plain_data(results, command=command), indent=1, allow_nan=False)
    paths = [
        write_text(directory / "report.html", render(results, command=command)),
        write_text(directory / "report.md", render_markdown(results, command=command)),
        write_text(directory / "scores.csv", results.scores.to_csv(index=False)),
        write_text(directory / "summary.json", summary + "\n"),
    ]
    if find_spec("pyarrow"):
        buffer = io.BytesIO()
        results.scores.to_parquet(buffer, engine="pyarrow", index=False)
        paths.append(write_bytes(directory / "scores.parquet", buffer.getvalue()))
    return paths


def to_plain_data(results: Results, *, command: str | None) -> dict[str, Any]:
    """Return all numbers of the report as plain data."""
    recommended = recommendation_of(results)
    failures = results.failures[["data_set", "method", "repeat", "fold", "failure"]]
    return {
        "manifest": results.manifest(command=command),
        "recommendation": None if recommended is None else recommended.to_dict(),
        "answer": [statement._asdict() for statement in answer(results)],
        "findings": results.findings,
        "data_sets": _records(results.data_sets.drop(columns="schema", errors="ignore")),
        "ranking": _records(results.summary()),
        "differences": _records(results.differences),
        "pairwise": _records(results.pairwise()),
        "descriptions": _records(results.descriptions()),
        "class_recalls": _records(results.class_recalls()),
        "cost": _records(results.running_times().reset_index()),
        "seed_spread": _records(results.seed_spread()),
        "sensitivity": _records(results.sensitivity()),
        "edges": _records(results.edge_shares()),
        "failures": _records(failures),
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain data, with None for NaN."""
    plain: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=12))
    return plain
