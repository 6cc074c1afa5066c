"""A search on partitions has the scores of the same search in memory."""

import dask.array as da
import numpy as np
import pytest
from partitioned import draw, in_partitions
from sklearn.model_selection import PredefinedSplit

import skfocal
from skfocal.dask import FocalLogisticRegressionCV
from skfocal.dask import _blocks as blocks_module

GRID = {"gammas": (0, 2), "alphas": (None, "balanced"), "Cs": (0.01, 1.0)}
LENGTHS = [500] * 6


def search(X, y, *, cv=3, sample_weight=None, groups=None, **parameters):
    X, y, sample_weight, groups = (
        None if each is None else in_partitions(each, LENGTHS)
        for each in (X, y, sample_weight, groups)
    )
    params = {} if groups is None else {"groups": groups}
    model = FocalLogisticRegressionCV(**{**GRID, **parameters}, cv=cv)
    return model.fit(X, y, sample_weight, **params)


def local_search(X, y, folds, *, sample_weight=None, **parameters):
    cv = PredefinedSplit(folds)
    model = skfocal.FocalLogisticRegressionCV(**{**GRID, **parameters}, cv=cv)
    return model.fit(X, y, sample_weight)


def assert_same_search(model, expected):
    for name in ("mean_test_score", "split0_test_score", "std_test_score"):
        np.testing.assert_allclose(model.cv_results_[name], expected.cv_results_[name], atol=1e-6)
    assert model.best_params_ == expected.best_params_
    np.testing.assert_allclose(
        model.coef_, expected.coef_, atol=1e-3 * np.abs(expected.coef_).max()
    )


@pytest.mark.parametrize("n_classes", [2, 3])
def test_folds_of_partitions(n_classes):
    X, y = draw(n_classes=n_classes)
    folds = np.repeat(np.arange(6) % 3, 500)

    assert_same_search(search(X, y), local_search(X, y, folds))


def test_folds_of_groups():
    X, y = draw()
    groups = np.random.default_rng(1).choice(["a", "b", "c", "d", "e"], len(y))
    folds = np.unique(groups, return_inverse=True)[1] % 3

    assert_same_search(search(X, y, groups=groups), local_search(X, y, folds))


def test_folds_of_groups_of_a_table_that_is_not_persisted(monkeypatch):
    X, y = draw()
    groups = np.random.default_rng(1).choice(["a", "b", "c", "d", "e"], len(y))
    persisted = []
    persist = blocks_module.persist
    monkeypatch.setattr(
        blocks_module, "persist", lambda parts: persisted.extend(parts) or persist(parts)
    )
    kept = search(X, y, groups=groups, persist=True)
    assert len(persisted) == 6 * 2 * 3
    persisted.clear()
    delayed = search(X, y, groups=groups, persist=False)
    assert not persisted
    scores = (model.cv_results_["mean_test_score"] for model in (delayed, kept))
    np.testing.assert_array_equal(*scores)


def test_weights():
    X, y = draw()
    weights = np.random.default_rng(1).uniform(0, 2, len(y))
    folds = np.repeat(np.arange(6) % 3, 500)
    model = search(X, y, sample_weight=weights)

    assert_same_search(model, local_search(X, y, folds, sample_weight=weights))


def test_l1_ratios():
    X, y = draw()
    folds = np.repeat(np.arange(6) % 3, 500)
    model = search(X, y, l1_ratios=(0.0, 1.0))

    assert_same_search(model, local_search(X, y, folds, l1_ratios=(0.0, 1.0)))


def test_predictions_are_lazy():
    X, y = draw()
    model = search(X, y)
    result = model.predict_proba(in_partitions(X, LENGTHS))

    assert isinstance(result, da.Array)
    np.testing.assert_array_equal(result.compute(), model.to_local().predict_proba(X))


def test_table_in_memory():
    X, y = draw()
    folds = np.repeat(np.arange(6) % 3, 500)
    model = FocalLogisticRegressionCV(**GRID, cv=PredefinedSplit(folds)).fit(X, y)

    assert_same_search(model, local_search(X, y, folds))


def test_more_folds_than_partitions():
    with pytest.raises(ValueError, match="at most the number of partitions, 6; got 7"):
        search(*draw(), cv=7)


def test_training_set_that_lacks_a_class():
    X, _ = draw()
    only_in_the_last_partition = (np.arange(3000) >= 2500).astype(int)

    with pytest.raises(ValueError, match="fold 2 lacks"):
        search(X, only_in_the_last_partition)


@pytest.mark.parametrize("parameters", [{"scoring": "roc_auc"}, {"cv": "stratified"}, {"cv": 1}])
def test_parameters_for_data_in_memory_only(parameters):
    with pytest.raises((TypeError, ValueError), match=next(iter(parameters))):
        search(*draw(), **parameters)


def test_value_that_is_not_finite():
    X, y = draw()
    X[700, 2] = np.nan

    with pytest.raises(ValueError, match="column of index 2, in partition 1"):
        search(X, y)
