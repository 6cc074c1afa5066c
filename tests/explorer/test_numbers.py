"""Every number that the page shows is that of the package, to the digits shown."""

import itertools

import numpy as np
import pytest
from sklearn.metrics import log_loss

from skfocal import (
    FocalLogisticRegression,
    FocalLoss,
    focal_breakdown,
    focal_loss,
    focal_posterior,
)
from skfocal.metrics import reliability_curve

pytestmark = pytest.mark.browser

GAMMAS = [0.0, 0.5, 2.0, 5.0]


def cells(table):
    """Return the texts of the body of a table."""
    return table.evaluate(
        "table => [...table.tBodies[0].rows].map(row => [...row.cells].map(c => c.textContent))"
    )


def values(view):
    """Return the second column of the first table of a view."""
    return [value for _, value in cells(view.locator("table").first)]


def unfold(view):
    view.locator("details").evaluate("details => { details.open = true; }")


@pytest.mark.parametrize("gamma", GAMMAS)
def test_curves_and_marker_are_the_loss(page, set_slider, agrees, gamma):
    view = page.locator("focal-loss-viz")
    unfold(view)
    set_slider(view.get_by_label("γ, focusing"), gamma)
    for p_t in (0.01, 0.3, 0.5, 0.9, 0.99):
        set_slider(view.get_by_label("pt, prob"), p_t)
        shown = values(view)
        expected = focal_breakdown(np.log(p_t / (1 - p_t)), 1, gamma=gamma)
        agrees(shown[0], p_t)
        for text, number in zip(
            shown[1:4],
            (expected.cross_entropy, expected.modulating_factor, expected.focal_loss),
            strict=True,
        ):
            agrees(text, number)
    view.locator("details table").wait_for()
    rows = cells(view.locator("details table"))
    assert len(rows) == 19
    for p_t, *shown in rows:
        logit = np.log(float(p_t) / (1 - float(p_t)))
        agrees(shown[0], focal_loss([1], [logit], gamma=0.0))
        agrees(shown[1], (1 - float(p_t)) ** gamma)
        agrees(shown[2], focal_loss([1], [logit], gamma=gamma))


LOGITS = ["4, 1, -1", "1000, 0, -1000", "0.3, -0.2", "-30, -31, 5, 2.5", "0, 0"]


@pytest.mark.parametrize("logits", LOGITS)
def test_calculator_is_the_package(page, agrees, logits):
    view = page.locator("focal-calculator")
    unfold(view)
    numbers = [float(text) for text in logits.split(",")]
    n_classes = len(numbers)
    # Fields are valid together after every change: the true class is set back first.
    view.get_by_label("True class").fill("0")
    view.get_by_label("Logits").fill(logits)
    for gamma, weights in itertools.product(GAMMAS, [None, np.arange(1, n_classes + 1) / 4]):
        view.get_by_label("γ", exact=True).fill(str(gamma))
        text = "" if weights is None else ", ".join(map(str, weights))
        view.get_by_label("α", exact=True).fill(text)
        for true_class in range(n_classes):
            view.get_by_label("True class").fill(str(true_class))
            expected = focal_breakdown(numbers, true_class, gamma=gamma, alpha=weights)
            shown = values(view)
            factors = expected[1:]
            for text, number in zip(shown, factors, strict=True):
                agrees(text, number)
        posterior = focal_posterior([numbers], gamma=gamma, alpha=weights)[0]
        for k, row in enumerate(cells(view.locator("details table"))):
            agrees(row[1], numbers[k])
            agrees(row[2], expected.probabilities[k])
            agrees(row[3], posterior[k])


def test_extreme_logits_give_the_exact_loss(page):
    view = page.locator("focal-calculator")
    view.get_by_label("Logits").fill("1000, 0, -1000")
    view.get_by_label("True class").fill("1")
    shown = values(view)
    assert shown == ["0", "1000", "1.000", "1.000", "1000"]


@pytest.mark.parametrize("alpha", [None, 0.25, 0.9])
@pytest.mark.parametrize("gamma", GAMMAS)
def test_recovered_posterior_is_that_of_the_package(page, set_slider, agrees, gamma, alpha):
    view = page.locator("focal-recovery")
    unfold(view)
    set_slider(view.get_by_label("γ, focusing"), gamma)
    if alpha is not None:
        view.get_by_label("Class weights").check()
        set_slider(view.get_by_label("α, weight"), alpha)
    view.locator("details table").wait_for()
    rows = np.array(cells(view.locator("details table")))
    raw = rows[:, 0].astype(float)
    expected = focal_posterior(np.log(raw / (1 - raw)), gamma=gamma, alpha=alpha)
    for text, number in zip(rows[:, 1], expected, strict=True):
        agrees(text, number)


@pytest.mark.parametrize(
    ("gamma", "alpha", "C", "share"),
    [(0.0, None, 0.0, 0.08), (2.0, None, 0.0, 0.08), (2.0, 0.25, -2.0, 0.02), (5.0, 0.9, 3.0, 0.3)],
)
def test_live_fit_is_that_of_the_package(page, set_slider, agrees, gamma, alpha, C, share):
    view = page.locator("focal-live-fit")
    unfold(view)
    set_slider(view.get_by_label("Share of class 1"), share)
    set_slider(view.get_by_label("γ, focusing"), gamma)
    set_slider(view.get_by_label("C, inverse"), C)
    if alpha is not None:
        view.get_by_label("Class weights").check()
        set_slider(view.get_by_label("α, weight"), alpha)
    view.locator("details table").nth(1).wait_for()
    rows = np.array(cells(view.locator("details table").nth(1)))
    X = np.array([[float(x.replace("−", "-")) for x in row[1:3]] for row in rows])
    y = rows[:, 3].astype(int)
    assert y.sum() == round(share * len(y))

    scores = {name: numbers for name, *numbers in cells(view.locator("table").first)}
    settings = {"alpha": alpha, "C": 10**C, "tol": 1e-9, "max_iter": 1000}
    for column, one in enumerate([gamma, 0.0]):
        model = FocalLogisticRegression(gamma=one, **settings).fit(X, y)
        agrees(scores["coefficient of x₁"][column], model.coef_[0, 0])
        agrees(scores["coefficient of x₂"][column], model.coef_[0, 1])
        agrees(scores["intercept"][column], model.intercept_[0])
        recovered = model.predict_proba(X)
        raw = model.set_params(probability="link").predict_proba(X)
        agrees(scores["log loss, raw"][column], log_loss(y, raw))
        agrees(scores["log loss, recovered"][column], log_loss(y, recovered))
        if column == 0:
            curves = [reliability_curve(y, p[:, 1], n_bins=5) for p in (raw, recovered)]
            margin = model.decision_function(X)
    bins = cells(view.locator("details table").first)
    expected = [row for curve in curves for row in zip(*curve[:3], strict=True)]
    assert len(bins) == len(expected)
    for (_, *shown), numbers in zip(bins, expected, strict=True):
        for text, number in zip(shown, numbers, strict=True):
            agrees(text, number)

    weight = np.ones(2) if alpha is None else np.array([1 - alpha, alpha])
    sign = np.where(y == 1, 1, -1)
    step = 1e-5
    loss = [
        FocalLoss(gamma).value(np.ones_like(y), sign * margin + shift) for shift in (-step, step)
    ]
    gradient = weight[y] * (loss[0] - loss[1]) / (2 * step)
    for text, number in zip(rows[:, 4], gradient, strict=True):
        value = float(text)
        assert value == pytest.approx(number, rel=2e-3, abs=1e-8)
