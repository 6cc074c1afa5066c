"""Plots of a search."""

import sys

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from sklearn.datasets import make_classification
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV

from skfocal import FocalLogisticRegression
from skfocal.displays import FocalSearchDisplay
from skfocal.model_selection import FocalLogisticRegressionCV

mpl.use("Agg")


@pytest.fixture(scope="module")
def table():
    return make_classification(200, 4, flip_y=0.3, random_state=0)


@pytest.fixture(scope="module")
def search(table):
    return FocalLogisticRegressionCV((2, 0, 1), (None, 0.7), (1.0, 0.01), cv=3).fit(*table)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_scores_agree_with_cv_results(search):
    display = FocalSearchDisplay.from_estimator(search)

    assert display.gammas.tolist() == [0, 1, 2]
    assert display.alphas == ["None", "0.7"]
    assert display.Cs.tolist() == [0.01, 1.0]
    results = search.cv_results_
    for index, candidate in enumerate(results["params"]):
        position = (
            display.gammas.tolist().index(candidate["gamma"]),
            display.alphas.index(str(candidate["alpha"])),
            display.Cs.tolist().index(candidate["C"]),
        )
        assert display.mean_scores[position] == results["mean_test_score"][index]
        assert display.std_scores[position] == results["std_test_score"][index]


def test_gamma_plot_has_a_line_of_best_scores_for_each_alpha(search):
    display = FocalSearchDisplay.from_estimator(search)

    assert display.ax_.get_xlabel() == "gamma"
    assert display.ax_.get_figure() is display.figure_
    lines = display.ax_.containers
    assert [line.get_label() for line in lines] == ["alpha=None", "alpha=0.7"]
    for index, line in enumerate(lines):
        expected = display.mean_scores[:, index].max(axis=1)
        np.testing.assert_array_equal(line.lines[0].get_ydata(), expected)
        (bars,) = line.lines[2]
        lengths = [np.ptp(bar[:, 1]) for bar in bars.get_segments()]
        best = display.mean_scores[:, index].argmax(axis=1)
        spread = display.std_scores[np.arange(3), index, best]
        np.testing.assert_allclose(lengths, 2 * spread)


def test_heatmap_shows_the_best_alpha_and_marks_the_best_candidate(search):
    display = FocalSearchDisplay.from_estimator(search, kind="heatmap")
    best = display.alphas.index(str(search.alpha_))

    assert display.ax_.get_title() == f"alpha={search.alpha_}"
    (image,) = display.ax_.get_images()
    np.testing.assert_array_equal(image.get_array(), display.mean_scores[:, best].T)
    (star,) = display.ax_.lines
    assert display.gammas[int(star.get_xdata()[0])] == search.gamma_
    assert display.Cs[int(star.get_ydata()[0])] == search.C_


def test_frame_of_the_gamma_plot_has_its_points(search):
    display = FocalSearchDisplay.from_estimator(search)
    frame = display.frame()

    for line, alpha in zip(display.ax_.containers, display.alphas, strict=True):
        rows = frame[frame["alpha"] == alpha]
        assert rows["gamma"].tolist() == [0, 1, 2]
        np.testing.assert_array_equal(rows["mean_score"], line.lines[0].get_ydata())
        (bars,) = line.lines[2]
        lengths = [np.ptp(bar[:, 1]) for bar in bars.get_segments()]
        np.testing.assert_allclose(lengths, 2 * rows["std_score"])


def test_frame_of_the_heatmap_has_its_cells(search):
    display = FocalSearchDisplay.from_estimator(search, kind="heatmap")
    cells = display.frame().pivot_table(index="C", columns="gamma", values="mean_score")
    (image,) = display.ax_.get_images()

    np.testing.assert_array_equal(cells, image.get_array())
    assert set(display.frame()["alpha"]) == {str(search.alpha_)}


def test_alphas_differ_in_colour_and_line_style(search):
    lines = [each.lines[0] for each in FocalSearchDisplay.from_estimator(search).ax_.containers]

    assert len({line.get_color() for line in lines}) == len(lines)
    assert len({line.get_linestyle() for line in lines}) == len(lines)


def test_plot_uses_the_given_axes(search):
    _, (left, right) = plt.subplots(1, 2)
    display = FocalSearchDisplay.from_estimator(search, ax=left)

    assert display.ax_ is left
    assert display.plot(ax=right) is display
    assert display.ax_ is right


