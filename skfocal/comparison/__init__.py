"""Compare remedies for class imbalance on your own tables (needs ``skfocal[compare]``)."""

from skfocal.comparison.compare import compare, compare_tables
from skfocal.comparison.methods import METHODS, Method
from skfocal.comparison.result import Comparison
from skfocal.comparison.tables import DataError, Table, make_table, table_from_frame

__all__ = [
    "METHODS",
    "Comparison",
    "DataError",
    "Method",
    "Table",
    "compare",
    "compare_tables",
    "make_table",
    "table_from_frame",
]
