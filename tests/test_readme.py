"""What the README shows is what a reader gets."""

import contextlib
import io
import re
from pathlib import Path

from benchmarks.publishing import RESULTS, read_results
from benchmarks.quality.ranking import TWO_CLASSES, rank
from benchmarks.quality.results import data_sets

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUALITY = read_results(RESULTS / "quality")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def test_the_example_prints_what_stands_below_it():
    (code,), printed = blocks("python"), io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - our own text
    assert printed.getvalue() in blocks("text")


def verdicts(metric):
    """Return +1, -1 or 0 for each method: significantly better, worse, or neither."""
    found = rank(QUALITY, TWO_CLASSES, metric).drop("logistic")
    return (found["direction"] * (found["p_holm"] < 0.05)).to_dict()


def test_the_data_sets_are_as_described():
    shares = [table["n_rarest"] / table["n_rows"] for table in data_sets(QUALITY, TWO_CLASSES)]
    found = re.search(
        r"on (\d+) real data sets\]\S+ of two classes show, ([\d.]+) to (\d+) % positive",
        README.replace("\n", " "),
    )
    number, least, most = map(float, found.groups())
    assert number == len(shares)
    assert least == round(100 * min(shares), 1)
    assert most == round(100 * max(shares))
    assert len(QUALITY.info["methods"]) == 18


def test_the_published_run_finds_what_is_said_of_it():
    assert max(verdicts("average_precision").values()) == 0
    by_log_loss = verdicts("log_loss")
    assert by_log_loss["focal (recovered)"] == 0
    remedies = ("class_weight", "oversample", "undersample", "smote")
    assert {by_log_loss[name] for name in (*remedies, "focal (raw)")} == {-1}
    assert [name for name, verdict in by_log_loss.items() if verdict > 0] == ["platt"]
    assert round(rank(QUALITY, TWO_CLASSES, "log_loss")["difference"]["platt"], 3) == -0.001
    by_default = verdicts("f1_default")
    assert {by_default[name] for name in remedies} == {1}
    assert max(verdicts("f1_tuned").values()) == 0
