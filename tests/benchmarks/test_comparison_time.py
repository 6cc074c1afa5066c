"""The times of whole comparisons."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.comparison_time import TABLES, TARGET, command


def test_tables_are_made_again_as_described():
    table = TABLES[2]
    frame = table.make()
    assert frame.equals(table.make())
    assert frame.shape == (table.n_rows, table.n_numbers + len(table.n_names) + 1)
    assert abs(np.mean(frame[TARGET] == "yes") - table.positives) < 0.005
    assert all(frame[f"name {at}"].nunique() <= n for at, n in enumerate(table.n_names))


@pytest.mark.slow
def test_a_run_leaves_its_page(tmp_path):
    done = CliRunner().invoke(command, ["--quick", "-j", "2", "-o", str(tmp_path)])
    assert done.exit_code == 0, done.output
    (found,) = json.loads((tmp_path / "comparison_time.json").read_text(encoding="utf-8"))["tables"]
    assert found["failed"] == 0
    assert sum(found["by_method"].values()) < found["seconds"]
    assert found["dry_run_seconds"] > 0
    # It has loaded the table and the libraries.
    assert found["megabytes"] > found["table_megabytes"]
    page = (tmp_path / "comparison_time.md").read_text(encoding="utf-8")
    assert "5,800 x 85" in page
