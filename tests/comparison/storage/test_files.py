import errno

import pytest

from skfocal.comparison.storage.files import write_text


def test_text_is_written_unchanged(tmp_path):
    path = write_text(tmp_path / "a.txt", "γ\r\nα\n")
    assert path.read_bytes() == "γ\r\nα\n".encode()
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_an_error_keeps_the_earlier_file(tmp_path, monkeypatch, step):
    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    path = write_text(tmp_path / "a.txt", "before")
    monkeypatch.setattr(step, fail)
    with pytest.raises(OSError, match="No space left on device"):
        write_text(path, "after")
    assert path.read_text(encoding="utf-8") == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]
