"""The figures one at a time."""

import html

import pytest

from skfocal.comparison import compare_tables, make_table, rank_diagram, rank_methods
from skfocal.comparison.report.figures.figure import report_figures
from skfocal.comparison.scoring.metrics import METRICS
from skfocal.comparison.statistics.differences import data_set_scores

NAMES = [figure.name for figure in report_figures()]
METHODS_OF_COMPARISON = [
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


@pytest.mark.parametrize("name", METHODS_OF_COMPARISON)
def test_every_plot_method_draws_a_page(comparison, name, tmp_path, read_page):
    figure = getattr(comparison, name)()
    assert len(read_page(figure.page).all("svg")) > 1
    assert "focal (recovered)" in figure.page
    assert "<b>bold</b>" not in figure.page
    path = figure.save(tmp_path / "figure.html")
    assert path.read_text(encoding="utf-8") == figure.page


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_the_same_in_the_report(comparison, name, tmp_path):
    page = comparison.plot(name).page
    report = comparison.to_html(tmp_path / "report.html").read_text(encoding="utf-8")
    drawn = page[page.index("<svg") : page.index("</svg>")].split("</desc>")[1]
    assert drawn in report


def test_an_unknown_figure_is_refused_with_the_names(comparison):
    with pytest.raises(ValueError, match=r"name must be one of .*roc.*; got 'pie'"):
        comparison.plot("pie")


def test_a_notebook_shows_the_page_in_a_frame(comparison):
    figure = comparison.plot_roc()
    shown = figure._repr_html_()  # the name that notebooks look for
    assert shown.startswith("<iframe")
    assert html.unescape(shown.split('srcdoc="')[1].split('" style')[0]) == figure.page


def test_a_rank_diagram_is_a_complete_svg_file(made_up, read_page):
    comparison = made_up()
    scores = data_set_scores(comparison.scores, METRICS["log_loss"])
    ranking = rank_methods(scores, greater_is_better=False, baseline="logistic")
    svg = rank_diagram("<i>Loss</i>", ranking, set())
    assert svg.lstrip().startswith("<svg xmlns=")
    page = read_page(svg)
    assert page.elements[0].children[0].tag == "title"
    assert not page.all("i")
    for method in comparison.method_order():
        assert method in page.text
