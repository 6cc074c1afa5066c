"""Where the figures put what they show."""

import re

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison.report.curves import Curve
from skfocal.comparison.report.figures import (
    difference_panels,
    nice_ticks,
    rank_panel,
    reliability_panels,
    row_panel,
    share_panels,
    threshold_panels,
    times_panel,
)
from skfocal.comparison.report.figures.axes import path_of, thinned
from skfocal.comparison.run.cell import Predictions


def points_of(path):
    return [tuple(map(float, pair.split())) for pair in re.split("[ML]", path.rstrip("Z"))[1:]]


def differences(**columns):
    frame = {"data_set": "d", "method": "m", "metric": "log_loss", "p_value": 0.1, **columns}
    return pd.DataFrame(frame)


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


def test_a_thinned_line_keeps_its_ends_and_every_bend_that_can_be_seen():
    x = np.linspace(0, 150, 4000)
    y = 75 + 60 * np.sin(x / 20)
    kept = np.array(thinned(zip(x, y, strict=True)))
    assert len(kept) < 100
    assert kept[0].tolist() == [x[0], y[0]]
    assert kept[-1].tolist() == [x[-1], y[-1]]
    steepest = 60 / 20  # a distance of 0.3 pixels is so much more upwards
    assert np.abs(np.interp(x, *kept.T) - y).max() < 0.3 * np.hypot(1, steepest) + 0.01


def test_a_straight_line_needs_its_ends_alone_and_a_closed_one_its_far_points():
    assert thinned((at, 2 * at) for at in range(100)) == [(0, 0), (99, 198)]
    square = [(0, 0), (0, 9), (9, 9), (9, 0), (0, 0)]
    assert thinned(square) == square


def test_paths_are_written_to_a_tenth_of_a_pixel():
    assert path_of([(0, 1.25), (10.04, 3)]) == "M0 1.2L10 3"
    assert path_of([]) == ""


def test_right_is_better_for_every_metric():
    frame = differences(
        metric=["average_precision", "log_loss"],
        mean=[0.1, -0.1],
        low=[0.05, -0.15],
        high=[0.15, -0.05],
    )
    for panel in difference_panels(frame):
        (strip,) = panel.strips
        (interval,) = strip.intervals
        assert panel.zero < interval.low < interval.middle < interval.high
        assert interval.kind == "better"
        assert interval.words == "d: +.10 (+.050 to +.15)"
        assert strip.words == "m 1 better, 0 worse, 0 unclear"
        assert strip.lines == {"better": f"M{interval.low:g} {interval.y:g}H{interval.high:g}"}
        assert strip.dots == {"better": f"M{interval.middle:g} {interval.y:g}h0"}


def test_failed_pairs_have_no_interval():
    frame = differences(
        data_set=["d", "e"], mean=[0.1, np.nan], low=[0.0, np.nan], high=[0.2, np.nan]
    )
    (panel,) = difference_panels(frame)
    assert len(panel.strips[0].intervals) == 1


def ranks(**values):
    frame = pd.DataFrame({"value": values})
    return frame.assign(low=frame["value"] - 0.2, high=frame["value"] + 0.1)


def test_ranks_and_what_does_not_differ_are_drawn():
    differing = {frozenset(("good", "slow"))}
    panel = rank_panel("key", "Log loss", ranks(slow=2.8, good=1.2, fair=2.0), differing)
    assert [row.method for row in panel.rows] == ["good", "fair", "slow"]
    assert panel.rows[0].words == "mean rank 1.2 (mean rank 1.0 to mean rank 1.3)"
    assert np.all(np.diff([[row.x, row.y] for row in panel.rows], axis=0) > 0)
    assert all(row.low < row.x < row.high for row in panel.rows)
    assert [bar.words for bar in panel.bars] == [
        "no two differ from good to fair",
        "no two differ from fair to slow",
    ]
    assert max(row.high for row in panel.rows) < panel.bars[0].x < panel.bars[1].x <= 300
    for bar, (first, last) in zip(panel.bars, [(0, 1), (1, 2)], strict=True):
        assert panel.rows[first].y - 13 < bar.top < panel.rows[first].y
        assert panel.rows[last].y < bar.bottom < panel.rows[last].y + 13


