"""Compare remedies for class imbalance on your own tables (needs ``skfocal[compare]``)."""

from skfocal.comparison.compare import compare, compare_tables
from skfocal.comparison.methods import METHODS, ON_REQUEST, Method
from skfocal.comparison.result import Comparison
from skfocal.comparison.runs import load_comparison, merge_runs
from skfocal.comparison.schedule import Status
from skfocal.comparison.store import StoreError
from skfocal.comparison.tables import DataError, Table, make_table, table_from_frame

__all__ = [
    "METHODS",
    "ON_REQUEST",
    "Comparison",
    "DataError",
    "Method",
    "Status",
    "StoreError",
    "Table",
    "compare",
    "compare_tables",
    "load_comparison",
    "make_table",
    "merge_runs",
    "table_from_frame",
]
