"""A run that gets a signal to stop says how it is resumed, and leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import psutil
import pytest
from systems import needs_signals


@pytest.fixture
def large(tmp_path):
    """A table on which a run takes some seconds."""
    rng = np.random.default_rng(0)
    y = rng.permutation(np.arange(3000) < 300)
    X = rng.normal(size=(3000, 12)) + 0.3 * y[:, np.newaxis]
    frame = pd.DataFrame(X, columns=[f"x{number}" for number in range(12)])
    frame.assign(y=np.where(y, "bad", "good")).to_csv(tmp_path / "data.csv", index=False)
    return tmp_path


def start(directory, n_jobs):
    command = ["compare", "data.csv", "--target", "y", "-o", "out", "-q", "-j", str(n_jobs)]
    return subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-m", "skfocal", *command],
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def children_of(process):
    return psutil.Process(process.pid).children(recursive=True)


@pytest.mark.slow
@needs_signals
@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize(
    ("number", "to_cells", "word", "status"),
    [
        (signal.SIGTERM, False, "Terminated", 143),
        (signal.SIGTERM, True, "Terminated", 143),  # as when a service is stopped
        (signal.SIGINT, False, "Interrupted", 130),
    ],
)
def test_one_line_says_how_to_resume(large, n_jobs, number, to_cells, word, status):
    process = start(large, n_jobs)
    deadline = time.monotonic() + 60
    while not list(large.glob("out/cells/*.json")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    children = children_of(process)
    os.killpg(process.pid, number)
    if to_cells:
        for child in children:
            child.send_signal(number)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == status
    assert stdout == ""
    assert stderr == (
        f"{word}. Finished cells are stored in out. Run the same command again to resume\n"
    )
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive
    failures = [
        row["failure"]
        for path in large.glob("out/cells/*.json")
        for row in json.loads(path.read_text(encoding="utf-8"))["rows"]
    ]
    assert not any(failures)
