"""The figures one at a time."""

import html

import pytest

from skfocal.comparison import compare_tables, make_table
from skfocal.comparison.report.standings import shown_first

FIGURES = [
    "plot_ranking",
    "plot_differences",
    "plot_roc",
    "plot_precision_recall",
    "plot_reliability",
    "plot_thresholds",
    "plot_cost",
]


@pytest.fixture(scope="module")
def comparison(mixed_frame, small_methods):
    table = make_table(*mixed_frame(), name="<b>bold</b>")
    return compare_tables([table], methods=small_methods, cv=2, repeats=2)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_a_page_of_its_own(comparison, name, tmp_path):
    figure = getattr(comparison, name)()
    expected = {
        "plot_ranking": len(shown_first(comparison)),
        "plot_differences": len(shown_first(comparison)),
        "plot_cost": 2,
    }.get(name, 3)
    assert figure.page.count("<svg") == expected
    assert "focal (recovered)" in figure.page
    assert "<b>bold</b>" not in figure.page
    path = figure.save(tmp_path / "figure.html")
    assert path.read_text(encoding="utf-8") == figure.page


def test_a_notebook_shows_the_page_in_a_frame(comparison):
    figure = comparison.plot_roc()
    shown = figure._repr_html_()  # the name that notebooks look for
    assert shown.startswith("<iframe")
    assert html.unescape(shown.split('srcdoc="')[1].split('" style')[0]) == figure.page


def test_every_figure_is_in_the_report_too(comparison, tmp_path):
    report = comparison.to_html(tmp_path / "report.html").read_text(encoding="utf-8")
    for name in FIGURES:
        page = getattr(comparison, name)().page
        drawn = page[page.index("<svg") : page.index("</svg>")].split("</desc>")[1]
        assert drawn in report
