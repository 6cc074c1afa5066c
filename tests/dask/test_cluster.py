"""Fits on a cluster of worker processes, which are killed, added and lost."""

import os
import signal

import dask
import joblib
import numpy as np
import pytest
from clusters import cluster_of, processes_of_a_cluster
from dask.distributed import Client
from partitioned import assert_same_fit, draw, in_partitions, local_fit
from sklearn.model_selection import GridSearchCV

import skfocal
from skfocal.dask import ClusterError, FocalLogisticRegression, _blocks

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore:Sending large graph:UserWarning"),
    # Of a scheduler or a worker that a test has killed.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

N_SAMPLES, LENGTHS = 40_000, [5000] * 8


@pytest.fixture
def cluster():
    with cluster_of() as (cluster, _):
        yield cluster


@pytest.fixture(scope="module")
def table():
    return draw(N_SAMPLES)


@pytest.fixture(scope="module")
def expected(table):
    return local_fit(*table)


@pytest.fixture
def at_evaluation(monkeypatch):
    """Return a function that makes something happen before an evaluation."""

    def register(number, function):
        n_calls = 0
        compute = _blocks.compute

        def counted(collections):
            nonlocal n_calls
            n_calls += 1
            if n_calls == number:
                function()
            return compute(collections)

        monkeypatch.setattr(_blocks, "compute", counted)

    return register


def fit(table, **parameters):
    X, y = (in_partitions(each, LENGTHS) for each in table)
    return FocalLogisticRegression(tol=1e-10, **parameters).fit(X, y)


@pytest.mark.usefixtures("cluster")
def test_same_coefficients_each_time(table, expected):
    models = [fit(table) for _ in range(3)]

    assert_same_fit(models[0], expected)
    assert models[0].is_persisted_
    for model in models[1:]:
        np.testing.assert_array_equal(model.coef_, models[0].coef_)


@pytest.mark.usefixtures("cluster")
def test_partitions_that_are_not_kept(table, expected):
    assert_same_fit(fit(table, persist=False), expected)


def test_worker_that_is_killed(cluster, table, at_evaluation):
    undisturbed = fit(table)
    at_evaluation(6, lambda: os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL))

    np.testing.assert_array_equal(fit(table).coef_, undisturbed.coef_)


def test_worker_that_joins(cluster, table, at_evaluation):
    undisturbed = fit(table)
    at_evaluation(6, lambda: cluster.scale(3))

    np.testing.assert_array_equal(fit(table).coef_, undisturbed.coef_)


@pytest.mark.usefixtures("cluster")
def test_error_in_a_partition(table):
    X, y = table[0].copy(), table[1]
    X[12_345, 3] = np.inf

    with pytest.raises(ValueError, match="column of index 3, in partition 2"):
        fit((X, y))


def test_scheduler_that_is_killed(table, expected, at_evaluation, tmp_path):
    X, y = table
    model = FocalLogisticRegression(tol=1e-10, warm_start=True)
    with (
        processes_of_a_cluster(tmp_path) as (scheduler, _),
        dask.config.set({"distributed.comm.timeouts.connect": "2s"}),
        Client(scheduler_file=tmp_path / "scheduler.json", timeout=60) as client,
    ):
        client.wait_for_workers(1, timeout=60)
        at_evaluation(8, scheduler.kill)
        with pytest.raises(ClusterError, match="warm_start=True"):
            model.fit(in_partitions(X, LENGTHS), in_partitions(y, LENGTHS))
    assert model.predict(X).shape == y.shape

    assert_same_fit(model.fit(in_partitions(X, LENGTHS), in_partitions(y, LENGTHS)), expected)


def test_cluster_that_is_closed(table, at_evaluation):
    with cluster_of() as (cluster, _):
        at_evaluation(8, cluster.close)
        with pytest.raises(ClusterError, match="connection"):
            fit(table)


def test_memory_limit(table):
    X, y = (in_partitions(each, LENGTHS) for each in table)

    def too_large(block):
        return np.ones((block.shape[0], 100_000)).cumsum(axis=1)[:, :6] + block

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        cluster_of(1, memory_limit="700MB"),
        pytest.raises(ClusterError, match="memory"),
    ):
        FocalLogisticRegression().fit(X.map_blocks(too_large, meta=np.empty((0, 0))), y)


@pytest.mark.usefixtures("cluster")
def test_messages_do_not_grow_with_the_table(monkeypatch):
    """The client sends a function for each evaluation, whose arrays have the size of a row."""
    sizes = []
    dumps = _blocks.cloudpickle.dumps
    monkeypatch.setattr(
        _blocks.cloudpickle, "dumps", lambda each: sizes.append(len(dumps(each))) or dumps(each)
    )
    largest = {}
    for n_samples in (2000, 32_000):
        X, y = draw(n_samples)
        lengths = [n_samples // 4] * 4
        sizes.clear()
        # From a given start no sample is fitted.
        FocalLogisticRegression(max_iter=3, tol=0.9).fit(
            in_partitions(X, lengths), in_partitions(y, lengths)
        )
        largest[n_samples] = max(sizes)

    assert largest[32_000] < 1.1 * largest[2000]
    assert largest[32_000] < 20_000


@pytest.mark.usefixtures("cluster")
def test_grid_search_through_joblib(table):
    X, y = table[0][:2000], table[1][:2000]
    search = GridSearchCV(skfocal.FocalLogisticRegression(), {"gamma": [0.0, 2.0], "C": [0.1, 1.0]})
    expected = search.fit(X, y).cv_results_["mean_test_score"]
    with joblib.parallel_config("dask"):
        scores = search.fit(X, y).cv_results_["mean_test_score"]

    np.testing.assert_allclose(scores, expected)
