"""How often tuning chose a value at the edge of all that it tried."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import pandas as pd

from skfocal.comparison.methods.method import Method

__all__ = ["edge_shares"]


def edge_shares(scores: pd.DataFrame, methods: Sequence[Method]) -> pd.DataFrame:
    """Compute how often the best value of a parameter was at an edge, where more may be gained.

    Returns
    -------
    DataFrame
        One row per method, parameter and edge (lowest or highest) that occurs: the share of the
        folds on which the method did not fail, the largest share first.
    """
    records = []
    for method in methods:
        name = next(iter(method.reported))
        rows = scores[(scores["method"] == name) & (scores["failure"] == "")]
        found = [json.loads(text) for text in rows["at_edge"] if text]
        counts = Counter(edge for edges in found for edge in edges.items())
        records += [
            {"method": method.name, "parameter": parameter, "edge": edge, "share": n / len(rows)}
            for (parameter, edge), n in counts.items()
        ]
    frame = pd.DataFrame(records, columns=["method", "parameter", "edge", "share"])
    return frame.sort_values("share", ascending=False, kind="stable", ignore_index=True)
