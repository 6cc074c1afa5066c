"""The figures of the report, drawn with matplotlib."""

import sys
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from scipy.special import expit

from skfocal.comparison import SvgPanel
from skfocal.comparison.report.figures.axes import join_lines, path_points, svg_path
from skfocal.comparison.report.figures.figure import draw_figure, find_figure, report_figures
from skfocal.comparison.report.matplotlib_figure import STYLES, draw_with_matplotlib
from skfocal.comparison.report.rendering import render

mpl.use("Agg")
NAMES = [figure.name for figure in report_figures()]
PLOT_METHODS = {
    "plot_ranking": "ranking",
    "plot_differences": "differences",
    "plot_roc": "roc",
    "plot_precision_recall": "precision_recall",
    "plot_reliability": "reliability",
    "plot_thresholds": "threshold",
    "plot_cost": "cost",
}


@pytest.fixture(scope="module")
def comparison(made_up):
    return made_up(n_data_sets=1)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def axes_of(comparison, name):
    axes = comparison.plot(name).axes
    assert len(axes) == len(draw_figure(find_figure(name), comparison).shown)
    return axes


def line_of(ax, colour="black"):
    (line,) = [line for line in ax.lines if line.get_color() == colour]
    return line


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_axes_for_its_drawings(comparison, name):
    axes = axes_of(comparison, name)
    assert axes
    assert all(ax.has_data() and ax.get_title() for ax in axes)
    axes[0].figure.canvas.draw()


@pytest.mark.parametrize("name", PLOT_METHODS)
def test_every_plot_method_draws_its_figure(comparison, name):
    figure = getattr(comparison, name)()
    expected = comparison.plot(PLOT_METHODS[name])
    assert figure.get_suptitle() == expected.get_suptitle() != ""
    assert [ax.get_title() for ax in figure.axes] == [ax.get_title() for ax in expected.axes]


def test_an_unknown_figure_is_refused_with_the_names(comparison):
    with pytest.raises(ValueError, match=r"name must be one of .*roc.*; got 'pie'"):
        comparison.plot("pie")


def test_dots_of_the_ranking_are_the_mean_scores(comparison):
    means = comparison.summary().set_index(["metric", "method"])["mean_score"]
    axes = axes_of(comparison, "ranking")
    for metric, ax in zip(comparison.prominent_metrics(), axes, strict=True):
        assert ax.get_title() == metric.label
        names = [label.get_text() for label in ax.get_yticklabels()]
        expected = [means[metric.name, name] for name in names]
        shown = line_of(ax).get_xdata()
        np.testing.assert_allclose(shown, expected, atol=0.005 * np.ptp(ax.get_xlim()))


def test_differences_are_those_of_the_comparison(comparison):
    colours = {style["color"] for style in STYLES.values()}
    axes = axes_of(comparison, "differences")
    for metric, ax in zip(comparison.prominent_metrics(), axes, strict=True):
        rows = comparison.differences[comparison.differences["metric"] == metric.name]
        sign = 1 if metric.greater_is_better else -1
        drawn = [line.get_xdata() for line in ax.lines if line.get_marker() in ("o", "<", ">")]
        assert 0 < len(drawn) <= len(colours)
        np.testing.assert_allclose(
            np.sort(np.concatenate(drawn)),
            np.sort(sign * rows["mean"].dropna()),
            atol=0.005 * np.ptp(ax.get_xlim()),
        )


def test_curves_lie_on_those_of_the_comparison(comparison):
    for curve, ax in zip(comparison.roc_curves(), axes_of(comparison, "roc"), strict=True):
        assert ax.get_title() == curve.method
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("false positive rate", "true positive rate")
        for x, y in line_of(ax, "#0072B2").get_xydata():
            assert np.hypot(curve.x - x, curve.y - y).min() < 0.002


def test_precision_is_in_its_own_units(comparison):
    curves = comparison.precision_recall_curves()
    for curve, ax in zip(curves, axes_of(comparison, "precision_recall"), strict=True):
        assert line_of(ax, "#0072B2").get_ydata()[-1] == pytest.approx(curve.y[-1], abs=0.002)


def test_thresholds_are_log_odds(comparison):
    data = comparison.threshold_curves()
    for curve, ax in zip(data.curves, axes_of(comparison, "threshold"), strict=True):
        place, score = line_of(ax).get_xydata()[0]
        assert expit(place) == pytest.approx(data.thresholds[curve.method], abs=0.01)
        assert score == pytest.approx(data.scores[curve.method], abs=0.005)


def test_bins_of_the_reliability_diagram(comparison):
    for diagram, ax in zip(
        comparison.reliability(), axes_of(comparison, "reliability"), strict=True
    ):
        expected = [(one.probability, one.frequency) for one in diagram.bins]
        np.testing.assert_allclose(line_of(ax).get_xydata(), expected, atol=0.002)


