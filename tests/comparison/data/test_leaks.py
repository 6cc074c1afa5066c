"""Columns that alone predict the target are reported, others are not."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from skfocal.comparison import make_table
from skfocal.comparison.data import leaks as module
from skfocal.comparison.data.leaks import _number_auc, leak_notes

RNG = np.random.default_rng(0)
Y = RNG.permutation(np.arange(200) < 30)
NOISE = RNG.normal(size=200)


def leak_findings(column, y=Y):
    findings = make_table(pd.DataFrame({"mine": column}), y, name="data").findings
    return [text for text in findings if "alone predicts" in text]


@pytest.mark.parametrize(
    "column",
    [
        Y + 0.1 * RNG.uniform(size=200),
        -Y.astype(float),
        np.where(Y, np.nan, NOISE),  # missing where it happened
        np.where(Y, NOISE, np.nan),
        np.where(Y, "died", "left"),
        np.where(Y, None, np.where(NOISE > 0, "a", "b")),
        np.where(Y, "9%", "8%"),
    ],
)
def test_a_column_that_determines_the_class_is_reported(column):
    (text,) = leak_findings(column)
    assert text.startswith("column 'mine' alone predicts the target (AUC 1.0000)")


def test_leaks_come_first():
    frame = pd.DataFrame({"text": ["1%"] * 200, "later": Y.astype(int), "id": range(200)})
    findings = make_table(frame, Y, name="data").findings
    assert findings[0].startswith("column 'later' alone predicts")
    assert len(findings) == 3


def test_the_advice_names_a_column_of_the_table():
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(Y * 1000 + np.arange(200), unit="D")
    findings = leak_findings(pd.Series(days))
    assert findings
    assert all("X.drop(columns=['mine'])" in text for text in findings)


def test_a_good_predictor_is_no_leak():
    assert leak_findings(Y + 0.5 * NOISE) == []


@pytest.mark.parametrize(("noise", "leaks"), [(0.15, True), (0.45, False)])
def test_the_bound_is_an_area_under_the_curve(noise, leaks):
    column = Y + noise * NOISE
    assert (roc_auc_score(Y, column) > 0.999) == leaks
    assert bool(leak_notes(pd.DataFrame({"x": column}), Y.astype(int), (), {"x": "x"})) == leaks


def test_categories_of_one_row_are_no_leak():
    column = np.where(np.arange(200) < 60, [f"town {row}" for row in range(200)], "elsewhere")
    assert leak_findings(column) == []


def test_with_more_classes_all_of_them_must_be_determined():
    y = np.where(NOISE > 0.5, "third", Y.astype(str))
    (text,) = leak_findings(y, y)
    assert "alone predicts the target" in text
    assert leak_findings((y == "third").astype(float), y) == []


def test_small_tables_have_no_findings():
    y = np.arange(12) % 2
    assert make_table(pd.DataFrame({"mine": y}), y, name="few").findings == ()


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_no_column_above_the_limit_is_left_out_without_sorting(n_classes, missing, monkeypatch):
    rng = np.random.default_rng(n_classes)
    for noise in np.linspace(0, 1, 40):
        y = rng.permutation(np.arange(90) % 9 % n_classes)
        column = rng.choice([-1, 1]) * (y + noise * rng.normal(size=90)).round(rng.integers(3))
        column[rng.random(90) < missing * (y == rng.integers(n_classes))] = np.nan
        quick = _number_auc(column, y)
        with monkeypatch.context() as patch:
            patch.setattr(module, "_bound_on_auc", lambda *_: 1.0)
            exact = _number_auc(column, y)
        assert quick >= exact - 1e-12
        assert (quick > 0.999) == (exact > 0.999)
