"""Processes that are forked while other threads of the parent fit or predict."""

import multiprocessing
import os
import threading
import time
import warnings
from contextlib import contextmanager

import numpy as np
import pytest
from sklearn.datasets import make_classification
from threadpoolctl import threadpool_info, threadpool_limits

from skfocal import FocalLogisticRegression
from skfocal._solver.threads import ordered_map

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork"),
    pytest.mark.slow,
    # Python 3.12 and later warn of a fork beside threads, which is what is tested.
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]

N_CHILDREN = 10
SECONDS = 60


def blas_threads():
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


@pytest.fixture(scope="module")
def table():
    return make_classification(20_000, 10, weights=[0.9], random_state=0)


@pytest.fixture(autouse=True)
def two_blas_threads():
    """Give BLAS two threads, so that a limit to one can be noticed."""
    before = blas_threads()

    def limit(n_threads):
        # threadpoolctl lets no thread change the limit while another one that set it lives.
        thread = threading.Thread(target=threadpool_limits, args=(n_threads, "blas"))
        thread.start()
        thread.join()

    limit(2)
    yield
    limit(min(before))


@contextmanager
def repeated_in_a_thread(function):
    """Call a function again and again in another thread."""
    stop = threading.Event()

    def repeat():
        while not stop.is_set():
            function()

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def forked(function):
    """Return what a function returns in a forked child, or fail if the child hangs."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = context.Process(target=lambda: sender.send(function()))
        child.start()
    try:
        assert receiver.poll(SECONDS), "the child hangs"
        return receiver.recv()
    finally:
        child.kill()
        child.join()


@pytest.mark.parametrize("busy", ["fit", "predict"])
@pytest.mark.parametrize("work", ["fit", "predict"])
def test_a_child_works_whatever_the_parent_was_doing(table, busy, work):
    X, y = table
    model = FocalLogisticRegression().fit(X, y)
    functions = {
        "fit": lambda: FocalLogisticRegression().fit(X, y).coef_,
        "predict": lambda: model.predict_proba(X[:100]),
    }
    expected = functions[work]()
    with repeated_in_a_thread(functions[busy]):
        for _ in range(N_CHILDREN):
            time.sleep(0.003)
            found, n_threads = forked(lambda: (functions[work](), blas_threads()))
            np.testing.assert_array_equal(found, expected)
            assert n_threads == {2}


def test_a_child_of_a_thread_that_holds_its_threads_open_starts_its_own():
    with ordered_map() as map_:
        assert list(map_(len, ["a", "bc"])) == [1, 2]
        assert forked(lambda: (list(map_(len, ["a", "bc"])), blas_threads())) == ([1, 2], {1})
        assert list(map_(len, ["a", "bc"])) == [1, 2]
    assert blas_threads() == {2}


def test_a_fork_in_the_middle_of_a_fit_leaves_parent_and_child_as_they_are(table):
    X, y = table
    answers = []

    def fork_and_fit():
        answers.append(forked(lambda: FocalLogisticRegression().fit(X, y).coef_))

    with ordered_map():
        fork_and_fit()
    np.testing.assert_array_equal(answers[0], FocalLogisticRegression().fit(X, y).coef_)
    assert blas_threads() == {2}
