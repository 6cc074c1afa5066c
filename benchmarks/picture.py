"""The command `picture`: the README's reliability diagram of focal scores."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from benchmarks.data_sets import load
from benchmarks.publishing import DOCS, render, write_file
from skfocal import FocalLogisticRegression, focal_posterior
from skfocal.metrics import ReliabilityCurve, calibration_error, reliability_curve


DATA_SET = "page-blocks0"
GAMMA = 2.0
N_BINS = 15


class Reliability(NamedTuple):
    """The reliability of one kind of probability."""

    curve: ReliabilityCurve
    error: float


def reliability() -> dict[str, Reliability]:
    """Return the reliability of the sigmoid and of the posterior of the same test logits."""
    table = load(DATA_SET)
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    model = FocalLogisticRegression(gamma=GAMMA)
    logits = cross_val_predict(model, table.X, table.y, cv=folds, method="decision_function")
    probabilities: dict[str, NDArray[np.float64]] = {
        "sigmoid of the logits": expit(logits),
        "recovered posterior": focal_posterior(logits, gamma=GAMMA),
    }
    return {
        name: Reliability(
            reliability_curve(table.y, probability, n_bins=N_BINS),
            calibration_error(table.y, probability, n_bins=N_BINS),
        )
        for name, probability in probabilities.items()
    }


def draw(path: Path) -> None:
    """Write the picture as SVG."""
    view: Mapping[str, Any] = {
        "gamma": GAMMA,
        "data_set": DATA_SET,
        "panels": {
            name: {
                "error": each.error,
                "points": list(zip(each.curve.probability, each.curve.frequency, strict=True)),
            }
            for name, each in reliability().items()
        },
    }
    write_file(path, render("probabilities.svg.jinja", view))


@click.command("picture")
def command() -> None:
    """Draw the picture of the README."""
    draw(DOCS / "probabilities.svg")
