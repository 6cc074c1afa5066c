"""What the README says of speed is what the committed run measured."""

import json
from pathlib import Path

import pytest

from benchmarks.speed.goals import ratio
from benchmarks.speed.publish import in_readme

ROOT = Path(__file__).parents[2]
SENTENCE = (
    "From ten thousand rows on, and up to a thousand columns, the fit takes less time than "
    "scikit-learn's for cross-entropy, on raw unscaled columns too."
)


@pytest.fixture(scope="module")
def tables():
    text = (ROOT / "benchmarks" / "results" / "speed.json").read_text(encoding="utf-8")
    return json.loads(text)["tables"]


def test_the_readme_makes_the_claim_that_is_tested_here():
    assert SENTENCE in " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())


def test_it_holds_on_every_table_of_the_committed_run(tables):
    claimed = {
        table["name"]: ratio(table, "scikit-learn")
        for table in tables
        if table["n_samples"] >= 10_000 and table["n_features"] <= 1_000
    }
    assert {"10,000 x 30", "10,000 x 1,000", "1,000,000 x 30, unscaled"} <= set(claimed)
    assert {name: each for name, each in claimed.items() if each >= 1} == {}


def test_only_the_marked_part_of_the_readme_is_replaced():
    text = "before\n<!-- speed -->\nold\n\nolder\n<!-- end of speed -->\nafter\n"
    assert in_readme(text, r"new\1") == (
        "before\n<!-- speed -->\nnew\\1\n<!-- end of speed -->\nafter\n"
    )
