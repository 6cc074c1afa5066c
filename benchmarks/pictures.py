"""The command `pictures`: the figures of a report, for the guide that explains them."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.data_sets import load
from benchmarks.publishing import DOCS
from skfocal.comparison import Comparison, compare_tables

FOLDER = DOCS / "guide" / "pictures"
DATA_SET = "hypothyroid"
"""Tuning chooses a γ above 0 on most folds, so that both rows of focal loss differ."""
METHODS = ("class_weight", "oversample", "smote", "focal")
FIGURES = ("ranking", "differences", "precision_recall", "threshold", "reliability", "cost")
DOTS_PER_INCH = 110


def compare_methods() -> Comparison:
    """Compare the methods that the pictures show."""
    return compare_tables([load(DATA_SET)], methods=METHODS, cv=5, repeats=2, n_jobs=-1)


def draw(comparison: Comparison, folder: Path) -> None:
    """Write every figure as a PNG file of its name."""
    from matplotlib import pyplot as plt  # noqa: PLC0415  # in the group `speed`

    folder.mkdir(parents=True, exist_ok=True)
    for name in FIGURES:
        figure = comparison.plot(name)
        figure.savefig(folder / f"{name}.png", dpi=DOTS_PER_INCH, metadata={"Software": None})
        plt.close(figure)


@click.command("pictures")
def command() -> None:
    """Draw the pictures of the guide to the report."""
    draw(compare_methods(), FOLDER)
