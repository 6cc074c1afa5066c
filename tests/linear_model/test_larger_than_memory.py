"""Memory-mapped data that are larger than the allowed memory."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from builders import fitted_bits
from sklearn.utils.validation import validate_data
from systems import needs_proc

import skfocal
from skfocal import FocalLogisticRegression, FocalLoss

pytestmark = pytest.mark.slow

MEBIBYTE = 2**20
CHUNK_ROWS = 25_000
N_CHUNKS = 50
METHODS = ["decision_function", "predict", "predict_proba", "predict_log_proba"]

# RLIMIT_DATA limits the private writable memory of a process, and not shared mappings of files. On
# Linux an array above the limit cannot be allocated. A first, small fit triggers the allocations
# that libraries make once, and concurrent products trigger those of BLAS for each thread.
BOUNDED = """
import re
import resource
import sys
import threading
from pathlib import Path

import numpy as np
from skfocal import FocalLogisticRegression
from skfocal._solver.threads import ordered_map, thread_count


def multiply(matrix):
    all_threads.wait()
    for _ in range(10):
        matrix @ matrix


def within(mebibytes, function):
    limit = allocated + 2**20 * mebibytes
    resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.RLIM_INFINITY))
    try:
        function(X)
    except MemoryError:
        print("out of memory")
    else:
        print("done")


X, y = (np.load(path, mmap_mode="r") for path in sys.argv[1:])
model = FocalLogisticRegression(alpha="balanced").fit(X[:20_000], y[:20_000])
model.predict_proba(X[:20_000])
all_threads = threading.Barrier(thread_count())
with ordered_map() as map_:
    list(map_(multiply, [np.ones((1000, 1000))] * all_threads.parties))
status = Path("/proc/self/status").read_text(encoding="ascii")
allocated = 2**10 * int(re.search(r"VmData:\\s+(\\d+) kB", status)[1])
# The limit includes the stacks of threads, 8 MiB each.
within(96, lambda X: model.fit(X, y))
within(64, model.decision_function)
within(64, model.predict)
# One float per sample takes 10 MiB, and there are two probabilities.
within(128, model.predict_proba)
within(128, model.predict_log_proba)
within(256, np.array)
"""


class CountedReads(np.ndarray):
    """An array that counts the rows that are read."""

    rows_read = 0

    def __getitem__(self, key):
        part = np.asarray(self)[key]
        self.rows_read += len(part)
        return part

    def __array_ufunc__(self, ufunc, method, *inputs, **parameters):
        self.rows_read += len(self)
        plain = [np.asarray(each) if each is self else each for each in inputs]
        return getattr(ufunc, method)(*plain, **parameters)


def raw_memmap(X, path):
    X.tofile(path)
    return np.memmap(path, dtype=X.dtype, mode="r", shape=X.shape)


def saved(X, path, mode="r"):
    np.save(path.with_suffix(".npy"), X)
    return np.load(path.with_suffix(".npy"), mmap_mode=mode)


FORMS = {
    "memmap": (np.ascontiguousarray, raw_memmap),
    "load": (np.ascontiguousarray, saved),
    "copy-on-write": (np.ascontiguousarray, lambda X, path: saved(X, path, "c")),
    "F": (np.asfortranarray, saved),
    "float32": (np.float32, raw_memmap),
    "F float32": (lambda X: np.asarray(X, np.float32, order="F"), saved),
    "some columns": (lambda X: X[:, :4], lambda X, path: saved(X.base, path)[:, :4]),
    "every other row": (lambda X: X[::2], lambda X, path: saved(X.base, path)[::2]),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_memory_mapped_data_give_bitwise_identical_results(draw_table, tmp_path, form, n_classes):
    X, y = draw_table(n_samples=30_000, n_features=6, n_classes=n_classes)
    in_memory, on_disk = FORMS[form]
    X = in_memory(X)
    mapped = on_disk(X, tmp_path / "table")
    y = y[:: len(y) // len(X)]

    model = FocalLogisticRegression().fit(X, y)
    other = FocalLogisticRegression().fit(mapped, y)

    assert isinstance(mapped, np.memmap)
    assert fitted_bits(other) == fitted_bits(model)
    for method in METHODS:
        expected = getattr(model, method)(X)
        assert getattr(other, method)(mapped).tobytes() == expected.tobytes()


@pytest.fixture(
    scope="module",
    params=[("C", np.float64), ("F", np.float64), ("C", np.float32)],
    ids=["C", "F", "float32"],
)
def half_a_gigabyte(request, tmp_path_factory):
    """Write X and y to files, and remove them at the end."""
    order, dtype = request.param
    folder = tmp_path_factory.mktemp("mapped")
    paths = folder / "table.npy", folder / "labels.npy"
    n_features = 400 // np.dtype(dtype).itemsize
    random = np.random.default_rng(0)
    chunk = random.standard_normal((CHUNK_ROWS, n_features))
    chunk_labels = chunk[:, 0] + random.logistic(size=CHUNK_ROWS) > 2
    np.save(paths[1], np.tile(chunk_labels, N_CHUNKS))
    shape = (CHUNK_ROWS * N_CHUNKS, n_features)
    table = np.lib.format.open_memmap(paths[0], "w+", dtype, shape, fortran_order=order == "F")
    for start in range(0, len(table), CHUNK_ROWS):
        table[start : start + CHUNK_ROWS] = chunk
    del table
    yield paths
    for path in paths:
        path.unlink()


@needs_proc
def test_fit_and_predict_in_a_fraction_of_the_memory_of_X(half_a_gigabyte):
    run = subprocess.run(  # noqa: S603 - this interpreter runs the script above
        [sys.executable, "-W", "error", "-c", BOUNDED, *half_a_gigabyte],
        cwd=Path(skfocal.__file__).parents[1],
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    )

    assert run.stderr == ""
    assert half_a_gigabyte[0].stat().st_size >= 500 * 10**6
    # The last call copies X, which shows that the limit is enforced.
    assert run.stdout.splitlines() == ["done"] * 5 + ["out of memory"]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_check_for_finite_values_takes_no_pass_of_its_own(
    draw_table, monkeypatch, order, n_classes
):
    X, y = draw_table(n_samples=200_000, n_features=3, n_classes=n_classes)
    X = np.asarray(X, order=order)
    finite = X[-1].copy()
    # A pass before `validate_and_count` would find this value.
    X[-1] = np.nan
    tables, reads_before_training = [], []

    def validate_and_count(estimator, *data, **parameters):
        X, y = validate_data(estimator, *data, **parameters)
        X[-1] = finite
        tables.append(X.view(CountedReads))
        return tables[0], y

    value_and_gradient = FocalLoss.value_and_gradient

    def note_reads(loss, *arguments):
        reads_before_training.append(tables[0].rows_read)
        return value_and_gradient(loss, *arguments)

    monkeypatch.setattr("skfocal.linear_model._logistic.validate_data", validate_and_count)
    monkeypatch.setattr(FocalLoss, "value_and_gradient", note_reads)
    FocalLogisticRegression().fit(X, y)

    # The pass that standardises the columns, and perhaps a subsample.
    assert len(X) <= reads_before_training[0] < 2 * len(X)
    assert tables[0].rows_read > reads_before_training[0]
