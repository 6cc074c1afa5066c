"""Errors name the parameter, its value and the valid values."""

import re

import numpy as np
import pytest
from scipy import sparse

from skfocal import FocalLogisticRegression

X = np.random.default_rng(0).standard_normal((30, 3))
TWO = np.arange(30) % 2
THREE = np.arange(30) % 3
LABELS = np.array(["no", "yes"])[TWO]


def contains(*parts):
    """Return a pattern for messages that contain all parts, in order."""
    return "(?s)" + ".*".join(re.escape(part) for part in parts)


@pytest.mark.parametrize(
    ("parameter", "value", "error", "valid"),
    [
        ("gamma", -0.1, ValueError, ">= 0"),
        ("gamma", np.nan, ValueError, ">= 0"),
        ("gamma", np.inf, ValueError, "finite"),
        ("gamma", "2", TypeError, "number"),
        ("gamma", None, TypeError, "number"),
        ("gamma", True, TypeError, "number"),
        ("gamma", [2.0], TypeError, "number"),
        ("C", 0, ValueError, "> 0"),
        ("C", -1.0, ValueError, "> 0"),
        ("C", np.nan, ValueError, "> 0"),
        ("C", "1", TypeError, "number"),
        ("C", None, TypeError, "number"),
        ("tol", 0.0, ValueError, "> 0"),
        ("tol", -1e-3, ValueError, "> 0"),
        ("tol", np.inf, ValueError, "finite"),
        ("tol", np.nan, ValueError, "> 0"),
        ("tol", "small", TypeError, "number"),
        ("max_iter", 0, ValueError, ">= 1"),
        ("max_iter", -5, ValueError, ">= 1"),
        ("max_iter", 10.0, TypeError, "integer"),
        ("max_iter", "10", TypeError, "integer"),
        ("fit_intercept", "yes", TypeError, "True or False"),
        ("fit_intercept", 1, TypeError, "True or False"),
        ("warm_start", None, TypeError, "True or False"),
        ("probability", "true", ValueError, "'posterior', 'weighted', 'link'"),
        ("probability", None, ValueError, "'posterior', 'weighted', 'link'"),
        ("probability", True, ValueError, "'posterior', 'weighted', 'link'"),
        ("alpha", 0.0, ValueError, "(0, 1)"),
        ("alpha", 1.0, ValueError, "(0, 1)"),
        ("alpha", -0.5, ValueError, "(0, 1)"),
        ("alpha", 2, ValueError, "(0, 1)"),
        ("alpha", np.nan, ValueError, "(0, 1)"),
        ("alpha", "balance", ValueError, "'balanced'"),
        ("alpha", True, TypeError, "(0, 1)"),
        ("alpha", object, TypeError, "(0, 1)"),
        ("alpha", [1.0], ValueError, "2 classes"),
        ("alpha", [1.0, 2.0, 3.0], ValueError, "2 classes"),
        ("alpha", [[1.0, 2.0]], TypeError, "2 classes"),
        ("alpha", [1.0, 0.0], ValueError, "positive"),
        ("alpha", [1.0, -2.0], ValueError, "positive"),
        ("alpha", [1.0, np.nan], ValueError, "finite"),
        ("alpha", [1.0, np.inf], ValueError, "finite"),
        ("alpha", ["a", "b"], TypeError, "2 classes"),
    ],
)
def test_invalid_parameter_raises(parameter, value, error, valid):
    model = FocalLogisticRegression(**{parameter: value})

    with pytest.raises(error) as raised:
        model.fit(X, TWO)

    message = str(raised.value)
    assert message.startswith(parameter)
    assert repr(value) in message
    assert valid in message
    assert not hasattr(model, "coef_")


@pytest.mark.parametrize(
    ("alpha", "parts"),
    [
        ({"no": 1.0}, ["alpha", "['no', 'yes']", "missing: ['yes']"]),
        ({"no": 1.0, "yes": 1.0, "maybe": 1.0}, ["alpha", "['no', 'yes']", "unknown: ['maybe']"]),
        ({"no": 1.0, "Yes": 1.0}, ["alpha", "missing: ['yes']", "unknown: ['Yes']"]),
        ({"no": 0.0, "yes": 1.0}, ["alpha", "positive", "0.0"]),
        ({"no": -1.0, "yes": 1.0}, ["alpha", "positive", "-1.0"]),
    ],
)
def test_alpha_mapping_must_match_the_labels(alpha, parts):
    with pytest.raises(ValueError, match=contains(*parts)):
        FocalLogisticRegression(alpha=alpha).fit(X, LABELS)


def test_alpha_mapping_must_hold_numbers():
    with pytest.raises(TypeError, match=contains("alpha", "'heavy'")):
        FocalLogisticRegression(alpha={"no": "heavy", "yes": 1.0}).fit(X, LABELS)


def test_scalar_alpha_is_invalid_for_three_classes():
    with pytest.raises(ValueError, match=contains("alpha", "3 weights", "0.25", "two classes")):
        FocalLogisticRegression(alpha=0.25).fit(X, THREE)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("row", [0, 29])
