"""The picture of the layers, drawn from the contract of import-linter in pyproject.toml."""

from __future__ import annotations

import sys
import tomllib
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "develop" / "layers.svg"
PURPOSES = {
    "__main__": "the command skfocal",
    "cli": "compare, fit, predict, explain, explore, info, report, merge",
    "comparison": "run methods on tables, report, recommend",
    "explorer": "the interactive page and the notebook widget",
    "dask": "the estimators on a cluster",
    "displays": "plots with matplotlib",
    "boosting": "focal loss for XGBoost, LightGBM, CatBoost",
    "calibration": "prior correction, shift, temperature",
    "onnx": "conversion of models",
    "inference": "standard errors of coefficients",
    "model_selection": "the search over γ, α and C",
    "linear_model": "the classifier",
    "_predictions": "labels and probabilities from logits",
    "_solver": "minimises the objective over row blocks",
    "_classes": "α and γ of each class",
    "metrics": "calibration metrics",
    "posterior": "probabilities from focal logits",
    "losses": "focal loss, gradient, Hessian",
    "_checks": "checks of parameters",
    "_errors": "shared errors",
    "_lazy": "names imported at first use",
    "_typing": "types",
    "_version": "the version",
}
"""What each module is for."""
WIDTH, ROW, GAP, PADDING = 760, 46, 8, 12
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.module { font: 600 13px ui-monospace, monospace; }
rect { fill: #eef4f8; stroke: #57809c; }
.private { fill: #f6f6f6; stroke: #8a8a8a; }
path { fill: none; stroke: #57606a; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  rect { fill: #16303f; stroke: #6fa3c4; }
  .private { fill: #24282e; stroke: #8a8a8a; }
  path { stroke: #9da7b1; }
}
"""


def layers() -> list[list[str]]:
    """Return the modules of each layer, the highest first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (found,) = (one for one in contracts if one.get("containers") == ["skfocal"])
    return [[name.strip(" ()") for name in layer.split("|")] for layer in found["layers"]]


def draw() -> str:
    """Return the picture: a row for each layer, which imports only from the rows below it."""
    rows = layers()
    height = len(rows) * (ROW + GAP) + 2 * PADDING
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        "<title>The layers of skfocal: a module imports only from the rows below it</title>",
        f"<style>{STYLE}</style>",
        f'<path d="M14 {PADDING} V{height - PADDING} m-5 -9 l5 9 l5 -9"/>',
    ]
    place = f"translate(32 {height / 2}) rotate(-90)"
    parts.append(f'<text transform="{place}" text-anchor="middle">imports</text>')
    left = 46
    for number, names in enumerate(rows):
        top = PADDING + number * (ROW + GAP)
        width = (WIDTH - left - PADDING - GAP * (len(names) - 1)) / len(names)
        for place, name in enumerate(names):
            parts.append(_box(name, left + place * (width + GAP), top, width))
    return "\n".join([*parts, "</svg>", ""])


def _box(name: str, x: float, y: float, width: float) -> str:
    kind = ' class="private"' if name.startswith("_") else ""
    middle = x + width / 2
    return (
        f'<rect{kind} x="{x:.1f}" y="{y}" width="{width:.1f}" height="{ROW}" rx="6"/>'
        f'<text class="module" x="{middle:.1f}" y="{y + 19}" text-anchor="middle">{name}</text>'
        f'<text x="{middle:.1f}" y="{y + 36}" text-anchor="middle">{escape(PURPOSES[name])}</text>'
    )


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
    sys.stdout.write(f"{PICTURE}\n")
