"""Plots of the loss, of probabilities and of thresholds."""

import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.cbook import STEP_LOOKUP_MAP
from sklearn.datasets import load_iris, make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, precision_score, recall_score

from skfocal import FocalLogisticRegression, FocalLogisticRegressionCV, focal_loss, focal_posterior
from skfocal.displays import (
    FocalLossDisplay,
    FocalPosteriorDisplay,
    FocalSearchDisplay,
    ReliabilityDisplay,
    ThresholdDisplay,
)
from skfocal.metrics import reliability_curve

mpl.use("Agg")


@pytest.fixture(scope="module")
def table():
    X, y = make_classification(1000, weights=[0.8], flip_y=0.1, random_state=0)
    return X, np.array(["no", "yes"])[y]


@pytest.fixture(scope="module")
def model(table):
    return FocalLogisticRegression(gamma={"no": 2, "yes": 1}, alpha="balanced").fit(*table)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def displays(model, table):
    return {
        "loss": FocalLossDisplay.from_gammas(),
        "loss of a model": FocalLossDisplay.from_estimator(model),
        "posterior": FocalPosteriorDisplay.from_gammas(alpha=0.8),
        "posterior of a model": FocalPosteriorDisplay.from_estimator(model),
        "reliability": ReliabilityDisplay.from_estimator(model, *table),
        "threshold": ThresholdDisplay.from_estimator(model, *table),
        "search": FocalSearchDisplay.from_estimator(
            FocalLogisticRegressionCV((0, 2), (None,), (0.1, 1.0), cv=2).fit(*table)
        ),
    }


def test_a_display_draws_again_on_given_axes(model, table):
    for display in displays(model, table).values():
        _, ax = plt.subplots()

        assert display.plot(ax=ax) is display
        assert display.ax_ is ax
        assert display.figure_ is ax.figure
        assert ax.get_legend() is not None
        display.figure_.canvas.draw()


def test_frames_have_what_is_drawn(model, table):
    for name, display in displays(model, table).items():
        frame = display.frame()

        assert len(frame)
        # The last threshold flags no sample, so it has no precision.
        numbers = frame[:-1] if name == "threshold" else frame
        assert numbers.select_dtypes("number").notna().all(axis=None)


def test_loss():
    display = FocalLossDisplay.from_gammas([0, 3])
    at = np.array([10, 200, 390])
    logits = np.log(display.probability[at] / (1 - display.probability[at]))
    for gamma, values in zip([0, 3], display.values, strict=True):
        expected = focal_loss([1, 1, 1], logits, gamma=gamma, reduction="none")
        np.testing.assert_allclose(values[at], expected)


def test_factor():
    display = FocalLossDisplay.from_gammas([0, 3], kind="factor")

    np.testing.assert_allclose(display.values, [(1 - display.probability) ** g for g in (0, 3)])


def test_loss_of_a_model_has_its_class_weights(model):
    display = FocalLossDisplay.from_estimator(model)
    weights = model.class_weight_[:, np.newaxis]

    np.testing.assert_allclose(
        display.values, weights * FocalLossDisplay.from_gammas([2, 1]).values
    )


@pytest.mark.parametrize("weight", [1, 50])
def test_the_axis_of_the_loss_grows_with_the_largest_class_weight(weight, table):
    model = FocalLogisticRegression(gamma=0, alpha={"no": 1, "yes": weight}).fit(*table)
    axes = FocalLossDisplay.from_estimator(model).ax_

    assert axes.get_ylim()[1] == pytest.approx(5 * weight, rel=0.01)


def test_posterior_of_a_model(model, table):
    X, _ = table
    display = FocalPosteriorDisplay.from_estimator(model)
    link = FocalLogisticRegression(**model.get_params()).set_params(probability="link")
    sigmoid = link.fit(*table).predict_proba(X)[:, 1]
    interpolated = np.interp(sigmoid, display.sigmoid, display.posterior[0])

    np.testing.assert_allclose(interpolated, model.predict_proba(X)[:, 1], atol=2e-3)


