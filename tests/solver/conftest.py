"""Set-up of the solver's tests."""

import pytest
from builders import blas_threads, set_blas_threads


@pytest.fixture(scope="module", autouse=True)
def one_blas_thread():
    """Set BLAS to one thread, as during a fit: parallel tests would compete for the cores."""
    before = blas_threads()
    set_blas_threads(1)
    yield
    set_blas_threads(before[0])
