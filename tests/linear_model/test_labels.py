"""Types and containers of class labels, and the number of classes."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from skfocal import FocalLogisticRegression

PAIRS = {
    "strings": np.array(["no", "yes"]),
    "objects": np.array(["no", "yes"], dtype=object),
    "booleans": np.array([False, True]),
    "signs": np.array([-1, 1]),
    "far apart": np.array([-(2**62), 2**62]),
    "bytes": np.array([0, 255], dtype=np.uint8),
    "whole floats": np.array([1.0, 2.0]),
}


@pytest.mark.parametrize("labels", PAIRS.values(), ids=PAIRS)
def test_label_types_give_the_same_model(two_classes, labels):
    X, y = two_classes
    expected = FocalLogisticRegression(alpha="balanced").fit(X, y)
    alpha = dict(zip(labels.tolist(), expected.class_weight_, strict=True))

    model = FocalLogisticRegression(alpha=alpha).fit(X, labels[y])

    np.testing.assert_array_equal(model.classes_, labels)
    assert model.classes_.dtype == labels.dtype
    np.testing.assert_array_equal(model.coef_, expected.coef_)
    np.testing.assert_array_equal(model.predict(X), labels[expected.predict(X)])
    assert model.predict(X).dtype == labels.dtype


@pytest.mark.parametrize(
    "series",
    [
        lambda labels: labels.tolist(),
        pd.Series,
        lambda labels: pd.Series(labels, dtype="string"),
        lambda labels: pd.Series(labels, dtype="category"),
        pd.Categorical,
        pl.Series,
        lambda labels: pl.Series(labels, dtype=pl.Categorical),
    ],
    ids=["list", "pandas", "string", "category", "categorical", "polars", "polars categorical"],
)
def test_label_containers_give_the_same_model(three_classes, series):
    X, y = three_classes
    labels = np.array(["low", "middle", "high"])[y]

    model = FocalLogisticRegression().fit(X, series(labels))

    assert model.classes_.tolist() == ["high", "low", "middle"]
    expected = FocalLogisticRegression().fit(X, labels)
    np.testing.assert_array_equal(model.coef_, expected.coef_)
    assert model.predict(X).tolist() == expected.predict(X).tolist()


# Class indices are stored in one byte, then in two. They must not overflow.
@pytest.mark.parametrize("n_classes", [25, 127, 128, 129, 255, 256, 257])
def test_many_classes_recover_the_class_frequencies(n_classes):
    counts = np.arange(n_classes) % 3 + 2
    y = np.repeat(np.arange(n_classes), counts)

    model = FocalLogisticRegression(tol=1e-11).fit(np.zeros((len(y), 1)), y)

    assert model.coef_.shape == (n_classes, 1)
    np.testing.assert_allclose(model.predict_proba([[0.0]])[0], counts / len(y), rtol=1e-7)


def test_many_separable_classes_are_separated():
    centres = 4 * np.random.default_rng(0).standard_normal((40, 10))
    y = np.arange(2000) % 40
    X = centres[y] + np.random.default_rng(1).standard_normal((2000, 10))

    model = FocalLogisticRegression().fit(X, y)

    assert model.score(X, y) > 0.98
    assert model.predict_proba(X).shape == (2000, 40)


def test_two_samples_suffice():
    model = FocalLogisticRegression().fit([[0.0], [1.0]], ["a", "b"])

    assert model.predict([[0.0], [1.0]]).tolist() == ["a", "b"]


def test_column_vector_y_warns(two_classes):
    X, y = two_classes
    with pytest.warns(UserWarning, match="column-vector y"):
        model = FocalLogisticRegression().fit(X, y[:, np.newaxis])

    np.testing.assert_array_equal(model.coef_, FocalLogisticRegression().fit(X, y).coef_)
