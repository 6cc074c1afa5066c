"""Samples of rows that stand for the whole table."""

import numpy as np
import pytest
from builders import make_objective
from scipy import sparse

from skfocal._solver.sampling import subsample


def numbered_objective(codes, sample_weight=None, form=np.asarray):
    """Return an objective on a table whose first column numbers the rows."""
    noise = np.random.default_rng(0).standard_normal((len(codes), 3))
    X = form(np.column_stack([np.arange(1.0, 1 + len(codes)), noise]))
    return make_objective(X, codes, sample_weight)


def rows_of(sample):
    def terms(block):
        column = block.X[:, [0]]
        return ([column.toarray().ravel() if sparse.issparse(column) else column.ravel()],)

    return np.concatenate(sample.blocks.sum(terms)[0]).astype(int) - 1


def imbalanced(*counts, seed=0):
    return np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))


def test_rows_keep_their_class_and_are_drawn_once():
    codes = imbalanced(60_000, 30_000, 10_000)
    sample = subsample(numbered_objective(codes), 2048)
    rows = rows_of(sample)

    assert len(np.unique(rows)) == len(rows) == sample.blocks.shape[0]
    np.testing.assert_array_equal(sample.blocks.codes, codes[rows])
    assert (np.diff(rows) > 0).all()


@pytest.mark.parametrize("n_rows", [2048, 16_384])
@pytest.mark.parametrize("counts", [(150_000, 50_000), (199_990, 10), (190_000, 9000, 900, 99, 1)])
def test_samples_have_about_the_size_asked_for(counts, n_rows):
    sample = subsample(numbered_objective(imbalanced(*counts)), n_rows)

    assert n_rows / 2 <= sample.blocks.shape[0] <= n_rows + len(counts)
    assert sample.blocks.shape[0] == len(sample.blocks.codes) == len(sample.blocks.weights)


def test_a_small_minority_is_kept_whole():
    sample = subsample(numbered_objective(imbalanced(99_800, 190, 10)), 2048)

    np.testing.assert_array_equal(np.bincount(sample.blocks.codes)[1:], [190, 10])
    np.testing.assert_allclose(sample.blocks.weights[sample.blocks.codes > 0], 1)


def test_a_large_minority_is_drawn_more_often_than_its_share():
    sample = subsample(numbered_objective(imbalanced(95_000, 5000)), 2048)
    drawn = np.bincount(sample.blocks.codes) / [95_000, 5000]

    assert drawn[1] > 5 * drawn[0]


@pytest.mark.parametrize("counts", [(150_000, 50_000), (199_990, 10), (190_000, 9000, 900, 99, 1)])
def test_class_totals_are_preserved(counts):
    sample = subsample(numbered_objective(imbalanced(*counts)), 2048)

    totals = np.bincount(sample.blocks.codes, weights=sample.blocks.weights)
    np.testing.assert_allclose(totals, counts, rtol=1e-12)
    np.testing.assert_allclose(sample.total_weight, sum(counts), rtol=1e-12)


def test_class_totals_of_weighted_rows_are_about_preserved():
    codes = imbalanced(150_000, 50_000)
    weights = np.random.default_rng(1).random(len(codes))
    sample = subsample(numbered_objective(codes, weights), 2048)

    totals = np.bincount(sample.blocks.codes, weights=sample.blocks.weights)
    np.testing.assert_allclose(totals, np.bincount(codes, weights=weights), rtol=0.1)
    np.testing.assert_allclose(sample.total_weight, totals.sum(), rtol=1e-12)
    ratio = sample.blocks.weights / weights[rows_of(sample)]
    for k in range(2):
        np.testing.assert_allclose(
            ratio[sample.blocks.codes == k], ratio[sample.blocks.codes == k][0]
        )


@pytest.mark.parametrize("kept", [1, 30])
def test_rows_without_weight_are_passed_over(kept):
    codes = imbalanced(60_000, 40_000)
    weights = np.where(codes == 0, 1.0, 0.0)
    counted = np.random.default_rng(1).choice(np.flatnonzero(codes), kept, replace=False)
    weights[counted] = 2.5

    sample = subsample(numbered_objective(codes, weights), 2048)

    assert (sample.blocks.weights > 0).all()
    assert set(counted) == set(rows_of(sample)[sample.blocks.codes == 1])


def test_the_few_rows_that_weigh_are_all_there_is():
    codes = imbalanced(60_000, 40_000)
    weights = np.zeros(100_000)
    weights[[np.argmax(codes == 0), np.argmax(codes == 1)]] = 1.0

    sample = subsample(numbered_objective(codes, weights), 2048)

    assert sorted(sample.blocks.codes) == [0, 1]
    assert sample.total_weight == 2.0


@pytest.mark.parametrize("form", [np.asfortranarray, sparse.csr_array])
def test_the_same_rows_are_drawn_from_every_form_and_on_every_call(form):
    codes = imbalanced(60_000, 40_000)
    np.random.seed(0)  # noqa: NPY002 - the state that nothing here may depend on
    first = rows_of(subsample(numbered_objective(codes), 2048))
    np.random.seed(1)  # noqa: NPY002 - the same

    np.testing.assert_array_equal(
        rows_of(subsample(numbered_objective(codes, form=form), 2048)), first
    )


@pytest.mark.parametrize("order", [np.arange(100_000), np.arange(100_000)[::-1]])
def test_rows_come_from_everywhere_in_the_table(order):
    # Sorted by class, and within the class by time.
    codes = np.sort(imbalanced(70_000, 30_000))[order]
    rows = rows_of(subsample(numbered_objective(codes), 2048))

    for k in (0, 1):
        drawn = rows[codes[rows] == k]
        members = np.flatnonzero(codes == k)
        edges = members[np.linspace(0, len(members) - 1, 21).astype(int)]
        counts, _ = np.histogram(drawn, bins=edges)
        np.testing.assert_allclose(counts, len(drawn) / 20, atol=2)


def test_the_objective_on_a_sample_is_that_of_the_table_but_for_noise():
    codes = imbalanced(150_000, 50_000)
    objective = numbered_objective(codes)
    sample = subsample(objective, 16_384)
    parameters = np.array([0.3, -0.5, 0.2, 0.1, -0.4])
    value, gradient = objective.value_and_gradient(parameters)
    sample_value, sample_gradient = sample.value_and_gradient(parameters)

    # Means of 16,384 terms of about one half err by 0.004; four times that is rare.
    np.testing.assert_allclose(sample_value, value, atol=0.016)
    np.testing.assert_allclose(sample_gradient, gradient, atol=0.016)
    np.testing.assert_allclose(
        sample.curvature(parameters), objective.curvature(parameters), atol=0.016
    )


@pytest.mark.parametrize("n_samples", [2**16 - 1, 2**16, 2**16 + 1, 3 * 2**16])
def test_tables_of_any_length_are_read_to_their_end(n_samples):
    codes = (np.arange(n_samples) >= n_samples - 3).astype(np.int8)
    rows = rows_of(subsample(numbered_objective(codes), 2048))

    assert set(range(n_samples - 3, n_samples)) <= set(rows)
