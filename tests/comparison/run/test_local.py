"""Real faults on this machine: cells hang in native code, are killed, or end with the run."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import cloudpickle
import pytest
from sklearn.linear_model import LogisticRegression
from systems import needs_proc, needs_signals

from skfocal.comparison import Method
from skfocal.comparison.data.splits import make_splits
from skfocal.comparison.run.cell import Cell
from skfocal.comparison.run.cell_process import Lost
from skfocal.comparison.run.local import LocalExecutor


@pytest.fixture(autouse=True, scope="module")
def functions_by_value():
    """Send the functions of this module as they are, because cells do not find the tests."""
    module = sys.modules[__name__]
    cloudpickle.register_pickle_by_value(module)
    yield
    cloudpickle.unregister_pickle_by_value(module)


def record(path):
    """Write the id of this process to a file, all at once."""
    part = path.with_suffix(".part")
    part.write_text(str(os.getpid()), encoding="utf-8")
    part.rename(path)


def recorded(path):
    return int(path.read_text(encoding="utf-8"))


def cell_of(table, function):
    """Return a cell whose fit calls a function first."""

    class Classifier(LogisticRegression):
        def fit(self, X, y):
            function()
            return super().fit(X, y)

    split = make_splits(table, cv=2, repeats=1, inner_cv=2, seed=0)[0]
    return Cell(table, Method("user", "A user's.", Classifier(), {"C": (1.0,)}), split)


def run(cells, n_jobs=2, timeout=None, on_start=lambda _: None):
    return LocalExecutor(n_jobs, timeout).run(cells, on_start)


def hang(path):
    record(path)
    ctypes.PyDLL(None).sleep(600)  # holds the interpreter's lock: no signal handler runs


@needs_signals
@pytest.mark.slow
def test_a_cell_that_hangs_or_crashes_does_not_affect_others(mixed_table, tmp_path):
    functions = [
        partial(hang, tmp_path / "hang"),
        lambda: os.kill(os.getpid(), signal.SIGKILL),
        lambda: sys.exit(3),
        lambda: None,
        lambda: None,
    ]
    started = []
    cells = [cell_of(mixed_table, function) for function in functions]
    results = dict(run(cells, timeout=5, on_start=started.append))
    assert started == list(range(5))
    assert results[0] == Lost("Timeout: killed after 5 s")
    assert results[1] == Lost("Crash: the process died {SIGKILL(-9)}")
    assert results[2].rows[0]["failure"] == "SystemExit: 3"
    assert not results[3].failed
    assert not results[4].failed
    with pytest.raises(ProcessLookupError):
        os.kill(recorded(tmp_path / "hang"), 0)


@needs_proc
@needs_signals
@pytest.mark.slow
def test_closing_ends_the_cells_and_what_they_have_started(mixed_table, tmp_path):
    def start_another():
        if os.fork() == 0:  # it inherits the pipes
            hang(tmp_path / "child")
        hang(tmp_path / "hang")

    def wait():
        while not all((tmp_path / name).exists() for name in ("child", "hang")):
            time.sleep(0.01)

    running = run([cell_of(mixed_table, function) for function in (start_another, wait)])
    index, result = next(running)
    assert index == 1
    assert not result.failed
    running.close()
    assert_ended([tmp_path / "child", tmp_path / "hang"])


@pytest.mark.slow
def test_the_start_of_a_process_does_not_count(mixed_table):
    cells = [cell_of(mixed_table, function) for function in (lambda: None, partial(time.sleep, 60))]
    # A process takes longer than this to start.
    results = dict(run(cells, n_jobs=1, timeout=0.5))
    assert not results[0].failed
    assert results[1] == Lost("Timeout: killed after 0.5 s")


def test_no_cells_start_no_process():
    assert list(run([])) == []


SCRIPT = """
import sys
from functools import partial
from pathlib import Path

from test_local import cell_of, record, run
from skfocal.comparison import make_table
from sklearn.datasets import make_classification

def wait(path):
    record(path)
    while True:
        pass

table = make_table(*make_classification(n_samples=100, random_state=0), name="made")
list(run([cell_of(table, partial(wait, Path(sys.argv[1], name))) for name in "ab"]))
"""


@needs_proc
@pytest.mark.slow
@pytest.mark.parametrize("signal_name", ["SIGKILL", "SIGTERM"])
def test_no_process_outlives_a_run_that_is_killed(tmp_path, signal_name):
    signal_number = getattr(signal, signal_name)
    paths = [str(Path(__file__).parent), *sys.path]
    process = subprocess.Popen(  # noqa: S603  # our own script
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stderr=subprocess.DEVNULL,
    )
    while not all((tmp_path / name).exists() for name in "ab"):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal_number)
    assert process.wait() == -signal_number
    assert_ended([tmp_path / name for name in "ab"])


def assert_ended(files):
    """Check that the processes recorded in files end soon; otherwise end them."""
    processes = [recorded(path) for path in files]
    deadline = time.monotonic() + 20
    try:
        while any(map(is_running, processes)):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        for process in filter(is_running, processes):
            os.kill(process, signal.SIGKILL)


def is_running(process):
    """Return whether a process exists and is no zombie."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