def test_the_line_of_the_reliability_diagram_is_drawn_to_its_ends(comparison):
    for diagram, ax in zip(
        comparison.reliability(), axes_of(comparison, "reliability"), strict=True
    ):
        line = line_of(ax, "#0072B2").get_xydata()
        ends = [(diagram.corp.probability[at], diagram.corp.recalibrated[at]) for at in (0, -1)]
        np.testing.assert_allclose(line[[0, -1]], ends, atol=0.002)
        for ax_limits, values in zip((ax.get_xlim(), ax.get_ylim()), line.T, strict=True):
            assert ax_limits[0] <= values.min()
            assert values.max() <= ax_limits[1]


BASELINE = "baseline: logistic"


def texts_of(figure):
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("roc", ["mean of the folds", "range of the folds", BASELINE, "chance level"]),
        ("precision_recall", ["mean of the folds", "range of the folds", BASELINE]),
        ("threshold", ["pooled folds", "range of the folds", BASELINE, "tuned threshold"]),
        (
            "reliability",
            [
                "isotonic regression (CORP)",
                "bins of equal size",
                "95 % interval if calibrated",
                "calibrated",
            ],
        ),
    ],
)
def test_a_legend_names_all_that_is_drawn_once(comparison, name, texts):
    figure = comparison.plot(name)
    assert texts_of(figure) == texts
    artists = [one for ax in figure.axes for one in [*ax.lines, *ax.patches]]
    assert {one.get_label() for one in artists} == set(texts)


def test_the_legend_leaves_out_what_is_not_drawn(made_up):
    alone = made_up(n_data_sets=1, n_methods=1)
    assert texts_of(alone.plot_precision_recall()) == ["mean of the folds", "range of the folds"]
    kinds = texts_of(made_up(n_data_sets=1).plot_differences())
    assert set(kinds) < set(STYLES)


@pytest.mark.parametrize("n_methods", [1, 2, 4, 5])
@pytest.mark.parametrize("name", ["roc", "threshold", "reliability"])
def test_the_legend_lies_within_the_figure_and_below_the_axes(made_up, name, n_methods):
    figure = made_up(n_data_sets=1, n_methods=n_methods).plot(name)
    figure.canvas.draw()
    legend = figure.legends[0].get_window_extent()
    assert legend.x0 >= 0
    assert legend.x1 <= figure.bbox.x1
    assert legend.y0 >= 0
    for ax in figure.axes:
        assert legend.y1 <= ax.get_tightbbox().y0
        assert ax.bbox.height > 0.6 * 150


def test_the_axis_of_thresholds_names_the_score(made_up):
    comparison = made_up(n_data_sets=1)
    for rule, label in (
        ("tune:f1", "F1"),
        ("tune:mcc", "MCC"),
        ("cost:fp=1,fn=20", "Mean cost per row"),
    ):
        comparison.settings = replace(comparison.settings, threshold=rule)
        for ax in comparison.plot_thresholds().axes:
            assert ax.get_ylabel() == label


@pytest.mark.parametrize("name", ["roc", "precision_recall", "threshold"])
def test_curves_need_a_table_with_two_classes(made_up, name):
    comparison = made_up(n_data_sets=1)
    comparison.data_sets["n_classes"] = 4
    message = f"the figure '{name}' has nothing to draw: it needs .* table with two classes"
    with pytest.raises(ValueError, match=message):
        comparison.plot(name)
    assert not plt.get_fignums()
    assert comparison.plot_reliability().axes
    assert f"{name}-1" not in render(comparison)


def test_paths_are_read_as_they_were_written():
    lines = [[(0, 1.5), (20, 3.0), (4.5, 100.0)], [(1, 1), (2, 2)]]
    read = path_points("".join(svg_path(line) for line in lines) + "Z")
    for line, points in zip(lines, read, strict=True):
        np.testing.assert_array_equal(points, line)
    assert path_points("") == []


def test_lines_of_a_path_are_joined_with_gaps():
    gap = [np.nan, np.nan]
    np.testing.assert_array_equal(join_lines("M0 1L2 3M4 5L6 7")[2], gap)
    np.testing.assert_array_equal(join_lines("M0 1L2 3"), [[0, 1], [2, 3]])
    assert join_lines("").shape == (0, 2)


def test_drawings_as_svg_are_refused():
    with pytest.raises(ValueError, match=r"figure 'Bars' .* contains a SvgPanel"):
        draw_with_matplotlib("Bars", [SvgPanel("Bar", "A bar.", "<rect/>")])


def test_missing_matplotlib(comparison, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"needs matplotlib.*skfocal\[plot\]"):
        comparison.plot_roc()
