"""What is stored is never computed again, never mixed up and never lost."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import (
    SettingError,
    StoreError,
    compare_tables,
    load_comparison,
    make_plan,
    make_table,
    merge_runs,
)
from skfocal.comparison.run import local as local_module
from skfocal.comparison.storage.runs import StoredRun, read_run, write_run

SECONDS = ["fit_seconds", "tuning_seconds", "predict_seconds"]
SETTINGS = {"cv": 2, "repeats": 2, "inner_cv": 2}


@pytest.fixture(scope="module")
def tables(mixed_frame):
    return [make_table(*mixed_frame(seed=seed), name=f"set {seed}") for seed in (0, 1)]


@pytest.fixture(scope="module")
def finished_run(tables, small_methods, tmp_path_factory):
    """A finished comparison and its directory."""
    directory = tmp_path_factory.mktemp("finished_run")
    return compare_tables(tables, methods=small_methods, directory=directory, **SETTINGS), directory


@pytest.fixture
def cells_run(monkeypatch):
    """Return the list of the labels of all cells that are run."""
    labels = []
    run_cell = local_module.run_cell

    def run(cell, *others):
        labels.append(cell.label)
        return run_cell(cell, *others)

    monkeypatch.setattr(local_module, "run_cell", run)
    return labels


def assert_same_scores(one, other):
    frames = [comparison.scores.drop(columns=SECONDS) for comparison in (one, other)]
    pd.testing.assert_frame_equal(*frames, check_exact=True)


def test_a_comparison_is_loaded_from_its_directory(finished_run):
    comparison, directory = finished_run
    found = load_comparison(directory)
    pd.testing.assert_frame_equal(found.scores, comparison.scores, check_exact=True)
    pd.testing.assert_frame_equal(found.data_sets, comparison.data_sets, check_exact=True)
    assert found.to_dict() == json.loads(json.dumps(comparison.to_dict()))
    for one, other in zip(found.predictions, comparison.predictions, strict=True):
        np.testing.assert_array_equal(one.probability, other.probability)
        np.testing.assert_array_equal(one.event, other.event)


@pytest.mark.slow
def test_a_directory_changes_no_score(finished_run, tables, small_methods):
    assert_same_scores(compare_tables(tables, methods=small_methods, **SETTINGS), finished_run[0])


def test_the_reason_for_fewer_repeats_of_a_table_is_not_that_of_a_merged_run(tables, tmp_path):
    plan = make_plan(tables[:1], methods=[], cv=2, repeats=1)
    reasons = ["8,000 rows", "9,000 rows"]
    for reason in reasons:
        settings = replace(plan.settings, repeats_reason=reason)
        data_sets = [{"data_set": reason, "data_hash": reason}]
        run = StoredRun({"versions": {}}, settings, plan.methods, plan.metrics, data_sets, {})
        write_run(tmp_path / reason, run)
    merge_runs([tmp_path / reason for reason in reasons], tmp_path / "both")
    merged = read_run(tmp_path / "both")
    assert merged.settings.repeats_reason == ""
    assert [record["data_set"] for record in merged.data_sets] == reasons


def test_a_finished_run_is_not_run_again(finished_run, tables, small_methods, tmp_path, cells_run):
    merge_runs([finished_run[1]], tmp_path)
    statuses = []
    again = compare_tables(
        tables, methods=small_methods, directory=tmp_path, progress=statuses.append, **SETTINGS
    )
    assert cells_run == []
    assert [(status.done, status.total, status.share) for status in statuses] == [(16, 16, 1.0)]
    pd.testing.assert_frame_equal(again.scores, finished_run[0].scores, check_exact=True)


def test_only_what_changed_is_run_again(tables, small_methods, tmp_path, cells_run):
    plain, focal = small_methods
    wider = replace(plain, name="wider", grid={"C": (0.1, 1.0, 10.0)})
    for methods in ([plain, focal], [plain, focal, wider]):
        compare_tables(tables[:1], methods=methods, directory=tmp_path, cv=2, repeats=1)
    assert len(cells_run) == 3 * 2
    assert all("wider" in label for label in cells_run[4:])


def test_no_resume_runs_everything_again(tables, small_methods, tmp_path, cells_run):
    settings = {"methods": small_methods, "directory": tmp_path, "cv": 2, "repeats": 1}
    compare_tables(tables[:1], **settings)
    compare_tables(tables[:1], resume=False, **settings)
    assert len(cells_run) == 2 * 4


def test_failed_cells_are_stored_and_run_again(tables, failing_method, tmp_path, cells_run):
    settings = {"methods": ["logistic", failing_method], "cv": 2, "repeats": 1}
    first = compare_tables(tables[:1], directory=tmp_path, **settings)
    found = load_comparison(tmp_path)
    assert set(found.failures["failure"]) == {"RuntimeError: no <b>luck</b> today"}
    pd.testing.assert_frame_equal(found.scores, first.scores, check_exact=True)
    compare_tables(tables[:1], directory=tmp_path, **settings)
    unlucky = ["unlucky" in label for label in cells_run]
    assert (sum(unlucky[:4]), unlucky[4:]) == (2, [True, True])


def test_a_damaged_file_causes_a_warning_and_is_computed_again(
    tables, small_methods, tmp_path, cells_run
):
    settings = {"methods": small_methods, "directory": tmp_path, "cv": 2, "repeats": 1}
    first = compare_tables(tables[:1], **settings)
    damaged = sorted((tmp_path / "cells").iterdir())[1]
    os.truncate(damaged, 100)
    with pytest.warns(UserWarning, match=f"{damaged.name} is not a finished cell"):
        again = compare_tables(tables[:1], **settings)
    assert len(cells_run) == 4 + 1
    assert_same_scores(again, first)


def test_missing_cells_cause_a_warning_and_count_as_failed(finished_run, tmp_path):
    merge_runs([finished_run[1]], tmp_path)
    files = sorted((tmp_path / "cells").iterdir())
    for path in files[::2]:
        path.unlink()
    with pytest.warns(UserWarning, match="8 of 16 cells in .* have not been run"):
        found = load_comparison(tmp_path)
    keys = ["data_set", "method", "repeat", "fold", "n_classes"]
    pd.testing.assert_frame_equal(found.scores[keys], finished_run[0].scores[keys])
    assert set(found.failures["failure"]) == {"not run"}
    assert found.summary()["mean_rank"].notna().all()


@pytest.mark.slow
def test_parts_merge_to_the_whole(finished_run, tables, small_methods, tmp_path):
    parts = [
        ("a", tables[:1], small_methods[:1]),
        ("b", tables[:1], small_methods),
        ("c", tables[1:], small_methods),
    ]
    for name, some, methods in parts:
        compare_tables(some, methods=methods, directory=tmp_path / name, **SETTINGS)
    merge_runs([tmp_path / name for name, _, _ in parts], tmp_path / "all")
    assert_same_scores(load_comparison(tmp_path / "all"), finished_run[0])


def test_of_two_results_the_one_that_did_not_fail_is_merged(finished_run, tmp_path):
    merge_runs([finished_run[1]], tmp_path / "a")
    for path in (tmp_path / "a" / "cells").iterdir():
        content = json.loads(path.read_text(encoding="utf-8"))
        for row in content["rows"]:
            row["failure"] = "Timeout"
        path.write_text(json.dumps(content), encoding="utf-8")
    merge_runs([tmp_path / "a", finished_run[1]], tmp_path / "b")
    assert_same_scores(load_comparison(tmp_path / "b"), finished_run[0])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cv": 3}, "was made with other settings: cv is 3 instead of 2"),
        ({"random_state": 1}, "was made with other settings: random_state is 1 instead of 0"),
    ],
)
def test_other_settings_are_not_merged(
    finished_run, tables, small_methods, tmp_path, changes, message
):
    settings = {**SETTINGS, **changes}
    compare_tables(tables[:1], methods=small_methods[:1], directory=tmp_path, **settings)
    with pytest.raises(StoreError, match=message):
        merge_runs([finished_run[1], tmp_path], tmp_path / "out")


def test_other_versions_are_not_merged(finished_run, tmp_path):
    merge_runs([finished_run[1]], tmp_path)
    run = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    run["origin"]["versions"]["numpy"] = "0.1"
    (tmp_path / "run.json").write_text(json.dumps(run), encoding="utf-8")
    with pytest.raises(StoreError, match=r"other versions: numpy is 0\.1 instead of"):
        merge_runs([finished_run[1], tmp_path], tmp_path / "out")


def test_other_data_of_the_same_name_are_not_merged(finished_run, tables, small_methods, tmp_path):
    other = replace(tables[1], name="set 0")
    compare_tables([other], methods=small_methods, directory=tmp_path, **SETTINGS)
    with pytest.raises(
        StoreError, match="also has 'set 0' or the method 'logistic', but with other"
    ):
        merge_runs([finished_run[1], tmp_path], tmp_path / "out")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, r"has no comparison: it has no file run\.json"),
        ("{", "cannot be read"),
        ('{"schema": 0}', "another version"),
    ],
)
def test_a_directory_without_a_comparison_is_refused(tmp_path, text, message):
    if text is not None:
        (tmp_path / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=message):
        load_comparison(tmp_path)


def test_a_comparison_without_a_finished_cell_is_refused(finished_run, tmp_path):
    (tmp_path / "run.json").write_bytes((finished_run[1] / "run.json").read_bytes())
    with pytest.raises(StoreError, match="has no finished cell"):
        load_comparison(tmp_path)


SCRIPT = """
import sys
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
from skfocal.comparison import METHODS, Method, compare
rng = np.random.default_rng(0)
y = rng.permutation(np.arange(200) < 40)
X = pd.DataFrame({"a": rng.normal(size=200) + y, "b": rng.normal(size=200)})
focal = METHODS["focal"]
methods = [Method("logistic", "", LogisticRegression(), {"C": (0.1, 1.0)}), focal]
compare(X, y, methods=methods, cv=3, repeats=2, n_jobs=int(sys.argv[2]), directory=sys.argv[1])
"""


def start(directory, n_jobs):
    return subprocess.Popen([sys.executable, "-c", SCRIPT, str(directory), str(n_jobs)])  # noqa: S603  # our own script


@pytest.mark.slow
def test_kills_lose_only_the_running_cells(tmp_path):
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    assert start(undisturbed, 1).wait() == 0
    rng = np.random.default_rng(0)
    stored = {}
    for n_jobs in (1, 2):
        process = start(killed, n_jobs)
        wanted = len(stored) + rng.integers(1, 4)
        while len(list(killed.glob("cells/*.json"))) < wanted and process.poll() is None:
            time.sleep(0.002)
        process.kill()
        assert process.wait() != 0
        found = {path.name: path.read_bytes() for path in killed.glob("cells/*.json")}
        assert len(found) >= wanted
        assert stored.items() <= found.items()  # finished cells do not change
        stored = found
    assert len(stored) < 12
    # Two runs in the same directory at the same time.
    last = [start(killed, n_jobs) for n_jobs in (1, 2)]
    assert [process.wait() for process in last] == [0, 0]
    assert_same_scores(load_comparison(killed), load_comparison(undisturbed))


SMALL = {"methods": ["logistic"], "cv": 2, "repeats": 1, "inner_cv": 2}


@pytest.fixture
def held(tables, tmp_path):
    """A directory with a comparison."""
    compare_tables(tables[:1], directory=tmp_path, **SMALL)
    return tmp_path


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cv": 3}, "cv is 2 there and 3 here"),
        ({"inner_cv": 3}, "inner_cv is 2 there and 3 here"),
        ({"random_state": 1}, "random_state is 0 there and 1 here"),
        ({"threshold": "0.5"}, "threshold is tune:f1 there and 0.5 here"),
    ],
)
def test_another_comparison_in_the_directory_is_refused(held, tables, changes, message, cells_run):
    before = (held / "run.json").read_bytes()
    with pytest.raises(SettingError, match=f"holds another comparison .{message}.*another dir"):
        compare_tables(tables[:1], directory=held, **{**SMALL, **changes})
    assert (held / "run.json").read_bytes() == before
    assert cells_run == []


def test_other_data_in_the_directory_are_refused(held, tables):
    other = replace(tables[1], name="set 0")
    with pytest.raises(SettingError, match="'set 0' has other rows, columns or labels there"):
        compare_tables([other], directory=held, **SMALL)
    with pytest.raises(SettingError, match="it has the data set 'set 0'"):
        compare_tables(tables[1:], directory=held, **SMALL)


def test_what_includes_the_earlier_comparison_goes_on(held, tables, cells_run):
    compare_tables(tables, directory=held, **{**SMALL, "repeats": 2})
    assert len(cells_run) == 2 * 2 * 2 - 2
    with pytest.raises(SettingError, match="repeats is 2 there and 1 here"):
        compare_tables(tables, directory=held, **SMALL)


def test_methods_that_a_new_report_leaves_out_are_named(held, tables):
    settings = {**SMALL, "methods": ["class_weight"], "baseline": "class_weight"}
    with pytest.warns(UserWarning, match="also holds logistic, which the new report leaves out"):
        compare_tables(tables[:1], directory=held, **settings)


def test_a_run_without_a_finished_cell_may_be_replaced(held, tables):
    for path in (held / "cells").iterdir():
        path.unlink()
    compare_tables(tables[1:], directory=held, **SMALL)
    assert load_comparison(held).data_sets["data_set"].tolist() == ["set 1"]


def test_parts_are_not_merged_over_another_comparison(finished_run, tables, tmp_path):
    compare_tables(tables[:1], directory=tmp_path, **SMALL, random_state=1)
    with pytest.raises(SettingError, match="holds another comparison"):
        merge_runs([finished_run[1]], tmp_path)
