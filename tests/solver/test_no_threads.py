"""Fits, searches and predictions where no thread can be started, as in WebAssembly."""

import subprocess
import sys
import threading

import pytest

from skfocal._solver.threads import ordered_map

SCRIPT = """
import os
import threading

os.environ["JOBLIB_MULTIPROCESSING"] = "0"  # as where there are no processes

import numpy as np
from scipy.sparse import csr_array
from sklearn.datasets import make_classification

from skfocal import FocalLogisticRegression, FocalLogisticRegressionCV
from skfocal._solver import heuristics, threads

refused = []

def refuse(thread):
    refused.append(thread)
    raise RuntimeError("can't start new thread")

def results():
    X, y = make_classification(4_000, 8, n_informative=6, n_classes=3, random_state=0)
    two = (y == 1).astype(int)
    models = [
        FocalLogisticRegression().fit(X, y),
        FocalLogisticRegression(C=0.02, l1_ratio=1.0).fit(csr_array(X), two),
        FocalLogisticRegressionCV(gammas=[0, 2], Cs=[0.1, 1], cv=3).fit(X, two),
    ]
    return [model.predict_proba(X) for model in models]

heuristics.MIN_ENTRIES_FOR_THREADS = heuristics.MIN_LOGITS_FOR_THREADS = 0
heuristics.BLOCK_BYTES = 2**14
threads.thread_count = lambda: 2
in_threads = results()
threading.Thread.start = refuse
for one, other in zip(in_threads, results(), strict=True):
    np.testing.assert_array_equal(one, other)
assert refused
"""


def test_models_are_the_same_without_threads():
    command = [sys.executable, "-W", "error", "-c", SCRIPT]
    subprocess.run(command, check=True)  # noqa: S603 - our own code


@pytest.mark.parametrize("n_allowed", [0, 1, 3])
def test_calls_run_one_after_the_other_if_not_all_threads_start(monkeypatch, n_allowed):
    start, attempts = threading.Thread.start, []

    def start_some(thread):
        attempts.append(thread)
        if len(attempts) > n_allowed:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr("skfocal._solver.threads.thread_count", lambda: 4)
    monkeypatch.setattr(threading.Thread, "start", start_some)
    with ordered_map() as map_:
        used = set(map_(lambda _: threading.get_ident(), range(5)))

    assert used == {threading.get_ident()}
    assert len(attempts) == n_allowed + 1
    assert not any(thread.is_alive() for thread in attempts)
