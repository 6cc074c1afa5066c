"""The plots of the speed run show what its JSON holds, on a light page and on a dark one."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from benchmarks.speed.contenders import FOCAL_OURS
from benchmarks.speed.focal_contenders import CONTENDERS
from benchmarks.speed.plots import FLOOR, PLOTS, draw, figures, growth
from benchmarks.speed.to_target import TARGET

ROOT = Path(__file__).parents[2]
NAMES = list(CONTENDERS)


@pytest.fixture
def report():
    """Everyone takes part, each a little slower than the one before."""

    def table(n_samples, n_features, family="dense"):
        seconds = {name: 1e-8 * n_samples * n_features * (k + 1) for k, name in enumerate(NAMES)}
        return {
            "family": family,
            "n_samples": n_samples,
            "n_features": n_features,
            "contenders": {name: {"median_seconds": each} for name, each in seconds.items()},
        }

    def climb(name, gamma):
        return {
            "table": name,
            "gamma": gamma,
            "contenders": {
                name: {"points": [[0.1, 1e-2], [0.3, 1e-7], [0.4, 0.0]]}
                for name, each in CONTENDERS.items()
                if each.gamma == gamma and each.ladder
            },
        }

    shapes = [(300, 10), (10_000, 30), (100_000, 10), (100_000, 30), (100_000, 300), (10_000, 3000)]
    return {
        "tables": [*(table(*shape) for shape in shapes), table(200, 30, family="wide")],
        "to_target": [climb(name, gamma) for name in ("one", "two") for gamma in (0.0, 2.0)],
    }


def named(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_growth_is_drawn_with_all_else_fixed(report):
    del report["tables"][0]["contenders"]["glum"]
    lines = growth(report, "n_samples", n_features=10)
    assert lines[FOCAL_OURS] == [(300, pytest.approx(3e-5)), (100_000, pytest.approx(1e-2))]
    assert [size for size, _ in lines["glum"]] == [100_000]


def test_every_line_passes_through_the_medians(report):
    drawn = figures(report)
    for name, fixed, values, axis in (
        ("speed-rows.svg", "n_features", (30, 10), "n_samples"),
        ("speed-columns.svg", "n_samples", (100_000, 10_000), "n_features"),
    ):
        for axes, value in zip(drawn[name].axes, values, strict=True):
            expected = growth(report, axis, **{fixed: value})
            lines = {line.get_label(): line.get_xydata() for line in axes.lines}
            assert set(lines) == set(NAMES)
            for who, points in expected.items():
                np.testing.assert_array_equal(lines[who], points)
            assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
            assert f"{value} columns" in axes.get_xlabel() or f"{value:,} rows" in axes.get_xlabel()


def test_suboptimality_is_clipped_and_the_target_is_marked(report):
    figure = figures(report)["speed-suboptimality.svg"]
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["one, γ=0", "one, γ=2", "two, γ=0", "two, γ=2"]
    for axes in figure.axes:
        *lines, target = axes.lines
        assert set(target.get_ydata()) == {TARGET}
        for line in lines:
            assert line.get_ydata().tolist() == [1e-2, 1e-7, FLOOR]


def test_everyone_is_named_once_and_told_apart(report):
    drawn = figures(report)
    assert named(drawn["speed-rows.svg"]) == named(drawn["speed-columns.svg"]) == NAMES
    lines = drawn["speed-rows.svg"].axes[0].lines
    marked = {(line.get_color(), line.get_marker()) for line in lines}
    dashed = {(line.get_color(), line.get_linestyle()) for line in lines}
    assert len(marked) == len(dashed) == len(NAMES)


def test_a_drawing_suits_a_light_page_and_a_dark_one_and_is_the_same_again(report, tmp_path):
    draw(report, tmp_path)
    first = {name: (tmp_path / name).read_text(encoding="utf-8") for name in PLOTS}
    draw(report, tmp_path)
    for name, text in first.items():
        assert (tmp_path / name).read_text(encoding="utf-8") == text
        ET.fromstring(text)  # noqa: S314 - just drawn here
        assert text.count("@media (prefers-color-scheme: dark)") == 1
        assert "fill: #ffffff" not in text
        assert all(f">{who}</text>" in text for who in (FOCAL_OURS, "PyTorch L-BFGS"))


def test_every_table_of_the_committed_run_is_in_the_plot_of_rows():
    text = (ROOT / "benchmarks" / "results" / "speed.json").read_text(encoding="utf-8")
    panels = figures(json.loads(text))["speed-rows.svg"].axes
    ours = [line for axes in panels for line in axes.lines if line.get_label() == FOCAL_OURS]
    assert [line.get_xdata().tolist() for line in ours] == [
        [2_000, 10_000, 100_000, 1_000_000],
        [300, 100_000, 10_000_000],
    ]
