"""Blocks of rows of dense and sparse data, and sums over them in a fixed order."""

import tracemalloc

import numpy as np
import pytest
from scipy import sparse

from skfocal._solver.row_blocks import ArrayBlocks

FORMS = [np.ascontiguousarray, np.asfortranarray, sparse.csr_array, sparse.csr_matrix]


def draw(n_samples=20_000, n_features=3, seed=0):
    return np.random.default_rng(seed).standard_normal((n_samples, n_features))


def dense(block):
    return block.toarray() if sparse.issparse(block) else np.array(block)


def concatenated(blocks):
    """Return the row indices of all blocks, and their rows."""
    (parts,) = blocks.sum(lambda block: ([(block.rows.start, block.rows.stop, dense(block.X))],))
    indices = np.concatenate([np.arange(start, stop) for start, stop, _ in parts])
    return indices, np.vstack([part for _, _, part in parts])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("n_samples", [1, 511, 8192, 8193, 200_000])
def test_blocks_cover_every_row_once_and_in_order(form, n_samples):
    X = draw(n_samples)

    indices, rows = concatenated(ArrayBlocks(form(X)))

    np.testing.assert_array_equal(indices, np.arange(n_samples))
    np.testing.assert_array_equal(rows, X)


@pytest.mark.parametrize("form", FORMS)
def test_sums_over_blocks_are_sums_over_all_rows(form):
    X, weights = draw(), np.random.default_rng(1).random(20_000)
    blocks = ArrayBlocks(form(X), weights=weights)

    def terms(block):
        return block.weights.sum(), block.weights @ block.X, block.X.T @ block.X

    total, first, second = blocks.sum(terms, 9)

    np.testing.assert_allclose(total, weights.sum(), rtol=1e-13)
    np.testing.assert_allclose(first, weights @ X, rtol=1e-11)
    np.testing.assert_allclose(dense(second), X.T @ X, rtol=1e-12, atol=1e-10)


def test_sums_are_bitwise_identical_for_any_order_of_execution():
    X = np.exp(5 * draw(200_000))

    def total(block):
        return block.X.sum(axis=0), (block.X**2).sum()

    def in_reverse(function, items):
        return [function(item) for item in reversed(items)][::-1]

    forwards = ArrayBlocks(X).sum(total)
    backwards = ArrayBlocks(X, ordered_map=in_reverse).sum(total)

    for left, right in zip(forwards, backwards, strict=True):
        assert left.tobytes() == right.tobytes()


def test_each_returns_one_result_per_block_in_order():
    X = draw(500_000)
    blocks = ArrayBlocks(X).each(lambda block: (len(block.X), block.rows.start, block.rows.stop))
    assert [start for _, start, _ in blocks] == [0, *(stop for _, _, stop in blocks[:-1])]
    assert blocks[-1][2] == len(X)
    assert all(n_rows == stop - start for n_rows, start, stop in blocks)
    assert len(blocks) > 2


def test_row_products_are_scalar_products_of_centred_rows():
    X = draw(60) + 5.0
    centre = X.mean(axis=0)
    for kind in (np.asarray, np.asfortranarray, sparse.csr_array):
        products = ArrayBlocks(kind(X)).row_products(centre)
        np.testing.assert_allclose(products, (X - centre) @ (X - centre).T, atol=1e-11)


def test_sums_of_large_terms_take_bounded_memory():
    def at_once(function, items):
        return [function(item) for item in items]

    n_floats = 2**21
    blocks = ArrayBlocks(draw(1_500_000), ordered_map=at_once)

    tracemalloc.start()
    blocks.sum(lambda _: (np.zeros(n_floats),), n_floats)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    # A term takes 16 MiB, and there are far more than four blocks.
    assert peak < 4 * 8 * n_floats


@pytest.mark.parametrize("form", FORMS)
def test_blocks_do_not_copy_the_data(form):
    X = form(draw(100_000, 20))

    tracemalloc.start()
    ArrayBlocks(X).sum(lambda block: (block.X.shape[0],))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    # The data take 15 MiB or more. A sparse block only allocates its row pointers.
    assert peak < 2**20


@pytest.mark.parametrize("form", FORMS)
def test_blocks_of_wide_rows_are_small(form):
    sizes = ArrayBlocks(form(draw(5000, 400))).each(lambda block: block.X.shape[0])

    # All rows take 15 MiB.
    assert max(sizes) * 400 * 8 <= 4 * 2**20


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("n_features", [3, 300])
def test_take_returns_the_given_rows(form, n_features):
    X = draw(16_000, n_features)
    rows = np.sort(np.random.default_rng(0).choice(16_000, 15_000, replace=False))

    taken = ArrayBlocks(form(X)).take(rows, None)

    assert taken.shape == (15_000, n_features)
    np.testing.assert_array_equal(concatenated(taken)[1], X[rows])


def test_take_can_be_repeated():
    X = draw(20_000, 300)
    first, second = np.arange(0, 20_000, 2), np.arange(0, 10_000, 5)

    taken = ArrayBlocks(X).take(first, None).take(second, None)

    np.testing.assert_array_equal(concatenated(taken)[1], X[first][second])


@pytest.mark.parametrize("n_samples", [1, 7, 20_000])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("form", FORMS)
def test_rough_centre_is_within_the_range_of_the_data(n_samples, weighted, form):
    X = 1e9 + draw(n_samples)
    weights = np.ones(n_samples) if weighted else None
    centre = ArrayBlocks(form(X), weights=weights).rough_moments()[0]

    assert centre.shape == X.shape[1:]
    assert (X.min(axis=0) <= centre).all()
    assert (centre <= X.max(axis=0)).all()


@pytest.mark.parametrize("n_without", [1, 19_999])
def test_rough_centre_ignores_rows_with_zero_weight(n_without):
    X = draw()
    X[:n_without] += 1e12
    centre = ArrayBlocks(X, weights=1.0 * (np.arange(20_000) >= n_without)).rough_moments()[0]

    assert np.abs(centre).max() < 4


def test_errors_in_terms_are_raised():
    def fail(block):
        if block.rows.start > 0:
            msg = "injected"
            raise ArithmeticError(msg)
        return (0.0,)

    with pytest.raises(ArithmeticError, match="injected"):
        ArrayBlocks(draw(500_000)).sum(fail)


def test_passes_count_all_reads():
    blocks = ArrayBlocks(draw(20_000))
    for _ in range(2):
        blocks.sum(lambda block: (block.X.sum(),))
    blocks.take(np.arange(5000), None).sum(lambda block: (block.X.sum(),))

    assert blocks.n_passes == 2.25
