"""Pictures of a search: what they show, and that only they need matplotlib."""

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


def test_scores_are_those_of_the_results(search):
    display = FocalSearchDisplay.from_estimator(search)

    assert display.gammas.tolist() == [0, 1, 2]
    assert display.alphas == ["None", "0.7"]
    assert display.Cs.tolist() == [0.01, 1.0]
    results = search.cv_results_
    for index, candidate in enumerate(results["params"]):
        place = (
            display.gammas.tolist().index(candidate["gamma"]),
            display.alphas.index(str(candidate["alpha"])),
            display.Cs.tolist().index(candidate["C"]),
        )
        assert display.mean_scores[place] == results["mean_test_score"][index]
        assert display.std_scores[place] == results["std_test_score"][index]


def test_a_line_for_each_alpha_follows_the_best_score(search):
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


def test_the_heat_map_shows_the_chosen_alpha_and_marks_the_best(search):
    display = FocalSearchDisplay.from_estimator(search, kind="heatmap")
    chosen = display.alphas.index(str(search.alpha_))

    assert display.ax_.get_title() == f"alpha={search.alpha_}"
    (image,) = display.ax_.get_images()
    np.testing.assert_array_equal(image.get_array(), display.mean_scores[:, chosen].T)
    (star,) = display.ax_.lines
    assert display.gammas[int(star.get_xdata()[0])] == search.gamma_
    assert display.Cs[int(star.get_ydata()[0])] == search.C_


def test_it_draws_where_it_is_told_and_draws_again(search):
    _, (left, right) = plt.subplots(1, 2)
    display = FocalSearchDisplay.from_estimator(search, ax=left)

    assert display.ax_ is left
    assert display.plot(ax=right) is display
    assert display.ax_ is right


@pytest.mark.parametrize("convert", [dict, pd.DataFrame])
def test_results_may_be_a_frame(convert, search):
    expected = FocalSearchDisplay.from_estimator(search)
    display = FocalSearchDisplay.from_cv_results(convert(search.cv_results_))

    assert display.alphas == expected.alphas
    np.testing.assert_array_equal(display.mean_scores, expected.mean_scores)


def test_a_grid_search_over_the_same_parameters_can_be_drawn(table):
    grid = {"gamma": [0, 2], "alpha": [None, "balanced"], "C": [0.1, 1.0]}
    search = GridSearchCV(FocalLogisticRegression(), grid, scoring="neg_log_loss", cv=3)

    assert FocalSearchDisplay.from_estimator(search.fit(*table)).alphas == ["None", "balanced"]


@pytest.mark.parametrize("kind", ["gamma", "heatmap"])
def test_candidates_without_a_score_leave_gaps(kind, search):
    results = dict(search.cv_results_)
    results["mean_test_score"] = results["mean_test_score"].copy()
    results["mean_test_score"][[each["gamma"] == 1 for each in results["params"]]] = np.nan
    display = FocalSearchDisplay.from_cv_results(results, kind=kind)

    assert np.isnan(display.mean_scores[1]).all()
    display.figure_.canvas.draw()


def test_what_cannot_be_drawn(search):
    with pytest.raises(NotFittedError):
        FocalSearchDisplay.from_estimator(FocalLogisticRegressionCV())
    with pytest.raises(ValueError, match="kind must be one of 'gamma', 'heatmap'"):
        FocalSearchDisplay.from_estimator(search, kind="C")


SEARCHED = {"gamma": [0, 1], "alpha": [None], "C": [1.0]}


@pytest.mark.parametrize(
    ("candidates", "options", "message"),
    [
        ({"gamma": [0, 1]}, {}, r"over gamma, alpha and C, .* candidate with \['gamma'\]"),
        ([SEARCHED, {"gamma": [2]}], {}, r"candidate with \['gamma'\]"),
        # Of candidates that differ in something else only one could be shown.
        (SEARCHED | {"fit_intercept": [True, False]}, {}, r"candidate with .*'fit_intercept'"),
        (SEARCHED, {"scoring": ["accuracy", "roc_auc"], "refit": False}, "with one scoring"),
    ],
)
def test_other_searches_are_refused(candidates, options, message, table):
    grid = GridSearchCV(FocalLogisticRegression(), candidates, cv=2, **options).fit(*table)
    with pytest.raises(ValueError, match=message):
        FocalSearchDisplay.from_estimator(grid)


def test_the_star_marks_the_candidate_that_was_chosen_of_equally_good_ones(table):
    search = FocalLogisticRegressionCV(
        (2, 0, 1), ("balanced", None), (1.0, 0.01), cv=3, scoring=lambda *_: 1.0
    ).fit(*table)
    display = FocalSearchDisplay.from_estimator(search, kind="heatmap")

    (star,) = display.ax_.lines
    assert display.gammas[int(star.get_xdata()[0])] == search.gamma_ == 2
    assert display.Cs[int(star.get_ydata()[0])] == search.C_ == 1.0
    assert display.ax_.get_title() == f"alpha={search.alpha_}" == "alpha=balanced"


def test_a_search_without_a_last_fit_can_be_drawn(table):
    search = FocalLogisticRegressionCV((0, 2), (None,), (1.0,), cv=3, refit=False).fit(*table)

    assert FocalSearchDisplay.from_estimator(search).gammas.tolist() == [0, 2]


def test_without_matplotlib_the_error_says_what_to_install(search, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        FocalSearchDisplay.from_estimator(search)
