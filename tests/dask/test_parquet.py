"""A folder of Parquet files that is larger than the memory of the worker."""

import shutil

import dask.dataframe as dd
import numpy as np
import pandas as pd
import psutil
import pytest
from clusters import cluster_of
from partitioned import assert_same_fit, draw

import skfocal
from skfocal.dask import FocalLogisticRegression

N_FILES, ROWS_PER_FILE, N_FEATURES = 48, 80_000, 20
# A worker with Dask and pandas takes half of it.
MEMORY_LIMIT = 600 * 2**20


def write_files(folder, n_files, n_samples, n_features):
    """Write files that hold the same rows, so that the fit in memory is known; return one."""
    X, y = draw(n_samples, n_features)
    # Rounded numbers take a fifth of the room on disk, and the same in memory.
    table = pd.DataFrame(np.round(X, 2), columns=[f"x{i}" for i in range(n_features)]).assign(y=y)
    first = folder / "part-000.parquet"
    table.to_parquet(first)
    for number in range(1, n_files):
        shutil.copy(first, folder / f"part-{number:03}.parquet")
    return table


def fit_both(folder, table, n_files, tol):
    """Fit a folder, and one of its files with weights."""
    frame = dd.read_parquet(folder)
    model = FocalLogisticRegression(tol=tol).fit(frame.drop(columns="y"), frame["y"])
    weights = np.full(len(table), n_files)
    expected = skfocal.FocalLogisticRegression(tol=1e-10)
    return model, expected.fit(table.drop(columns="y"), table["y"], sample_weight=weights)


def test_small_files(tmp_path):
    """Dask would read the labels of many files at once."""
    table = write_files(tmp_path, 8, 500, 6)

    assert_same_fit(*fit_both(tmp_path, table, 8, tol=1e-6), rtol=1e-5)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_folder_that_is_larger_than_the_memory_of_the_worker(tmp_path):
    table = write_files(tmp_path, N_FILES, ROWS_PER_FILE, N_FEATURES)
    assert N_FILES * table.memory_usage().sum() > MEMORY_LIMIT

    with cluster_of(1, memory_limit=MEMORY_LIMIT) as (cluster, _):
        before = [worker.pid for worker in cluster.workers.values()]
        model, expected = fit_both(tmp_path, table, N_FILES, tol=1e-3)
        # The worker was not restarted for want of memory.
        assert [worker.pid for worker in cluster.workers.values()] == before
        assert all(map(psutil.pid_exists, before))

    assert not model.is_persisted_
    assert model.n_passes_ > 2
    assert_same_fit(model, expected, rtol=1e-2)
