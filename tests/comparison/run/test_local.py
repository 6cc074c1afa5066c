"""Real faults on this machine: cells hang in native code, are killed, or end with the run."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
import types
from functools import partial
from pathlib import Path

import cloudpickle
import numpy as np
import pytest
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression
from systems import needs_fork, needs_proc, needs_signals

from skfocal.comparison import Method, SettingError
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


def test_processes_give_the_results_of_this_process(mixed_table, tmp_path, capfd):
    def print_and_record():
        print("a cell prints")  # noqa: T201
        record(tmp_path / "process")

    cells = [cell_of(mixed_table, function) for function in (print_and_record, lambda: None)]
    here = dict(run(cells, n_jobs=1))
    assert recorded(tmp_path / "process") == os.getpid()
    capfd.readouterr()
    there = dict(run(cells, n_jobs=2))
    assert capfd.readouterr() == ("", "a cell prints\n" * 3)  # two inner folds and all rows
    assert recorded(tmp_path / "process") != os.getpid()
    for index in range(2):
        row, expected = there[index].rows[0], here[index].rows[0]
        assert row["failure"] == ""
        assert row["average_precision"] == expected["average_precision"]


def test_a_cell_that_is_too_slow_is_ended_but_the_start_does_not_count(mixed_table):
    cells = [cell_of(mixed_table, function) for function in (lambda: None, partial(time.sleep, 60))]
    # A process takes longer than this to start.
    results = dict(run(cells, n_jobs=1, timeout=0.5))
    assert not results[0].failed
    assert results[1] == Lost("Timeout: killed after 0.5 s")


@pytest.mark.slow
def test_a_process_that_ends_is_replaced(mixed_table):
    cells = [cell_of(mixed_table, function) for function in (partial(os._exit, 0), lambda: None)]
    results = dict(run(cells, n_jobs=1, timeout=60))
    assert results[0] == Lost("Crash: the process ended with exit code 0")
    assert not results[1].failed


def test_a_method_that_cannot_be_pickled_is_named(mixed_table):
    lock = threading.Lock()
    with pytest.raises(SettingError, match=r"methods .*n_jobs must be 1; 'user' cannot be sent"):
        list(run([cell_of(mixed_table, lambda: lock)]))


@pytest.mark.slow
def test_a_module_that_a_process_lacks_is_named(mixed_table, monkeypatch):
    module = types.ModuleType("module_of_this_process")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    module.Function = type("Function", (), {"__module__": module.__name__, "__call__": int})
    results = dict(run([cell_of(mixed_table, module.Function())]))
    assert "module_of_this_process" in results[0].reason


@pytest.mark.slow
def test_the_directory_is_not_searched_for_modules(mixed_table, tmp_path, monkeypatch):
    (tmp_path / "random.py").write_text("raise RuntimeError", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*(path for path in sys.path if path), tmp_path / "no text"])
    assert not dict(run([cell_of(mixed_table, lambda: None)]))[0].failed


def test_no_cells_start_no_process():
    assert list(run([])) == []


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
    assert results[1] == Lost("Crash: the process was ended by SIGKILL")
    assert results[2].rows[0]["failure"] == "SystemExit: 3"
    assert not results[3].failed
    assert not results[4].failed
    with pytest.raises(ProcessLookupError):
        os.kill(recorded(tmp_path / "hang"), 0)


@needs_signals
@pytest.mark.slow
def test_a_process_that_cannot_be_told_to_end_is_killed(mixed_table, tmp_path):
    def ignore():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        hang(tmp_path / "hang")

    results = dict(run([cell_of(mixed_table, ignore)], timeout=5))
    assert results[0] == Lost("Timeout: killed after 5 s")
    assert_ended([tmp_path / "hang"])


@needs_proc
@needs_fork
@pytest.mark.slow
@pytest.mark.parametrize("end", [partial(os._exit, 1), partial(time.sleep, 600)])
def test_what_a_cell_has_started_ends_with_it(mixed_table, tmp_path, end):
    def start_others():
        if os.fork() == 0:  # it has the files of its parent
            hang(tmp_path / "child")
        program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        (tmp_path / "program").write_text(str(program.pid), encoding="utf-8")
        while not (tmp_path / "child").exists():
            time.sleep(0.01)
        end()

    results = dict(run([cell_of(mixed_table, start_others)], timeout=5))
    assert results[0].reason.startswith(("Crash: ", "Timeout: "))
    assert_ended([tmp_path / "child", tmp_path / "program"])


@needs_proc
@needs_signals
@pytest.mark.slow
def test_closing_ends_the_cells(mixed_table, tmp_path):
    def wait():
        while not (tmp_path / "hang").exists():
            time.sleep(0.01)

    running = run(
        [cell_of(mixed_table, function) for function in (lambda: hang(tmp_path / "hang"), wait)]
    )
    index, result = next(running)
    assert index == 1
    assert not result.failed
    running.close()
    assert_ended([tmp_path / "hang"])


@pytest.mark.slow
@pytest.mark.parametrize("timeout", [None, 10.0])
def test_shared_memory_of_parallel_fits_is_freed(mixed_table, tmp_path, timeout):
    """joblib puts large arrays into files, which its tracker of resources removes."""
    folder = tmp_path / "memory"
    folder.mkdir()

    def work(array):
        if isinstance(array, np.memmap):
            (tmp_path / "used").touch()
        if timeout is not None:
            time.sleep(600)

    def parallel():
        os.environ["JOBLIB_TEMP_FOLDER"] = str(folder)
        Parallel(n_jobs=2)(delayed(work)(np.ones(10**6)) for _ in range(4))

    dict(run([cell_of(mixed_table, parallel)], timeout=timeout))
    assert (tmp_path / "used").exists()
    deadline = time.monotonic() + 20
    while any(path.is_file() for path in folder.rglob("*")):
        assert time.monotonic() < deadline
        time.sleep(0.1)


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
