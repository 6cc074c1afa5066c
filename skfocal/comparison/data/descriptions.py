"""What each data set consists of, and how many rows of its classes are found."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd

from skfocal.comparison.data.splits import duplicate_groups
from skfocal.comparison.data.tables import Table

__all__ = ["class_recalls", "describe_tables"]


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
                "n_classes": table.n_classes,
                "class_of_interest": table.classes[1] if table.n_classes == 2 else "",
                "n_rarest": int(np.bincount(table.y).min()),
                "prevalence": table.prevalence,
                "missing_share": float(table.X.isna().to_numpy().mean()),
                "duplicate_rows": len(table.y) - len(np.unique(duplicate_groups(table.X))),
            }
            for table in tables
        ]
    )


def class_recalls(scores: pd.DataFrame) -> pd.DataFrame:
    """Average the recall of every class over the folds on which the method did not fail."""
    told = scores[scores["failure"] == ""]
    records = [
        {"data_set": data_set, "method": method, "class": label, "recall": recall}
        for data_set, method, recalls in zip(
            told["data_set"], told["method"], told["class_recalls"], strict=True
        )
        for label, recall in json.loads(recalls).items()
    ]
    columns = ["data_set", "method", "class"]
    frame = pd.DataFrame(records, columns=[*columns, "recall"])
    return frame.groupby(columns, sort=False)["recall"].mean().reset_index()
