"""Compatibility with scikit-learn: estimator checks, cloning, pickling, display and routing."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.model_selection import cross_val_score
from sklearn.utils import estimator_html_repr, get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfocal.model_selection import FocalLogisticRegressionCV

FAST = FocalLogisticRegressionCV((0, 2), Cs=3, cv=3)
OTHERS = [
    FocalLogisticRegressionCV(),
    FocalLogisticRegressionCV((2,), Cs=(1e2, 1e4, 1e6), cv=3),
    FocalLogisticRegressionCV((0, 2), Cs=2, cv=2, l1_ratios=(0, 0.5, 1)),
    FocalLogisticRegressionCV((1,), ("balanced",), (0.1,), cv=2, scoring="accuracy"),
]


@parametrize_with_checks([FAST])
def test_estimator_checks(estimator, check, monkeypatch):
    # Otherwise the check of array API input is skipped.
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")
    check(estimator)


def expected_failures(estimator):
    """Return the checks with fewer rows of every class than folds."""
    if estimator.cv is None:
        return {"check_sparsify_coefficients": "five folds of four rows"}
    return {}


# Some checks have fewer rows of a class than the default has folds.
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The least populated class")
@parametrize_with_checks(OTHERS, expected_failed_checks=expected_failures)
def test_estimator_checks_of_other_parameters(estimator, check, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")
    check(estimator)


def test_tags():
    tags = get_tags(FocalLogisticRegressionCV())

    assert is_classifier(FocalLogisticRegressionCV())
    assert tags.input_tags.sparse
    assert tags.classifier_tags.multi_class


def test_clone_and_pickle(table):
    search = FocalLogisticRegressionCV((0, 2), Cs=2, cv=3).fit(*table)
    copy = pickle.loads(pickle.dumps(search))  # noqa: S301 - pickled by this test

    np.testing.assert_array_equal(copy.predict_proba(table[0]), search.predict_proba(table[0]))
    assert copy.score(*table) == search.score(*table)
    assert clone(search).get_params() == search.get_params()
    assert not hasattr(clone(search), "cv_results_")


def test_nested_cross_validation(table):
    search = FocalLogisticRegressionCV((0, 2), Cs=(0.1, 1.0), cv=3)
    scores = cross_val_score(search, *table, cv=3, error_score="raise")

    assert (scores < 0).all()
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("refit", [True, False])
def test_html_repr_shows_fitted_status(refit, table):
    search = FocalLogisticRegressionCV((0, 2), Cs=(0.1, 1.0), cv=3, refit=refit).fit(*table)
    view = estimator_html_repr(search)

    assert "FocalLogisticRegressionCV" in view
    assert ("<span>Fitted</span>" in view) is refit
