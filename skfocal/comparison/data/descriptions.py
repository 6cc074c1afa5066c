"""Describe data sets: rows, columns, classes and missing values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from skfocal.comparison.data.splits import duplicate_groups
from skfocal.comparison.data.tables import Table

__all__ = ["describe_tables"]


def describe_tables(tables: Sequence[Table]) -> pd.DataFrame:
    """Describe each table in one row."""
    return pd.DataFrame(
        [
            {
                "data_set": table.name,
                "n_rows": len(table.y),
                "n_numeric": len(table.numeric),
                "n_categorical": len(table.categorical),
                "numeric": list(table.numeric),
                "categorical": list(table.categorical),
                "incomplete": [name for name in table.numeric if table.X[name].isna().any()],
                "schema": table.schema.to_dict(),
                "dropped": list(table.dropped),
                "findings": list(table.findings),
                "n_classes": table.n_classes,
                "class_of_interest": table.classes[1] if table.n_classes == 2 else "",
                "n_rarest": int(np.bincount(table.y).min()),
                "prevalence": table.prevalence,
                "missing_share": float(table.X.isna().to_numpy().mean()),
                "duplicate_rows": len(table.y) - int(duplicate_groups(table.X).max()) - 1,
            }
            for table in tables
        ]
    )
