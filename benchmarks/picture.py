"""The README's picture: what focal scores say of page blocks, before and after recovery."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from benchmarks.datasets import load
from skfocal import FocalLogisticRegression, focal_posterior
from skfocal.metrics import ReliabilityCurve, calibration_error, reliability_curve

__all__ = ["draw", "reliability"]

DATA_SET = "page-blocks0"
GAMMA = 2.0
N_BINS = 15
_SIZE, _LEFT, _TOP, _GAP = 260, 56, 44, 96


def reliability() -> dict[str, tuple[ReliabilityCurve, float]]:
    """Return the curve and the calibration error of both readings of the same test logits."""
    table = load(DATA_SET)
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    model = FocalLogisticRegression(gamma=GAMMA)
    logits = cross_val_predict(model, table.X, table.y, cv=folds, method="decision_function")
    readings: dict[str, NDArray[np.float64]] = {
        "sigmoid of the logits": expit(logits),
        "recovered posterior": focal_posterior(logits, gamma=GAMMA),
    }
    return {
        name: (
            reliability_curve(table.y, probability, n_bins=N_BINS),
            calibration_error(table.y, probability, n_bins=N_BINS),
        )
        for name, probability in readings.items()
    }


def draw(path: Path) -> None:
    """Write the picture as SVG."""
    panels = [
        _panel(_LEFT + index * (_SIZE + _GAP), name, curve, error)
        for index, (name, (curve, error)) in enumerate(reliability().items())
    ]
    width, height = 2 * _LEFT + 2 * _SIZE + _GAP - 24, _TOP + _SIZE + 56
    path.write_text(
        f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"
 aria-labelledby="title" font-family="system-ui, sans-serif" font-size="13">
<title id="title">Reliability of focal loss (gamma = {GAMMA:g}) on {DATA_SET}, 10-fold test
 predictions: the sigmoid of the logits lies far from the diagonal, the recovered posterior
 near it.</title>
<style>
 text {{ fill: #24292f; }} .quiet {{ fill: #6e7781; }}
 rect {{ fill: none; stroke: #8c959f; }} .diagonal {{ stroke: #8c959f; stroke-dasharray: 4 4; }}
 .curve {{ fill: none; stroke: #0969da; stroke-width: 2; }} circle {{ fill: #0969da; }}
 @media (prefers-color-scheme: dark) {{
  text {{ fill: #e6edf3; }} .quiet {{ fill: #9198a1; }}
  .curve {{ stroke: #4493f8; }} circle {{ fill: #4493f8; }}
 }}
</style>
{"".join(panels)}</svg>
""",
        encoding="utf-8",
    )


def _panel(left: float, name: str, curve: ReliabilityCurve, error: float) -> str:
    bottom, right, middle = _TOP + _SIZE, left + _SIZE, left + _SIZE / 2
    points = [
        (round(left + _SIZE * probability, 1), round(bottom - _SIZE * frequency, 1))
        for probability, frequency in zip(curve.probability, curve.frequency, strict=True)
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="3"/>' for x, y in points)
    ticks = "".join(
        f'<text class="quiet" x="{left + _SIZE * value}" y="{bottom + 18}" '
        f'text-anchor="middle">{value:g}</text>'
        f'<text class="quiet" x="{left - 8}" y="{bottom - _SIZE * value + 4}" '
        f'text-anchor="end">{value:g}</text>'
        for value in (0, 0.5, 1)
    )
    return f"""<g>
<text x="{middle}" y="18" text-anchor="middle" font-weight="600">{name}</text>
<text class="quiet" x="{middle}" y="35" text-anchor="middle">calibration error {error:.3f}</text>
<rect x="{left}" y="{_TOP}" width="{_SIZE}" height="{_SIZE}"/>
<line class="diagonal" x1="{left}" y1="{bottom}" x2="{right}" y2="{_TOP}"/>
<polyline class="curve" points="{line}"/>{dots}{ticks}
<text x="{middle}" y="{bottom + 40}" text-anchor="middle">predicted probability</text>
<text transform="translate({left - 40} {_TOP + _SIZE / 2}) rotate(-90)"
 text-anchor="middle">seen frequency</text>
</g>
"""
