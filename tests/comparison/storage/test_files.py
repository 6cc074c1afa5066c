import errno

import pytest

from skfocal.comparison.storage import files
from skfocal.comparison.storage.files import atomic_file, write_text


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


@pytest.mark.parametrize("way", ["unnamed", "named", "unlinkable"])
def test_an_open_file_appears_when_it_is_complete(tmp_path, monkeypatch, way):
    def refuse(*_, **__):
        raise OSError("no links here")

    if way == "named":
        monkeypatch.delattr(files.os, "O_TMPFILE", raising=False)
    elif way == "unlinkable":
        monkeypatch.setattr(files.os, "link", refuse)
    path = tmp_path / "a.bin"
    path.write_bytes(b"before")
    with atomic_file(path) as file:
        file.write(b"after")
        assert path.read_bytes() == b"before"
    assert path.read_bytes() == b"after"
    with pytest.raises(TypeError), atomic_file(path) as file:
        file.write("never")
    assert path.read_bytes() == b"after"
    assert [one.name for one in tmp_path.iterdir()] == ["a.bin"]


def test_a_file_cannot_appear_in_a_folder_that_does_not_exist(tmp_path):
    with pytest.raises(OSError, match="No such file"), atomic_file(tmp_path / "no" / "a.bin"):
        pass
