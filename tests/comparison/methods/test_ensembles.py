"""Ensembles of under-samplers, and the correction of their balanced classes."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification
from threadpoolctl import threadpool_limits

from skfocal.calibration import PriorCorrectedClassifier
from skfocal.comparison import ON_REQUEST, compare_tables, make_table
from skfocal.comparison.methods.ensembles import FAMILY
from skfocal.comparison.scoring.log_probabilities import log_probabilities

BALANCED = [one for one in FAMILY if f"{one.name}_corrected" in ON_REQUEST]


def draw(n_classes):
    return make_classification(
        300,
        4,
        n_informative=3,
        n_redundant=0,
        n_classes=n_classes,
        n_clusters_per_class=1,
        weights=[0.8, *[0.2 / (n_classes - 1)] * (n_classes - 1)],
        class_sep=0.7,
        random_state=0,
    )


@pytest.mark.parametrize("method", BALANCED, ids=lambda method: method.name)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_classes_are_balanced_and_the_correction_knows_it(method, n_classes):
    X, y = draw(n_classes)
    (learn,) = ON_REQUEST[f"{method.name}_corrected"].corrections.values()
    few = {"max_iter": 5} if "max_iter" in method.classifier.get_params() else {}
    model = clone(method.classifier).set_params(random_state=0, **few)
    with threadpool_limits(limits=1):
        corrected = PriorCorrectedClassifier(model).fit(X, y)
    np.testing.assert_allclose(corrected.effective_prior_, 1 / n_classes)
    log_proba = log_probabilities(corrected.estimator_, X)
    expected = np.exp(learn(y, log_proba, np.bincount(y))(log_proba))
    np.testing.assert_allclose(corrected.predict_proba(X), expected, atol=1e-12)


@pytest.mark.slow
def test_a_comparison_runs_them():
    table = make_table(*draw(2), name="small")
    methods = [
        replace(one, grid={name: values[:1] for name, values in one.grid.items()}, ranges={})
        for one in FAMILY
    ]
    comparison = compare_tables([table], methods=methods, cv=2, inner_cv=2, repeats=1)
    assert comparison.failures.empty
    assert np.isfinite(comparison.scores["log_loss"]).all()
