"""Fits are bitwise reproducible, and restore the number of threads of BLAS."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from builders import blas_threads, fitted_bits
from joblib import Parallel, cpu_count, delayed
from threadpoolctl import threadpool_limits

from skfocal import FocalLogisticRegression
from skfocal._solver.threads import thread_count
from skfocal._solver.training import train


@pytest.fixture(scope="module")
def many_blocks(draw_table):
    """Return data with so many row blocks that several threads are used."""
    return draw_table(n_samples=240_000, n_features=6, n_classes=3)


def fit(X, y, **parameters):
    return FocalLogisticRegression(alpha="balanced", tol=1e-9, **parameters).fit(X, y)


def test_fit_is_bitwise_identical_for_any_number_of_blas_threads(many_blocks):
    results = set()
    for limit in (1, 2, None):
        with threadpool_limits(limit):
            results.add(fitted_bits(fit(*many_blocks)))

    assert len(results) == 1


def test_fit_is_bitwise_identical_for_any_global_random_state(draw_table):
    X, y = draw_table(n_samples=20_000)
    np.random.seed(1)  # noqa: NPY002 - the global state must not matter
    first = fitted_bits(fit(X, y))
    np.random.seed(2)  # noqa: NPY002 - the global state must not matter
    state = np.random.get_state()[1].copy()  # noqa: NPY002 - the global state must not matter

    assert fitted_bits(fit(X, y)) == first
    np.testing.assert_array_equal(np.random.get_state()[1], state)  # noqa: NPY002 - the global state must not matter


def test_concurrent_fits_agree_and_restore_the_blas_threads(draw_table, two_blas_threads):
    X, y = draw_table(n_samples=20_000)
    alone = fitted_bits(fit(X, y))
    with ThreadPoolExecutor(4) as pool:
        results = set(pool.map(lambda _: fitted_bits(fit(X, y)), range(12)))
        # The threads are still alive, and could still hold the limit.
        assert blas_threads() == two_blas_threads

    assert results == {alone}


def test_invalid_input_restores_the_blas_threads(two_classes, two_blas_threads):
    X, y = two_classes
    X = np.where(np.arange(len(X))[:, np.newaxis] == 5, np.nan, X)
    with pytest.raises(ValueError, match="NaN"):
        fit(X, y)

    assert blas_threads() == two_blas_threads


def test_blas_is_single_threaded_during_a_fit_only(draw_table, two_blas_threads, monkeypatch):
    X, y = draw_table(n_samples=1000)
    seen = []

    def spy(*arguments, **parameters):
        seen.append(blas_threads())
        return train(*arguments, **parameters)

    monkeypatch.setattr("skfocal.linear_model._logistic.train", spy)
    for _ in range(2):
        fit(X, y)
        assert blas_threads() == two_blas_threads

    assert seen == [[1] * len(two_blas_threads)] * 2


def test_error_in_the_solver_restores_the_blas_threads(draw_table, two_blas_threads, monkeypatch):
    X, y = draw_table(n_samples=60_000)

    def fail(*_):
        msg = "injected"
        raise ArithmeticError(msg)

    monkeypatch.setattr("skfocal.losses.FocalLoss.value_and_gradient", fail)
    threads = threading.active_count()
    with pytest.raises(ArithmeticError, match="injected"):
        fit(X, y)

    assert blas_threads() == two_blas_threads
    assert threading.active_count() == threads


def test_threads_end_with_the_fit(many_blocks, monkeypatch):
    monkeypatch.setattr("skfocal._solver.threads.thread_count", lambda: 4)
    threads = threading.active_count()

    fit(*many_blocks)

    assert threading.active_count() == threads


@pytest.mark.slow
def test_worker_processes_share_the_cores_and_agree(draw_table):
    # Workers cannot import this module, so the function is pickled by value.
    def threads_and_bits(X, y):
        model = FocalLogisticRegression(alpha="balanced", tol=1e-9).fit(X, y)
        bits = model.coef_.tobytes(), model.intercept_.tobytes(), model.objective_, model.n_iter_
        return thread_count(), bits

    X, y = draw_table(n_samples=20_000)
    n_jobs = 2
    results = Parallel(n_jobs=n_jobs, backend="loky")(
        delayed(threads_and_bits)(X, y) for _ in range(4)
    )

    assert {n_threads for n_threads, _ in results} == {max(1, cpu_count() // n_jobs)}
    assert {bits for _, bits in results} == {fitted_bits(fit(X, y))}
