"""The same table gives the same bits, whatever runs beside it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from joblib import Parallel, cpu_count, delayed
from scipy import sparse
from threadpoolctl import threadpool_info, threadpool_limits

from skfocal import FocalLogisticRegression
from skfocal._solver.threads import thread_count
from skfocal._solver.training import train


def blas_threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


@pytest.fixture
def two_blas_threads():
    """Give BLAS two threads, so that a limit to one and its end can be told apart."""

    def set_blas_threads(limit):
        # threadpoolctl lets no thread change the limit while another one that set it lives.
        thread = threading.Thread(target=threadpool_limits, args=(limit, "blas"))
        thread.start()
        thread.join()

    before = blas_threads()
    set_blas_threads(2)
    yield [2] * len(before)
    set_blas_threads(before[0])


def answer(model):
    return model.coef_.tobytes(), model.intercept_.tobytes(), model.objective_, model.n_iter_


@pytest.fixture(scope="module")
def many_blocks(draw_table):
    """Return a table of many row blocks, so that every thread has some to sum."""
    return draw_table(n_samples=400_000, n_features=3, n_classes=3)


def fit(X, y, **parameters):
    return FocalLogisticRegression(alpha="balanced", tol=1e-9, **parameters).fit(X, y)


@pytest.mark.slow
@pytest.mark.parametrize(
    "form",
    [np.ascontiguousarray, np.asfortranarray, lambda X: X.astype(np.float32), sparse.csr_array],
    ids=["C", "F", "float32", "csr"],
)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_number_of_threads_changes_no_bit(many_blocks, monkeypatch, form, n_classes):
    X, y = many_blocks
    X, y = form(X), np.minimum(y, n_classes - 1)
    answers = set()
    for n_threads in (1, 2, 3, 8):
        monkeypatch.setattr("skfocal._solver.threads.thread_count", lambda n=n_threads: n)
        answers.add(answer(fit(X, y)))

    assert len(answers) == 1


def test_the_number_of_blas_threads_changes_no_bit(many_blocks):
    answers = set()
    for limit in (1, 2, None):
        with threadpool_limits(limit):
            answers.add(answer(fit(*many_blocks)))

    assert len(answers) == 1


def test_a_second_run_and_the_global_random_state_change_no_bit(draw_table):
    X, y = draw_table(n_samples=20_000)
    np.random.seed(1)  # noqa: NPY002 - the state that nothing here may depend on
    first = answer(fit(X, y))
    np.random.seed(2)  # noqa: NPY002 - the same
    state = np.random.get_state()[1].copy()  # noqa: NPY002 - the same

    assert answer(fit(X, y)) == first
    np.testing.assert_array_equal(np.random.get_state()[1], state)  # noqa: NPY002 - the same


def test_concurrent_fits_agree_and_give_blas_its_threads_back(draw_table, two_blas_threads):
    X, y = draw_table(n_samples=20_000)
    alone = answer(fit(X, y))
    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(lambda _: answer(fit(X, y)), range(12)))
        # While the threads live, which may hold the right to change the limit.
        assert blas_threads() == two_blas_threads

    assert answers == {alone}


def test_a_fit_of_bad_input_gives_blas_its_threads_back(two_classes, two_blas_threads):
    X, y = two_classes
    X = np.where(np.arange(len(X))[:, np.newaxis] == 5, np.nan, X)
    with pytest.raises(ValueError, match="NaN"):
        fit(X, y)

    assert blas_threads() == two_blas_threads


def test_blas_runs_single_threaded_during_a_fit_only(draw_table, two_blas_threads, monkeypatch):
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


def test_an_error_inside_the_sums_gives_blas_its_threads_back(
    draw_table, two_blas_threads, monkeypatch
):
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


def test_no_thread_outlives_a_fit(many_blocks, monkeypatch):
    monkeypatch.setattr("skfocal._solver.threads.thread_count", lambda: 4)
    threads = threading.active_count()

    fit(*many_blocks)

    assert threading.active_count() == threads


@pytest.mark.slow
def test_worker_processes_share_the_cores_and_agree(draw_table):
    # Defined in here, for the workers to be sent its code: they cannot import this module.
    def threads_and_answer(X, y):
        model = FocalLogisticRegression(alpha="balanced", tol=1e-9).fit(X, y)
        found = model.coef_.tobytes(), model.intercept_.tobytes(), model.objective_, model.n_iter_
        return thread_count(), found

    X, y = draw_table(n_samples=20_000)
    n_jobs = 2
    results = Parallel(n_jobs=n_jobs, backend="loky")(
        delayed(threads_and_answer)(X, y) for _ in range(4)
    )

    assert {n_threads for n_threads, _ in results} == {max(1, cpu_count() // n_jobs)}
    assert {each for _, each in results} == {answer(fit(X, y))}
