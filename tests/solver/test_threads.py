"""The number of threads, and the limit on the threads of BLAS during a fit."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from builders import blas_threads, set_blas_threads
from joblib import Parallel, cpu_count, delayed
from threadpoolctl import threadpool_info, threadpool_limits

from skfocal._solver.threads import ordered_map, thread_count

CORES = cpu_count(only_physical_cores=True)


def openmp_threads():
    return min(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "openmp")


@pytest.fixture
def four_threads(monkeypatch):
    monkeypatch.setattr("skfocal._solver.threads.thread_count", lambda: 4)


@pytest.mark.parametrize("limit", [1, 2, 64])
def test_thread_count_respects_threadpool_limits(limit):
    with threadpool_limits(limit):
        assert thread_count() == min(limit, CORES)
    assert thread_count() == min(CORES, openmp_threads())


def test_thread_count_ignores_a_limit_on_blas_only():
    before = thread_count()
    with threadpool_limits(1, user_api="blas"):
        assert thread_count() == before


def test_joblib_threads_use_one_thread():
    counts = Parallel(n_jobs=2, backend="threading")(delayed(thread_count)() for _ in range(4))

    assert counts == [1] * 4


def test_sequential_joblib_does_not_change_the_thread_count():
    assert Parallel(n_jobs=1)(delayed(thread_count)() for _ in range(2)) == [thread_count()] * 2


def test_other_threads_may_use_all_cores():
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(thread_count).result() == thread_count()


@pytest.mark.usefixtures("four_threads")
def test_results_are_in_the_order_of_the_items():
    def late_first(item):
        time.sleep(0.02 / (1 + item))
        return item

    with ordered_map() as map_:
        assert list(map_(late_first, range(8))) == list(range(8))


@pytest.mark.usefixtures("four_threads")
def test_items_run_at_the_same_time():
    # It opens only if all four calls wait at the same time.
    barrier = threading.Barrier(4, timeout=10)

    with ordered_map() as map_:
        numbers = list(map_(lambda _: barrier.wait(), range(4)))

    assert sorted(numbers) == [0, 1, 2, 3]


@pytest.mark.usefixtures("four_threads")
def test_single_item_runs_in_the_calling_thread():
    with ordered_map() as map_:
        assert list(map_(lambda _: threading.get_ident(), [0])) == [threading.get_ident()]


def test_single_thread_is_the_calling_thread(monkeypatch):
    monkeypatch.setattr("skfocal._solver.threads.thread_count", lambda: 1)
    with ordered_map() as map_:
        used = set(map_(lambda _: threading.get_ident(), range(5)))

    assert used == {threading.get_ident()}


@pytest.mark.usefixtures("four_threads")
def test_threads_end_with_the_context():
    before = threading.active_count()
    with ordered_map() as map_:
        list(map_(abs, range(4)))
        assert threading.active_count() > before

    assert threading.active_count() == before


@pytest.mark.usefixtures("two_blas_threads")
def test_blas_is_limited_inside_the_context_only():
    with ordered_map():
        assert set(blas_threads()) == {1}
        with ordered_map():
            assert set(blas_threads()) == {1}
        assert set(blas_threads()) == {1}
    assert set(blas_threads()) == {2}


@pytest.mark.usefixtures("two_blas_threads")
@pytest.mark.parametrize("first_to_end", [0, 1])
def test_limit_ends_with_the_last_of_overlapping_contexts(first_to_end):
    begin, end = [[threading.Event(), threading.Event()] for _ in range(2)]
    finish = threading.Event()

    def overlap(each):
        with ordered_map():
            begin[each].set()
            assert end[each].wait(10)
        done[each].set()
        # The thread outlives its context, as in a pool.
        assert finish.wait(10)

    done = [threading.Event(), threading.Event()]
    with ThreadPoolExecutor(2) as pool:
        for each in (0, 1):
            pool.submit(overlap, each)
            assert begin[each].wait(10)
        seen = []
        for each in (first_to_end, 1 - first_to_end):
            seen.append(set(blas_threads()))
            end[each].set()
            assert done[each].wait(10)
        seen.append(set(blas_threads()))
        finish.set()

    assert seen == [{1}, {1}, {2}]


@pytest.mark.usefixtures("two_blas_threads")
def test_other_threads_can_set_limits_after_overlapping_contexts():
    first_began, second_began, both_ended, limited, finish = (threading.Event() for _ in range(5))

    def begin_first_and_live_on():
        with ordered_map():
            first_began.set()
            assert second_began.wait(10)
        ended.set()
        assert both_ended.wait(10)
        with threadpool_limits(2, "blas"):
            pass
        limited.set()
        assert finish.wait(10)

    ended = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(begin_first_and_live_on)
        assert first_began.wait(10)
        with ordered_map():
            second_began.set()
            assert ended.wait(10)
        both_ended.set()
        assert limited.wait(10)
        set_blas_threads(1)
        seen = set(blas_threads())
        set_blas_threads(2)
        finish.set()

    assert seen == {1}


@pytest.mark.usefixtures("four_threads", "two_blas_threads")
def test_limit_ends_after_an_error():
    def fail(item):
        if item == 2:
            msg = "injected"
            raise ArithmeticError(msg)
        return item

    def run():
        with ordered_map() as map_:
            list(map_(fail, range(4)))

    with pytest.raises(ArithmeticError, match="injected"):
        run()
    assert set(blas_threads()) == {2}


@pytest.mark.usefixtures("four_threads", "two_blas_threads")
def test_limit_ends_after_many_concurrent_contexts():
    def work(_):
        with ordered_map() as map_:
            assert list(map_(abs, [-1, -2])) == [1, 2]
            return set(blas_threads())

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(work, range(60)))

    assert seen == [{1}] * 60
    assert set(blas_threads()) == {2}
