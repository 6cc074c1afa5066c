"""Samplers reach the requested ratio for any number of classes."""

import numpy as np
import pytest

from skfocal.comparison.data.preparation import Layout
from skfocal.comparison.methods.resampling import oversample, smote, undersample

NUMBERS = Layout(("a", "b"), (), ())
COUNTS = [(60, 12), (10, 50, 20)]


def counts_after(sampler, counts, seed=0, **params):
    y = np.repeat(np.arange(len(counts)), counts)
    X = np.random.default_rng(seed).normal(size=(len(y), 2))
    return np.bincount(sampler(NUMBERS, 4, seed, **params).fit_resample(X, y)[1]).tolist()


@pytest.mark.parametrize("sampler", [oversample, smote])
@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("ratio", [1.0, 0.5, 0.25, 0.01])
def test_small_classes_grow_to_a_share_of_the_largest(sampler, counts, ratio):
    expected = [max(count, round(ratio * max(counts))) for count in counts]
    assert counts_after(sampler, counts, ratio=ratio) == expected


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("ratio", [1.0, 0.5, 0.25, 0.01])
def test_large_classes_shrink_until_the_smallest_is_a_share_of_them(counts, ratio):
    expected = [min(count, round(min(counts) / ratio)) for count in counts]
    assert counts_after(undersample, counts, ratio=ratio) == expected


@pytest.mark.parametrize(("requested", "available", "expected"), [(3, 9, 3), (10, 9, 9), (5, 1, 1)])
def test_the_number_of_neighbours_is_limited_by_the_rows(requested, available, expected):
    assert smote(NUMBERS, available, 0, k_neighbors=requested).k_neighbors == expected


@pytest.mark.parametrize("sampler", [oversample, smote, undersample])
def test_the_seed_determines_the_rows(sampler):
    y = np.repeat([0, 1], [60, 12])
    X = np.random.default_rng(0).normal(size=(72, 2))
    first, again, other = (sampler(NUMBERS, 4, seed).fit_resample(X, y)[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
