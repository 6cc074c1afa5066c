"""A critical-difference diagram as a file of its own."""

from __future__ import annotations

import pandas as pd

from skfocal.comparison.report.figures.dot_plots import rank_panel
from skfocal.comparison.report.templating import template

__all__ = ["rank_diagram"]


def rank_diagram(label: str, ranking: pd.DataFrame, differing: set[frozenset[str]]) -> str:
    """Draw a critical-difference diagram as an SVG file.

    Parameters
    ----------
    label : str
        Label of the metric.
    ranking : DataFrame
        What `rank_methods` returns.
    differing : set of frozenset of str
        The pairs of methods that differ significantly.

    Returns
    -------
    str
        The content of the file.

    Examples
    --------
    >>> import pandas as pd
    >>> from skfocal.comparison import rank_diagram, rank_methods
    >>> scores = pd.DataFrame({"a": [0.9, 0.8, 0.7], "b": [0.8, 0.7, 0.6]})
    >>> ranking = rank_methods(scores, greater_is_better=True, baseline="a")
    >>> rank_diagram("F1", ranking, differing=set()).startswith("<svg")
    True
    """
    columns = {"mean_rank": "value", "rank_low": "low", "rank_high": "high"}
    ranks = ranking.rename(columns=columns)[list(columns.values())]
    return template("rank_diagram.svg").render(panel=rank_panel(label, ranks, differing))
