"""A critical-difference diagram in a file."""

from skfocal.comparison import rank_diagram, rank_methods
from skfocal.comparison.scoring.metrics import METRICS
from skfocal.comparison.statistics.differences import data_set_scores


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