def test_posteriors():
    display = FocalPosteriorDisplay.from_gammas([0, 2])
    logits = np.log(display.sigmoid / (1 - display.sigmoid))

    np.testing.assert_allclose(display.posterior[0], display.sigmoid)
    np.testing.assert_allclose(display.posterior[1], focal_posterior(logits, gamma=2.0))


def test_bins_are_those_of_the_reliability_curve(model, table):
    X, y = table
    y_prob = model.predict_proba(X)[:, 1]
    frame = ReliabilityDisplay.from_predictions(y, y_prob, pos_label="yes", n_bins=7).frame()
    curve = reliability_curve(y, y_prob, pos_label="yes", n_bins=7)

    np.testing.assert_allclose(frame["probability"], curve.probability)
    np.testing.assert_allclose(frame["frequency"], curve.frequency)
    assert (frame["low"] <= frame["high"]).all()


def test_the_frame_has_the_line_and_the_histogram(model, table):
    display = ReliabilityDisplay.from_estimator(model, *table)
    _, line, *_ = display.ax_.lines
    (stairs,) = display.ax_.patches
    drawn, shares = display.frame("line"), display.frame("histogram")

    np.testing.assert_array_equal(drawn[["probability", "frequency"]].T, line.get_data())
    heights, edges, _ = stairs.get_data()
    np.testing.assert_allclose(shares["share"] / shares["share"].max(), heights / heights.max())
    np.testing.assert_array_equal(shares["low"], edges[:-1])
    np.testing.assert_array_equal(shares["high"], edges[1:])
    assert shares["share"].sum() == pytest.approx(1)
    with pytest.raises(ValueError, match="kind must be one of 'bins', 'line', 'histogram'"):
        display.frame("dots")


def test_several_classifiers(model, table):
    others = {"focal": model, "plain": LogisticRegression().fit(*table)}
    display = ReliabilityDisplay.from_estimator(others, *table)

    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == ["focal", "plain"]
    assert set(display.frame()["classifier"]) == {"focal", "plain"}


@pytest.mark.parametrize("display", [ReliabilityDisplay, ThresholdDisplay])
def test_the_other_class_as_the_positive_one(display, model, table):
    X, y = table
    frame = display.from_estimator(model, X, y, pos_label="no").frame()
    expected = display.from_predictions(y, model.predict_proba(X)[:, 0], pos_label="no").frame()

    assert frame.select_dtypes("number").equals(expected.select_dtypes("number"))


def test_threshold_scores_are_those_of_scikit_learn(model, table):
    X, y = table
    y_prob = model.predict_proba(X)[:, 1]
    display = ThresholdDisplay.from_estimator(model, X, y)
    for index in (0, 300, 900):
        flagged = np.where(y_prob >= display.thresholds[index], "yes", "no")
        assert display.precision[index] == pytest.approx(
            precision_score(y, flagged, pos_label="yes")
        )
        assert display.recall[index] == pytest.approx(recall_score(y, flagged, pos_label="yes"))
        assert display.f1[index] == pytest.approx(f1_score(y, flagged, pos_label="yes"))
        assert display.flagged[index] == pytest.approx((flagged == "yes").mean())
    assert display.chosen == display.thresholds[display.f1.argmax()]


def drawn_value(line, threshold):
    """Return what a reader of the plot reads off a curve."""
    x, y = STEP_LOOKUP_MAP[line.get_drawstyle()](*line.get_data())
    inside = np.flatnonzero((x[:-1] < threshold) & (threshold < x[1:]))
    assert len(inside) == 1
    np.testing.assert_equal(*y[[inside[0], inside[0] + 1]])
    return y[inside[0]]


