"""What a notebook and a console show of a comparison and its figures."""

import re

import pytest

from skfocal.comparison import Status, compare
from skfocal.comparison.run import progress as progress_module
from skfocal.comparison.run.progress import Console, progress_in_notebook

EVIL = "<script>alert(1)</script>"


def test_a_comparison_is_shown_in_one_line(evil_comparisons, made_up):
    text = repr(evil_comparisons["single"])
    assert "\n" not in text
    best = evil_comparisons["single"].method_order()[0]
    assert text.startswith("<Comparison of 4 methods on ")
    assert text.endswith(f"2 test folds; best by Average precision: {best}>")
    assert "on 5 data sets, 4 test folds" in repr(made_up())


@pytest.mark.parametrize("name", ["single", "several"])
def test_a_notebook_shows_the_answer_and_the_ranking(evil_comparisons, name, read_page):
    comparison = evil_comparisons[name]
    html = comparison._repr_html_()  # the name that notebooks look for
    page = read_page(html)
    assert EVIL not in html
    rows = [one.children[0].text for one in page.all("tr")]
    assert rows[1:] == comparison.method_order()
    assert len(page.all("dt")) == 3


@pytest.fixture
def notebook(monkeypatch):
    monkeypatch.setattr(progress_module, "Console", lambda: Console(force_jupyter=True))


@pytest.mark.usefixtures("notebook")
def test_a_notebook_has_a_bar_on_one_line(capsys):
    progress = progress_in_notebook()
    progress(Status(0, 4, 0.0))
    progress(Status(2, 4, 0.5, seconds_left=10.0))
    progress(Status(4, 4, 1.0, seconds_left=0.0))
    captured = capsys.readouterr()
    assert captured.err == ""
    first, second, last = captured.out.removeprefix("\r").split("\r")
    assert first == "░" * 20 + " 0 of 4 cells done, time left unknown"
    assert second == "█" * 10 + "░" * 10 + " 2 of 4 cells done, about 10 s left".ljust(37)
    assert re.fullmatch("█{20} 4 of 4 cells done, [\\d.]+ s in total *\n", last)
    assert len(last) > len(second.rstrip())


@pytest.mark.slow
@pytest.mark.usefixtures("notebook")
def test_compare_shows_it_in_a_long_run_unless_told_otherwise(mixed_frame, capsys, monkeypatch):
    settings = {"methods": ["logistic"], "cv": 2, "repeats": 1}
    monkeypatch.setattr(progress_module, "SECONDS_BEFORE_BAR", 60.0)
    compare(*mixed_frame(), **settings)
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(progress_module, "SECONDS_BEFORE_BAR", 0.0)
    compare(*mixed_frame(), **settings)
    assert "2 of 2 cells done" in capsys.readouterr().out
    compare(*mixed_frame(), **settings, progress=False)
    assert capsys.readouterr().out == ""
    compare(*mixed_frame(), **settings, progress=lambda _: None)
    assert capsys.readouterr().out == ""


def test_elsewhere_compare_is_silent():
    assert progress_in_notebook() is None
