"""Dask clusters of processes that talk over TCP, and a check that none of them is left behind."""

import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
from dask.distributed import Client, LocalCluster


@contextmanager
def no_process_left():
    """Check that the processes that are started meanwhile have ended, and their children."""
    before = _descendants()
    yield
    left = psutil.wait_procs(_descendants() - before, timeout=20)[1]
    assert not [process.cmdline() for process in left if process.is_running()]


def _descendants():
    """Return all descendants of this process but the tracker, which ends with this process."""
    return {
        process
        for process in psutil.Process().children(recursive=True)
        if "resource_tracker" not in " ".join(_command(process))
    }


def _command(process):
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@contextmanager
def cluster_of(n_workers=2, threads_per_worker=1, *, is_active=True, **settings):
    """Start a cluster of processes that talk over TCP, and close it.

    Its client is the active one, unless `is_active` is false.
    """
    with (
        no_process_left(),
        LocalCluster(
            n_workers=n_workers,
            threads_per_worker=threads_per_worker,
            processes=True,
            protocol="tcp://",
            dashboard_address=":0",
            **settings,
        ) as cluster,
        Client(cluster, timeout=60, set_as_default=is_active) as client,
    ):
        yield cluster, client


@contextmanager
def processes_of_a_cluster(folder):
    """Start a scheduler and a worker as processes of their own, and kill them."""
    module, file = [sys.executable, "-m"], f"--scheduler-file={folder / 'scheduler.json'}"
    started = [
        subprocess.Popen(  # noqa: S603 - the command is fixed
            [*module, f"distributed.cli.dask_{name}", file, *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for name, options in {
            "scheduler": ["--port=0", "--no-dashboard"],
            "worker": ["--no-dashboard", "--no-nanny", "--nthreads=1"],
        }.items()
    ]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()


def wait_until(condition, seconds=100):
    """Wait until a condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