def test_one_method_alone_has_a_rank():
    panel = rank_panel("key", "Log loss", ranks(only=1.0), set())
    assert [row.method for row in panel.rows] == ["only"]
    assert panel.bars == []


def test_scores_keep_their_order_and_a_failure_has_no_row():
    values = pd.DataFrame(
        {"value": [0.3, np.nan, 0.5], "low": [0.2, np.nan, np.nan], "high": [0.4, np.nan, np.nan]},
        index=["a", "failed", "b"],
    )
    panel = row_panel("key", "Log loss", values)
    assert [row.method for row in panel.rows] == ["a", "b"]
    assert [row.words for row in panel.rows] == ["0.300 (0.200 to 0.400)", "0.500"]
    assert panel.rows[1].low == panel.rows[1].x == panel.rows[1].high


def test_equal_multiples_lie_equally_far_apart():
    values = pd.DataFrame({"value": [0.5, 1.0, 2.0, 4.0]}, index=list("abcd"))
    panel = times_panel("key", "Time", values.assign(low=values["value"], high=values["value"]))
    np.testing.assert_allclose(np.diff([row.x for row in panel.rows], 2), 0, atol=0.2)
    labels = {tick.label: tick.position for tick in panel.ticks}
    assert labels["1×"] == panel.rows[1].x


def curve(method="m", height=0.0):
    x = np.linspace(0, 1, 21)
    y = np.sqrt(x) * (1 - height)
    return Curve(method, x, y, y - 0.05, np.minimum(y + 0.05, 1))


def test_a_curve_starts_and_ends_where_its_shares_say():
    base, other = share_panels([curve("base"), curve("m", 0.2)], "base", "recall", "precision")
    assert points_of(other.curve)[0] == (0, 150)
    assert points_of(other.curve)[-1] == (150, 30)
    assert other.other == base.curve
    assert base.other == ""
    assert "precision 0.57 at recall 0.50" in other.words
    assert [tick.position for tick in other.x_ticks] == [0, 75, 150]
    assert [tick.position for tick in other.y_ticks] == [150, 75, 0]


def test_the_chosen_threshold_lies_on_the_curve():
    x = np.linspace(-7, 7, 71)
    y = 0.8 * np.exp(-(x**2) / 8)
    (panel,) = threshold_panels([Curve("m", x, y, y, y)], "base", {"m": 0.5})
    assert panel.dots == [(75, 30)]
    assert panel.words.startswith("0.80 at the chosen threshold 0.500; 0.80 at .5; highest 0.80")


def test_costs_above_one_stay_within_the_square():
    x = np.linspace(-7, 7, 71)
    y = 5 - x / 2
    (panel,) = threshold_panels([Curve("m", x, y, y, y)], "base", {"m": 0.5})
    assert all(0 <= at <= 150 for point in points_of(panel.curve) for at in point)


def test_right_probabilities_lie_on_the_diagonal():
    rng = np.random.default_rng(0)
    probability = rng.uniform(size=200_000)
    event = rng.uniform(size=200_000) < probability
    halves = [
        Predictions(name, "m", event[rows], probability[rows])
        for name, rows in (("a", slice(0, 1000)), ("b", slice(1000, None)))
    ]
    ((panel, found),) = reliability_panels(halves, ["m", "gone"])
    distances = [abs(150 - x - y) for x, y in [*points_of(panel.curve)[1:-1], *panel.dots]]
    assert max(distances) < 8
    assert found.miscalibration < 1e-3
    assert "of 10 bins off the bars that hold 95 % by chance" in panel.words
    assert len(panel.curve) < 4000
