"""What the README shows is what a reader gets."""

import contextlib
import io
import json
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
RESULTS = ROOT / "benchmarks" / "results"
COMPARISON = json.loads((RESULTS / "comparison.json").read_text(encoding="utf-8"))


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def test_the_example_prints_what_stands_below_it():
    (code,), printed = blocks("python"), io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - our own text
    assert printed.getvalue() in blocks("text")


def verdicts(metric):
    """Return +1, -1 or 0 for each method: significantly better, worse, or neither."""
    rows = [row for row in COMPARISON["ranking"] if row["metric"] == metric]
    return {
        row["method"]: row["direction"] * (row["p_holm"] < 0.05)
        for row in rows
        if row["method"] != "logistic"
    }


def test_the_data_sets_are_as_described():
    prevalences = [table["prevalence"] for table in COMPARISON["data_sets"]]
    found = re.search(
        r"on twelve real data sets, (\d+) to (\d+) % positive", README.replace("\n", " ")
    )
    assert len(prevalences) == 12
    assert [round(100 * end) for end in (min(prevalences), max(prevalences))] == [
        int(end) for end in found.groups()
    ]


def test_the_committed_comparison_finds_what_is_said_of_it():
    assert max(verdicts("average_precision").values()) == 0
    by_log_loss = verdicts("log_loss")
    assert by_log_loss.pop("focal (recovered)") == 0
    assert set(by_log_loss.values()) == {-1}
    assert set(verdicts("f1_default").values()) == {1}
    assert max(verdicts("f1_tuned").values()) == 0
