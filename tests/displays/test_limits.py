"""Where plots end, and that their numbers and legends lie inside."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.text import Annotation

from skfocal import FocalLogisticRegressionCV
from skfocal.displays import (
    FocalLossDisplay,
    FocalPosteriorDisplay,
    FocalSearchDisplay,
    ReliabilityDisplay,
    ThresholdDisplay,
)

mpl.use("Agg")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def forecast(largest, n=2000):
    """Return labels, and true probabilities up to the largest."""
    rng = np.random.default_rng(0)
    y_prob = largest * rng.beta(1, 3, n)
    y_prob[0] = largest
    return rng.random(n) < y_prob, y_prob


def is_inside(artist, ax):
    box, outer = artist.get_window_extent(), ax.get_window_extent()
    return (box.min > outer.min).all() and (box.max < outer.max).all()


def axes_of(figure):
    """Return new axes, of a figure of one or the left of two."""
    if figure == "default":
        return None
    return plt.subplots(1, 2)[1][0]


FIGURES = pytest.mark.parametrize("figure", ["default", "half"])


@FIGURES
@pytest.mark.parametrize("costs", [None, (1, 20)])
@pytest.mark.parametrize(
    ("largest", "threshold"),
    [
        (0.9, None),
        (0.9, 0.0),
        (0.9, 0.97),
        (1.0, 1.0),
        (0.4, None),
        (0.02, None),
        (0.02, 0.0199),
        (0.02, 0.3),
        (1e-6, 5e-7),
    ],
)
def test_the_chosen_threshold_and_the_legend_are_inside(largest, threshold, costs, figure):
    y_true, y_prob = forecast(largest)
    y_true[1] = True
    display = ThresholdDisplay.from_predictions(
        y_true, y_prob, costs=costs, threshold=threshold, ax=axes_of(figure)
    )
    ax = display.ax_
    display.figure_.canvas.draw()
    (number,) = (text for text in ax.texts if isinstance(text, Annotation))

    assert number.get_text() == f"{display.chosen:.3g}"
    assert is_inside(number, ax)
    assert is_inside(ax.get_legend(), ax)
    assert not number.get_window_extent().overlaps(ax.get_legend().get_window_extent())
    # No curve is behind the number.
    _, curves_end = ax.transData.transform((0, 1))
    assert number.get_window_extent().y0 > curves_end
    left, right = ax.get_xlim()
    for value in (display.chosen, largest):
        assert left < value < right
    assert right < 2 * max(largest, display.chosen)


@FIGURES
@pytest.mark.parametrize("largest", [1.0, 0.4, 0.02, 1e-6])
def test_reliability_diagrams_contain_all_that_is_drawn(largest, figure):
    y_true, y_prob = forecast(largest)
    by_name = {"true": y_prob, "half": y_prob / 2, "mean": np.full(len(y_prob), y_true.mean())}
    display = ReliabilityDisplay.from_predictions(y_true, by_name, ax=axes_of(figure))
    ax = display.ax_
    display.figure_.canvas.draw()
    drawn = [line.get_xydata() for line in ax.lines]
    drawn += [bar for bars in ax.collections for bar in bars.get_segments()]
    drawn += [patch.get_path().vertices for patch in ax.patches]
    end = ax.get_xlim()[1]

    assert ax.get_xlim() == ax.get_ylim() == (0, end)
    for points in drawn:
        assert ((points >= 0) & (points <= end)).all()
    # The first line is the diagonal.
    assert end < 2 * max(points.max() for points in drawn[1:])
    assert is_inside(ax.get_legend(), ax)
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), [[0, 0], [end, end]])
    np.testing.assert_allclose(ax.bbox.width, ax.bbox.height)


@pytest.mark.parametrize("largest", [0.02, 0.3])
def test_the_histogram_covers_the_shown_range(largest):
    _, y_prob = forecast(largest)
    # Spread evenly, the events keep the line low.
    y_true = np.zeros(len(y_prob))
    y_true[np.argsort(y_prob)[5:-5:200]] = 1
    display = ReliabilityDisplay.from_predictions(y_true, y_prob)
    shares = display.frame("histogram")
    (stairs,) = display.ax_.patches
    heights, edges, _ = stairs.get_data()

    assert edges[-1] == display.ax_.get_xlim()[1] < 2 * largest
    assert (shares["share"] > 0).sum() > 20
    np.testing.assert_array_equal(shares["low"], edges[:-1])
    np.testing.assert_array_equal(shares["high"], edges[1:])
    np.testing.assert_allclose(shares["share"] / shares["share"].max(), heights / heights.max())


@pytest.mark.parametrize(("display", "label"), [(ReliabilityDisplay, 0), (ThresholdDisplay, 1)])
@pytest.mark.parametrize("largest", [0.0, 1e-310])
def test_probabilities_of_zero_have_the_whole_axis(largest, display, label):
    ax = display.from_predictions([0, 0, label], [0, 0, largest]).ax_
    ax.figure.canvas.draw()

    assert ax.get_xlim()[1] == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("display", [ReliabilityDisplay, ThresholdDisplay])
def test_the_legend_of_many_points_is_inside(display):
    y_true, y_prob = forecast(0.9, 60_000)
    drawn = display.from_predictions(y_true, y_prob)
    drawn.figure_.canvas.draw()

    assert is_inside(drawn.ax_.get_legend(), drawn.ax_)


@FIGURES
def test_other_legends_are_inside(figure):
    rng = np.random.default_rng(0)
    search = FocalLogisticRegressionCV((0, 2), (None, 0.7), (0.1, 1.0), cv=2)
    search.fit(rng.normal(size=(100, 2)), rng.integers(0, 2, 100))
    for draw in (
        lambda ax: FocalLossDisplay.from_gammas(ax=ax),
        lambda ax: FocalPosteriorDisplay.from_gammas(ax=ax),
        lambda ax: FocalSearchDisplay.from_estimator(search, ax=ax),
    ):
        display = draw(axes_of(figure))
        display.figure_.canvas.draw()
        legend = display.ax_.get_legend()

        assert is_inside(legend, display.ax_)
        assert legend.get_frame_on()


def test_classifiers_differ_in_their_markers():
    y_true, y_prob = forecast(0.9)
    by_name = {f"{power}": y_prob**power for power in range(1, 8)}
    display = ReliabilityDisplay.from_predictions(y_true, by_name)
    dots = [line for line in display.ax_.lines if line.get_marker() not in {None, "None", ""}]
    in_legend = [
        line.get_marker()
        for line in display.ax_.get_legend().findobj(mpl.lines.Line2D)
        if line.get_marker() not in {None, "None", ""}
    ]

    assert len(dots) == 7
    assert len({line.get_marker() for line in dots}) == 7
    assert in_legend == [line.get_marker() for line in dots]
