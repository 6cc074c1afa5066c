"""The code and the numbers of the guide."""

import re
from pathlib import Path

import pytest

from benchmarks.publishing import RESULTS, read_results
from benchmarks.quality.ranking import TWO_CLASSES
from benchmarks.quality.results import scores

GUIDE = (Path(__file__).parents[2] / "docs" / "calibration.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", GUIDE, re.DOTALL)


def test_the_code_prints_the_output_below_it(capsys):
    names = {}
    for code, output in BLOCKS:
        exec(code, names)  # noqa: S102 - our own guide
        assert capsys.readouterr().out == output


@pytest.mark.parametrize(
    ("label", "method"),
    [
        ("class weights", "class_weight"),
        ("random over-sampling", "oversample"),
        ("random under-sampling", "undersample"),
        ("SMOTE", "smote"),
    ],
)
def test_the_losses_are_those_of_the_quality_run(label, method):
    losses = scores(read_results(RESULTS / "quality"), TWO_CLASSES, "log_loss")
    excess = losses.sub(losses["logistic"], axis=0).median()
    row = f"| {label} | {excess[method]:.3f} | {excess[f'{method}_corrected']:.3f} |"
    assert row in GUIDE
