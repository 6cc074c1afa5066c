"""Processes that are forked while other threads of the parent fit or predict."""

import multiprocessing
import threading
import time
import warnings
from contextlib import contextmanager

import numpy as np
import pytest
from builders import blas_threads
from sklearn.datasets import make_classification
from systems import needs_fork

from skfocal import FocalLogisticRegression
from skfocal._solver import training_data
from skfocal._solver.threads import ordered_map

pytestmark = [
    needs_fork,
    pytest.mark.slow,
    pytest.mark.usefixtures("two_blas_threads"),
    # Python 3.12 and later warn about forks in multi-threaded processes.
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]

N_CHILDREN = 10
SECONDS = 60


@pytest.fixture(scope="module")
def table():
    return make_classification(20_000, 10, weights=[0.9], random_state=0)


@contextmanager
def repeated_in_a_thread(function):
    """Call a function repeatedly in another thread."""
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
def test_child_of_a_busy_parent_works(table, busy, work):
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
            result, n_threads = forked(lambda: (functions[work](), blas_threads()))
            np.testing.assert_array_equal(result, expected)
            assert set(n_threads) == {2}


@pytest.mark.parametrize("name", ["encode", "class_totals"])
def test_fork_while_another_thread_prepares_a_fit(table, monkeypatch, name):
    """Locks that this thread holds, such as those of cached properties, stay locked in a child."""
    X, y = table
    function = getattr(training_data, name)
    is_there, may_go_on = threading.Event(), threading.Event()

    def function_that_waits(*args):
        if threading.current_thread() is not threading.main_thread():
            is_there.set()
            may_go_on.wait()
        return function(*args)

    monkeypatch.setattr(training_data, name, function_that_waits)
    thread = threading.Thread(target=lambda: FocalLogisticRegression().fit(X, y))
    thread.start()
    is_there.wait()
    try:
        coef = forked(lambda: FocalLogisticRegression().fit(X, y).coef_)
    finally:
        may_go_on.set()
        thread.join()

    np.testing.assert_array_equal(coef, FocalLogisticRegression().fit(X, y).coef_)


def test_child_starts_new_threads():
    with ordered_map() as map_:
        assert list(map_(len, ["a", "bc"])) == [1, 2]
        lengths, n_threads = forked(lambda: (list(map_(len, ["a", "bc"])), blas_threads()))
        assert lengths == [1, 2]
        assert set(n_threads) == {1}
        assert list(map_(len, ["a", "bc"])) == [1, 2]
    assert set(blas_threads()) == {2}


def test_fork_during_a_fit(table):
    X, y = table
    with ordered_map():
        coef = forked(lambda: FocalLogisticRegression().fit(X, y).coef_)

    np.testing.assert_array_equal(coef, FocalLogisticRegression().fit(X, y).coef_)
    assert set(blas_threads()) == {2}
