"""Measurements that are kept: found under their key, and under no other."""

import json
from pathlib import Path

import pytest

from benchmarks import datasets, kept
from benchmarks.claims import command as claims
from benchmarks.claims import timing
from benchmarks.kept import code_of, find, in_parallel, keep, write_whole


def test_what_is_kept_is_found_under_its_key(tmp_path, capsys):
    path = tmp_path / "new" / "part.json"
    assert find(path, {"seed": 0}) is None
    keep(path, {"seed": 0}, [1.5, {"a": None}])
    assert find(path, {"seed": 0}) == [1.5, {"a": None}]
    assert [one.name for one in path.parent.iterdir()] == ["part.json"]
    assert capsys.readouterr().err == ""


def test_what_is_kept_under_another_key_is_told_and_not_found(tmp_path, capsys):
    keep(tmp_path / "part.json", {"seed": 0}, 1)
    assert find(tmp_path / "part.json", {"seed": 1}) is None
    assert "is measured anew (other versions, code or settings)" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "{", "[]", '{"key": 1}', "null"])
def test_a_truncated_or_foreign_file_is_told_and_not_found(tmp_path, capsys, content):
    (tmp_path / "part.json").write_text(content, encoding="utf-8")
    assert find(tmp_path / "part.json", 1) is None
    assert "is measured anew" in capsys.readouterr().err


def test_what_cannot_be_written_whole_is_not_written(tmp_path, monkeypatch):
    path = write_whole(tmp_path / "part.json", "old")

    def fail(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        write_whole(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_other_code_has_another_digest():
    assert code_of(kept) == code_of(kept)
    assert len({code_of(kept), code_of(timing), code_of(kept, timing)}) == 3


def test_every_missing_part_is_measured_and_told(capsys):
    assert sorted(in_parallel(abs, [-1, -2, -3], 1, str)) == [(-3, 3), (-2, 2), (-1, 1)]
    told = capsys.readouterr().err.splitlines()
    assert [line.split(":")[1].split(",")[0] for line in told] == [
        f" {n} of 3 parts" for n in (1, 2, 3)
    ]


def test_a_table_of_the_claims_is_measured_once_and_anew_for_other_code(tmp_path, monkeypatch):
    measured = []

    def table(name):
        measured.append(name)
        return {"minutes": 1.0, "n_rows": 3}

    monkeypatch.setattr(claims, "_table", table)
    tables = {name: datasets.load(name) for name in ("glass2", "ecoli3")}
    first = claims.figures_of(tables, tmp_path, 1)
    assert claims.figures_of(tables, tmp_path, 1) == first
    assert sorted(measured) == ["ecoli3", "glass2"]
    monkeypatch.setattr(claims, "code_of", lambda *_: "changed")
    assert claims.figures_of(tables, tmp_path, 1) == first
    assert len(measured) == 4


def test_a_truncated_table_of_the_claims_is_measured_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(claims, "_table", lambda _: {"minutes": 1.0})
    (tmp_path / "glass2.json").write_text("{", encoding="utf-8")
    tables = {"glass2": datasets.load("glass2")}
    assert claims.figures_of(tables, tmp_path, 1) == {"glass2": {"minutes": 1.0}}
    assert json.loads((tmp_path / "glass2.json").read_text(encoding="utf-8"))["content"]
