"""Positions of what the figures show."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from skfocal.comparison import METRICS
from skfocal.comparison.report.figures.axes import nice_ticks, simplify_line, svg_path
from skfocal.comparison.report.figures.dot_plots import rank_panel, ratio_panel, score_panel
from skfocal.comparison.report.figures.figure import find_figure
from skfocal.comparison.results import ThresholdCurves
from skfocal.comparison.scoring.cell_results import EventPredictions
from skfocal.comparison.statistics.curves import Curve
from skfocal.comparison.statistics.reliability import pooled_reliability


def points_of(path):
    return [tuple(map(float, pair.split())) for pair in re.split("[ML]", path.rstrip("Z"))[1:]]


def draw(name, data, baseline="base"):
    return find_figure(name).draw(data, baseline)


def difference_panels(**columns):
    """Draw made-up differences from the baseline."""
    frame = {"data_set": "d", "method": "m", "metric": "log_loss", "p_value": 0.1, **columns}
    differences = pd.DataFrame(frame)
    metrics = [METRICS[name] for name in differences["metric"].unique()]
    results = SimpleNamespace(
        differences=differences,
        measured_metrics=lambda: metrics,
        prominent_metrics=lambda: metrics,
    )
    return draw("differences", find_figure("differences").data(results))


@pytest.mark.parametrize(
    ("low", "high"), [(-0.3, 0.1), (0, 1), (-1e-4, 2e-4), (-7, 120), (-0.05, 0.0)]
)
def test_ticks_are_round_and_inside(low, high):
    ticks = nice_ticks(low, high)
    assert 2 <= len(ticks) <= 8
    assert low - 1e-9 <= min(ticks) < max(ticks) <= high + 1e-9
    step = ticks[1] - ticks[0]
    np.testing.assert_allclose(np.diff(ticks), step)
    assert 0 in ticks or low > 0 or high < 0


def test_a_simplified_line_keeps_its_ends_and_every_visible_bend():
    x = np.linspace(0, 150, 4000)
    y = 75 + 60 * np.sin(x / 20)
    line = np.array(simplify_line(zip(x, y, strict=True)))
    assert len(line) < 100
    assert line[0].tolist() == [x[0], y[0]]
    assert line[-1].tolist() == [x[-1], y[-1]]
    steepest = 60 / 20  # a distance of 0.3 pixels is so much more upwards
    assert np.abs(np.interp(x, *line.T) - y).max() < 0.3 * np.hypot(1, steepest) + 0.01


def test_a_straight_line_is_reduced_to_its_ends_and_a_closed_one_to_its_corners():
    assert simplify_line((at, 2 * at) for at in range(100)) == [(0, 0), (99, 198)]
    square = [(0, 0), (0, 9), (9, 9), (9, 0), (0, 0)]
    assert simplify_line(square) == square


def test_paths_are_written_to_a_tenth_of_a_pixel():
    assert svg_path([(0, 1.25), (10.04, 3)]) == "M0 1.2L10 3"
    assert svg_path([]) == ""


def test_right_is_better_for_every_metric():
    panels = difference_panels(
        metric=["average_precision", "log_loss"],
        mean=[0.1, -0.1],
        low=[0.05, -0.15],
        high=[0.15, -0.05],
    )
    assert len(panels) == 2
    for panel in panels:
        (strip,) = panel.strips
        (interval,) = strip.intervals
        assert panel.zero < interval.low < interval.middle < interval.high
        assert interval.kind == "better"
        assert "+.10" in interval.words
        assert strip.lines == {"better": f"M{interval.low:g} {interval.y:g}H{interval.high:g}"}
        assert strip.dots == {"better": f"M{interval.middle:g} {interval.y:g}h0"}


@pytest.mark.parametrize("width", [0.3, 0.01, 4e-4, 2e-7])
def test_ticks_of_small_differences_are_told_apart(width):
    (panel,) = difference_panels(mean=[width / 3], low=[-width], high=[width])
    labels = [tick.label for tick in panel.ticks]
    assert len(set(labels)) == len(labels) > 2
    assert "0" in labels


def test_failed_pairs_have_no_interval():
    (panel,) = difference_panels(
        data_set=["d", "e"], mean=[0.1, np.nan], low=[0.0, np.nan], high=[0.2, np.nan]
    )
    assert len(panel.strips[0].intervals) == 1


def ranks(**values):
    frame = pd.DataFrame({"value": values})
    return frame.assign(low=frame["value"] - 0.2, high=frame["value"] + 0.1)


def test_ranks_and_groups_without_differences_are_drawn():
    differing = {frozenset(("good", "slow"))}
    panel = rank_panel("Log loss", ranks(slow=2.8, good=1.2, fair=2.0), differing)
    assert [row.method for row in panel.rows] == ["good", "fair", "slow"]
    assert "1.2" in panel.rows[0].words
    assert np.all(np.diff([[row.x, row.y] for row in panel.rows], axis=0) > 0)
    assert all(row.low < row.x < row.high for row in panel.rows)
    assert len(panel.bars) == 2
    assert max(row.high for row in panel.rows) < panel.bars[0].x < panel.bars[1].x <= 300
    for bar, (first, last) in zip(panel.bars, [(0, 1), (1, 2)], strict=True):
        assert panel.rows[first].y - 13 < bar.top < panel.rows[first].y
        assert panel.rows[last].y < bar.bottom < panel.rows[last].y + 13


def test_one_method_alone_has_a_rank():
    panel = rank_panel("Log loss", ranks(only=1.0), set())
    assert [row.method for row in panel.rows] == ["only"]
    assert panel.bars == []


def test_scores_keep_their_order_and_a_failure_has_no_row():
    values = pd.DataFrame(
        {"value": [0.3, np.nan, 0.5], "low": [0.2, np.nan, np.nan], "high": [0.4, np.nan, np.nan]},
        index=["a", "failed", "b"],
    )
    panel = score_panel("Log loss", values)
    assert [row.method for row in panel.rows] == ["a", "b"]
    assert panel.rows[1].low == panel.rows[1].x == panel.rows[1].high


def test_equal_ratios_are_equally_far_apart():
    values = pd.DataFrame({"value": [0.5, 1.0, 2.0, 4.0]}, index=list("abcd"))
    panel = ratio_panel("Time", values.assign(low=values["value"], high=values["value"]))
    np.testing.assert_allclose(np.diff([row.x for row in panel.rows], 2), 0, atol=0.2)
    labels = {tick.label: tick.position for tick in panel.ticks}
    assert labels["1×"] == panel.rows[1].x


def curve(method="m", height=0.0):
    x = np.linspace(0, 1, 21)
    y = np.sqrt(x) * (1 - height)
    return Curve(method, x, y, y - 0.05, np.minimum(y + 0.05, 1), 1)


def test_a_curve_starts_and_ends_where_its_shares_say():
    base, other = draw("precision_recall", [curve("base"), curve("m", 0.2)])
    assert points_of(other.curve)[0] == (0, 150)
    assert points_of(other.curve)[-1] == (150, 30)
    assert other.baseline == base.curve
    assert base.baseline == ""
    assert "0.57" in other.words
    assert [tick.position for tick in other.x_ticks] == [0, 75, 150]
    assert [tick.position for tick in other.y_ticks] == [150, 75, 0]


def test_low_precision_uses_the_height():
    x = np.linspace(0, 1, 201)
    y = np.where(x < 0.03, 0.9, 0.25 * (1 - x))
    (panel,) = draw("precision_recall", [Curve("base", x, y, y, y, 1)])
    assert [tick.label for tick in panel.y_ticks] == ["0", ".15", ".3"]
    assert 150 - np.interp(0.06 * 150, *np.transpose(points_of(panel.curve))) > 0.7 * 150
    assert all(0 <= at <= 150 for point in points_of(panel.curve) for at in point)


def draw_scores(x, y, score, *, greater_is_better=True):
    curves = [Curve("m", x, y, y, y, 1)]
    data = ThresholdCurves(
        curves, {"m": 0.5}, {"m": score}, "Gain", greater_is_better=greater_is_better
    )
    return draw("threshold", data)


def test_the_dot_is_at_the_chosen_threshold_and_its_score():
    x = np.linspace(-7, 7, 71)
    y = 0.8 * np.exp(-(x**2) / 8)
    (panel,) = draw_scores(x, y, 0.4)
    assert panel.dots == [(75, 75)]
    assert [tick.label for tick in panel.y_ticks] == ["0", ".4", ".8"]
    assert draw_scores(x, y, np.nan)[0].dots == []


def test_costs_above_one_stay_within_the_square():
    x = np.linspace(-7, 7, 71)
    (panel,) = draw_scores(x, 5 - x / 2, 5, greater_is_better=False)
    assert all(0 <= at <= 150 for point in points_of(panel.curve) for at in point)


def test_the_words_name_the_best_score_and_where_it_is():
    x = np.linspace(-7, 7, 71)
    hill = 0.2 + 0.4 * np.exp(-((x - 2) ** 2))
    (score,) = draw_scores(x, hill, 0.4)
    (cost,) = draw_scores(x, 0.8 - hill, 0.4, greater_is_better=False)
    assert "maximum 0.60 at 0.881" in score.words
    assert "minimum 0.20 at 0.881" in cost.words
    assert "maximum" not in cost.words


def test_the_axis_and_the_title_name_the_score():
    x = np.linspace(-7, 7, 71)
    (panel,) = draw_scores(x, expit(x), 0.4)
    assert panel.y_label == "Gain"
    assert panel.title == "Gain against threshold of m"
    assert panel.words.startswith("Gain 0.40 at the tuned threshold")


def test_the_legend_tells_folds_from_data_sets():
    for number, word in ((1, "folds"), (2, "data sets")):
        curves = [curve()._replace(n_data_sets=number)]
        scores = ThresholdCurves(curves, {"m": 0.5}, {"m": 0.5}, "F1", greater_is_better=True)
        for name, data in (("roc", curves), ("precision_recall", curves), ("threshold", scores)):
            (panel,) = draw(name, data)
            assert word in panel.legend["curve"]
            assert word in panel.legend["band"]


def test_calibrated_probabilities_lie_on_the_diagonal():
    rng = np.random.default_rng(0)
    probability = rng.uniform(size=200_000)
    event = rng.uniform(size=200_000) < probability
    halves = [
        EventPredictions(name, "m", event[rows], probability[rows])
        for name, rows in (("a", slice(0, 1000)), ("b", slice(1000, None)))
    ]
    (diagram,) = pooled_reliability(halves, ["m", "gone"])
    (panel,) = draw("reliability", [diagram])
    distances = [abs(150 - x - y) for x, y in [*points_of(panel.curve)[1:-1], *panel.dots]]
    assert max(distances) < 8
    assert diagram.corp.miscalibration < 1e-3
    assert len(panel.curve) < 4000


@pytest.mark.parametrize("highest", [0.004, 0.1, 0.55, 0.999])
def test_the_axes_contain_the_whole_line_of_a_reliability_diagram(highest):
    rng = np.random.default_rng(0)
    probability = highest * rng.beta(1, 8, 2000)
    event = rng.uniform(size=2000) < probability
    event[probability.argmax()] = True  # so that the line ends far above the last bin
    predictions = [EventPredictions("d", "m", event, probability)]
    (diagram,) = pooled_reliability(predictions, ["m"])
    (panel,) = draw("reliability", [diagram])
    line, limit = np.array(points_of(panel.curve)), panel.x_ticks[-1].value
    values = np.column_stack((diagram.corp.probability, diagram.corp.recalibrated))
    np.testing.assert_allclose([line[0, 0], 150 - line[0, 1]], 150 * values[0] / limit, atol=0.1)
    np.testing.assert_allclose([line[-1, 0], 150 - line[-1, 1]], 150 * values[-1] / limit, atol=0.1)
    assert values.max() <= limit <= 1
    assert limit == panel.y_ticks[-1].value
    for points in (line, panel.dots, points_of(panel.bars)):
        assert np.min(points) >= 0
        assert np.max(points) <= 150
