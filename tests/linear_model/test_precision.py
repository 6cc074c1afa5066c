"""What `tol` promises: the same precision on every table."""

import numpy as np
import pytest

from benchmarks.ablation.tables import SYNTHETIC, make
from benchmarks.data_sets import BINARY, MULTICLASS, load
from benchmarks.harness import prepare
from skfocal import FocalLogisticRegression

pytestmark = pytest.mark.slow

MAX_ENTRIES = 2e7
"""Of larger tables some rows are used."""


def draw_rows(X, y):
    n_rows = min(len(y), int(MAX_ENTRIES / X.shape[1]))
    rows = np.sort(np.random.default_rng(0).choice(len(y), n_rows, replace=False))
    return X[rows], y[rows]


@pytest.mark.parametrize("gamma", [0.0, 2.0])
@pytest.mark.parametrize("name", [*sorted({*BINARY, *MULTICLASS}), *SYNTHETIC])
def test_default_is_within_1e_7_of_the_minimum_without_warnings(name, gamma):
    # A warning is an error.
    X, y = make(name) if name in SYNTHETIC else draw_rows(*prepare(load(name)))
    model = FocalLogisticRegression(gamma).fit(X, y)
    exact = FocalLogisticRegression(gamma, tol=1e-7, max_iter=2000).fit(X, y)

    assert model.objective_ <= exact.objective_ * (1 + 1e-7)
