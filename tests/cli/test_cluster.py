"""`skfocal compare --cluster`."""

import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
from clusters import cluster_of, wait_until
from systems import needs_signals

from skfocal.comparison.run import cluster as cluster_module

pytestmark = pytest.mark.timeout(300)

OPTIONS = ["--target", "outcome", "--method", "class_weight", "--cv", "2", "--repeats", "1"]
SECONDS = ["fit_seconds", "tuning_seconds", "predict_seconds"]


@pytest.mark.slow
@needs_signals
def test_a_run_on_a_cluster_is_interrupted_and_resumed(run, data, tmp_path):
    there, here = tmp_path / "there", tmp_path / "here"
    with cluster_of(1, is_active=False) as (cluster, client):
        # Enough cells that some are left when the signal arrives.
        given = [*OPTIONS, "--repeats", "6"]
        options = [str(data), *given, "-o", str(there), "--cluster", cluster.scheduler_address]
        process = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, "-m", "skfocal", "compare", *options, "-q"],
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_until(lambda: list(there.glob("cells/*.json")) or process.poll() is not None)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
        assert process.returncode == 130
        assert stderr == (
            f"Interrupted. Finished cells are stored in {there}. Run the same command again to "
            "resume\n"
        )
        assert not any(client.processing().values())

        resumed = run(*options)
        local = run(data, *given, "-o", here, "-j", "1")
    assert (resumed.exit_code, local.exit_code) == (0, 0)
    found, expected = (
        pd.read_csv(output / "scores.csv").drop(columns=SECONDS) for output in (there, here)
    )
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


def test_an_address_where_none_answers(run, data, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster_module, "CONNECT_SECONDS", 0.5)
    start = time.monotonic()
    result = run(data, *OPTIONS, "--cluster", "tcp://127.0.0.1:1", "-o", tmp_path / "out")
    assert time.monotonic() - start < 10
    assert result.exit_code == 2
    assert "--cluster must be the address of a running Dask scheduler" in result.stderr
    assert "got tcp://127.0.0.1:1" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()


def test_without_dask_the_option_and_the_extra_are_named(run, data, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = run(data, *OPTIONS, "--cluster", "tcp://127.0.0.1:1")
    assert result.exit_code == 2
    assert "--cluster cannot be used without Dask" in result.stderr
    assert 'pip install "skfocal[dask]"' in result.stderr
    assert "local" not in result.stderr


def test_the_number_of_processes_is_that_of_the_cluster(run, data):
    result = run(data, *OPTIONS, "--cluster", "tcp://127.0.0.1:1", "-j", "2")
    assert result.exit_code == 2
    assert "-j cannot be used with --cluster" in result.stderr


@pytest.mark.parametrize("address", ["", "udp://somewhere:1"])
def test_an_address_that_is_none(run, data, address):
    result = run(data, *OPTIONS, "--cluster", address)
    assert result.exit_code == 2
    assert "--cluster must be the address" in result.stderr
