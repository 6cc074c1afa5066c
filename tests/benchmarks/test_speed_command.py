"""The speed command runs from the first table to the page."""

import json
import re
from pathlib import Path

import pytest

import benchmarks.__main__ as main_module
from benchmarks.speed import command, publish
from benchmarks.speed.page import page
from benchmarks.speed.tables import TableSpec

ROOT = Path(__file__).parents[2]
TINY = TableSpec(400, 5)


@pytest.mark.slow
def test_a_run_writes_what_it_measures_as_it_goes(monkeypatch, tmp_path, capsys):
    for name, value in {
        "_ALONE": (TINY,),
        "QUICK": (TableSpec(300, 4), TINY),
        "KERNEL_TABLES": (TINY,),
    }.items():
        monkeypatch.setattr(command, name, value)
    monkeypatch.setattr(publish, "find_spec", lambda _: None)
    arguments = ["speed", "--quick", "-o", str(tmp_path)]
    main_module.main(arguments, standalone_mode=False)

    report = json.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
    assert [table["name"] for table in report["tables"]] == ["300 x 4", "400 x 5"]
    assert report["tables"][1]["contenders"]["skfocal, γ=2"]["gradient"] <= 1e-6
    assert "glum" not in report["tables"][0]["contenders"]
    assert set(report["libraries"]) > {"glum", "torch", "xgboost", "scikit-learn"}
    assert (tmp_path / "speed.md").read_text(encoding="utf-8") == page(report)
    printed = capsys.readouterr().out
    steps = re.findall(r"^ +[\d.]+ min  (.*)$", printed, flags=re.MULTILINE)
    assert steps[0] == "with scikit-learn and skfocal alone"
    assert steps[-1] == "done"
    assert "pip install 'skfocal[speed]' brings matplotlib" in printed


def test_a_page_is_made_again_without_measuring(monkeypatch, tmp_path):
    monkeypatch.setattr(main_module, "measure", lambda *_, **__: pytest.fail("it measured"))
    monkeypatch.setattr(publish, "find_spec", lambda _: None)
    committed = (ROOT / "benchmarks" / "results" / "speed.json").read_text(encoding="utf-8")
    (tmp_path / "speed.json").write_text(committed, encoding="utf-8")
    main_module.main(["speed", "--page", "-o", str(tmp_path)], standalone_mode=False)
    assert (tmp_path / "speed.md").read_text(encoding="utf-8") == page(json.loads(committed))
