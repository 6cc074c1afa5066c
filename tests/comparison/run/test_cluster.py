"""Comparisons on a cluster of worker processes, which are killed, added, changed and lost."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from itertools import chain

import dask
import numpy as np
import pandas as pd
import psutil
import pytest
from clusters import cluster_of, no_process_left, processes_of_a_cluster, wait_until
from dask.distributed import Client
from sklearn.linear_model import LogisticRegression
from systems import needs_signals

from skfocal.comparison import (
    ClusterError,
    Method,
    SettingError,
    compare_tables,
    load_comparison,
    make_table,
)
from skfocal.comparison.storage import environment

pytestmark = [
    pytest.mark.timeout(300),
    # Of a scheduler or a worker that a test has killed.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SECONDS = ["fit_seconds", "tuning_seconds", "predict_seconds"]
SETTINGS = {"cv": 2, "repeats": 1}


@pytest.fixture(scope="module")
def cluster():
    """A cluster that tests leave as it is. Its worker runs two cells at the same time."""
    with cluster_of(1, threads_per_worker=2, is_active=False) as (_, client):
        yield client


@pytest.fixture(scope="module")
def tables(mixed_frame):
    return [make_table(*mixed_frame(seed=seed), name=f"set {seed}") for seed in (0, 1)]


@pytest.fixture(scope="module")
def local(tables, small_methods):
    return compare_tables(tables, methods=small_methods, **SETTINGS)


def run(client, tables, methods, **settings):
    """Run a comparison on a cluster."""
    with client.as_current():
        return compare_tables(tables, methods=methods, backend="dask", **{**SETTINGS, **settings})


def assert_same(comparison, expected):
    """Check that two comparisons have the same scores and predictions, bit for bit."""
    pd.testing.assert_frame_equal(
        comparison.scores.drop(columns=SECONDS),
        expected.scores.drop(columns=SECONDS),
        check_exact=True,
    )
    for one, other in zip(comparison.predictions, expected.predictions, strict=True):
        np.testing.assert_array_equal(one.probability, other.probability)


def methods_of(**fits):
    """Return the baseline, and a method for each function that is called in place of a fit."""

    def method_of(name, function):
        class Classifier(LogisticRegression):
            def fit(self, X, y):
                function()
                return super().fit(X, y)

        return Method(name, "It may fail.", Classifier(), {"C": (1.0,)})

    plain = Method("logistic", "Plain.", LogisticRegression(), {"C": (1.0,)})
    return [plain, *(method_of(name, function) for name, function in fits.items())]


def failures(comparison):
    """Return the set of failures of each method."""
    return comparison.scores.groupby("method")["failure"].agg(set).to_dict()


def cell_processes(client):
    """Return the processes that the workers have started, by their id."""

    def children():
        return [child.pid for child in psutil.Process().children(recursive=True)]

    return list(chain.from_iterable(client.run(children).values()))


@needs_signals
@pytest.mark.slow
def test_a_cell_that_hangs_crashes_or_raises_does_not_affect_others(cluster, tables):
    def hang():
        ctypes.PyDLL(None).sleep(600)  # holds the interpreter's lock: no signal handler runs

    def crash():
        os.kill(os.getpid(), signal.SIGKILL)

    def fail():
        raise RuntimeError("no luck")

    def stop():
        print("not a message")  # noqa: T201  # the process sends messages, too
        sys.exit(3)

    methods = methods_of(hang=hang, crash=crash, fail=fail, stop=stop)
    comparison = run(cluster, tables[:1], methods, timeout=2.0)

    assert failures(comparison) == {
        "logistic": {""},
        "hang": {"Timeout: killed after 2 s"},
        "crash": {"Crash: the process was ended by SIGKILL"},
        "fail": {"RuntimeError: no luck"},
        "stop": {"SystemExit: 3"},
    }


@pytest.mark.slow
def test_a_run_that_is_interrupted_and_resumed_has_the_scores_of_a_local_run(
    cluster, tables, small_methods, local, tmp_path
):
    def interrupt(status):
        if status.done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(cluster, tables, small_methods, directory=tmp_path, progress=interrupt)
    wait_until(lambda: not cell_processes(cluster))
    wait_until(lambda: not any(cluster.processing().values()))
    assert len(list(tmp_path.glob("cells/*.json"))) == 3

    seen = []
    comparison = run(cluster, tables, small_methods, directory=tmp_path, progress=seen.append)
    assert_same(comparison, local)
    assert_same(load_comparison(tmp_path), local)
    assert not cell_processes(cluster)

    n_cells = len(list(tmp_path.glob("cells/*.json")))
    assert [status.done for status in seen if status.ended] == list(range(4, n_cells + 1))
    assert max(len(status.running) for status in seen) == 2
    assert seen[0].seconds_left is None
    assert all(status.seconds_left >= 0 for status in seen if status.ended)
    assert (seen[-1].share, seen[-1].seconds_left) == (1, 0)


@pytest.mark.slow
def test_a_worker_with_other_versions_is_named(cluster, tables, small_methods):
    address = next(iter(cluster.nthreads()))

    def release(number):
        environment.__version__ = number

    cluster.run(release, "0.0.1", workers=[address])
    try:
        with pytest.raises(ClusterError, match=rf"{address} has skfocal 0\.0\.1 instead of"):
            run(cluster, tables, small_methods)
    finally:
        cluster.run(release, environment.__version__, workers=[address])


@needs_signals
@pytest.mark.slow
def test_workers_that_join_and_are_killed_do_not_change_the_scores(tables, small_methods, local):
    with cluster_of(0, is_active=False) as (cluster, client):
        client.loop.call_later(1.0, cluster.scale, 2)
        killed, orphans = [], []

        def kill(status):
            if status.done == 2 and not killed:
                orphans.extend(cell_processes(client))
                killed.append(next(iter(cluster.workers.values())).pid)
                os.kill(killed[0], signal.SIGKILL)

        with pytest.warns(UserWarning, match="has no workers"):
            comparison = run(client, tables, small_methods, progress=kill)
        assert_same(comparison, local)
        assert killed
        wait_until(lambda: not any(map(psutil.pid_exists, orphans)))


@needs_signals
@pytest.mark.slow
def test_a_cell_that_kills_its_workers_fails_alone(tables):
    def kill():
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(600)

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        cluster_of(1, is_active=False) as (_, client),
    ):
        comparison = run(client, tables[:1], methods_of(kill=kill, later=lambda: None))
    assert failures(comparison) == {
        "logistic": {""},
        "kill": {"Crash: the Dask workers that ran it died (1 in a row)"},
        "later": {""},
    }


@pytest.mark.slow
def test_a_scheduler_that_is_killed_ends_the_run(tables, small_methods, tmp_path):
    with (
        no_process_left(),
        processes_of_a_cluster(tmp_path) as (scheduler, _),
        dask.config.set({"distributed.comm.timeouts.connect": "2s"}),
        Client(
            scheduler_file=tmp_path / "scheduler.json", timeout=10, set_as_default=False
        ) as client,
    ):
        client.wait_for_workers(1, timeout=60)

        def kill(status):
            if status.done == 2:
                scheduler.kill()

        with pytest.raises(ClusterError, match="was lost"):
            run(client, tables, small_methods, directory=tmp_path, progress=kill)
    assert len(list(tmp_path.glob("cells/*.json"))) >= 2


def test_settings_that_cannot_be_used(tables, small_methods):
    with pytest.raises(SettingError, match="backend must be 'local' if no Dask client"):
        compare_tables(tables, methods=small_methods, backend="dask")
    with pytest.raises(SettingError, match="backend must be 'local' or 'dask'; got 'loky'"):
        compare_tables(tables, methods=small_methods, backend="loky")
    with pytest.raises(SettingError, match="n_jobs must be None or -1"):
        compare_tables(tables, methods=small_methods, backend="dask", n_jobs=2)


@pytest.mark.slow
def test_a_comparison_on_this_machine_imports_no_dask():
    script = (
        "import sys, skfocal.comparison.entry, skfocal.cli\n"
        "assert not {'dask', 'distributed'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603  # our own script
