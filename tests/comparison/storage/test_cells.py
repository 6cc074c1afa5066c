import errno
import json
import os

import numpy as np
import pytest

from skfocal.comparison import StoreError
from skfocal.comparison.scoring.cell_results import CellResult, EventPredictions
from skfocal.comparison.storage.cells import read_cell, read_cells, write_cell

KEY = "0123"


@pytest.fixture
def result():
    """A cell with every kind of number that there is."""
    numbers = [0.1 + 0.2, 5e-324, -0.0, 1e308, float("nan"), float("inf"), -float("inf")]
    row = {f"score {index}": number for index, number in enumerate(numbers)}
    row |= {"method": "α <b> \u2028", "n_test": 3, "failure": ""}
    event, probability = np.array([True, False, True]), np.array([1 / 3, 1e-300, 1 - 2**-53])
    return CellResult([row, row], [EventPredictions("t", "m", event, probability)])


def assert_same(found, expected):
    assert repr(found.rows) == repr(expected.rows)
    for one, other in zip(found.predictions, expected.predictions, strict=True):
        assert (one.data_set, one.method) == (other.data_set, other.method)
        for name in ("event", "probability"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
            assert getattr(one, name).dtype == getattr(other, name).dtype


def refuse(constant):
    raise AssertionError(f"{constant} is not JSON")


def test_a_cell_is_restored_bit_for_bit(tmp_path, result):
    write_cell(tmp_path, KEY, result)
    assert_same(read_cell(tmp_path, KEY), result)


def test_the_file_is_plain_json(tmp_path, result):
    write_cell(tmp_path, KEY, result)
    (path,) = (tmp_path / "cells").iterdir()
    content = json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    assert content["key"] == KEY


def test_a_missing_cell_is_none(tmp_path):
    assert read_cell(tmp_path, KEY) is None


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_truncated_file_causes_a_warning_and_is_ignored(tmp_path, result, share):
    write_cell(tmp_path, KEY, result)
    (path,) = (tmp_path / "cells").iterdir()
    os.truncate(path, int(share * path.stat().st_size))
    with pytest.warns(UserWarning, match=r"0123\.json is not a finished cell"):
        assert read_cell(tmp_path, KEY) is None


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"schema":0,"key":"0123"}', '{"schema":1,"key":"4567"}', "\x00\xff"]
)
def test_a_foreign_file_causes_a_warning_and_is_ignored(tmp_path, text):
    path = tmp_path / "cells" / "0123.json"
    path.parent.mkdir()
    path.write_bytes(text.encode("latin-1"))
    with pytest.warns(UserWarning, match="is not a finished cell"):
        assert read_cell(tmp_path, KEY) is None


def test_failed_cells_do_not_count_as_finished(tmp_path, result):
    write_cell(tmp_path, "good", result)
    write_cell(tmp_path, "bad", CellResult([{"failure": "no luck"}], []))
    assert list(read_cells(tmp_path, ["bad", "absent", "good"])) == [2]
    assert read_cell(tmp_path, "bad").failed


def test_a_full_disk_is_an_error_and_keeps_earlier_results(tmp_path, result, monkeypatch):
    def fail(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    write_cell(tmp_path, KEY, result)
    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(StoreError, match=r"No space left on device.* Earlier results are kept"):
        write_cell(tmp_path, "4567", result)
    with pytest.raises(StoreError, match="No space left on device"):
        write_cell(tmp_path, KEY, result)
    assert [one.name for one in (tmp_path / "cells").iterdir()] == ["0123.json"]
    assert_same(read_cell(tmp_path, KEY), result)
