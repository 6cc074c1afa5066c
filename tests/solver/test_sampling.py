"""Stratified samples of rows that are weighted to represent all of them."""

import numpy as np
import pytest
from builders import make_objective
from scipy import sparse

from skfocal._solver.sampling import subsample

N_ROWS = 2048


def numbered_objective(codes, sample_weight=None, form=np.asarray):
    """Return an objective whose first column holds the numbers of the rows."""
    noise = np.random.default_rng(0).standard_normal((len(codes), 3))
    X = form(np.column_stack([np.arange(1.0, 1 + len(codes)), noise]))
    return make_objective(X, codes, sample_weight)


def rows_of(sample):
    """Return the indices of the rows in a sample."""

    def terms(block):
        column = block.X[:, [0]]
        return ([column.toarray().ravel() if sparse.issparse(column) else column.ravel()],)

    return np.concatenate(sample.blocks.sum(terms)[0]).astype(int) - 1


def shuffled_classes(*counts, seed=0):
    return np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))


def test_rows_keep_their_class_and_are_drawn_once():
    codes = shuffled_classes(60_000, 30_000, 10_000)
    sample = subsample(numbered_objective(codes), N_ROWS)
    rows = rows_of(sample)

    assert len(np.unique(rows)) == len(rows) == sample.blocks.shape[0]
    np.testing.assert_array_equal(sample.blocks.codes, codes[rows])
    assert (np.diff(rows) > 0).all()


def test_rare_classes_are_kept_completely():
    sample = subsample(numbered_objective(shuffled_classes(99_800, 190, 10)), N_ROWS)

    np.testing.assert_array_equal(np.bincount(sample.blocks.codes)[1:], [190, 10])
    np.testing.assert_allclose(sample.blocks.weights[sample.blocks.codes > 0], 1)


def test_minority_class_is_drawn_at_a_higher_rate():
    sample = subsample(numbered_objective(shuffled_classes(95_000, 5000)), N_ROWS)
    rates = np.bincount(sample.blocks.codes) / [95_000, 5000]

    assert rates[1] > rates[0]


@pytest.mark.parametrize("counts", [(150_000, 50_000), (199_990, 10), (190_000, 9000, 900, 99, 1)])
def test_class_totals_are_preserved(counts):
    sample = subsample(numbered_objective(shuffled_classes(*counts)), N_ROWS)

    assert sample.blocks.shape[0] <= N_ROWS + len(counts)
    totals = np.bincount(sample.blocks.codes, weights=sample.blocks.weights)
    np.testing.assert_allclose(totals, counts, rtol=1e-12)
    np.testing.assert_allclose(sample.total_weight, sum(counts), rtol=1e-12)


def test_class_totals_with_sample_weight_are_nearly_preserved():
    codes = shuffled_classes(150_000, 50_000)
    weights = np.random.default_rng(1).random(len(codes))
    sample = subsample(numbered_objective(codes, weights), N_ROWS)

    totals = np.bincount(sample.blocks.codes, weights=sample.blocks.weights)
    np.testing.assert_allclose(totals, np.bincount(codes, weights=weights), rtol=0.1)
    np.testing.assert_allclose(sample.total_weight, totals.sum(), rtol=1e-12)
    # Within a class, weights keep their proportions.
    ratio = sample.blocks.weights / weights[rows_of(sample)]
    for k in range(2):
        in_class = ratio[sample.blocks.codes == k]
        np.testing.assert_allclose(in_class, in_class[0])


@pytest.mark.parametrize("n_positive", [1, 30])
def test_rows_with_zero_weight_are_not_drawn(n_positive):
    codes = shuffled_classes(60_000, 40_000)
    weights = np.where(codes == 0, 1.0, 0.0)
    positive = np.random.default_rng(1).choice(np.flatnonzero(codes), n_positive, replace=False)
    weights[positive] = 2.5

    sample = subsample(numbered_objective(codes, weights), N_ROWS)

    assert (sample.blocks.weights > 0).all()
    assert set(positive) == set(rows_of(sample)[sample.blocks.codes == 1])


def test_all_rows_with_weight_are_drawn_if_there_are_few():
    codes = shuffled_classes(60_000, 40_000)
    weights = np.zeros(100_000)
    weights[[np.argmax(codes == 0), np.argmax(codes == 1)]] = 1.0

    sample = subsample(numbered_objective(codes, weights), N_ROWS)

    assert sorted(sample.blocks.codes) == [0, 1]
    assert sample.total_weight == 2.0


@pytest.mark.parametrize("form", [np.asfortranarray, sparse.csr_array])
def test_sample_depends_neither_on_the_format_nor_on_the_global_random_state(form):
    codes = shuffled_classes(60_000, 40_000)
    np.random.seed(0)  # noqa: NPY002 - the global state must not matter
    expected = rows_of(subsample(numbered_objective(codes), N_ROWS))
    np.random.seed(1)  # noqa: NPY002 - the global state must not matter

    rows = rows_of(subsample(numbered_objective(codes, form=form), N_ROWS))

    np.testing.assert_array_equal(rows, expected)


@pytest.mark.parametrize("order", [np.arange(100_000), np.arange(100_000)[::-1]])
def test_rows_are_spread_evenly_over_sorted_data(order):
    codes = np.sort(shuffled_classes(70_000, 30_000))[order]
    rows = rows_of(subsample(numbered_objective(codes), N_ROWS))

    for k in (0, 1):
        drawn = rows[codes[rows] == k]
        members = np.flatnonzero(codes == k)
        edges = members[np.linspace(0, len(members) - 1, 21).astype(int)]
        counts, _ = np.histogram(drawn, bins=edges)
        np.testing.assert_allclose(counts, len(drawn) / 20, atol=2)


def test_objective_on_a_sample_estimates_the_objective():
    objective = numbered_objective(shuffled_classes(150_000, 50_000))
    sample = subsample(objective, 16_384)
    parameters = np.array([0.3, -0.5, 0.2, 0.1, -0.4])
    value, gradient = objective.value_and_gradient(parameters)
    sample_value, sample_gradient = sample.value_and_gradient(parameters)

    # Terms have a standard deviation near 0.5, so their mean has a standard error near 0.004.
    np.testing.assert_allclose(sample_value, value, atol=0.016)
    np.testing.assert_allclose(sample_gradient, gradient, atol=0.016)
    np.testing.assert_allclose(
        sample.curvature(parameters), objective.curvature(parameters), atol=0.016
    )


@pytest.mark.parametrize("n_samples", [2**16 - 1, 2**16, 2**16 + 1, 3 * 2**16])
def test_rare_class_at_the_end_of_data_of_any_length_is_drawn(n_samples):
    codes = (np.arange(n_samples) >= n_samples - 3).astype(np.int8)
    rows = rows_of(subsample(numbered_objective(codes), N_ROWS))

    assert set(range(n_samples - 3, n_samples)) <= set(rows)
