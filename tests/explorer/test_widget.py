"""The notebook widgets, from Python."""

import builtins
import json

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array, issparse
from sklearn.metrics import average_precision_score, log_loss
from traitlets import TraitError

import skfocal
from skfocal import FocalLogisticRegression
from skfocal.metrics import reliability_curve


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    y = np.arange(400) < 60
    X = pd.DataFrame(
        {
            "size": rng.normal(size=400) + 1.5 * y,
            "weight": rng.normal(5, 3, size=400),
            "town": rng.choice(["a", "b", "c"], 400),
        }
    )
    X.loc[::50, "weight"] = np.nan
    return X, np.where(y, "yes", "no")


def test_traits_can_be_read_set_and_observed():
    widget = skfocal.explore(gamma=1.0, alpha=0.25)
    assert (widget.gamma, widget.alpha) == (1.0, 0.25)
    seen = []
    widget.observe(lambda change: seen.append(change["new"]), ["gamma", "alpha"])
    widget.gamma = 3.0
    widget.alpha = None
    assert seen == [3.0, None]
    assert {"gamma", "alpha"} <= set(widget.get_state())


@pytest.mark.parametrize(
    ("name", "value"),
    [("gamma", -1.0), ("gamma", float("nan")), ("alpha", 0.0), ("alpha", 1.5), ("C", 0.0)],
)
def test_invalid_values_are_refused_and_the_old_ones_stay(table, name, value):
    widget = skfocal.explore(*table)
    before = widget.get_state()
    with pytest.raises(TraitError, match=rf"{name} must .*; got "):
        setattr(widget, name, value)
    assert widget.get_state() == before


def test_table_is_refitted_by_the_estimator(table):
    X, y = table
    widget = skfocal.explore(X, y, C=0.1)
    split = widget.table
    for gamma, alpha, C in [(2.0, None, 0.1), (0.0, None, 0.1), (1.0, 0.9, 10.0)]:
        widget.set_trait("gamma", gamma)
        widget.set_trait("alpha", alpha)
        widget.set_trait("C", C)
        model = FocalLogisticRegression(gamma=gamma, alpha=alpha, C=C)
        model.fit(split.X_train, split.y_train)
        recovered = model.predict_proba(split.X_test)[:, 1]
        raw = model.set_params(probability="link").predict_proba(split.X_test)[:, 1]
        fit = widget.fit
        assert dict(fit["coefficients"]) == dict(zip(split.columns, model.coef_[0], strict=True))
        assert fit["intercept"] == model.intercept_[0]
        assert fit["log_loss"]["raw"] == log_loss(split.y_test, raw)
        assert fit["log_loss"]["recovered"] == log_loss(split.y_test, recovered)
        expected = average_precision_score(split.y_test, recovered)
        assert fit["average_precision"] == pytest.approx(expected)
        curve = reliability_curve(split.y_test, recovered)
        assert [one["size"] for one in fit["reliability"]["recovered"]] == curve.n_samples.tolist()
        json.dumps(fit)


def test_class_1_is_the_rarer_class_and_rows_are_held_out(table):
    X, y = table
    widget = skfocal.explore(X, y, test_size=0.5)
    assert widget.fit["label"] == "yes"
    assert widget.fit["n_train"] == widget.fit["n_test"] == 200
    assert widget.fit["n_positive"] == 30


def test_columns_are_prepared_on_the_training_rows_only(table):
    X, y = table
    split = skfocal.explore(X, y).table
    assert split.columns == ["size", "weight", "town_a", "town_b", "town_c"]
    np.testing.assert_allclose(split.X_train[:, :2].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(split.X_train[:, :2].std(axis=0), 1)
    assert abs(split.X_test[:, 0].mean()) > 1e-6


def test_rare_categories_share_a_column(table):
    X, y = table
    rng = np.random.default_rng(2)
    X = X.assign(street=rng.choice([f"street {i}" for i in range(100)], len(X)))
    columns = skfocal.explore(X, y).table.columns
    assert sum(name.startswith("street") for name in columns) == 20


def test_names_that_are_numbers_are_names_and_not_positions(table):
    X, y = table
    renamed = X.set_axis([2, 0, 30], axis=1)
    split = skfocal.explore(renamed, y).table
    assert split.columns == ["2", "0", "30_a", "30_b", "30_c"]
    np.testing.assert_array_equal(split.X_train, skfocal.explore(X, y).table.X_train)


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, "x"] * 200, dtype=object),
        pd.Series([None, "x"] * 200, dtype=object),
        pd.Series([None, "x"] * 200, dtype="string"),
        pd.Series([True, None] * 200, dtype="boolean"),
        pd.Series(pd.date_range("2020", periods=2).repeat(200)),
    ],
    ids=["mixed", "object", "string", "boolean", "date"],
)
def test_columns_of_any_type_are_prepared(table, column):
    X, y = table
    split = skfocal.explore(X.assign(other=column), y).table
    assert np.isfinite(split.X_train).all()
    assert any(name.startswith("other") for name in split.columns)


def test_polars_frames_are_supported(table):
    X, y = table
    polars = pytest.importorskip("polars")
    pytest.importorskip("pyarrow")
    frame = polars.DataFrame(X.to_dict("list"), nan_to_null=True)
    split, expected = skfocal.explore(frame, y).table, skfocal.explore(X, y).table
    assert split.columns == expected.columns
    np.testing.assert_array_equal(split.X_test, expected.X_test)


def test_sparse_matrices_stay_sparse():
    rng = np.random.default_rng(3)
    dense = rng.poisson(0.3, size=(200, 5)).astype(float)
    y = rng.permutation(200) < 40
    split = skfocal.explore(csr_array(dense), y).table
    assert issparse(split.X_train)
    assert np.std(split.X_train.toarray(), axis=0) == pytest.approx(1)


@pytest.mark.parametrize("value", [np.int64(3), np.float32(3), 3])
def test_traits_take_the_numbers_of_numpy(value):
    widget = skfocal.explore(gamma=value)
    assert widget.gamma == 3.0
    assert type(widget.gamma) is float


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
@pytest.mark.parametrize("other", ["yes", 1.0])
def test_missing_labels_are_refused(table, missing, other):
    X, _ = table
    y = np.array([other, other, other, missing] * 100, dtype=object)
    with pytest.raises(ValueError, match=r"y must .* missing .* Drop the rows without a label"):
        skfocal.explore(X, y)


def test_arrays_are_supported():
    rng = np.random.default_rng(1)
    widget = skfocal.explore(rng.normal(size=(200, 60)), rng.permutation(200) < 40)
    assert widget.fit["n_coefficients"] == 60
    shown = [abs(value) for _, value in widget.fit["coefficients"]]
    assert shown == sorted(shown, reverse=True)
    assert len(shown) < 60


def test_unusable_data_are_refused(table):
    X, y = table
    with pytest.raises(ValueError, match="X and y must be given together"):
        skfocal.explore(X)
    with pytest.raises(ValueError, match="y must have two classes; got 3"):
        skfocal.explore(X, np.arange(len(y)) % 3)


def test_without_anywidget_the_error_names_the_extra(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("skfocal.explorer._widget"):
            raise ModuleNotFoundError("No module named 'anywidget'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'skfocal\[notebook\]'"):
        skfocal.explore()
