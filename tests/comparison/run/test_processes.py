"""Real faults: processes hang in native code, are killed or raise."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from systems import needs_proc, needs_signals

from skfocal.comparison.run.processes import Lost, run_tasks


@needs_signals
@pytest.mark.slow
def test_a_task_that_hangs_crashes_or_raises_does_not_affect_others(tmp_path):
    def task(name):
        (tmp_path / name).write_text(str(os.getpid()), encoding="utf-8")
        if name == "hang":
            ctypes.PyDLL(None).sleep(600)  # holds the interpreter's lock: no signal handler runs
        if name == "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        if name == "raise":
            raise RuntimeError("no luck")
        if name == "exit":
            sys.exit(3)
        return name.upper()

    names = ["hang", "crash", "raise", "exit", "a", "b"]
    started = []
    results = dict(run_tasks(task, names, n_processes=2, timeout=1.5, on_start=started.append))
    assert started == list(range(6))
    assert results == {
        0: Lost("Timeout: killed after 1.5 s"),
        1: Lost("Crash: the process died {SIGKILL(-9)}"),
        2: Lost("RuntimeError: no luck"),
        3: Lost("SystemExit: 3"),
        4: "A",
        5: "B",
    }
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "hang").read_text(encoding="utf-8")), 0)


@needs_signals
@pytest.mark.slow
def test_closing_ends_the_running_tasks(tmp_path):
    def task(name):
        (tmp_path / name).write_text(str(os.getpid()), encoding="utf-8")
        if name == "hang":
            ctypes.PyDLL(None).sleep(600)
        while not (tmp_path / "hang").exists():
            pass

    run = run_tasks(task, ["hang", "short"], n_processes=2, timeout=None, on_start=lambda _: None)
    assert next(run) == (1, None)
    run.close()
    for name in ("hang", "short"):
        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / name).read_text(encoding="utf-8")), 0)


@pytest.mark.slow
def test_the_timeout_applies_if_the_process_started_before_the_first_check():
    results = dict(
        run_tasks(
            time.sleep,
            [0, 600],
            n_processes=1,
            timeout=1.0,
            on_start=lambda _: time.sleep(0.5),
        )
    )
    assert results == {0: None, 1: Lost("Timeout: killed after 1 s")}


SCRIPT = """
import os, pathlib, sys
from skfocal.comparison.run.processes import run_tasks

def task(name):
    part = pathlib.Path(f"{name}.part")
    part.write_text(str(os.getpid()), encoding="utf-8")
    part.rename(name)
    while True:
        pass

names = [os.path.join(sys.argv[1], name) for name in "ab"]
list(run_tasks(task, names, n_processes=2, timeout=None, on_start=lambda _: None))
"""


@needs_proc
@pytest.mark.slow
@pytest.mark.parametrize("signal_name", ["SIGKILL", "SIGTERM"])
def test_no_process_outlives_a_run_that_is_killed(tmp_path, signal_name):
    signal_number = getattr(signal, signal_name)
    run = subprocess.Popen([sys.executable, "-c", SCRIPT, str(tmp_path)], stderr=subprocess.DEVNULL)  # noqa: S603  # our own script
    while not all((tmp_path / name).exists() for name in "ab"):
        assert run.poll() is None
        time.sleep(0.05)
    workers = [int((tmp_path / name).read_text(encoding="utf-8")) for name in "ab"]
    run.send_signal(signal_number)
    assert run.wait() == -signal_number
    deadline = time.monotonic() + 20
    try:
        while any(map(is_running, workers)):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        for worker in filter(is_running, workers):
            os.kill(worker, signal.SIGKILL)


def is_running(process):
    """Return whether a process exists and is no zombie."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
