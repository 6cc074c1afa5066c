"""The benchmark of coverage: what it measures, and what its page says."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.expectations import measure_split, view
from benchmarks.publishing import MeasuredTable


@pytest.mark.slow
def test_a_split_measures_everything_that_is_expected():
    rows = measure_split(("yeast4", 0), {})
    found = pd.DataFrame(rows).set_index("measure")
    n_test = 1484 - int(1484 * 2 / 3)
    assert (found["low"] <= found["high"]).all()
    assert found["measured"].notna().all()
    assert 0 < found.loc["positive", "measured"] < n_test
    assert found.loc["caught", "measured"] <= found.loc["flagged", "measured"]
    recall = found.loc["caught", "measured"] / found.loc["positive", "measured"]
    assert found.loc["recall", "measured"] == pytest.approx(recall)
    assert measure_split(("yeast4", 0), {}) == rows
    assert measure_split(("yeast4", 1), {}) != rows


@pytest.mark.parametrize(("n_hits", "named"), [(95, None), (80, "low"), (100, "high")])
def test_coverage_is_the_share_of_splits_and_named_if_it_differs(n_hits, named):
    splits = np.arange(100)
    figures = pd.DataFrame(
        {
            "data_set": "d",
            "split": splits,
            "measure": "recall",
            "label": "recall",
            "expected": 0.5,
            "low": 0.4,
            "high": 0.6,
            "measured": np.where(splits < n_hits, 0.5, 0.7),
        }
    )
    found = view(MeasuredTable(figures, {"command": "c", "environment": {}}))
    (row,) = found["rows"]
    (cell,) = row["cells"]
    assert cell["share"] == n_hits / 100
    assert cell["low"] < cell["share"] <= cell["high"] + 1e-12
    assert [key for key in ("low", "high") if found[key]] == ([named] if named else [])
