"""The report on public data sets."""

import json
import shlex
import subprocess
import sys
from types import MappingProxyType

import pytest

import benchmarks.__main__ as package
from benchmarks import report
from benchmarks.publishing import ROOT
from skfocal.comparison.methods import catalogue as methods_module


@pytest.mark.slow
def test_the_report_ends_with_the_ranking_and_its_path(monkeypatch, tmp_path, capsys):
    few = {name: methods_module.METHODS[name] for name in ("logistic", "class_weight")}
    monkeypatch.setattr(methods_module, "METHODS", MappingProxyType(few))
    monkeypatch.setattr(report, "DEFAULT", ("glass2", "ecoli3"))
    arguments = ["report", "--quick", "-j", "1", "-o", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["benchmarks", *arguments])
    package.main(arguments, standalone_mode=False)
    printed = capsys.readouterr().out
    assert "Mean ranks over 2 data sets" in printed
    assert printed.splitlines()[-1] == str(tmp_path / "report.html")
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert [row["data_set"] for row in summary["data_sets"]] == ["glass2", "ecoli3"]
    expected = ["python", "-m", "benchmarks", *arguments]
    assert summary["manifest"]["command"] == shlex.join(expected)


def test_commands_need_no_library_that_make_report_does_not_install():
    names = ["catboost", "dask", "lightgbm", "matplotlib", "skglm", "statsmodels", "xgboost"]
    hide = f"import sys; sys.modules.update(dict.fromkeys({names}))"
    command = [sys.executable, "-c", f"{hide}; import benchmarks.__main__"]
    subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603  # our own code
