"""The picture in the README is the one that its code draws."""

import re
from pathlib import Path

import pytest

from benchmarks.picture import draw, reliability

COMMITTED = Path(__file__).parents[2] / "docs" / "probabilities.svg"
NUMBER = r"-?\d+(?:\.\d+)?"


def test_the_committed_picture_is_drawn_again(tmp_path):
    draw(tmp_path / "again.svg")
    again = (tmp_path / "again.svg").read_text(encoding="utf-8")
    committed = COMMITTED.read_text(encoding="utf-8")

    assert re.sub(NUMBER, "", again) == re.sub(NUMBER, "", committed)
    # In pixels: another version of a library may round a point to the next tenth.
    assert [float(number) for number in re.findall(NUMBER, again)] == pytest.approx(
        [float(number) for number in re.findall(NUMBER, committed)], abs=0.11
    )


def test_the_recovered_posterior_is_the_better_calibrated():
    errors = {name: each["error"] for name, each in reliability().items()}

    assert errors["recovered posterior"] < 0.2 * errors["sigmoid of the logits"]
