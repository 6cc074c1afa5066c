"""Samplers reach the requested ratio for any number of classes."""

import numpy as np
import pytest
from imblearn.over_sampling import RandomOverSampler
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from skfocal.comparison.data.preparation import Layout
from skfocal.comparison.methods.oversampling import OversampledLogisticRegression
from skfocal.comparison.methods.resampling import smote, undersample

NUMBERS = Layout(("a", "b"), (), ())
COUNTS = [(60, 12), (10, 50, 20)]


def counts_after(sampler, counts, seed=0, **params):
    y = np.repeat(np.arange(len(counts)), counts)
    X = np.random.default_rng(seed).normal(size=(len(y), 2))
    return np.bincount(sampler(NUMBERS, 4, seed, **params).fit_resample(X, y)[1]).tolist()


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("ratio", [1.0, 0.5, 0.25, 0.01])
def test_small_classes_grow_to_a_share_of_the_largest(counts, ratio):
    expected = [max(count, round(ratio * max(counts))) for count in counts]
    assert counts_after(smote, counts, ratio=ratio) == expected
    y = np.repeat(np.arange(len(counts)), counts)
    model = OversampledLogisticRegression(ratio=ratio).fit(np.ones((len(y), 1)), y)
    assert model.sampled_counts_.tolist() == expected


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("ratio", [1.0, 0.5])
def test_weights_give_the_model_of_duplicated_rows(counts, ratio):
    y = np.repeat(np.arange(len(counts)), counts)
    X = np.random.default_rng(0).normal(size=(len(y), 3)) + y[:, None] / 2
    model = OversampledLogisticRegression(ratio=ratio, random_state=3).fit(X, y)
    of_class = dict(enumerate(model.sampled_counts_.tolist()))
    X_more, y_more = RandomOverSampler(sampling_strategy=of_class, random_state=3).fit_resample(
        X, y
    )
    expected = LogisticRegression(tol=1e-8, max_iter=1000).fit(X_more, y_more)
    np.testing.assert_allclose(model.coef_, expected.coef_, rtol=0, atol=1e-4)
    np.testing.assert_allclose(model.intercept_, expected.intercept_, rtol=0, atol=1e-4)


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("ratio", [1.0, 0.5, 0.25, 0.01])
def test_large_classes_shrink_until_the_smallest_is_a_share_of_them(counts, ratio):
    expected = [min(count, round(min(counts) / ratio)) for count in counts]
    assert counts_after(undersample, counts, ratio=ratio) == expected


@pytest.mark.parametrize(("requested", "available", "expected"), [(3, 9, 3), (10, 9, 9), (5, 1, 1)])
def test_the_number_of_neighbours_is_limited_by_the_rows(requested, available, expected):
    assert smote(NUMBERS, available, 0, k_neighbors=requested).k_neighbors == expected


@pytest.mark.parametrize("sampler", [smote, undersample])
def test_the_seed_determines_the_rows(sampler):
    y = np.repeat([0, 1], [60, 12])
    X = np.random.default_rng(0).normal(size=(72, 2))
    first, again, other = (sampler(NUMBERS, 4, seed).fit_resample(X, y)[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("n_rows", [70, 6000])
def test_categories_are_those_that_imbalanced_learn_decodes(n_rows):
    rng = np.random.default_rng(0)
    codes = rng.integers(0, [3, 40], size=(n_rows, 2))
    X = np.column_stack([rng.normal(size=(n_rows, 2)), codes])
    y = (np.arange(n_rows) % 5 == 0).astype(np.intp)
    sampler = smote(Layout(("a", "b"), ("c", "d"), ()), 5, 0)
    own = clone(sampler).set_params(categorical_encoder=None)
    found, expected = sampler.fit_resample(X, y), own.fit_resample(X, y)
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_array_equal(found[1], expected[1])
    assert len(found[1]) > n_rows