@pytest.mark.parametrize("convert", [dict, pd.DataFrame])
def test_cv_results_can_be_a_dataframe(convert, search):
    expected = FocalSearchDisplay.from_estimator(search)
    display = FocalSearchDisplay.from_cv_results(convert(search.cv_results_))

    assert display.alphas == expected.alphas
    np.testing.assert_array_equal(display.mean_scores, expected.mean_scores)


def test_grid_search_over_the_same_parameters_can_be_plotted(table):
    grid = {"gamma": [0, 2], "alpha": [None, "balanced"], "C": [0.1, 1.0]}
    search = GridSearchCV(FocalLogisticRegression(), grid, scoring="neg_log_loss", cv=3)

    assert FocalSearchDisplay.from_estimator(search.fit(*table)).alphas == ["None", "balanced"]


@pytest.mark.parametrize("kind", ["gamma", "heatmap"])
def test_candidates_without_a_score_can_be_plotted(kind, search):
    results = dict(search.cv_results_)
    results["mean_test_score"] = results["mean_test_score"].copy()
    results["mean_test_score"][[each["gamma"] == 1 for each in results["params"]]] = np.nan
    display = FocalSearchDisplay.from_cv_results(results, kind=kind)

    assert np.isnan(display.mean_scores[1]).all()
    assert set(display.frame()["gamma"]) == {0, 2}
    display.figure_.canvas.draw()


def test_invalid_input_is_rejected(search):
    with pytest.raises(NotFittedError):
        FocalSearchDisplay.from_estimator(FocalLogisticRegressionCV())
    with pytest.raises(ValueError, match="kind must be one of 'gamma', 'heatmap'"):
        FocalSearchDisplay.from_estimator(search, kind="C")


SEARCHED = {"gamma": [0, 1], "alpha": [None], "C": [1.0]}


@pytest.mark.parametrize(
    ("candidates", "options", "message"),
    [
        ({"gamma": [0, 1]}, {}, r"gamma, alpha and C; .* parameters \['gamma'\]"),
        ([SEARCHED, {"gamma": [2]}], {}, r"parameters \['gamma'\]"),
        # Candidates that differ in another parameter would be plotted on top of each other.
        (SEARCHED | {"fit_intercept": [True, False]}, {}, r"parameters .*'fit_intercept'"),
        (
            SEARCHED,
            {"scoring": ["accuracy", "roc_auc"], "refit": False},
            "cv_results must contain 'mean_test_score'",
        ),
    ],
)
def test_searches_over_other_parameters_are_rejected(candidates, options, message, table):
    grid = GridSearchCV(FocalLogisticRegression(), candidates, cv=2, **options).fit(*table)
    with pytest.raises(ValueError, match=message):
        FocalSearchDisplay.from_estimator(grid)


def test_heatmap_marks_the_selected_candidate_among_ties(table):
    search = FocalLogisticRegressionCV(
        (2, 0, 1), ("balanced", None), (1.0, 0.01), cv=3, scoring=lambda *_: 1.0
    ).fit(*table)
    display = FocalSearchDisplay.from_estimator(search, kind="heatmap")

    (star,) = display.ax_.lines
    assert display.gammas[int(star.get_xdata()[0])] == search.gamma_ == 2
    assert display.Cs[int(star.get_ydata()[0])] == search.C_ == 1.0
    assert display.ax_.get_title() == f"alpha={search.alpha_}" == "alpha=balanced"


def test_search_without_refit_can_be_plotted(table):
    search = FocalLogisticRegressionCV((0, 2), (None,), (1.0,), cv=3, refit=False).fit(*table)

    assert FocalSearchDisplay.from_estimator(search).gammas.tolist() == [0, 2]


def test_error_without_matplotlib_names_the_package(search, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"pip install .skfocal\[plot\]"):
        FocalSearchDisplay.from_estimator(search)


@pytest.mark.parametrize("kind", ["gamma", "heatmap"])
def test_gammas_per_class_are_named(kind, table):
    gammas = (0, np.array([2.0, 0.5]), {0: 1.0, 1: 0.0})
    search = FocalLogisticRegressionCV(gammas, (None,), (1.0, 0.01), cv=3).fit(*table)

    display = FocalSearchDisplay.from_estimator(search, kind=kind)

    names = ["0", "2, 0.5", "0: 1, 1: 0"]
    assert display.gammas == names
    assert [label.get_text() for label in display.ax_.get_xticklabels()] == names
    assert np.nanmax(display.mean_scores) == search.best_score_
