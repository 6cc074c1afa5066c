"""The memory that a fit takes above its table."""

import pytest
from systems import needs_peak_memory

from benchmarks.speed.memory import megabytes_above_table
from benchmarks.speed.tables import TableSpec
from skfocal import FocalLogisticRegression

pytestmark = [needs_peak_memory, pytest.mark.slow]


@pytest.mark.parametrize(
    "spec",
    [
        TableSpec(6000, 3000, columns="correlated"),
        TableSpec(10_000, 1000),
        TableSpec(10_000, 300, n_classes=10),
        TableSpec(600_000, 30),
    ],
    ids=lambda spec: spec.name,
)
def test_a_fit_takes_less_than_64_megabytes(spec):
    assert 0 < megabytes_above_table(FocalLogisticRegression(), spec) < 64
