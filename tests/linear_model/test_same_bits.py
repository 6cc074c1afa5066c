"""Fits are bitwise identical for any number of threads and in any process."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from builders import fitted_bits
from scipy import sparse

import skfocal
from skfocal import FocalLogisticRegression

pytestmark = pytest.mark.slow

ANOTHER_PROCESS = """
import sys

import numpy as np
from skfocal import FocalLogisticRegression

X = np.load(sys.argv[1], mmap_mode="r")
model = FocalLogisticRegression(alpha="balanced").fit(X, np.load(sys.argv[2]))
print(model.coef_.tobytes().hex(), model.intercept_.tobytes().hex(), repr(model.objective_))
"""


def tall(tmp_path):
    del tmp_path
    return np.random.default_rng(0).standard_normal((100_000, 12))


def mapped(tmp_path):
    np.save(tmp_path / "table.npy", tall(tmp_path))
    return np.load(tmp_path / "table.npy", mmap_mode="r")


def single_precision_in_columns(tmp_path):
    return np.asarray(tall(tmp_path), dtype=np.float32, order="F")


def wide(tmp_path):
    del tmp_path
    return np.random.default_rng(0).standard_normal((80, 3000))


def long_and_wide(tmp_path):
    del tmp_path
    return np.random.default_rng(0).standard_normal((4000, 1100)).cumsum(axis=1)


def words(tmp_path):
    del tmp_path
    rng = np.random.default_rng(0)
    n_samples, n_features, per_row = 100_000, 2000, 12
    indices = (n_features * rng.random((n_samples, per_row)) ** 3).astype(np.int64)
    indptr = np.arange(n_samples + 1) * per_row
    counts = sparse.csr_array(
        (rng.random(indices.size), indices.ravel(), indptr), shape=(n_samples, n_features)
    )
    counts.sum_duplicates()
    return counts


def words_in_columns(tmp_path):
    return words(tmp_path).tocsc().astype(np.float32)


def labels(X, n_classes):
    """Return labels that depend on the first columns, with noise."""
    scores = X[:, :2].sum(axis=1) / 2 + np.random.default_rng(1).standard_normal(X.shape[0])
    return np.digitize(np.asarray(scores).ravel(), np.linspace(-0.2, 1, n_classes - 1))


@pytest.mark.parametrize(
    "table",
    [tall, mapped, single_precision_in_columns, wide, long_and_wide, words, words_in_columns],
)
@pytest.mark.parametrize("n_classes", [2, 4])
def test_fit_is_bitwise_identical_for_any_number_of_threads(
    tmp_path, monkeypatch, table, n_classes
):
    monkeypatch.setattr("skfocal._solver.heuristics.MIN_ENTRIES_FOR_THREADS", 1)
    X = table(tmp_path)
    y = labels(X, n_classes)
    fits, predictions = set(), set()
    for n_threads in (1, 2, 3, 8, 2):
        monkeypatch.setattr("skfocal._solver.threads.thread_count", lambda n=n_threads: n)
        model = FocalLogisticRegression(alpha="balanced", tol=1e-5).fit(X, y)
        fits.add(fitted_bits(model))
        predictions.add(model.predict_log_proba(X).tobytes())

    assert len(fits) == len(predictions) == 1


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("seed", ["1", "2"])
def test_fit_is_bitwise_identical_in_another_process(tmp_path, n_classes, seed):
    # Large enough for several threads.
    X = np.random.default_rng(0).standard_normal((360_000, 12))
    y = labels(X, n_classes)
    paths = tmp_path / "table.npy", tmp_path / "labels.npy"
    for path, part in zip(paths, (X, y), strict=True):
        np.save(path, part)
    model = FocalLogisticRegression(alpha="balanced").fit(X, y)

    run = subprocess.run(  # noqa: S603 - this interpreter runs the script above
        [sys.executable, "-c", ANOTHER_PROCESS, *paths],
        cwd=Path(skfocal.__file__).parents[1],
        env={**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": seed},
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
    )

    coef, intercept, objective = run.stdout.split(maxsplit=2)
    assert bytes.fromhex(coef) == model.coef_.tobytes()
    assert bytes.fromhex(intercept) == model.intercept_.tobytes()
    assert objective.strip() == repr(model.objective_)