@pytest.mark.parametrize("form", [np.asarray, np.float32, sparse.csr_array, sparse.csc_matrix])
@pytest.mark.parametrize("weight", [1.0, 0.0])
def test_data_must_be_finite(value, row, form, weight):
    bad, sample_weight = X.copy(), np.ones(30)
    bad[row, 1], sample_weight[row] = value, weight
    what = "NaN" if np.isnan(value) else "infinity"

    with pytest.raises(ValueError, match=contains("Input X contains", what)):
        FocalLogisticRegression().fit(form(bad), TWO, sample_weight)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
def test_data_must_be_finite_in_predict(value, method):
    model = FocalLogisticRegression().fit(X, TWO)

    with pytest.raises(ValueError, match="Input X contains"):
        getattr(model, method)(np.full((2, 3), value))


@pytest.mark.parametrize(
    ("y", "parts"),
    [
        (np.zeros(30), ["y must", "two classes", "one class", "0.0"]),
        (["only"] * 30, ["y must", "two classes", "one class", "'only'"]),
        (np.linspace(0, 1, 30), ["label type", "continuous"]),
        (np.where(TWO, np.nan, 1.0), ["Input y contains NaN"]),
        (np.column_stack([TWO, THREE]), ["y should be a 1d array", "(30, 2)"]),
        (TWO[:29], ["inconsistent numbers of samples", "30", "29"]),
        (None, ["requires y"]),
        (np.array(["a", 3, 2.5] * 10, dtype=object), ["y must", "one type", "float, int, str"]),
    ],
)
def test_invalid_y_raises(y, parts):
    with pytest.raises(ValueError, match=contains(*parts)):
        FocalLogisticRegression().fit(X, y)


@pytest.mark.parametrize(
    ("sample_weight", "parts"),
    [
        (np.zeros(30), ["sample_weight", "30", "zero"]),
        (-np.ones(30), ["sample_weight", ">= 0", "negative", "-1"]),
        (np.where(np.arange(30) == 7, -2.5, 1.0), ["sample_weight", ">= 0", "negative", "-2.5"]),
        (np.full(30, np.nan), ["sample_weight", "finite", "NaN"]),
        (np.full(30, np.inf), ["sample_weight", "finite", "infinity"]),
        (np.ones(29), ["sample_weight", "30", "(29,)"]),
        (np.ones((30, 1)), ["sample_weight", "30", "(30, 1)"]),
    ],
)
def test_invalid_sample_weight_raises(sample_weight, parts):
    with pytest.raises(ValueError, match=contains(*parts)):
        FocalLogisticRegression().fit(X, LABELS, sample_weight)


@pytest.mark.parametrize("sample_weight", [["heavy"] * 30, [None] * 30])
def test_sample_weight_must_be_numeric(sample_weight):
    with pytest.raises((TypeError, ValueError), match="sample_weight"):
        FocalLogisticRegression().fit(X, TWO, sample_weight)


@pytest.mark.parametrize(
    ("bad", "parts"),
    [
        (X[:, 0], ["Expected 2D array", "1D array"]),
        (X[:, :0], ["0 feature(s)", "minimum of 1"]),
        (X[:0], ["0 sample(s)", "minimum of 1"]),
        (X + 1j, ["Complex data not supported"]),
        (np.full((30, 1), "high"), ["could not convert string to float", "high"]),
        (np.full((30, 1), 1e200), ["X must", "squares", "index 0"]),
    ],
)
def test_invalid_data_raise(bad, parts):
    with pytest.raises(ValueError, match=contains(*parts)):
        FocalLogisticRegression().fit(bad, TWO[: len(bad)])


def test_data_must_have_the_same_number_of_features_in_predict():
    model = FocalLogisticRegression().fit(X, TWO)

    with pytest.raises(ValueError, match=contains("X has 2 features", "expecting 3 features")):
        model.predict(X[:, :2])


@pytest.mark.parametrize("method", ["predict_proba", "predict_log_proba"])
def test_invalid_probability_raises_after_the_fit(method):
    model = FocalLogisticRegression().fit(X, TWO).set_params(probability="honest")

    with pytest.raises(ValueError, match=contains("probability", "'posterior'", "'honest'")):
        getattr(model, method)(X)


def test_failed_fit_does_not_change_the_fitted_model():
    model = FocalLogisticRegression().fit(X, TWO)
    expected = model.predict_proba(X)
    bad = X.copy()
    bad[3, 1] = np.nan

    with pytest.raises(ValueError, match="NaN"):
        model.fit(bad, TWO)

    np.testing.assert_array_equal(model.predict_proba(X), expected)


def test_coefficient_out_of_the_range_of_float32_raises():
    rng = np.random.default_rng(2)
    table = (rng.standard_normal((300, 4)) * [1, 1e-42, 1, 1]).astype(np.float32)
    labels = table[:, 0] + rng.logistic(size=300) > 0

    with pytest.raises(ValueError, match="column of index 1, beyond float32"):
        FocalLogisticRegression(C=np.inf).fit(table, labels)

    FocalLogisticRegression(C=np.inf).fit(table.astype(np.float64), labels)