@pytest.mark.parametrize("threshold", [0.05, 0.3, 0.7, 0.95])
def test_the_drawn_values_are_those_of_the_threshold(threshold):
    y, y_prob = np.array([0, 0, 1, 0, 1]), np.array([0.1, 0.2, 0.4, 0.6, 0.9])
    display = ThresholdDisplay.from_predictions(y, y_prob)
    flagged = y_prob >= threshold
    precision, recall, share, f1 = (drawn_value(line, threshold) for line in display.ax_.lines[:4])

    assert share == flagged.mean()
    assert recall == flagged[y == 1].mean()
    assert f1 == f1_score(y, flagged)
    if flagged.any():
        assert precision == precision_score(y, flagged)
    else:
        assert np.isnan(precision)


@pytest.mark.parametrize("largest", [0.9, 1.0])
def test_flagging_no_sample_may_cost_least(largest):
    y_prob = [0.1, 0.5, largest]
    display = ThresholdDisplay.from_predictions([1, 0, 0], y_prob, costs=(1, 1))

    assert display.cost.min() == pytest.approx(1 / 3)
    assert display.chosen > largest
    assert display.chosen == pytest.approx(1)
    assert display.flagged[-1] == display.recall[-1] == 0


def test_costs_choose_the_threshold(model, table):
    X, y = table
    y_prob = model.predict_proba(X)[:, 1]
    display = ThresholdDisplay.from_estimator(model, X, y, costs=(1, 8))
    flagged = y_prob >= display.chosen
    cost = (flagged & (y == "no")).mean() + 8 * (~flagged & (y == "yes")).mean()

    assert cost == pytest.approx(display.cost.min())
    assert "cost" in display.frame()


def test_weights_are_repetitions(model, table):
    X, y = table
    weight = np.random.default_rng(0).integers(0, 3, len(y))
    y_prob = model.predict_proba(X)[:, 1]
    weighted = ThresholdDisplay.from_predictions(y, y_prob, sample_weight=weight, pos_label="yes")
    repeated = ThresholdDisplay.from_predictions(
        np.repeat(y, weight), np.repeat(y_prob, weight), pos_label="yes"
    )

    np.testing.assert_allclose(weighted.f1, repeated.f1)
    assert weighted.chosen == repeated.chosen


def test_given_threshold(model, table):
    assert ThresholdDisplay.from_estimator(model, *table, threshold=0.5).chosen == 0.5


def test_more_than_two_classes_are_refused():
    X, y = load_iris(return_X_y=True)
    model = FocalLogisticRegression().fit(X, y)
    with pytest.raises(ValueError, match="two classes"):
        FocalPosteriorDisplay.from_estimator(model)
    for display in (ReliabilityDisplay, ThresholdDisplay):
        with pytest.raises(ValueError, match="two classes"):
            display.from_estimator(model, X, y)


@pytest.mark.parametrize("display", [FocalLossDisplay, FocalPosteriorDisplay])
def test_models_without_focal_loss_are_refused(display, table):
    with pytest.raises(TypeError, match="estimator must be a classifier with focal loss"):
        display.from_estimator(LogisticRegression().fit(*table))


@pytest.mark.parametrize("display", [ReliabilityDisplay, ThresholdDisplay])
def test_unknown_positive_class(display, model, table):
    with pytest.raises(ValueError, match="pos_label must be one of"):
        display.from_estimator(model, *table, pos_label="maybe")


def test_invalid_parameters():
    with pytest.raises(ValueError, match="kind"):
        FocalLossDisplay.from_gammas(kind="nothing")
    with pytest.raises(ValueError, match="gamma"):
        FocalPosteriorDisplay.from_gammas([-1.0])
    with pytest.raises(ValueError, match="costs"):
        ThresholdDisplay.from_predictions([0, 1], [0.2, 0.7], costs=(1, -1))
    with pytest.raises(ValueError, match="positive class"):
        ThresholdDisplay.from_predictions([0, 0], [0.2, 0.7])


def test_missing_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match="FocalLossDisplay needs matplotlib"):
        FocalLossDisplay.from_gammas()
