"""Recall of every class."""

from __future__ import annotations

import json

import pandas as pd

__all__ = ["mean_class_recalls"]


def mean_class_recalls(scores: pd.DataFrame) -> pd.DataFrame:
    """Average the recall of every class over the folds on which the method did not fail."""
    succeeded = scores[scores["failure"] == ""]
    records = [
        {"data_set": data_set, "method": method, "class": label, "recall": recall}
        for data_set, method, recalls in zip(
            succeeded["data_set"], succeeded["method"], succeeded["class_recalls"], strict=True
        )
        for label, recall in json.loads(recalls).items()
    ]
    columns = ["data_set", "method", "class"]
    frame = pd.DataFrame(records, columns=[*columns, "recall"])
    return frame.groupby(columns, sort=False)["recall"].mean().reset_index()
