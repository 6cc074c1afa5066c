"""A run that was killed goes on from its finished parts and ends with the same numbers."""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import benchmarks.__main__ as main_module
from benchmarks.replicate import chunks as chunks_module
from benchmarks.replicate import command, publish
from benchmarks.replicate.chunks import Chunk, finish, stored
from benchmarks.replicate.page import page
from benchmarks.replicate.simulation import SCENARIOS
from benchmarks.replicate.summary import from_text

ROOT = Path(__file__).parents[2]
SMALL_RUN = """
import sys
from benchmarks.replicate import command
command.QUICK_SCENARIOS = command.SCENARIOS[:3:2]
command.QUICK_REPETITIONS, command.CHUNK_REPETITIONS, command.N_VALIDATION = 4, 1, 400
command.main(sys.argv[1:])
"""
CHUNK = Chunk(SCENARIOS[0], 0, 1, n_validation=300, seed=0)


def start(folder, n_jobs):
    return subprocess.Popen(  # noqa: S603 - this interpreter runs the text above
        [sys.executable, "-c", SMALL_RUN, "--quick", "-o", str(folder), "-j", str(n_jobs)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def times(folder):
    return {path.name: path.stat().st_mtime_ns for path in (folder / "parts").glob("*.json")}


@pytest.mark.slow
def test_a_killed_run_loses_only_what_was_running(tmp_path):
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    process = start(killed, 1)
    while len(times(killed)) < 3 and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    before = times(killed)
    assert 3 <= len(before) < 8
    assert not (killed / "replicate.json").exists()

    _, told = start(killed, 1).communicate()
    assert f"{len(before)} of 8 parts are stored." in told
    after = times(killed)
    assert len(after) == 8
    assert before.items() <= after.items()

    start(undisturbed, 2).communicate()
    for name in ("replicate.json", "replicate.md"):
        assert (killed / name).read_bytes() == (undisturbed / name).read_bytes()


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    return folder, finish(CHUNK, folder)


def test_a_finished_part_is_found_again_with_every_bit(finished):
    folder, rows = finished
    assert stored(CHUNK, folder) == rows
    assert [path.name for path in folder.iterdir()] == [CHUNK.file_name]


def test_a_part_of_other_settings_or_code_is_measured_anew(finished, monkeypatch, capsys):
    folder, _ = finished
    assert stored(replace(CHUNK, seed=1), folder) is None
    assert "is measured anew (other versions, code or settings)" in capsys.readouterr().err
    monkeypatch.setattr(chunks_module, "code_of", lambda *_: "changed")
    assert stored(CHUNK, folder) is None


def test_a_part_is_measured_anew_for_other_code_of_the_package(finished, monkeypatch):
    folder, _ = finished
    monkeypatch.setattr(chunks_module, "versions", lambda: {"skfocal source": "changed"})
    assert stored(CHUNK, folder) is None


@pytest.mark.parametrize("quick", [True, False])
def test_the_parts_of_a_run_cover_every_repetition_once(quick):
    parts = command.chunks_of(quick=quick)
    repetitions = [
        (part.scenario, repetition) for part in parts for repetition in range(part.first, part.end)
    ]
    n_expected = command.QUICK_REPETITIONS if quick else command.REPETITIONS
    assert len(set(repetitions)) == len(repetitions)
    assert len(repetitions) == n_expected * len({part.scenario for part in parts})
    assert len({part.file_name for part in parts}) == len(parts)


def test_data_sets_are_chosen_by_name():
    chosen = command.chunks_of(["0.01-24-5000", "0.3-3-2500"], quick=False)
    assert [part.scenario.name for part in chosen] == ["0.3-3-2500"] * 6 + ["0.01-24-5000"] * 6
    assert len(command.chunks_of(["0.1-3-5000"], quick=True)) == 1


def test_a_page_is_made_again_without_measuring(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(command, "run", lambda *_, **__: pytest.fail("it measured"))
    monkeypatch.setattr(publish, "find_spec", lambda _: None)
    committed = (ROOT / "benchmarks/results/replicate.json").read_text(encoding="utf-8")
    (tmp_path / "replicate.json").write_text(committed, encoding="utf-8")
    arguments = ["replicate", "--page", "-o", str(tmp_path)]
    main_module.main(arguments, standalone_mode=False)
    made = (tmp_path / "replicate.md").read_text(encoding="utf-8")
    assert made == page(from_text(committed))
    assert "pip install 'skfocal[speed]' brings matplotlib" in capsys.readouterr().out
