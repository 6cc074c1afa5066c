"""The command `picture`: the README's reliability diagram of focal scores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from scipy.special import expit
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from benchmarks.data_sets import load
from benchmarks.publishing import DOCS, render, write_file
from skfocal import FocalLogisticRegression, focal_posterior
from skfocal.metrics import calibration_error, reliability_curve

DATA_SET = "page-blocks0"
GAMMA = 2.0
N_BINS = 15


def reliability() -> dict[str, dict[str, Any]]:
    """Return the curve and the calibration error of two probabilities of the same test logits."""
    table = load(DATA_SET)
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    model = FocalLogisticRegression(gamma=GAMMA)
    logits = cross_val_predict(model, table.X, table.y, cv=folds, method="decision_function")
    probabilities = {
        "sigmoid of the logits": expit(logits),
        "recovered posterior": focal_posterior(logits, gamma=GAMMA),
    }
    found = {}
    for name, probability in probabilities.items():
        curve = reliability_curve(table.y, probability, n_bins=N_BINS)
        error = calibration_error(table.y, probability, n_bins=N_BINS)
        points = list(zip(curve.probability, curve.frequency, strict=True))
        found[name] = {"error": error, "points": points}
    return found


def draw(path: Path) -> None:
    """Write the picture as SVG."""
    view = {"gamma": GAMMA, "data_set": DATA_SET, "panels": reliability()}
    write_file(path, render("probabilities.svg.jinja", view))


@click.command("picture")
def command() -> None:
    """Draw the picture of the README."""
    draw(DOCS / "probabilities.svg")
