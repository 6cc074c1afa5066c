"""Pipelines, column transformers, data frames and HTML output."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.compose import make_column_transformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures, StandardScaler
from sklearn.utils import estimator_html_repr

from skfocal import FocalLogisticRegression


@pytest.fixture
def columns():
    rng = np.random.default_rng(0)
    age, kind = rng.normal(50, 10, 300), rng.choice(["a", "b", "c"], 300)
    utility = 0.1 * (age - 50) + 2.0 * (kind == "c") + rng.logistic(size=300)
    return {"age": age, "kind": kind}, np.where(utility > 2.5, "rare", "usual")


def test_pipeline_equals_its_steps(rare):
    X, y = rare
    pipeline = make_pipeline(
        PolynomialFeatures(2, include_bias=False), FocalLogisticRegression(alpha="balanced")
    ).fit(X, y)

    table = PolynomialFeatures(2, include_bias=False).fit_transform(X)
    model = FocalLogisticRegression(alpha="balanced").fit(table, y)
    np.testing.assert_array_equal(pipeline.predict_proba(X), model.predict_proba(table))
    np.testing.assert_array_equal(pipeline.decision_function(X), model.decision_function(table))
    np.testing.assert_array_equal(pipeline.predict(X), model.predict(table))
    assert pipeline.classes_.tolist() == ["rare", "usual"]


@pytest.mark.parametrize("make_frame", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize("sparse", [True, False])
def test_column_transformer_on_a_dataframe(columns, make_frame, sparse):
    data, y = columns
    transformer = make_column_transformer(
        (StandardScaler(), ["age"]),
        (OneHotEncoder(sparse_output=sparse), ["kind"]),
        sparse_threshold=1.0 if sparse else 0.0,
    )
    pipeline = make_pipeline(transformer, FocalLogisticRegression(tol=1e-8)).fit(
        make_frame(data), y
    )

    age = (data["age"] - data["age"].mean()) / data["age"].std()
    table = np.column_stack([age, *(data["kind"] == kind for kind in "abc")]).astype(float)
    model = FocalLogisticRegression(tol=1e-8).fit(table, y)
    np.testing.assert_allclose(
        pipeline.predict_proba(make_frame(data)), model.predict_proba(table), atol=1e-5
    )
    assert np.ptp(model.predict_proba(table)[:, 0]) > 0.5


@pytest.mark.parametrize(
    ("output", "make_frame"), [("pandas", pd.DataFrame), ("polars", pl.DataFrame)]
)
def test_set_output_passes_feature_names(columns, output, make_frame):
    data, y = columns
    transformer = make_column_transformer(
        (StandardScaler(), ["age"]), (OneHotEncoder(sparse_output=False), ["kind"])
    )
    pipeline = make_pipeline(transformer, FocalLogisticRegression())
    plain = pipeline.fit(make_frame(data), y).predict_proba(make_frame(data))

    pipeline.set_output(transform=output).fit(make_frame(data), y)

    assert pipeline[-1].feature_names_in_.tolist() == [
        "standardscaler__age",
        *(f"onehotencoder__kind_{kind}" for kind in "abc"),
    ]
    probabilities = pipeline.predict_proba(make_frame(data))
    assert type(probabilities) is np.ndarray
    np.testing.assert_allclose(probabilities, plain, rtol=1e-10)


def test_html_of_a_pipeline_shows_the_parameters(rare):
    pipeline = make_pipeline(StandardScaler(), FocalLogisticRegression(gamma=3.25))
    for view in (estimator_html_repr(pipeline), estimator_html_repr(pipeline.fit(*rare))):
        assert "StandardScaler" in view
        assert "FocalLogisticRegression(gamma=3.25)" in view
