"""What the README shows is what a reader gets."""

import contextlib
import io
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SPEED = json.loads((ROOT / "benchmarks" / "results" / "speed.json").read_text(encoding="utf-8"))


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def test_the_example_prints_what_stands_below_it():
    (code,), printed = blocks("python"), io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - our own text
    assert printed.getvalue() in blocks("text")


@pytest.mark.parametrize("result", SPEED["results"], ids=lambda result: result["shape"])
def test_the_speed_table_is_that_of_the_committed_run(result):
    rows = [line for line in README.splitlines() if line.startswith(f"| {result['shape']} ")]
    (cells,) = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert cells == [
        result["shape"],
        f"{result['focal_seconds'] * 1e3:,.1f} ms",
        f"{result['best_seconds'] * 1e3:,.1f} ms",
        result["best_solver"],
        f"{result['ratio']:.2f}",
    ]
