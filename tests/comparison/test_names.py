"""The names that are known without an import are those of the methods and metrics."""

from skfocal.comparison import METHODS, METRICS, ON_REQUEST
from skfocal.comparison.names import (
    COST_METRICS,
    DEFAULT_METHODS,
    METRIC_NAMES,
    MORE_METHODS,
    REPORTED_NAMES,
)


def test_names_of_methods():
    assert tuple(METHODS) == DEFAULT_METHODS
    assert set(ON_REQUEST) == set(MORE_METHODS)
    reported = [name for one in (METHODS, ON_REQUEST) for m in one.values() for name in m.reported]
    assert sorted(REPORTED_NAMES) == sorted(reported)


def test_names_of_metrics():
    assert tuple(METRICS) == METRIC_NAMES
    assert {name for name, one in METRICS.items() if one.needs_costs} == set(COST_METRICS)
