"""Compare remedies for class imbalance on your own tables (needs ``skfocal[compare]``)."""

from skfocal.comparison.compare import compare, compare_tables
from skfocal.comparison.comparison import Comparison
from skfocal.comparison.data.tables import DataError, Table, make_table, table_from_frame
from skfocal.comparison.methods.catalogue import METHODS, ON_REQUEST, Method
from skfocal.comparison.run.schedule import Status
from skfocal.comparison.storage.cells import StoreError
from skfocal.comparison.storage.runs import load_comparison, merge_runs

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
