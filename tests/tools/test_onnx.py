"""ONNX models give the labels and the probabilities of the estimators."""

import sys

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skfocal import FocalLogisticRegression, FocalLogisticRegressionCV
from skfocal.onnx import register_converters

LABELS = {
    "integers": lambda codes: codes + 3,
    "strings": lambda codes: np.array(list("dcba"))[codes],
    "booleans": lambda codes: codes > 0,
}


def draw(n_classes, labels="integers"):
    X, codes = make_classification(
        300,
        6,
        n_informative=5,
        n_redundant=0,
        n_classes=n_classes,
        n_clusters_per_class=1,
        weights=[0.7, *[0.3 / (n_classes - 1)] * (n_classes - 1)],
        random_state=0,
    )
    return X.astype(np.float32), LABELS[labels](codes)


def run(model, X, **options):
    """Convert a model with skl2onnx and return what onnxruntime predicts for float32 input."""
    skl2onnx, runtime = (pytest.importorskip(name) for name in ("skl2onnx", "onnxruntime"))
    register_converters()
    converted = skl2onnx.to_onnx(model, X[:1], options=options)
    return runtime.InferenceSession(converted.SerializeToString()).run(None, {"X": X})


def test_a_missing_package_is_an_error_that_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "skl2onnx", None)
    with pytest.raises(ImportError, match=r"needs skl2onnx.*pip install 'skfocal\[onnx\]'"):
        register_converters()


@pytest.mark.slow
@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("probability", ["posterior", "weighted", "link"])
@pytest.mark.parametrize("alpha", [None, "balanced"])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, "by class"])
def test_probabilities_and_labels_are_those_of_the_estimator(n_classes, probability, alpha, gamma):
    X, y = draw(n_classes)
    gamma = np.linspace(0.5, 3, n_classes) if gamma == "by class" else gamma
    model = FocalLogisticRegression(gamma, alpha, C=10, probability=probability).fit(X, y)
    X = np.vstack([X, 100 * X])  # saturated, too
    labels, probabilities = run(model, X, zipmap=False)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities, model.predict_proba(X), rtol=0, atol=1e-6)
    np.testing.assert_array_equal(labels, model.predict(X))


@pytest.mark.slow
def test_the_search_is_converted():
    X, y = draw(3)
    model = FocalLogisticRegressionCV(gammas=(1, 2), Cs=2, cv=2).fit(X, y)
    labels, probabilities = run(model, X, zipmap=False)
    np.testing.assert_allclose(probabilities, model.predict_proba(X), rtol=0, atol=1e-6)
    np.testing.assert_array_equal(labels, model.predict(X))


@pytest.mark.slow
@pytest.mark.parametrize("n_classes", [2, 4])
def test_sparse_coefficients_are_converted(n_classes):
    X, y = draw(n_classes)
    model = FocalLogisticRegression(C=0.1, l1_ratio=1.0).fit(X, y).sparsify()
    labels, probabilities = run(model, X, zipmap=False)
    np.testing.assert_allclose(probabilities, model.predict_proba(X), rtol=0, atol=1e-6)
    np.testing.assert_array_equal(labels, model.predict(X))


@pytest.mark.slow
@pytest.mark.parametrize("labels", LABELS)
def test_labels_of_any_type_in_a_pipeline(labels):
    X, y = draw(2, labels)
    model = make_pipeline(StandardScaler(), FocalLogisticRegression(alpha="balanced")).fit(X, y)
    found, probabilities = run(model, X, zipmap=False)
    np.testing.assert_array_equal(found, model.predict(X))
    # The scaler computes in float32.
    np.testing.assert_allclose(probabilities, model.predict_proba(X), rtol=0, atol=1e-5)


@pytest.mark.slow
def test_probabilities_may_be_in_dictionaries():
    X, y = draw(2, "strings")
    model = FocalLogisticRegression().fit(X, y)
    _, rows = run(model, X, zipmap=True)
    assert list(rows[0]) == ["c", "d"]
    found = [[row[label] for label in model.classes_] for row in rows]
    np.testing.assert_allclose(found, model.predict_proba(X), atol=1e-6)


@pytest.mark.slow
def test_double_precision_is_kept():
    X, y = draw(3)
    model = FocalLogisticRegression().fit(X, y)
    _, probabilities = run(model, X.astype(np.float64), zipmap=False)
    assert probabilities.dtype == np.float64
    np.testing.assert_allclose(probabilities, model.predict_proba(X.astype(np.float64)), atol=1e-13)
