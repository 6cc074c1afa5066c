"""A run of the simulation that was killed resumes and ends with the same numbers."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.replicate import page
from benchmarks.replicate.page import Part, measure_part, parts_of
from benchmarks.replicate.simulation import SCENARIOS

ROOT = Path(__file__).parents[2]
SMALL_RUN = """
import sys
from benchmarks.replicate import page
page.QUICK_REPETITIONS, page.PART_REPETITIONS, page.N_VALIDATION = 5, 1, 400
page.command(["--quick", "--dataset", "0.3-3-2500", *sys.argv[1:]])
"""


def start(folder, n_jobs):
    return subprocess.Popen(  # noqa: S603 - this interpreter runs the text above
        [sys.executable, "-c", SMALL_RUN, "-o", str(folder), "-j", str(n_jobs)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(folder):
    return {path: path.stat().st_mtime_ns for path in folder.glob("parts/**/output.pkl")}


@pytest.mark.slow
def test_a_killed_run_loses_only_what_was_running(tmp_path):
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    process = start(killed, 1)
    while len(finished(killed)) < 2 and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    before = finished(killed)
    assert 2 <= len(before) < 5
    assert not (killed / "replicate.json").exists()

    _, messages = start(killed, 1).communicate()
    assert f"{len(before)} of 5 parts are stored." in messages
    after = finished(killed)
    assert len(after) == 5
    assert before.items() <= after.items()

    start(undisturbed, 2).communicate()
    resumed, whole = (folder / "replicate.csv" for folder in (killed, undisturbed))
    assert resumed.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("quick", [True, False])
def test_the_parts_of_a_run_cover_every_repetition_once(quick):
    repetitions = [
        (part.scenario, repetition)
        for part in parts_of(quick=quick)
        for repetition in range(part.first, part.end)
    ]
    n_expected = page.QUICK_REPETITIONS if quick else page.REPETITIONS
    scenarios = {scenario for scenario in SCENARIOS if scenario.quick or not quick}
    assert len(set(repetitions)) == len(repetitions) == n_expected * len(scenarios)
    assert {scenario for scenario, _ in repetitions} == scenarios


def test_scenarios_are_chosen_by_name():
    chosen = parts_of(["0.01-24-5000", "0.3-3-2500"], quick=False)
    assert [scenario.name for scenario, *_ in chosen] == ["0.3-3-2500"] * 6 + ["0.01-24-5000"] * 6
    assert len(parts_of(["0.1-3-5000"], quick=True)) == 1


@pytest.mark.slow
def test_a_part_is_deterministic():
    part = Part(SCENARIOS[0], 0, 1, n_validation=300)
    assert measure_part(part, {}) == measure_part(part, {})
